"""Packages of a lock that another tool wrote, brought into the layout uv itself writes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shipworthy.model.python.values import array, at, string, table
from shipworthy.text.patterns import regex

_BARE = regex(r"[A-Za-z0-9_-]+")
_EDGE_KEYS = ("name", "version", "source", "extra", "marker")
_MAX_DEPTH = 8


def uv_block(package: object) -> str:
    """One `[[package]]` block in uv's layout; "" for what is no package."""
    name = string(package, "name")
    source = table(package, "source")
    if name is None or not source:
        return ""
    lines = ["[[package]]", f"name = {_inline(name)}"]
    version = string(package, "version")
    if version is not None:
        lines.append(f"version = {_inline(version)}")
    lines.append(f"source = {_inline(source)}")
    lines += _array("resolution-markers", array(package, "resolution-markers"))
    lines += _array("dependencies", array(package, "dependencies"), _EDGE_KEYS)
    if table(package, "sdist"):
        lines.append(f"sdist = {_inline(table(package, 'sdist'))}")
    lines += _array("wheels", array(package, "wheels"))
    for section in ("optional-dependencies", "dev-dependencies"):
        lines += _section(section, table(package, section), _EDGE_KEYS)
    lines += _metadata(package)
    return "\n".join(lines) + "\n"


def _metadata(package: object) -> list[str]:
    if not isinstance(at(package, "metadata"), Mapping):
        return []
    metadata = table(package, "metadata")
    lines = ["", "[package.metadata]"]
    lines += _array("requires-dist", array(metadata, "requires-dist"))
    lines += _array("provides-extras", array(metadata, "provides-extras"))
    return lines + _section("metadata.requires-dev", table(metadata, "requires-dev"))


def _section(name: str, groups: Mapping[str, object], keys: tuple[str, ...] = ()) -> list[str]:
    if not groups:
        return []
    lines = ["", f"[package.{name}]"]
    for group in groups:
        items = array(groups, group)
        lines += _array(_key(group), items, keys) or [f"{_key(group)} = []"]
    return lines


def _array(key: str, items: object, keys: tuple[str, ...] = ()) -> list[str]:
    if not isinstance(items, list) or not items:
        return []
    return [f"{key} = [", *(f"    {_inline(item, keys)}," for item in items), "]"]


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else json.dumps(text)


def _inline(value: object, keys: tuple[str, ...] = (), depth: int = 0) -> str:
    if depth > _MAX_DEPTH:
        return '""'
    if isinstance(value, Mapping):
        ordered = [key for key in keys if key in value] if keys else list(value)
        pairs = (f"{_key(key)} = {_inline(value[key], (), depth + 1)}" for key in ordered)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item, (), depth + 1) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
