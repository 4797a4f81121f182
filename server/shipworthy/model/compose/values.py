"""Small conversions from tree values to the values of the model."""

from __future__ import annotations

from shipworthy.model.compose.tree import MARK, Entry, Items, Leaf, Plain, Record, Value, show
from shipworthy.model.compose.types import Flag, Pair, Text, Word
from shipworthy.model.unknown import Unknown, is_unknown
from shipworthy.text.anchors import Anchor


def unset(at: Anchor) -> Unknown:
    """UNKNOWN because a variable has no value in the files."""
    return Unknown("unset-variable", "", at)


def known(plain: Plain, at: Anchor) -> Text | None:
    """A scalar as text; None for null."""
    if plain is None:
        return None
    if is_unknown(plain):
        return plain if plain.reason else Unknown(at=at)
    text = show(plain)
    return unset(at) if MARK in text else text


def text_of(value: Value | None) -> Text | None:
    """A scalar value as text; None when absent, null or no scalar."""
    return known(value.value, value.at) if isinstance(value, Leaf) else None


def filled(value: Value | None) -> Text | None:
    """The same, with an empty string counting as absent (Go's zero value)."""
    text = text_of(value)
    return None if isinstance(text, str) and not text else text


def at_of(value: Value | None) -> Anchor | None:
    """Where a value is written."""
    return None if value is None else value.at


def flag(value: Value | None, default: bool = False) -> Flag:
    """A boolean, also where it is written as a string."""
    if not isinstance(value, Leaf) or value.value is None:
        return default
    if is_unknown(value.value):
        return value.value
    if isinstance(value.value, str):
        if MARK in value.value:
            return unset(value.at)
        return value.value.lower() in ("true", "1", "t", "yes", "y", "on")
    return value.value is True


def words(value: Value | None) -> tuple[Word, ...]:
    """A string or a list of strings."""
    if isinstance(value, Items):
        return tuple(word for item in value.items for word in words(item))
    text = text_of(value)
    return () if text is None or value is None else (Word(text, value.at),)


def pairs(value: Value | None) -> tuple[Pair, ...]:
    """`NAME=value` lists and mappings alike; the last value of a repeated name."""
    found: dict[str, Pair] = {}
    if isinstance(value, Items):
        for item in value.items:
            if isinstance(item, Leaf) and isinstance(item.value, str):
                name, equals, text = item.value.partition("=")
                found[name] = Pair(name, known(text, item.at) if equals else None, item.at)
    elif isinstance(value, Record):
        for name, entry in value.entries.items():
            found[name] = Pair(name, text_of(entry.value), whole_entry(entry))
    return tuple(found.values())


def whole_entry(entry: Entry) -> Anchor:
    """From a key to the end of its value."""
    key, value = entry.key_at, entry.value.at
    if key.path != value.path or key.node != value.node or value.span.end < key.span.end:
        return key
    return Anchor(key.path, key.node, key.span._replace(end=value.span.end))


def records(value: Value | None) -> tuple[Record, ...]:
    """The mappings of a list."""
    items = value.items if isinstance(value, Items) else ()
    return tuple(item for item in items if isinstance(item, Record))
