"""From the YAML tree to the compose tree: types, aliases and merge keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from shipworthy.model.compose.parts import RESOURCES, Memory, Where
from shipworthy.model.compose.resets import Document, without_tags
from shipworthy.model.compose.scalars import decoded, typed
from shipworthy.model.compose.tree import (
    Entry,
    Items,
    Leaf,
    Plain,
    Problem,
    Record,
    Report,
    Tagged,
    Value,
)
from shipworthy.model.unknown import UNKNOWN
from shipworthy.syntax.yaml import nodes
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_DEPTH = 100
_BUDGET = 100_000
"""Nodes that aliases may add; beyond it a file is an attack, and Compose refuses it too."""

_LONG = "tag:yaml.org,2002:"


_Anchored: TypeAlias = tuple[Value, int] | None
"""What an anchor stands for and how many nodes that is; None while it is being read."""


class _Undefined(NamedTuple):
    """Stands for an anchor that nothing defines."""


_UNDEFINED = _Undefined()


class _Outer(NamedTuple):
    """Where a mapping is that is read part by part."""

    where: Where
    memory: Memory


class _Part(NamedTuple):
    """What reading one part of a document gave."""

    entry: Entry
    anchors: Mapping[str, _Anchored]
    size: int
    aliased: int
    problems: tuple[Problem, ...]


def read_document(root: nodes.Node, path: str, report: Report, memory: Memory) -> Document:
    """The compose tree of one YAML document; what YAML itself forbids is reported and left out."""
    value = _Reader(path, report, {}).value(root, 0, _Outer((path,), memory))
    return without_tags(value, path, memory)


def _read_part(
    where: Where,
    key: nodes.Node,
    value: nodes.Node,
    names: tuple[str, ...],
    *found: _Anchored | _Undefined,
    spent: int = 0,
) -> _Part:
    """One part by itself; `found` is what the names of its aliases stand for above it."""
    above = {
        name: anchored
        for name, anchored in zip(names, found, strict=True)
        if not isinstance(anchored, _Undefined)
    }
    problems: list[Problem] = []
    reader = _Reader(where[0], problems.append, dict(above), spent)
    entry = reader.entry(nodes.Entry(key, value), len(where) - 1)
    anchors = {
        name: anchored
        for name, anchored in reader.anchors.items()
        if name not in above or above[name] is not anchored
    }
    return _Part(entry, anchors, reader.sizes, reader.aliased - spent, tuple(problems))


def _alias_names(where: Where, value: nodes.Node) -> tuple[str, ...]:
    del where
    names: dict[str, None] = {}
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Alias):
            names[node.name] = None
        elif isinstance(node, nodes.Sequence):
            pending += node.items
        elif isinstance(node, nodes.Mapping):
            for entry in node.entries:
                pending += entry
    return tuple(names)


class _Reader:
    """Walks a document in order, remembering anchors as they are defined."""

    def __init__(
        self, path: str, report: Report, anchors: dict[str, _Anchored], aliased: int = 0
    ) -> None:
        self._path = path
        self._report = report
        self.anchors = anchors
        self.sizes = 0
        self.aliased = aliased

    def value(self, node: nodes.Node, depth: int, outer: _Outer | None = None) -> Value:
        """The value of a node; with `outer`, part by part."""
        at = Anchor(self._path, node.block, node.span)
        if depth > _DEPTH:
            self._complain("exceeded max depth", at)
            return Leaf(UNKNOWN, at)
        if isinstance(node, nodes.Alias):
            return self._alias(node, at)
        if node.anchor:
            self.anchors[node.anchor] = None
        before = self.sizes
        self.sizes += 1
        value: Value
        if isinstance(node, nodes.Scalar):
            value = Leaf(self._scalar(node, at), at)
        elif isinstance(node, nodes.Sequence):
            value = Items(tuple(self.value(item, depth + 1) for item in node.items), at)
        else:
            value = self._mapping(node, at, depth, outer)
        if node.tag == "!reset":
            value = Tagged("reset", value, at)
        elif node.tag == "!override":
            value = Tagged("override", value, at)
        if node.anchor:
            self.anchors[node.anchor] = (value, self.sizes - before)
        return value

    def entry(self, entry: nodes.Entry, depth: int) -> Entry:
        """A key's place and its value, whatever the key is."""
        key_at = Anchor(self._path, entry.key.block, entry.key.span)
        return Entry(key_at, self.value(entry.value, depth))

    def _part(self, entry: nodes.Entry, outer: _Outer) -> Entry:
        """The same for a part of the document, or for the mapping that holds such parts."""
        key, value = entry
        name = key.value if isinstance(key, nodes.Scalar) else ""
        where = (*outer.where, name)
        if len(where) == 2 and name in RESOURCES and isinstance(value, nodes.Mapping):
            key_at = Anchor(self._path, key.block, key.span)
            return Entry(key_at, self.value(value, 1, outer._replace(where=where)))
        key, value = outer.memory.same(where, entry)
        once = outer.memory.once
        names = once(where, _alias_names, value)
        found = [self.anchors.get(alias, _UNDEFINED) for alias in names]
        part = once(where, _read_part, key, value, names, *found)
        if self.aliased + part.aliased > _BUDGET:
            part = _read_part(where, key, value, names, *found, spent=self.aliased)
        self.anchors.update(part.anchors)
        self.sizes += part.size
        self.aliased += part.aliased
        for problem in part.problems:
            self._report(problem)
        return part.entry

    def _complain(self, message: str, at: Anchor) -> None:
        self._report(Problem("yaml", message, at))

    def _alias(self, node: nodes.Alias, at: Anchor) -> Value:
        if node.name not in self.anchors:
            self._complain(f"unknown anchor '{node.name}' referenced", at)
            return Leaf(UNKNOWN, at)
        found = self.anchors[node.name]
        if found is None:
            self._complain(f"anchor '{node.name}' value contains itself", at)
            return Leaf(UNKNOWN, at)
        value, size = found
        self.sizes += size
        self.aliased += size
        if self.aliased > _BUDGET:
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
            return decoded(node.value)
        return node.value  # a tag YAML does not know makes a string, even of `null`

    def _mapping(self, node: nodes.Mapping, at: Anchor, depth: int, outer: _Outer | None) -> Record:
        entries: dict[str, Entry] = {}
        merges: list[Record] = []
        seen: set[str] = set()
        for entry in node.entries:
            made = self.entry(entry, depth + 1) if outer is None else self._part(entry, outer)
            key = self._key(entry.key, made.key_at)
            if key is None:
                continue
            if key in seen:
                self._complain(f'mapping key "{key}" already defined', made.key_at)
            seen.add(key)
            if key == "<<" and isinstance(entry.key, nodes.Scalar) and entry.key.style == "plain":
                merges += self._merged(made.value)
                continue
            entries[key] = made
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
                self.anchors[node.anchor] = (Leaf(self._scalar(node, at), at), 1)
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
