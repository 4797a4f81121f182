"""The tree of a YAML file, with exact spans.

The file is cut into *blocks* that are parsed by their own text alone (column-0 keys, and the
children of `services`); `block` numbers count them in file order, and every span is in code points
relative to the start of its block. `ParsedYaml.starts` has the absolute starts.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded", "empty"]


class Scalar(NamedTuple):
    """A scalar: `value` is the text after YAML's own unquoting and folding, never typed.

    An absent value (`key:`) has style `empty`, value "" and an empty span just after the colon.
    """

    value: str
    style: Style
    span: Span
    block: int
    tag: str | None = None
    anchor: str | None = None


class Alias(NamedTuple):
    """`*name`."""

    name: str
    span: Span
    block: int


class Entry(NamedTuple):
    """One `key: value` of a mapping; duplicate keys are kept in order."""

    key: Node
    value: Node


class Mapping(NamedTuple):
    """A mapping; `span` ends at the end of its last value, not at the next token."""

    entries: tuple[Entry, ...]
    flow: bool
    span: Span
    block: int
    tag: str | None = None
    anchor: str | None = None

    def get(self, key: str) -> Node | None:
        """The value of the last plain key with that text (merge keys not applied)."""
        for entry in reversed(self.entries):
            if isinstance(entry.key, Scalar) and entry.key.value == key:
                return entry.value
        return None


class Sequence(NamedTuple):
    """A sequence; `dashes` are the spans of the items' `-` in block style, empty in flow style."""

    items: tuple[Node, ...]
    flow: bool
    span: Span
    block: int
    dashes: tuple[Span, ...] = ()
    tag: str | None = None
    anchor: str | None = None


Node: TypeAlias = Scalar | Mapping | Sequence | Alias


class Problem(NamedTuple):
    """A place that is no valid YAML; `repaired` when all but that place could be read.

    When not, more is missing from the tree: what belonged to the place, or the rest of its block.
    """

    message: str
    span: Span
    """Absolute."""
    repaired: bool


class Comment(NamedTuple):
    """A comment from its `#` to the end of the line; `span` absolute."""

    text: str
    span: Span
    trailing: bool


class ParsedYaml(NamedTuple):
    """One parse of one file: `root` is its first document, `documents` are all, `root` included.

    Files that are cut into blocks have one document; several documents stand in one block.
    """

    root: Node | None
    documents: tuple[Node, ...]
    starts: tuple[int, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
