"""Merging compose trees, after compose-go override/merge.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shipworthy.model.compose.tree import (
    Entry,
    Items,
    Leaf,
    Path,
    Places,
    Problem,
    Record,
    Report,
    Value,
    dotted,
    is_null,
    show,
)
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import Anchor

_Merger: TypeAlias = Callable[[Value, Value, Path, Report], Value]


def merge(base: Record, other: Record, report: Report, path: Path = ()) -> Record:
    """`base` with `other` on top of it; what cannot be merged is reported and keeps its base."""
    entries = dict(base.entries)
    for key, entry in other.entries.items():
        old = entries.get(key)
        if old is None or key.startswith("x-"):
            entries[key] = entry
            continue
        value = _merge_values(old.value, entry.value, (*path, key), report)
        written = entry.key_at if value.at == entry.value.at else old.key_at
        entries[key] = Entry(written, value)
    return base._replace(entries=entries)


def merge_values(base: Value, other: Value, path: Path, report: Report) -> Value:
    """One value on top of another at a path of the project."""
    return _merge_values(base, other, path, report)


def _merge_values(base: Value, other: Value, path: Path, report: Report) -> Value:
    special = _MERGERS.get(path)
    if special is not None:
        return special(base, other, path, report)
    if is_null(other):
        return base
    if _is_unknown(base) or _is_unknown(other):
        return other
    if isinstance(base, Record):
        if isinstance(other, Record):
            return merge(base, other, report, path)
        return _refuse(base, other, path, report)
    if isinstance(base, Items):
        if isinstance(other, Items):
            return other._replace(items=base.items + other.items)
        return _refuse(base, other, path, report)
    return other


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Leaf) and is_unknown(value.value)


def _refuse(base: Value, other: Value, path: Path, report: Report) -> Value:
    report(Problem("other", f"cannot override {dotted(path)}", other.at))
    return base


def _replace(base: Value, other: Value, path: Path, report: Report) -> Value:
    del base, path, report
    return other


def _join(base: Value, other: Value, path: Path, report: Report) -> Value:
    del path, report
    if _is_unknown(base) or _is_unknown(other):
        return other
    at = base.at if is_null(other) else other.at
    return Items(_sequence(base) + _sequence(other), at)


def _sequence(value: Value) -> tuple[Value, ...]:
    """A list or mapping of `NAME=value` as a list; a mapping comes out sorted."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Leaf):
        return (value,) if isinstance(value.value, str) else ()
    if not isinstance(value, Record):
        return ()
    lines: list[Leaf] = []
    for key, entry in value.entries.items():
        inner = entry.value
        if isinstance(inner, Items):
            lines += [_pair(key, entry.key_at, item) for item in inner.items]
        else:
            lines.append(_pair(key, entry.key_at, inner))
    return tuple(sorted(lines, key=lambda leaf: str(leaf.value)))


def _pair(key: str, key_at: Anchor, value: Value) -> Leaf:
    if not isinstance(value, Leaf):
        return Leaf(key, key_at)
    at = _span_from(key_at, value.at)
    if value.value is None:
        return Leaf(key, at, value.via)
    return Leaf(f"{key}={show(value.value)}", at, value.via)


def _span_from(first: Anchor, last: Anchor) -> Anchor:
    """From a key to its value, where both stand in the same block."""
    if first.path != last.path or first.node != last.node or last.span.end < first.span.start:
        return last
    return Anchor(first.path, first.node, first.span._replace(end=last.span.end))


def _merge_build(base: Value, other: Value, path: Path, report: Report) -> Value:
    if _is_unknown(base) or _is_unknown(other):
        return other
    left, right = _build_record(base), _build_record(other)
    if right is None:
        return left or base
    merged = merge(left, right, report, path) if left else right
    return merged._replace(at=other.at, via=other.via)


def _build_record(value: Value) -> Record | None:
    if isinstance(value, Record):
        return value
    if isinstance(value, Leaf) and isinstance(value.value, str):
        return Record({"context": Entry(value.at, value)}, value.at, value.via)
    return None


def _merge_depends_on(base: Value, other: Value, path: Path, report: Report) -> Value:
    return _merge_named(base, other, path, report, True)


def _merge_networks(base: Value, other: Value, path: Path, report: Report) -> Value:
    return _merge_named(base, other, path, report, False)


def _merge_named(base: Value, other: Value, path: Path, report: Report, condition: bool) -> Value:
    if _is_unknown(base) or _is_unknown(other):
        return other
    left, right = named_record(base, condition), named_record(other, condition)
    if left is None or right is None:
        return left or right or other
    return merge(left, right, report, path)


def named_record(value: Value, condition: bool) -> Record | None:
    """A list of names as a mapping; for depends_on each with the condition it stands for."""
    if isinstance(value, Record):
        return value
    if not isinstance(value, Items):
        return None
    entries: dict[str, Entry] = {}
    for item in value.items:
        if not isinstance(item, Leaf) or not isinstance(item.value, str):
            continue
        meaning: Value = Leaf(None, item.at)
        if condition:
            started = Entry(item.at, Leaf("service_started", item.at))
            required = Entry(item.at, Leaf(True, item.at))
            meaning = Record({"condition": started, "required": required}, item.at)
        entries[item.value] = Entry(item.at, meaning)
    return Record(entries, value.at, value.via)


def _merge_logging(base: Value, other: Value, path: Path, report: Report) -> Value:
    if not (isinstance(base, Record) and isinstance(other, Record)):
        return other
    left, right = base.text("driver"), other.text("driver")
    if left == right or left is None or right is None:
        return merge(base, other, report, path)
    return other


def _merge_extra_hosts(base: Value, other: Value, path: Path, report: Report) -> Value:
    del path, report
    left = _sequence(base)
    known = {item.value for item in left if isinstance(item, Leaf)}
    right = tuple(i for i in _sequence(other) if not (isinstance(i, Leaf) and i.value in known))
    return Items(left + right, other.at)


def _service(*steps: str) -> Path:
    return ("services", "*", *steps)


_JOINED: tuple[Path, ...] = (
    ("networks", "*", "labels"),
    ("volumes", "*", "labels"),
    _service("annotations"),
    _service("build", "args"),
    _service("build", "additional_contexts"),
    _service("build", "labels"),
    _service("deploy", "labels"),
    _service("dns"),
    _service("dns_opt"),
    _service("dns_search"),
    _service("env_file"),
    _service("label_file"),
    _service("environment"),
    _service("labels"),
    _service("sysctls"),
    _service("tmpfs"),
)
_MERGERS: Places[_Merger] = Places(
    {
        **dict.fromkeys(_JOINED, _join),
        _service("build"): _merge_build,
        _service("build", "extra_hosts"): _merge_extra_hosts,
        _service("extra_hosts"): _merge_extra_hosts,
        _service("command"): _replace,
        _service("entrypoint"): _replace,
        _service("healthcheck", "test"): _replace,
        _service("depends_on"): _merge_depends_on,
        _service("networks"): _merge_networks,
        _service("models"): _merge_networks,
        _service("logging"): _merge_logging,
        _service("ulimits", "*"): _replace,
    }
)
