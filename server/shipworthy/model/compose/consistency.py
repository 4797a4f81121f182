"""Whether the parts of a project fit each other, after compose-go loader/validate.go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shipworthy.model.compose.parts import Where
from shipworthy.model.compose.state import State
from shipworthy.model.compose.tree import MARK, Leaf, Problem, Record, Value
from shipworthy.model.compose.types import (
    Build,
    Mount,
    NamedContext,
    Project,
    RemoteContext,
    Service,
)
from shipworthy.model.compose.values import records, text_of, words
from shipworthy.model.unknown import is_unknown
from shipworthy.text.records import NamedTuple

_NO_TARGET = ("rebuild", "restart")


class _Known(NamedTuple):
    """The names a service may refer to; `partial` when some of them could not be read."""

    services: frozenset[str]
    unbuilt: frozenset[str]
    """Services without a build that another one names as a build context."""
    disabled: frozenset[str]
    volumes: frozenset[str]
    networks: frozenset[str]
    secrets: frozenset[str]
    configs: frozenset[str]
    partial: bool


def check_consistency(project: Project, model: Record, state: State) -> None:
    """Report, service by service, what Compose refuses; then circles of dependencies.

    When files could not be read, nothing is said of names that are not declared.
    """
    tree = model.get("services")
    services = project.services
    contexts = {
        name for service in services if service.build for _, name in _contexts(service.build)
    }
    known = _Known(
        frozenset(service.name for service in services),
        frozenset(
            s.name for s in services if s.build is None and s.complete and s.name in contexts
        ),
        frozenset(project.disabled),
        frozenset(volume.name for volume in project.volumes),
        frozenset(network.name for network in project.networks) | {"default"},
        frozenset(secret.name for secret in project.secrets),
        frozenset(config.name for config in project.configs),
        state.all_hurt,
    )
    known = state.memory.same(("services",), known)
    containers: set[str] = set()
    for service in services:
        record = tree.get(service.name) if isinstance(tree, Record) else None
        if not isinstance(record, Record):
            continue
        where = ("services", service.name)
        for problem in state.memory.once(where, _problems, known, service, record):
            state.report(problem)
        container = record.text("container_name")
        if container in containers:
            message = f"services.{service.name}: container name {container} is already in use"
            state.report(Problem("other", message, service.at))
        if container is not None and MARK not in container:
            containers.add(container)
    circle = _circle({service.name: service for service in services})
    if circle is not None:
        state.report(circle)


def _problems(where: Where, known: _Known, service: Service, record: Record) -> tuple[Problem, ...]:
    del where
    return tuple(_service(known, service, record))


def _service(known: _Known, service: Service, record: Record) -> Iterator[Problem]:
    name = service.name
    missing = service.build is None and service.image is None and "provider" not in record.entries
    if missing and service.complete:
        message = f'service "{name}" has neither an image nor a build context specified'
        yield Problem("no-image-no-build", message, service.at)
    if service.build is not None:
        yield from _build(known, service, service.build)
    yield from _networks(known, service, record)
    yield from _healthcheck(service)
    if not known.partial:
        yield from _dependencies(known, service)
        yield from _names(known, service, record)
    yield from _scale(service, record)
    for watch in service.watch:
        if watch.target is None and not is_unknown(watch.action) and watch.action not in _NO_TARGET:
            message = f"services.{name}.develop.watch: target is required for non-rebuild actions"
            yield Problem("other", message, watch.at)
    yield from _mount_targets(service)


def _build(known: _Known, service: Service, build: Build) -> Iterator[Problem]:
    name = service.name
    if build.dockerfile_inline is not None and build.dockerfile is not None:
        message = f'service "{name}" declares mutually exclusive dockerfile and dockerfile_inline'
        yield Problem("exclusive", message, build.dockerfile_inline_at or build.at)
    for context, wanted in _contexts(build) if not known.partial else ():
        tail = f'service "{wanted}" as additional contexts {context.name}'
        if wanted not in known.services:
            message = f'service "{name}" declares unknown {tail}'
            yield Problem("undefined-service", message, context.at)
        elif wanted in known.unbuilt:
            message = f'service "{name}" declares non-buildable {tail}'
            yield Problem("not-buildable", message, context.at)
    platforms = [word.value for word in build.platforms]
    if platforms and isinstance(service.platform, str):
        texts = [text for text in platforms if isinstance(text, str)]
        if len(texts) == len(platforms) and service.platform not in texts:
            message = f'service.build.platforms MUST include service.platform "{service.platform}"'
            yield Problem("other", message, service.platform_at or build.at)


def _contexts(build: Build) -> Iterator[tuple[NamedContext, str]]:
    """The named contexts that are the image of another service, with its name."""
    for context in build.additional_contexts:
        reference = context.value
        if isinstance(reference, RemoteContext) and reference.reference.startswith("service:"):
            yield context, reference.reference.removeprefix("service:")


def _networks(known: _Known, service: Service, record: Record) -> Iterator[Problem]:
    networks = record.get("networks")
    if not isinstance(networks, Record) or not networks.entries:
        return
    mode = text_of(record.get("network_mode"))
    if isinstance(mode, str) and mode:
        message = (
            f"service {service.name} declares mutually exclusive `network_mode` and `networks`"
        )
        yield Problem("exclusive", message, networks.at)
    for name, entry in networks.entries.items():
        if name not in known.networks and not known.partial:
            message = f'service "{service.name}" refers to undefined network {name}'
            yield Problem("other", message, entry.key_at)


def _healthcheck(service: Service) -> Iterator[Problem]:
    check = service.healthcheck
    if check is None or is_unknown(check.test) or not check.test:
        return
    if check.test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        message = 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"'
        yield Problem("other", message, check.at)


def _dependencies(known: _Known, service: Service) -> Iterator[Problem]:
    for dependency in service.depends_on:
        other = dependency.service
        if other in known.services:
            continue
        if other in known.disabled and dependency.required is not True:
            continue
        message = f'service "{service.name}" depends on undefined service "{other}"'
        yield Problem("undefined-service", message, dependency.at)


def _names(known: _Known, service: Service, record: Record) -> Iterator[Problem]:
    for mount in service.volumes:
        source = mount.source
        if mount.type == "volume" and isinstance(source, str) and source not in known.volumes:
            message = f'service "{service.name}" refers to undefined volume {source}'
            yield Problem("undefined-volume", message, mount.source_at)
    for word in service.build.secrets if service.build else ():
        if isinstance(word.value, str) and word.value not in known.secrets:
            message = f'service "{service.name}" refers to undefined build secret {word.value}'
            yield Problem("undefined-secret", message, word.at)
    for key, declared, kind in (
        ("configs", known.configs, "other"),
        ("secrets", known.secrets, "undefined-secret"),
    ):
        for item in records(record.get(key)):
            name = text_of(item.get("source"))
            if isinstance(name, str) and name not in declared:
                message = f'service "{service.name}" refers to undefined {key[:-1]} {name}'
                yield Problem(kind, message, item.at)


def _scale(service: Service, record: Record) -> Iterator[Problem]:
    deploy = record.get("deploy")
    replicas = _number(deploy.get("replicas") if isinstance(deploy, Record) else None)
    scale = _number(record.get("scale"))
    if scale is not None and replicas is not None and scale != replicas:
        message = "can't set distinct values on 'scale' and 'deploy.replicas'"
        yield Problem("other", f"services.{service.name}: {message}", service.at)
    count = scale if scale is not None else replicas
    container = record.get("container_name")
    if count is not None and count > 1 and container is not None and words(container):
        message = "can't set container_name and scale as container name must be unique"
        yield Problem("other", f"services.{service.name}: {message}", container.at)


def _number(value: Value | None) -> int | None:
    plain = value.value if isinstance(value, Leaf) else None
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None


def _mount_targets(service: Service) -> Iterator[Problem]:
    """`tmpfs` entries first, then volumes, as Compose goes through them."""
    seen: set[str] = set()
    for mount in sorted(service.volumes, key=lambda mount: not is_tmpfs_entry(mount)):
        if not isinstance(mount.target, str):
            continue
        if mount.target in seen:
            message = f"services.{service.name}: target {mount.target} already mounted"
            yield Problem("duplicate-mount", message, mount.target_at)
        seen.add(mount.target)


def is_tmpfs_entry(mount: Mount) -> bool:
    """Whether the mount comes from a service's `tmpfs`, not from its `volumes`."""
    return mount.type == "tmpfs" and mount.short


def _circle(services: Mapping[str, Service]) -> Problem | None:
    """The first circle of depends_on, found without recursion."""
    edges = {
        name: [link for link in reversed(service.depends_on) if link.service in services]
        for name, service in services.items()
    }
    done: set[str] = set()
    for start, links in edges.items():
        if start in done:
            continue
        trail = {start: None}  # a dict for its order and its quick look-up
        pending = [list(links)]
        while trail:
            if not pending[-1]:
                done.add(trail.popitem()[0])
                pending.pop()
                continue
            link = pending[-1].pop()
            if link.service in trail:
                names = [*trail]
                circle = [*names[names.index(link.service) :], link.service]
                message = f"dependency cycle detected: {' -> '.join(circle)}"
                return Problem("circular", message, link.at)
            if link.service not in done:
                trail[link.service] = None
                pending.append(list(edges[link.service]))
    return None
