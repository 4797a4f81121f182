"""Build units: who builds which Dockerfile with which context.

One unit for each (origin, service, platform): every compose service with `build`, every context
pin and stated invocation, and one inferred unit for a Dockerfile that nothing found here builds.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database, firewall, query
from shipworthy.model.compose.load import load
from shipworthy.model.compose.parts import Memory
from shipworthy.model.compose.types import (
    Build,
    LoadRequest,
    LoadResult,
    RemoteContext,
    Service,
)
from shipworthy.model.compose_files import ComposeGroup, compose_groups
from shipworthy.model.context_evidence import infer_context
from shipworthy.model.files import dockerfile, home_of, parsed_dockerfile, parsed_yaml
from shipworthy.model.inline_dockerfiles import inline_path
from shipworthy.model.invocations import Invocation, invocations
from shipworthy.model.settings import settings
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, root_of, roots
from shipworthy.syntax.gopath import join
from shipworthy.syntax.yaml.nodes import ParsedYaml
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

Origin: TypeAlias = Literal["compose", "pin", "invocation", "inferred"]

_PIN = regex(r"^\s*shipworthy:\s*context=(\S+)(?:\s+target=(\S+))?\s*$")


class Inline(NamedTuple):
    """A Dockerfile written inside a compose file."""

    text: str
    at: Anchor


class BuildUnit(NamedTuple):
    """One build: a Dockerfile with a context, a target and arguments.

    Paths are absolute. The identity is `id`; the values may be UNKNOWN while the file that says
    them is half-typed or leaves them to the environment.
    """

    id: str
    origin: Origin
    origin_file: str
    service: str
    at: Anchor
    """Where the build is declared: the service's `build`, or the Dockerfile's first byte."""
    dockerfile: str | Unknown
    """For an inline Dockerfile, its own path below the compose file that holds it."""
    inline: Inline | None
    context: str | Unknown
    context_at: Anchor | None
    target: str | Unknown | None
    target_at: Anchor | None
    args: tuple[tuple[str, str | Unknown | None, Anchor | None], ...]
    named_contexts: tuple[tuple[str, str | Unknown], ...]
    """Absolute folder, another reference (`docker-image://...`, `target:x`), or UNKNOWN."""
    platform: str | None
    image: str | None
    """The name that the built image gets, when it is stated."""

    @property
    def name(self) -> tuple[str, str, str, str]:
        """(compose file, service, Dockerfile, context) as shown in output; unknown parts empty."""
        compose = self.origin_file if self.origin == "compose" else ""
        docker = home_of(self.dockerfile) if isinstance(self.dockerfile, str) else ""
        context = self.context if isinstance(self.context, str) else ""
        return compose, self.service, docker, context


class _Reader:
    """The compose loader's view of the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def text(self, path: str) -> str | None:
        return self._db.text(path)

    def yaml(self, path: str) -> ParsedYaml | None:
        return parsed_yaml(self._db, path)


@query
def compose(db: Database, group: ComposeGroup) -> LoadResult:
    """The model of one compose project, all profiles on, only `.env` files interpolating."""
    request = LoadRequest(group.files, group.directory, None, None)
    return load(request, _Reader(db), _memory(db, group))


@query
def service_of(db: Database, group: ComposeGroup, name: str) -> Service | None:
    """The service of that name: equal while only others change."""
    return _by_name(db, group).get(name)


@query
def _by_name(db: Database, group: ComposeGroup) -> dict[str, Service]:
    return {known.name: known for known in compose(db, group).project.services}


@query
def _memory(db: Database, group: ComposeGroup) -> Memory:
    """What loads of a project leave to the next. It reads nothing, so it is made but once."""
    del db, group
    return Memory()


def id_of_service(group: ComposeGroup, name: str) -> str:
    """The identity of the build unit of a service that has `build`."""
    return f"{group.files[0]}#{name}"


@query
def healthy(db: Database, group: ComposeGroup) -> bool:
    """Whether every file of the group could be read without giving up on a part of it."""
    for path in group.files:
        parsed = parsed_yaml(db, path)
        if parsed is None or any(not problem.repaired for problem in parsed.problems):
            return False
    return True


@query
def all_units(db: Database) -> tuple[BuildUnit, ...]:
    """Every build unit of the workspace, in a fixed order."""
    return tuple(unit for root in roots(db) for unit in _units_below(db, root))


@query
def unit_ids(db: Database) -> tuple[str, ...]:
    """The identities of all build units."""
    return tuple(unit.id for unit in all_units(db))


@query
def unit(db: Database, unit_id: str) -> BuildUnit | None:
    """The build unit of that identity."""
    return _by_id(db).get(unit_id)


@query
def _by_id(db: Database) -> dict[str, BuildUnit]:
    found: dict[str, BuildUnit] = {}
    for known in all_units(db):
        found.setdefault(known.id, known)
    return found


@query
def unit_of_image(db: Database, image: str) -> BuildUnit | None:
    """The first build that gives its image that name."""
    return _by_image(db).get(image)


@query
def _by_image(db: Database) -> dict[str, BuildUnit]:
    found: dict[str, BuildUnit] = {}
    for known in all_units(db):
        if known.image is not None:
            found.setdefault(known.image, known)
    return found


@query
def units_of_dockerfile(db: Database, path: str) -> tuple[BuildUnit, ...]:
    """The builds that use the Dockerfile."""
    return _by_dockerfile(db).get(path, ())


@query
def _by_dockerfile(db: Database) -> dict[str, tuple[BuildUnit, ...]]:
    found: dict[str, list[BuildUnit]] = {}
    for known in all_units(db):
        if isinstance(known.dockerfile, str):
            found.setdefault(known.dockerfile, []).append(known)
    return {path: tuple(units) for path, units in found.items()}


@query
def _units_below(db: Database, root: str) -> tuple[BuildUnit, ...]:
    units: list[BuildUnit] = []
    broken_folders = []
    for group in compose_groups(db, root):
        units.extend(_compose_units(db, group))
        if not healthy(db, group):
            broken_folders.append(group.directory)
    built = {known.dockerfile for known in units if isinstance(known.dockerfile, str)}
    unclear = any(isinstance(known.dockerfile, Unknown) for known in units)
    stated: dict[str, list[Invocation]] = {}
    for call in invocations(db, root):
        stated.setdefault(call.dockerfile, []).append(call)
    for path in inventory(db, root).dockerfiles:
        pin = _pin(db, root, path)
        if pin is not None:
            units.append(_plain_unit(path, "pin", *pin))
        elif path in built:
            continue
        elif path in stated:
            units.extend(_stated_unit(call) for call in stated[path])
        elif not any(_inside(path, folder) for folder in broken_folders) and dockerfile(db, path):
            context = infer_context(db, root, path)
            if unclear and not isinstance(context, Unknown):
                context = Unknown("dockerfile-maybe-built-elsewhere", "", whole_file(path))
            units.append(_plain_unit(path, "inferred", context, None))
    return tuple(units)


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _plain_unit(path: str, origin: Origin, context: str | Unknown, target: str | None) -> BuildUnit:
    return BuildUnit(
        id=f"{path}#",
        origin=origin,
        origin_file=path,
        service="",
        at=whole_file(path),
        dockerfile=path,
        inline=None,
        context=context,
        context_at=None,
        target=target,
        target_at=None,
        args=(),
        named_contexts=(),
        platform=None,
        image=None,
    )


def _stated_unit(call: Invocation) -> BuildUnit:
    base = _plain_unit(call.dockerfile, "invocation", call.context, call.target)
    return base._replace(
        id=f"{call.at.path}#{call.label}",
        origin_file=call.at.path,
        service=call.label,
        at=call.at,
        context_at=call.at,
        args=tuple((name, value, call.at) for name, value in call.args),
        platform=call.platform,
    )


@firewall
def _pin(db: Database, root: str, path: str) -> tuple[str | Unknown, str | None] | None:
    for pin in settings(db, root).contexts:
        if join(root, pin.dockerfile) == path:
            return join(root, pin.context), pin.target
    parsed = parsed_dockerfile(db, path)
    for comment in parsed.comments if parsed else ():
        match = _PIN.match(comment.text)
        if match:
            return join(path.rpartition("/")[0], match[1]), match[2]
    return None


def _compose_units(db: Database, group: ComposeGroup) -> list[BuildUnit]:
    return [
        _compose_unit(db, group, known, known.build)
        for known in compose(db, group).project.services
        if known.build is not None
    ]


def _compose_unit(db: Database, group: ComposeGroup, known: Service, build: Build) -> BuildUnit:
    context: str | Unknown
    if isinstance(build.context, RemoteContext):
        context = Unknown("remote-context", build.context.reference, build.context_at)
    elif build.context is None:
        context = Unknown("empty-context", "", build.context_at)
    else:
        context = build.context
    origin_file = known.at.path
    path: str | Unknown
    inline = None
    if build.dockerfile_inline is not None:
        if isinstance(build.dockerfile_inline, Unknown):
            path = build.dockerfile_inline
        else:
            inline = Inline(build.dockerfile_inline, build.dockerfile_inline_at or build.at)
            path = inline_path(inline.at)
    elif isinstance(build.dockerfile, Unknown):
        path = build.dockerfile
    elif isinstance(context, Unknown):
        path = context
    else:
        path = join(context, build.dockerfile or "Dockerfile")
        if build.dockerfile in (None, "Dockerfile") and db.text(path) is None:
            lower = join(context, "dockerfile")
            path = lower if db.text(lower) is not None else path
    return BuildUnit(
        id=id_of_service(group, known.name),
        origin="compose",
        origin_file=origin_file,
        service=known.name,
        at=build.at,
        dockerfile=path,
        inline=inline,
        context=context,
        context_at=build.context_at,
        target=build.target,
        target_at=build.target_at,
        args=tuple((pair.name, pair.value, pair.at) for pair in build.args),
        named_contexts=tuple(
            (
                item.name,
                item.value.reference if isinstance(item.value, RemoteContext) else item.value,
            )
            for item in build.additional_contexts
        ),
        platform=known.platform if isinstance(known.platform, str) else None,
        image=known.image if isinstance(known.image, str) else None,
    )


def root_of_unit(db: Database, known: BuildUnit) -> str:
    """The workspace root that the build belongs to."""
    return root_of(db, known.origin_file)
