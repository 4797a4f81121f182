"""Checking a compose tree against the Compose Specification's schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import isfinite

from shipworthy.model.compose.schema_rule import Rule
from shipworthy.model.compose.schema_table import DEFINITIONS, ROOT
from shipworthy.model.compose.tree import (
    MARK,
    Items,
    Leaf,
    Path,
    Problem,
    Record,
    Report,
    Tagged,
    Timestamp,
    Value,
    dotted,
    show,
)
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class _Fault(NamedTuple):
    """One violation at `where`; `path` is what has to be left out for the rest to be usable."""

    path: Path
    message: str
    at: Anchor
    inside: bool = False

    @property
    def where(self) -> Path:
        return self.path[:-1] if self.inside else self.path


_NAMES = {"object": "mapping", "array": "list"}
_Faults = Callable[[_Fault], None]


def validate(project: Record, report: Report, hurt: set[str]) -> Record:
    """The tree without what the schema forbids; the services that lose something are `hurt`."""
    faults: list[_Fault] = []
    _check(project, ROOT, (), faults.append)
    drop: set[Path] = set()
    for fault in faults:
        report(Problem("schema", f"{dotted(fault.where)} {fault.message}", fault.at))
        drop.add(fault.path)
    hurt.update(path[1] for path in drop if len(path) > 1 and path[0] == "services")
    pruned = _prune(project, (), drop) if drop else project
    return pruned if isinstance(pruned, Record) else project._replace(entries={})


def _prune(value: Value, path: Path, drop: set[Path]) -> Value:
    if isinstance(value, Record):
        entries = {
            key: entry._replace(value=_prune(entry.value, (*path, key), drop))
            for key, entry in value.entries.items()
            if (*path, key) not in drop
        }
        return value._replace(entries=entries)
    if isinstance(value, Items):
        items = tuple(
            _prune(item, (*path, str(i)), drop)
            for i, item in enumerate(value.items)
            if (*path, str(i)) not in drop
        )
        return value._replace(items=items)
    return value


def _check(value: Value, rule: Rule, path: Path, found: _Faults) -> None:
    while rule.ref is not None:
        rule = DEFINITIONS[rule.ref]
    if isinstance(value, Leaf) and is_unknown(value.value):
        return
    if rule.types and not any(_is_type(value, name) for name in rule.types):
        found(
            _Fault(path, f"must be a {' or '.join(_NAMES.get(t, t) for t in rule.types)}", value.at)
        )
        return
    if rule.one_of or rule.any_of:
        _check_branches(value, rule, path, found)
    if isinstance(value, Leaf):
        _check_scalar(value, rule, path, found)
    elif isinstance(value, Items):
        _check_items(value, rule, path, found)
    elif isinstance(value, Record):
        _check_record(value, rule, path, found)


def _check_branches(value: Value, rule: Rule, path: Path, found: _Faults) -> None:
    """Exactly one branch of `one_of` must hold; the faults of the nearest are the ones to tell."""
    best: list[_Fault] | None = None
    held = 0
    for branch in rule.one_of or rule.any_of:
        faults: list[_Fault] = []
        _check(value, branch, path, faults.append)
        if not faults:
            held += 1
        elif best is None or _depth(faults) > _depth(best):
            best = faults
    if held == 0 and best is not None:
        for fault in best:
            found(fault)
    elif held > 1 and rule.one_of and not _undecided(value):
        found(_Fault(path, "must be of one form only", value.at))


def _undecided(value: Value) -> bool:
    """Whether a variable decides what the value is, so that it may be of several forms."""
    plain = value.value if isinstance(value, Leaf) else None
    return is_unknown(plain) or (isinstance(plain, str) and MARK in plain)


def _depth(faults: list[_Fault]) -> int:
    return max(len(fault.path) for fault in faults)


def _check_scalar(value: Leaf, rule: Rule, path: Path, found: _Faults) -> None:
    plain = value.value
    if isinstance(plain, str):
        if MARK in plain:
            return
        if rule.enum and plain not in rule.enum:
            names = ", ".join(f"'{name}'" for name in rule.enum)
            found(_Fault(path, f"value must be one of {names}", value.at))
        elif rule.pattern is not None and not _pattern(rule.pattern).search(plain):
            found(_Fault(path, f"does not match pattern '{rule.pattern}'", value.at))
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        if rule.minimum is not None and plain < rule.minimum:
            found(_Fault(path, f"must be at least {rule.minimum:g}", value.at))
        if rule.maximum is not None and plain > rule.maximum:
            found(_Fault(path, f"must be at most {rule.maximum:g}", value.at))


def _check_items(value: Items, rule: Rule, path: Path, found: _Faults) -> None:
    if rule.items is not None:
        for i, item in enumerate(value.items):
            _check(item, rule.items, (*path, str(i)), found)
    if rule.unique and len(value.items) > 1:
        seen: set[object] = set()
        for i, item in enumerate(value.items):
            key = _identity(item)
            if key in seen:
                found(_Fault((*path, str(i)), "is equal to an earlier item", item.at))
            seen.add(key)


def _identity(value: Value) -> object:
    if isinstance(value, Leaf):
        plain = value.value
        if is_unknown(plain) or (isinstance(plain, str) and MARK in plain):
            return value.at
        return (type(plain) in (int, float), isinstance(plain, bool), plain)
    if isinstance(value, Items):
        return tuple(_identity(item) for item in value.items)
    if isinstance(value, Tagged):
        return _identity(value.value)
    return frozenset((key, _identity(entry.value)) for key, entry in value.entries.items())


def _check_record(value: Record, rule: Rule, path: Path, found: _Faults) -> None:
    for name in rule.required:
        if name not in value.entries:
            found(_Fault(path, f"missing property '{name}'", value.at))
    for key, entry in value.entries.items():
        below = (*path, key)
        known = False
        if key in rule.properties:
            known = True
            _check(entry.value, rule.properties[key], below, found)
        for pattern, inner in rule.patterns.items():
            if _pattern(pattern).search(key):
                known = True
                _check(entry.value, inner, below, found)
        if rule.closed and not known:
            message = f"additional properties '{key}' not allowed"
            found(_Fault(below, message, entry.key_at, inside=True))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.removesuffix("$") + r"\Z" if text.endswith("$") else text)


def _is_type(value: Value, name: str) -> bool:
    if isinstance(value, Record):
        return name == "object"
    if isinstance(value, Items):
        return name == "array"
    if isinstance(value, Tagged):
        return _is_type(value.value, name)
    plain = value.value
    if isinstance(plain, str):
        # What an unknown variable would make of it, nobody can say.
        return name == "string" or (MARK in plain and name not in ("object", "array"))
    if plain is None:
        return name == "null"
    if isinstance(plain, bool):
        return name == "boolean"
    if isinstance(plain, Timestamp):
        return name == "string"
    if isinstance(plain, int):
        return name in ("integer", "number")
    if isinstance(plain, float):
        if not isfinite(plain):
            return False  # no JSON number
        return name == "number" or (name == "integer" and plain.is_integer())
    return bool(show(plain))
