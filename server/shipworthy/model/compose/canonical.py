"""Short forms made long, after compose-go transform/*.go."""

from __future__ import annotations

from collections.abc import Callable

from shipworthy.model.compose import volume_spec
from shipworthy.model.compose.merge import named_record
from shipworthy.model.compose.paths import clean
from shipworthy.model.compose.ports import port_error
from shipworthy.model.compose.tree import (
    MARK,
    Entry,
    Items,
    Leaf,
    Problem,
    Record,
    Report,
    Value,
    is_null,
    show,
)
from shipworthy.model.unknown import UNKNOWN
from shipworthy.text.anchors import Anchor


def canonical(project: Record, report: Report, hurt: set[str]) -> Record:
    """The project with every service in its long form; what cannot be read is left out."""
    services = project.get("services")
    if not isinstance(services, Record):
        return project

    def change(name: str, service: Record) -> Record:
        return _service(service, _watcher(report, hurt, name))

    return project.with_value("services", services.map_records(change))


def with_defaults(project: Record) -> Record:
    """The project with `context: .` where a build names none (transform/defaults.go)."""
    services = project.get("services")
    if not isinstance(services, Record):
        return project

    def change(name: str, service: Record) -> Record:
        del name
        build = service.get("build")
        if not isinstance(build, Record) or "context" in build.entries:
            return service
        return service.with_value("build", build.with_value("context", Leaf(".", build.at)))

    return project.with_value("services", services.map_records(change))


def _watcher(report: Report, hurt: set[str], name: str) -> Report:
    def note(problem: Problem) -> None:
        hurt.add(name)
        report(problem)

    return note


def _service(service: Record, report: Report) -> Record:
    for key, change in _CHANGES.items():
        value = service.get(key)
        if value is not None:
            service = service.with_value(key, change(value, report))
    return service


def _build(value: Value, report: Report) -> Value:
    if isinstance(value, Leaf) and isinstance(value.value, str):
        return Record({"context": Entry(value.at, value)}, value.at, value.via)
    if not isinstance(value, Record):
        return value
    contexts = value.get("additional_contexts")
    if contexts is not None:
        value = value.with_value("additional_contexts", _pairs(contexts))
    secrets = value.get("secrets")
    return value.with_value("secrets", _sources(secrets, report)) if secrets is not None else value


def _pairs(value: Value) -> Value:
    if not isinstance(value, Items):
        return value
    entries: dict[str, Entry] = {}
    for item in value.items:
        if isinstance(item, Leaf) and isinstance(item.value, str):
            name, equals, text = item.value.partition("=")
            if equals:
                entries[name] = Entry(item.at, item._replace(value=text))
    return Record(entries, value.at, value.via)


def _depends_on(value: Value, report: Report) -> Value:
    del report
    return named_record(value, True) or value


def _networks(value: Value, report: Report) -> Value:
    del report
    return named_record(value, False) or value


def _env_file(value: Value, report: Report) -> Value:
    del report
    if isinstance(value, Leaf):
        value = Items((value,), value.at, value.via) if not is_null(value) else value
    if not isinstance(value, Items):
        return value
    return value._replace(items=tuple(_env_file_item(item) for item in value.items))


def _env_file_item(item: Value) -> Value:
    if isinstance(item, Leaf):
        path = Leaf(UNKNOWN, item.at) if not isinstance(item.value, str) else item
        required = Entry(item.at, Leaf(True, item.at))
        return Record({"path": Entry(item.at, path), "required": required}, item.at, item.via)
    if isinstance(item, Record) and "required" not in item.entries:
        return item.with_value("required", Leaf(True, item.at))
    return item


def _list(value: Value, report: Report) -> Value:
    del report
    if isinstance(value, Leaf) and isinstance(value.value, str):
        return Items((value,), value.at, value.via)
    return value


def _extends(value: Value, report: Report) -> Value:
    del report
    if isinstance(value, Leaf) and isinstance(value.value, str):
        return Record({"service": Entry(value.at, value)}, value.at, value.via)
    return value


def _gpus(value: Value, report: Report) -> Value:
    del report
    if isinstance(value, Leaf) and value.value == "all":
        count = Entry(value.at, Leaf("all", value.at))
        return Items((Record({"count": count}, value.at),), value.at, value.via)
    return value


def _sources(value: Value, report: Report) -> Value:
    del report
    if not isinstance(value, Items):
        return value
    items: list[Value] = []
    for item in value.items:
        if isinstance(item, Leaf) and isinstance(item.value, str):
            items.append(Record({"source": Entry(item.at, item)}, item.at, item.via))
        else:
            items.append(item)
    return value._replace(items=tuple(items))


def _ports(value: Value, report: Report) -> Value:
    if not isinstance(value, Items):
        return value
    kept: list[Value] = []
    for item in value.items:
        error = None
        if isinstance(item, Leaf) and MARK not in (text := show(item.value)):
            error = port_error(text)
        if error is None:
            kept.append(item)
        else:
            report(Problem("port-spec", error, item.at))
    return value._replace(items=tuple(kept))


def _volumes(value: Value, report: Report) -> Value:
    if not isinstance(value, Items):
        return value
    items: list[Value] = []
    for item in value.items:
        mount = _volume(item, report)
        if mount is not None:
            items.append(mount)
    return value._replace(items=tuple(items))


def _volume(item: Value, report: Report) -> Value | None:
    if not isinstance(item, Leaf) or not isinstance(item.value, str):
        return item
    try:
        spec = volume_spec.parse(item.value)
    except volume_spec.InvalidSpec as error:
        report(Problem("volume-spec", str(error), item.at))
        return None
    if item.value == MARK:
        kind: Leaf = Leaf(UNKNOWN, item.at)
    else:
        kind = Leaf(spec.kind if spec.kind is not None else UNKNOWN, item.at)
    entries = {"type": Entry(item.at, kind)}
    if spec.source is not None:
        at = part_at(item, spec.source.start, spec.source.end)
        entries["source"] = Entry(at, Leaf(spec.source.text, at, literal=item.literal))
    text = spec.target.text
    target_at = part_at(item, spec.target.start, spec.target.end)
    cleaned_text = text if MARK in text or not text else clean(text)
    entries["target"] = Entry(target_at, Leaf(cleaned_text, target_at, literal=item.literal))
    if spec.read_only:
        entries["read_only"] = Entry(item.at, Leaf(True, item.at))
    if "nocopy" in spec.options:
        nocopy = Entry(item.at, Leaf(True, item.at))
        entries["volume"] = Entry(item.at, Record({"nocopy": nocopy}, item.at))
    return Record(entries, item.at, item.via, item.origin)


def part_at(leaf: Leaf, start: int, end: int) -> Anchor:
    """The place of a part of a string, or the whole where its spelling hides it."""
    if not isinstance(leaf.value, str) or not leaf.literal:
        return leaf.at
    spare = leaf.at.span.end - leaf.at.span.start - len(leaf.value)
    if spare == 0:
        return leaf.at.narrow(start, end)
    return leaf.at.narrow(start + 1, end + 1) if spare == 2 else leaf.at


_CHANGES: dict[str, Callable[[Value, Report], Value]] = {
    "build": _build,
    "configs": _sources,
    "depends_on": _depends_on,
    "dns": _list,
    "env_file": _env_file,
    "extends": _extends,
    "gpus": _gpus,
    "label_file": _list,
    "networks": _networks,
    "ports": _ports,
    "secrets": _sources,
    "volumes": _volumes,
}
