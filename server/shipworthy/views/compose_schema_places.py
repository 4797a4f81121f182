"""The schema of the Compose Specification at a key path: the keys and values it allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.compose.schema_rule import Rule
from shipworthy.model.compose.schema_table import DEFINITIONS, ROOT
from shipworthy.syntax.yaml.nodes import Alias
from shipworthy.views.yaml_places import YamlPath, yaml_places

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
    """The fixed texts at a path."""
    return tuple(dict.fromkeys(value for rule in rules_at(path) for value in rule.enum))


def is_flag(path: YamlPath) -> bool:
    """Whether `true` and `false` may stand at a path."""
    return any("boolean" in rule.types for rule in rules_at(path))


def holds(path: YamlPath) -> str:
    """What the value of a key is first of all: `object`, `array` or `scalar`."""
    types = [name for rule in rules_at(path) for name in rule.types]
    if "string" in types or not types:
        return "scalar"
    return next((name for name in types if name in ("object", "array")), "scalar")


def spoken_path(db: Database, path: str, at: YamlPath) -> YamlPath:
    """A path as the schema has it: what stands in an `x-` section counts where it is used."""
    if not at or not at[0].startswith("x-"):
        return at
    anchors = {}
    uses: dict[str, YamlPath] = {}
    for place in yaml_places(db, path):
        node = place.node
        if isinstance(node, Alias):
            used = tuple(key for key in place.path if key != "<<")
            used = used[:-1] if "<<" in place.path and used[-1:] == ("[]",) else used
            uses.setdefault(node.name, used)
        elif node.anchor and not place.key:
            anchors[place.path] = node.anchor
    for length in range(len(at), 0, -1):
        used_at = uses.get(anchors.get(at[:length], ""))
        if used_at is not None and not used_at[0].startswith("x-"):
            return (*used_at, *at[length:])
    return at


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
