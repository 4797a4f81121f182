"""Removing the repeated elements of lists, after compose-go override/uncity.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shipworthy.model.compose import volume_spec
from shipworthy.model.compose.tree import (
    Items,
    Leaf,
    Path,
    Places,
    Problem,
    Record,
    Report,
    Value,
    dotted,
    show,
)
from shipworthy.model.unknown import is_unknown

_Indexer: TypeAlias = Callable[[Value, Path], str]


def _service(*steps: str) -> Path:
    return ("services", "*", *steps)


def unique(project: Record, report: Report, hurt: set[str]) -> Record:
    """The tree with repeated elements of lists removed: the last one takes the first's place."""
    del hurt
    result = _unique(project, _INDEXERS, (), report)
    assert isinstance(result, Record)
    return result


def _unique(value: Value, indexers: Places[_Indexer] | None, path: Path, report: Report) -> Value:
    if indexers is None:
        return value
    if isinstance(value, Record):
        changed: dict[str, Value] = {}
        for key, entry in value.entries.items():
            inner = _unique(entry.value, indexers.below(key), (*path, key), report)
            if inner is not entry.value:
                changed[key] = inner
        return value.with_values(changed)
    if not isinstance(value, Items) or indexers.thing is None:
        return value
    return _unique_items(value, indexers.thing, path, report)


def _unique_items(value: Items, indexer: _Indexer, path: Path, report: Report) -> Items:
    places: dict[object, int] = {}
    kept: list[Value] = []
    for item in value.items:
        key: object
        if isinstance(item, Leaf) and is_unknown(item.value):
            key = item.at
        else:
            try:
                key = indexer(item, path)
            except volume_spec.InvalidSpec as error:
                report(Problem("volume-spec", str(error), item.at))
                continue
            except _NoIndex as error:
                report(Problem(error.kind, str(error), item.at))
                continue
        if key in places:
            kept[places[key]] = item
        else:
            places[key] = len(kept)
            kept.append(item)
    return value if len(kept) == len(value.items) else value._replace(items=tuple(kept))


class _NoIndex(ValueError):
    def __init__(self, message: str, kind: str = "other") -> None:
        super().__init__(message)
        self.kind = kind


def _name_of(item: Value, path: Path) -> str:
    if isinstance(item, Leaf) and isinstance(item.value, str):
        return item.value.partition("=")[0]
    raise _NoIndex(f"{dotted(path)}: unexpected type")


def _target_of(item: Value, path: Path) -> str:
    if isinstance(item, Record):
        target = item.get("target")
        if isinstance(target, Leaf) and is_unknown(target.value):
            return f"\0{target.at}"
        text = item.text("target")
        if text is None:
            raise _NoIndex(f"service volume {dotted(path)} is missing a mount target")
        return text
    if isinstance(item, Leaf) and isinstance(item.value, str):
        return volume_spec.parse(item.value).target.text
    return ""


def _source_of_device(item: Value, path: Path) -> str:
    if isinstance(item, Record):
        return item.text("target") or item.text("source") or ""
    if isinstance(item, Leaf) and isinstance(item.value, str):
        fields = item.value.split(":")
        return fields[1] if len(fields) > 1 else fields[0]
    raise _NoIndex(f"{dotted(path)}: unexpected type")


def _exposed(item: Value, path: Path) -> str:
    if isinstance(item, Leaf) and isinstance(item.value, str | int):
        return show(item.value)
    raise _NoIndex(f"{dotted(path)}: unsupported expose value")


def _mounted_file(folder: str) -> _Indexer:
    def index(item: Value, path: Path) -> str:
        if isinstance(item, Record):
            return item.text("target") or f"{folder}/{item.text('source')}"
        if isinstance(item, Leaf) and isinstance(item.value, str):
            return f"{folder}/{item.value}"
        raise _NoIndex(f"{dotted(path)}: unsupported value")

    return index


def _port(item: Value, path: Path) -> str:
    if isinstance(item, Leaf):
        return show(item.value)
    if not isinstance(item, Record):
        return ""
    if item.get("target") is None:
        raise _NoIndex(f"service ports {dotted(path)} is missing a target port")
    fields = (("host_ip", "0.0.0.0"), ("published", ""), ("target", ""), ("protocol", "tcp"))
    return "/".join(_shown(item.get(name), default) for name, default in fields)


def _shown(value: Value | None, default: str) -> str:
    return show(value.value) if isinstance(value, Leaf) else default


def _env_file(item: Value, path: Path) -> str:
    if isinstance(item, Leaf):
        return show(item.value)
    if isinstance(item, Record):
        text = item.text("path")
        if text is None:
            raise _NoIndex(f"environment path attribute {dotted(path)} is missing")
        return text
    return ""


_NAMED: tuple[Path, ...] = (
    ("networks", "*", "labels"),
    ("networks", "*", "ipam", "options"),
    _service("annotations"),
    _service("build", "args"),
    _service("build", "additional_contexts"),
    _service("build", "platform"),
    _service("build", "tags"),
    _service("build", "labels"),
    _service("cap_add"),
    _service("cap_drop"),
    _service("deploy", "labels"),
    _service("dns"),
    _service("dns_opt"),
    _service("dns_search"),
    _service("environment"),
    _service("labels"),
    _service("links"),
    _service("networks", "*", "aliases"),
    _service("networks", "*", "link_local_ips"),
    _service("profiles"),
    _service("sysctls"),
    _service("tmpfs"),
)
_INDEXERS: Places[_Indexer] = Places(
    {
        **dict.fromkeys(_NAMED, _name_of),
        _service("configs"): _mounted_file(""),
        _service("devices"): _source_of_device,
        _service("env_file"): _env_file,
        _service("expose"): _exposed,
        _service("ports"): _port,
        _service("secrets"): _mounted_file("/run/secrets"),
        _service("volumes"): _target_of,
    }
)
