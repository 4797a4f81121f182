"""Compose's own tags: `!reset` and `!override` take out what earlier files say of a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shipworthy.model.compose.parts import Memory, Where, change_parts
from shipworthy.model.compose.tree import Entry, Items, Leaf, Path, Record, Tagged, Value
from shipworthy.text.records import NamedTuple


class Resets(NamedTuple):
    """What `!reset` and `!override` take out of earlier files, key by key: the whole or a part."""

    whole: bool
    below: Mapping[str, Resets]

    def at(self, *keys: str) -> Resets:
        """The same for what lies below some keys."""
        found = self
        for key in keys:
            found = found.below.get(key, NO_RESETS)
        return found


NO_RESETS = Resets(False, {})


class Document(NamedTuple):
    """One YAML document: its tree without tags, and what it resets."""

    root: Value
    resets: Resets


def without_tags(root: Value, path: str, memory: Memory) -> Document:
    """The document of a tree that may hold tags."""
    resets: list[Path] = []
    if not isinstance(root, Record):
        stripped = _strip(root, (), resets)
        return Document(stripped if stripped is not None else Leaf(None, root.at), NO_RESETS)

    def strip(where: Where, entry: Entry) -> Entry | None:
        stripped = memory.once(where, _stripped, entry)
        resets.extend(stripped.resets)
        return stripped.entry

    tree = change_parts(root, path, strip)
    where = (path, "!reset")
    named = memory.same(where, tuple(resets))
    return Document(tree, memory.once(where, _resets, named) if named else NO_RESETS)


class _Stripped(NamedTuple):
    entry: Entry | None
    resets: tuple[Path, ...]


def _stripped(where: Where, entry: Entry) -> _Stripped:
    if not _has_tags(entry.value):
        return _Stripped(entry, ())
    resets: list[Path] = []
    value = _strip(entry.value, where[1:], resets)
    return _Stripped(entry._replace(value=value) if value is not None else None, tuple(resets))


def _resets(where: Where, paths: tuple[Path, ...]) -> Resets:
    del where
    return _nested(paths)


def _nested(paths: Iterable[Path]) -> Resets:
    heads: dict[str, list[Path]] = {}
    whole = False
    for path in paths:
        if path:
            heads.setdefault(path[0], []).append(path[1:])
        else:
            whole = True
    return Resets(whole, {head: _nested(below) for head, below in heads.items()})


def reset(value: Value, resets: Resets) -> Value:
    """A tree without what a later file resets or overrides (ResetProcessor.Apply).

    Elements of sequences are never removed, as in Compose.
    """
    if not isinstance(value, Record) or not resets.below:
        return value
    gone = [key for key, below in resets.below.items() if below.whole]
    changed = {
        key: new
        for key, below in resets.below.items()
        if not below.whole
        and (old := value.get(key)) is not None
        and (new := reset(old, below)) is not old
    }
    return value.with_values(changed).without(*gone)


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
