"""From the YAML tree to the compose tree: types, aliases, merge keys, `!reset` and `!override`.

Scalars are typed by the rules of Go's yaml v3, which mix YAML 1.1 and 1.2: `yes` is a string,
`010` is eight, `1_000` is a thousand.
"""

from __future__ import annotations

import re

from shipworthy.model.compose.tree import (
    Entry,
    Items,
    Leaf,
    Path,
    Plain,
    Problem,
    Record,
    Report,
    Tagged,
    Timestamp,
    Value,
)
from shipworthy.model.unknown import UNKNOWN
from shipworthy.syntax.yaml import nodes
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_DEPTH = 100
_BUDGET = 100_000
"""Nodes that aliases may add; beyond it a file is an attack, and Compose refuses it too."""

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_SPECIAL = {
    **{text: float("inf") for text in (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")},
    **{text: float("-inf") for text in ("-.inf", "-.Inf", "-.INF")},
    **{text: float("nan") for text in (".nan", ".NaN", ".NAN")},
}
_INTEGER = regex(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_DATE = regex(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]| )([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]{1,9})?"
    r"(Z|[-+][0-9]{2}:[0-9]{2})?)?$"
)
_LONG = "tag:yaml.org,2002:"


class Document(NamedTuple):
    """One YAML document: its tree without tags, and the paths that `!reset`/`!override` name."""

    root: Value
    resets: tuple[Path, ...]


def read_document(root: nodes.Node, path: str, report: Report) -> Document:
    """The compose tree of one YAML document; what YAML itself forbids is reported and left out."""
    value = _Reader(path, report).value(root, 0)
    resets: list[Path] = []
    stripped = _strip(value, (), resets) if _has_tags(value) else value
    return Document(stripped if stripped is not None else Leaf(None, value.at), tuple(resets))


def typed(text: str) -> Plain:
    """What a plain scalar means."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text in _SPECIAL:
        return _SPECIAL[text]
    if text[0] not in "+-.0123456789":
        return text
    date = _DATE.match(text)
    if date is not None and (stamp := _timestamp(date)) is not None:
        return stamp
    if text[0] == ".":
        return float(text) if _FLOAT.match(text) else text
    plain = text.replace("_", "")
    if plain == "-0":
        return -0.0
    if len(plain) < 400 and _INTEGER.match(plain):
        number = _integer(plain)
        if -(2**63) <= number < 2**64:
            return number
    return float(plain) if _FLOAT.match(plain) else text


def _timestamp(date: re.Match[str]) -> Timestamp | None:
    year, month, day, hour, minute, second, fraction, zone = date.groups()
    from datetime import datetime  # noqa: PLC0415  (slow to import, for timestamps only)

    try:
        time = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    fraction = (fraction or "").rstrip("0").rstrip(".")
    shift = "+0000 UTC"
    if zone and zone != "Z":
        shift = " ".join([zone.replace(":", "")] * 2)
    return Timestamp(f"{time:%Y-%m-%d %H:%M:%S}{fraction} {shift}")


def _decoded(text: str) -> str:
    from base64 import b64decode  # noqa: PLC0415  (slow to import, for `!!binary` only)

    try:
        return b64decode("".join(text.split()), validate=True).decode(errors="replace")
    except ValueError:
        return text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    prefix = digits[:2].lower()
    if prefix in ("0x", "0b", "0o"):
        return sign * int(digits[2:], {"0x": 16, "0b": 2, "0o": 8}[prefix])
    return sign * int(digits, 8 if digits[0] == "0" and len(digits) > 1 else 10)


class _Reader:
    """Walks one document in order, remembering anchors as they are defined."""

    def __init__(self, path: str, report: Report) -> None:
        self._path = path
        self._report = report
        self._anchors: dict[str, tuple[Value, int] | None] = {}
        self._sizes = 0
        self._aliased = 0

    def value(self, node: nodes.Node, depth: int) -> Value:
        at = Anchor(self._path, node.block, node.span)
        if depth > _DEPTH:
            self._complain("exceeded max depth", at)
            return Leaf(UNKNOWN, at)
        if isinstance(node, nodes.Alias):
            return self._alias(node, at)
        if node.anchor:
            self._anchors[node.anchor] = None
        before = self._sizes
        self._sizes += 1
        value: Value
        if isinstance(node, nodes.Scalar):
            value = Leaf(self._scalar(node, at), at)
        elif isinstance(node, nodes.Sequence):
            value = Items(tuple(self.value(item, depth + 1) for item in node.items), at)
        else:
            value = self._mapping(node, at, depth)
        if node.tag == "!reset":
            value = Tagged("reset", value, at)
        elif node.tag == "!override":
            value = Tagged("override", value, at)
        if node.anchor:
            self._anchors[node.anchor] = (value, self._sizes - before)
        return value

    def _complain(self, message: str, at: Anchor) -> None:
        self._report(Problem("yaml", message, at))

    def _alias(self, node: nodes.Alias, at: Anchor) -> Value:
        if node.name not in self._anchors:
            self._complain(f"unknown anchor '{node.name}' referenced", at)
            return Leaf(UNKNOWN, at)
        found = self._anchors[node.name]
        if found is None:
            self._complain(f"anchor '{node.name}' value contains itself", at)
            return Leaf(UNKNOWN, at)
        value, size = found
        self._sizes += size
        self._aliased += size
        if self._aliased > _BUDGET:
            self._complain("document contains excessive aliasing", at)
            return Leaf(UNKNOWN, at)
        return value._replace(via=at)

    def _scalar(self, node: nodes.Scalar, at: Anchor) -> Plain:
        tag = node.tag.replace(_LONG, "!!") if node.tag else None
        if tag in (None, "", "?"):
            return typed(node.value) if node.style in ("plain", "empty") else node.value
        if tag == "!!null":
            return None
        if tag in ("!!int", "!!float", "!!bool"):
            value = typed(node.value) if node.value else None
            if tag == "!!float" and type(value) is int:
                return float(value)
            if type(value) is {"!!int": int, "!!float": float, "!!bool": bool}[tag]:
                return value
            self._complain(f"cannot decode {node.value!r} as a {tag}", at)
            return UNKNOWN
        if tag == "!!binary":
            return _decoded(node.value)
        return node.value  # a tag YAML does not know makes a string, even of `null`

    def _mapping(self, node: nodes.Mapping, at: Anchor, depth: int) -> Record:
        entries: dict[str, Entry] = {}
        merges: list[Record] = []
        seen: set[str] = set()
        for entry in node.entries:
            key_at = Anchor(self._path, entry.key.block, entry.key.span)
            value = self.value(entry.value, depth + 1)
            key = self._key(entry.key, key_at)
            if key is None:
                continue
            if key in seen:
                self._complain(f'mapping key "{key}" already defined', key_at)
            seen.add(key)
            if key == "<<" and isinstance(entry.key, nodes.Scalar) and entry.key.style == "plain":
                merges += self._merged(value)
                continue
            entries[key] = Entry(key_at, value)
        for merged in merges:
            for name, inherited in merged.entries.items():
                entries.setdefault(name, _through(inherited, merged.via))
        return Record(entries, at)

    def _merged(self, value: Value) -> list[Record]:
        sources = list(value.items) if isinstance(value, Items) else [value]
        found = [source for source in sources if isinstance(source, Record)]
        if len(found) == len(sources):
            via = value.via if isinstance(value, Items) else None
            return [source._replace(via=via) if via else source for source in found]
        if not any(isinstance(s, Leaf) and s.value is UNKNOWN for s in sources):
            self._complain("map merge requires map or sequence of maps as the value", value.at)
        return found

    def _key(self, node: nodes.Node, at: Anchor) -> str | None:
        if isinstance(node, nodes.Alias):
            value = self._alias(node, at)
            text = value.value if isinstance(value, Leaf) else None
        elif isinstance(node, nodes.Scalar):
            if node.anchor:
                self._anchors[node.anchor] = (Leaf(self._scalar(node, at), at), 1)
            text = node.value if node.value == "<<" else self._scalar(node, at)
        else:
            text = None
        if isinstance(text, str):
            return text
        self._report(Problem("other", "non-string key in a mapping", at))
        return None


def _through(entry: Entry, via: Anchor | None) -> Entry:
    if via is None or entry.value.via is not None:
        return entry
    return entry._replace(value=entry.value._replace(via=via))


def _has_tags(value: Value) -> bool:
    stack = [value]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, Tagged):
            return True
        if isinstance(node, Leaf) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Items):
            stack += node.items
        else:
            stack += [entry.value for entry in node.entries.values()]
    return False


def _strip(value: Value, path: Path, resets: list[Path]) -> Value | None:
    """The value without Compose's tags; None for one that is reset."""
    if isinstance(value, Tagged):
        resets.append(path)
        if value.kind == "reset":
            return None
        # Tags below an `!override` are not looked at.
        inner = _strip(value.value, path, [])
        return inner._replace(via=value.via) if inner is not None and value.via else inner
    if isinstance(value, Items):
        items = [_strip(item, (*path, str(i)), resets) for i, item in enumerate(value.items)]
        return value._replace(items=tuple(item for item in items if item is not None))
    if isinstance(value, Record):
        entries: dict[str, Entry] = {}
        for key, entry in value.entries.items():
            kept = _strip(entry.value, (*path, key), resets)
            if kept is not None:
                entries[key] = entry._replace(value=kept)
        return value._replace(entries=entries)
    return value


def reset(value: Value, resets: tuple[Path, ...], path: Path = ()) -> Value:
    """A tree without what a later file resets or overrides (ResetProcessor.Apply).

    Elements of sequences are never removed, as in Compose.
    """
    below = tuple(r for r in resets if len(r) > len(path) and r[: len(path)] == path)
    if not below or not isinstance(value, Record):
        return value
    entries = {
        key: entry._replace(value=reset(entry.value, below, (*path, key)))
        for key, entry in value.entries.items()
        if (*path, key) not in below
    }
    return value._replace(entries=entries)
