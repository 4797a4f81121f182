"""From the canonical tree of a service to its value."""

from __future__ import annotations

from shipworthy.model.compose import paths, shellwords
from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.tree import MARK, Items, Leaf, Problem, Record, Report, Value
from shipworthy.model.compose.types import (
    Build,
    Command,
    Dependency,
    EnvFile,
    Healthcheck,
    Mount,
    NamedContext,
    Pair,
    RemoteContext,
    Service,
    Text,
    Watch,
    Word,
)
from shipworthy.model.compose.values import (
    at_of,
    filled,
    flag,
    pairs,
    records,
    text_of,
    unset,
    whole_entry,
    words,
)
from shipworthy.model.unknown import UNKNOWN, Unknown, is_unknown
from shipworthy.text.anchors import Anchor

_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def build_service(
    name: str, at: Anchor, record: Record, lookup: Lookup, report: Report, complete: bool
) -> Service:
    """The service; a command line that cannot be split is reported and UNKNOWN."""
    get = record.get
    return Service(
        name=name,
        at=at,
        build=_build(get("build"), lookup),
        image=filled(get("image")),
        image_at=at_of(get("image")),
        volumes=_mounts(record),
        env_file=tuple(_env_file(item) for item in records(get("env_file"))),
        environment=_resolved(pairs(get("environment")), lookup, True),
        user=filled(get("user")),
        user_at=at_of(get("user")),
        working_dir=filled(get("working_dir")),
        working_dir_at=at_of(get("working_dir")),
        command=_command(name, "command", get("command"), report),
        entrypoint=_command(name, "entrypoint", get("entrypoint"), report),
        profiles=tuple(w.value for w in words(get("profiles")) if isinstance(w.value, str)),
        watch=_watches(get("develop")),
        depends_on=_dependencies(record),
        platform=filled(get("platform")),
        platform_at=at_of(get("platform")),
        read_only=flag(get("read_only")),
        healthcheck=_healthcheck(get("healthcheck")),
        pull_policy=filled(get("pull_policy")),
        gpus=_wants_devices(record),
        extensions=tuple(key for key in record.entries if key.startswith("x-")),
        keys=tuple((key, entry.key_at) for key, entry in record.entries.items()),
        complete=complete,
    )


def _build(value: Value | None, lookup: Lookup) -> Build | None:
    if isinstance(value, Leaf) and is_unknown(value.value):
        return Build(value.at, UNKNOWN, value.at, *(None,) * 6, via=value.via)
    if not isinstance(value, Record):
        return None
    get = value.get
    context = get("context")
    dockerfile, inline, target = get("dockerfile"), get("dockerfile_inline"), get("target")
    name = filled(dockerfile)
    if dockerfile is None and inline is None:
        name = "Dockerfile"
    return Build(
        at=value.at,
        context=_context(context),
        context_at=context.at if context is not None else value.at,
        dockerfile=name,
        dockerfile_at=at_of(dockerfile),
        dockerfile_inline=filled(inline),
        dockerfile_inline_at=at_of(inline),
        target=filled(target),
        target_at=at_of(target),
        args=_resolved(pairs(get("args")), lookup, False),
        additional_contexts=tuple(_named_contexts(get("additional_contexts"))),
        platforms=words(get("platforms")),
        secrets=_secret_names(get("secrets")),
        ssh=tuple(Word(pair.name, pair.at) for pair in pairs(get("ssh"))),
        network=filled(get("network")),
        via=value.via,
    )


def _context(value: Value | None) -> str | Unknown | RemoteContext | None:
    if isinstance(value, Leaf) and isinstance(value.value, str) and "://" in value.value:
        return RemoteContext(value.value)  # remote, whatever its variables are
    text = filled(value)
    if isinstance(text, str) and paths.is_remote_context(text):
        return RemoteContext(text)
    return text


def _named_contexts(value: Value | None) -> list[NamedContext]:
    found: list[NamedContext] = []
    for name, entry in value.entries.items() if isinstance(value, Record) else ():
        context = _context(entry.value)
        if context is not None:
            found.append(NamedContext(name, context, whole_entry(entry)))
    return found


def _secret_names(value: Value | None) -> tuple[Word, ...]:
    found = [(text_of(item.get("source")), item.at) for item in records(value)]
    return tuple(Word(text, at) for text, at in found if text is not None)


def _resolved(found: tuple[Pair, ...], lookup: Lookup, keep: bool) -> tuple[Pair, ...]:
    """Names without a value take the environment's; `keep` those that have none there either."""
    out: list[Pair] = []
    for pair in found:
        if pair.value is not None:
            out.append(pair)
            continue
        value = lookup(pair.name)
        if value is not None:
            known = unset(pair.at) if MARK in value else value
            out.append(pair._replace(value=known))
        elif keep:
            out.append(pair)
    return tuple(out)


def _mounts(record: Record) -> tuple[Mount, ...]:
    volumes = record.get("volumes")
    via = volumes.via if isinstance(volumes, Items) else None
    mounts = [_mount(item, via) for item in records(volumes)]
    for word in words(record.get("tmpfs")):
        target = word.value
        if isinstance(target, str):
            target = target.partition(":")[0]
        at = word.at
        mounts.append(Mount("tmpfs", None, target, False, False, at, at, at, True))
    return tuple(mounts)


def _mount(item: Record, via: Anchor | None) -> Mount:
    kind, source, target = item.get("type"), item.get("source"), item.get("target")
    volume = item.get("volume")
    read_only = flag(item.get("read_only"))
    return Mount(
        type=_kind(kind),
        source=filled(source),
        target=_target(target),
        read_only=read_only,
        nocopy=flag(volume.get("nocopy")) if isinstance(volume, Record) else False,
        at=item.at,
        source_at=source.at if source is not None else item.at,
        target_at=target.at if target is not None else item.at,
        short=kind is not None and kind.at == item.at,
        origin=item.origin,
        via=item.via or via,
    )


def _kind(value: Value | None) -> Text:
    text = filled(value)
    return UNKNOWN if text is None else text


def _text(value: Value | None) -> Text:
    text = text_of(value)
    return "" if text is None else text


def _target(value: Value | None) -> Text:
    """A mount point, cleaned only now: Compose tells repeated ones apart as they are written."""
    text = text_of(value)
    return "" if text is None else paths.clean(text) if isinstance(text, str) else text


def _env_file(item: Record) -> EnvFile:
    path = text_of(item.get("path"))
    required = flag(item.get("required"), True)
    form = filled(item.get("format"))
    return EnvFile(UNKNOWN if path is None else path, required, form, item.at)


def _command(name: str, key: str, value: Value | None, report: Report) -> Command | None:
    if isinstance(value, Items):
        found = [text_of(item) for item in value.items]
        texts = [text for text in found if isinstance(text, str)]
        whole = tuple(texts) if len(texts) == len(found) else UNKNOWN
        return Command(whole, value.at, False)
    text = text_of(value)
    if text is None or value is None:
        return None
    if is_unknown(text):
        return Command(text, value.at, True)
    split = shellwords.split(text)
    if split is None:
        message = f"'services[{name}].{key}' invalid command line string"
        report(Problem("command-syntax", message, value.at))
        return Command(UNKNOWN, value.at, True)
    return Command(tuple(split), value.at, True)


def _watches(develop: Value | None) -> tuple[Watch, ...]:
    watch = develop.get("watch") if isinstance(develop, Record) else None
    return tuple(_watch(item) for item in records(watch))


def _watch(item: Record) -> Watch:
    path, action, target = item.get("path"), item.get("action"), item.get("target")
    return Watch(
        path=_text(path),
        action=_text(action),
        target=filled(target),
        ignore=words(item.get("ignore")),
        include=words(item.get("include")),
        initial_sync=flag(item.get("initial_sync")),
        at=item.at,
        path_at=path.at if path is not None else item.at,
        action_at=action.at if action is not None else item.at,
        target_at=at_of(target),
    )


def _dependencies(record: Record) -> tuple[Dependency, ...]:
    found: dict[str, Dependency] = {}
    declared = record.get("depends_on")
    for name, entry in declared.entries.items() if isinstance(declared, Record) else ():
        value = entry.value
        condition = text_of(value.get("condition")) if isinstance(value, Record) else None
        required = flag(value.get("required"), True) if isinstance(value, Record) else True
        if condition is None:
            condition = "service_started"
        found[name] = Dependency(name, condition, required, entry.key_at)
    for name, at in _implied(record):
        found.setdefault(name, Dependency(name, "service_started", True, at))
    return tuple(found.values())


def _implied(record: Record) -> list[tuple[str, Anchor]]:
    """Services that links, shared namespaces and volumes_from depend on (Normalize)."""
    found: list[tuple[str, Anchor]] = []
    for word in words(record.get("links")):
        if isinstance(word.value, str):
            parts = word.value.split(":")
            found.append((parts[0] if len(parts) == 2 else word.value, word.at))
    for key in _NAMESPACES:
        value = record.get(key)
        text = text_of(value)
        if value is not None and isinstance(text, str) and text.startswith("service:"):
            found.append((text.removeprefix("service:"), value.at))
    sources = [w for w in words(record.get("volumes_from")) if isinstance(w.value, str)]
    return found + [
        (str(word.value).partition(":")[0], word.at)
        for word in sources
        if not str(word.value).startswith("container:")
    ]


def _healthcheck(value: Value | None) -> Healthcheck | None:
    if not isinstance(value, Record):
        return None
    test = value.get("test")
    parts: tuple[str, ...] | Unknown | None = None
    if isinstance(test, Items):
        texts = [word.value for word in words(test)]
        plain = tuple(text for text in texts if isinstance(text, str))
        parts = plain if len(plain) == len(texts) else UNKNOWN
    elif test is not None:
        text = text_of(test)
        parts = ("CMD-SHELL", text) if isinstance(text, str) else text
    disabled = flag(value.get("disable"))
    if isinstance(parts, tuple) and parts[:1] == ("NONE",):
        disabled = True
    return Healthcheck(parts, disabled, test.at if test is not None else value.at)


def _wants_devices(record: Record) -> bool:
    if record.get("gpus") is not None or record.text("runtime") == "nvidia":
        return True
    place: Value | None = record
    for key in ("deploy", "resources", "reservations", "devices"):
        place = place.get(key) if isinstance(place, Record) else None
    return isinstance(place, Items) and bool(place.items)
