"""A cursor in half-typed YAML, and the collections around it while the text is read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shipworthy.text.records import NamedTuple
from shipworthy.views.yaml_places import YamlPath
from shipworthy.views.yaml_text import Quote

DEEPEST = 60
"""Collections in collections; what lies deeper gets no answer."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Cursor(NamedTuple):
    """The place of the cursor."""

    path: YamlPath
    """The keys that lead to what is typed: for a key its mapping, for a value its key."""
    key: bool
    """Whether a key may be typed here; an item of a list may be a key as well."""
    value: bool
    start: int
    """Absolute, in code points: where the key or value begins, after an opening quote."""
    typed: str
    """What stands from there to the cursor, without YAML's escapes."""
    quote: Quote
    """The quote that the cursor stands in; empty outside of quotes."""
    flow: bool
    """Whether it stands in brackets."""
    indent: int
    """Columns before the key."""
    siblings: Mapping[str, str]
    """The other keys of the mapping, with their values where these are on one line."""
    items: frozenset[str]
    """The other texts of the sequence."""


class Frame:
    """A collection that is being read: `below` is the path of what deeper lines belong to."""

    __slots__ = ("below", "indent", "items", "last", "names", "path", "sequence")

    def __init__(self, path: YamlPath, indent: int, *, sequence: bool) -> None:
        self.path = path
        self.indent = indent
        self.sequence = sequence
        self.below = (*path, "[]") if sequence else path
        self.names: dict[str, str] = {}
        self.items: list[str] = []
        self.last: str | None = None

    def name(self, key: str) -> None:
        self.names[key] = ""
        self.last = key
        self.below = (*self.path, key)

    def give(self, text: str) -> None:
        """The text of an item, or of the last key's value."""
        if self.sequence:
            self.items.append(text)
        elif self.last is not None:
            self.names[self.last] = text
