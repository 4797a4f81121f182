"""The schema of the Compose Specification at a key path: the keys and values it allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.model.compose.schema_rule import Rule
from shipworthy.model.compose.schema_table import DEFINITIONS, ROOT
from shipworthy.views.yaml_places import YamlPath

_DEPTH = 8


def rules_at(path: YamlPath) -> tuple[Rule, ...]:
    """The rules that could hold at a path; none where nothing is allowed or said."""
    found = _alternatives(ROOT, 0)
    for step in path:
        found = [inner for rule in found for inner in _step(rule, step)]
    return tuple(found)


def keys_at(path: YamlPath) -> tuple[str, ...]:
    """The keys that a mapping at a path may have by name."""
    return tuple(dict.fromkeys(key for rule in rules_at(path) for key in rule.properties))


def values_at(path: YamlPath) -> tuple[str, ...]:
    """The fixed values at a path; `true` and `false` where it is a boolean."""
    found: list[str] = []
    for rule in rules_at(path):
        found.extend(rule.enum)
        if "boolean" in rule.types:
            found.extend(("true", "false"))
    return tuple(dict.fromkeys(found))


def holds(path: YamlPath) -> str:
    """What the value of a key is first of all: `object`, `array` or `scalar`."""
    types = [name for rule in rules_at(path) for name in rule.types]
    if "array" in types and "string" not in types:
        return "array"
    if "object" in types and "string" not in types:
        return "object"
    return "scalar"


def _step(rule: Rule, step: str) -> Iterator[Rule]:
    if step == "[]":
        inner = rule.items
    else:
        inner = rule.properties.get(step)
        if inner is None:
            inner = next((r for p, r in rule.patterns.items() if re.search(p, step)), None)
    if inner is not None:
        yield from _alternatives(inner, 0)


def _alternatives(rule: Rule, depth: int) -> list[Rule]:
    if depth > _DEPTH:
        return []
    if rule.ref is not None:
        return _alternatives(DEFINITIONS[rule.ref], depth + 1)
    found = [rule]
    for other in (*rule.one_of, *rule.any_of):
        found += _alternatives(other, depth + 1)
    return found
