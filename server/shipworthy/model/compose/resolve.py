"""Relative paths made absolute and plain names resolved.

After compose-go paths/resolve.go and loader/environment.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shipworthy.model.compose import paths
from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.tree import (
    MARK,
    Items,
    Leaf,
    Places,
    Problem,
    Record,
    Report,
    Value,
)

_Resolve: TypeAlias = Callable[[str, str, Lookup], str]
_Source: TypeAlias = Callable[[str], str]
_PATHS: Places[_Resolve] = Places(
    {
        ("services", "*", "build", "context"): paths.build_context,
        ("services", "*", "build", "additional_contexts", "*"): paths.build_context,
        ("services", "*", "env_file", "[]", "path"): paths.absolute,
        ("services", "*", "extends", "file"): paths.absolute,
        ("services", "*", "develop", "watch", "[]", "path"): paths.absolute,
        ("configs", "*", "file"): paths.absolute_source,
        ("secrets", "*", "file"): paths.absolute_source,
    }
)


def resolve_paths(
    project: Record, base: str, lookup: Lookup, report: Report, hurt: set[str]
) -> Record:
    """The canonical tree with its relative paths taken from the directory `base`."""

    def source(path: str) -> str:
        return paths.absolute_source(path, base, lookup)

    resolved = _walk(project, _PATHS, base, lookup)
    assert isinstance(resolved, Record)
    return _volumes(_mounts(resolved, source, report, hurt), source)


def _walk(value: Value, places: Places[_Resolve] | None, base: str, lookup: Lookup) -> Value:
    if places is None:
        return value
    if isinstance(value, Leaf):
        if places.thing is None or not isinstance(value.value, str):
            return value
        return value._replace(value=places.thing(value.value, base, lookup))
    if isinstance(value, Items):
        below = places.below("[]")
        return value._replace(items=tuple(_walk(item, below, base, lookup) for item in value.items))
    if isinstance(value, Record):
        changed: dict[str, Value] = {}
        for key, entry in value.entries.items():
            inner = _walk(entry.value, places.below(key), base, lookup)
            if inner is not entry.value:
                changed[key] = inner
        return value.with_values(changed)
    return value


def _mounts(project: Record, source: _Source, report: Report, hurt: set[str]) -> Record:
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


def _mount(item: Value, resolve: _Source, report: Report) -> Value | None:
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


def _volumes(project: Record, source: _Source) -> Record:
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
