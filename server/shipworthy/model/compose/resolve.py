"""Relative paths made absolute and plain names resolved.

After compose-go paths/resolve.go and loader/environment.go.
"""

from __future__ import annotations

from collections.abc import Callable

from shipworthy.model.compose import paths
from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.tree import (
    MARK,
    Items,
    Leaf,
    Path,
    PathTable,
    Problem,
    Record,
    Report,
    Value,
)

_Resolve = Callable[[str], str]


def resolve_paths(
    project: Record, base: str, lookup: Lookup, report: Report, hurt: set[str]
) -> Record:
    """The canonical tree with its relative paths taken from the directory `base`."""

    def plain(path: str) -> str:
        return paths.absolute(path, base, lookup)

    def source(path: str) -> str:
        return paths.absolute_source(path, base, lookup)

    def context(path: str) -> str:
        return paths.build_context(path, base, lookup)

    table: dict[Path, _Resolve] = {
        ("services", "*", "build", "context"): context,
        ("services", "*", "build", "additional_contexts", "*"): context,
        ("services", "*", "env_file", "[]", "path"): plain,
        ("services", "*", "extends", "file"): plain,
        ("services", "*", "develop", "watch", "[]", "path"): plain,
        ("configs", "*", "file"): source,
        ("secrets", "*", "file"): source,
    }
    leads = {pattern[:n]: True for pattern in table for n in range(1, len(pattern))}
    resolved = _walk(project, (), PathTable(table), PathTable(leads))
    assert isinstance(resolved, Record)
    return _volumes(_mounts(resolved, source, report, hurt), source)


def _walk(value: Value, path: Path, table: PathTable[_Resolve], leads: PathTable[bool]) -> Value:
    if isinstance(value, Leaf):
        change = table.get(path) if isinstance(value.value, str) else None
        return value if change is None else value._replace(value=change(str(value.value)))
    if path and not leads.get(path):
        return value
    if isinstance(value, Items):
        items = tuple(_walk(item, (*path, "[]"), table, leads) for item in value.items)
        return value._replace(items=items)
    if isinstance(value, Record):
        entries = {
            key: entry._replace(value=_walk(entry.value, (*path, key), table, leads))
            for key, entry in value.entries.items()
        }
        return value._replace(entries=entries)
    return value


def _mounts(project: Record, source: _Resolve, report: Report, hurt: set[str]) -> Record:
    services = project.get("services")
    if not isinstance(services, Record):
        return project

    def change(name: str, service: Record) -> Record:
        mounts = service.get("volumes")
        if not isinstance(mounts, Items):
            return service
        kept: list[Value] = []
        for item in mounts.items:
            mount = _mount(item, source, report)
            if mount is None:
                hurt.add(name)
            else:
                kept.append(mount)
        return service.with_value("volumes", mounts._replace(items=tuple(kept)))

    return project.with_value("services", services.map_records(change))


def _mount(item: Value, resolve: _Resolve, report: Report) -> Value | None:
    if not isinstance(item, Record) or item.text("type") != "bind":
        return item
    source = item.get("source")
    if source is None:
        message = 'invalid mount config for type "bind": field Source must not be empty'
        report(Problem("volume-spec", message, item.at))
        return None
    if isinstance(source, Leaf) and isinstance(source.value, str):
        return item.with_value("source", source._replace(value=resolve(source.value)))
    return item


def _volumes(project: Record, source: _Resolve) -> Record:
    volumes = project.get("volumes")
    if not isinstance(volumes, Record):
        return project

    def change(name: str, volume: Record) -> Record:
        del name
        options = volume.get("driver_opts")
        if not isinstance(options, Record):
            return volume
        device = options.get("device")
        bound = volume.text("driver") == "local" and options.text("o") == "bind"
        if not bound or not isinstance(device, Leaf) or not isinstance(device.value, str):
            return volume
        resolved = device._replace(value=source(device.value))
        return volume.with_value("driver_opts", options.with_value("device", resolved))

    return project.with_value("volumes", volumes.map_records(change))


def resolve_environment(project: Record, lookup: Lookup) -> Record:
    """Names without a value in `environment` lists take the environment's, as far as known."""
    services = project.get("services")
    if not isinstance(services, Record):
        return project

    def change(name: str, service: Record) -> Record:
        del name
        names = service.get("environment")
        if not isinstance(names, Items):
            return service
        items = tuple(_with_value(item, lookup) for item in names.items)
        return service.with_value("environment", names._replace(items=items))

    return project.with_value("services", services.map_records(change))


def _with_value(item: Value, lookup: Lookup) -> Value:
    if not isinstance(item, Leaf) or not isinstance(item.value, str):
        return item
    value = lookup(item.value)
    if "=" in item.value or value is None or value == MARK:
        return item
    return item._replace(value=f"{item.value}={value}", literal=False)
