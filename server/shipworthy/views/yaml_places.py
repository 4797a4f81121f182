"""The keys and values of a YAML file with their absolute places and key paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_yaml
from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, ParsedYaml, Scalar, Sequence
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

YamlPath: TypeAlias = tuple[str, ...]
"""Keys from the root; an item of a sequence is `[]`."""

_DEPTH = 60


class Place(NamedTuple):
    """A key or a value: `path` leads to the value; `span` is absolute, `at` its anchor."""

    path: YamlPath
    node: Node
    key: bool
    span: Span
    at: Anchor
    parent: Node | None
    """The mapping or sequence that holds it."""
    value: Node | None
    """The value of a key; None for a value."""

    @property
    def text(self) -> str:
        """The scalar's text; "" for anything else."""
        return self.node.value if isinstance(self.node, Scalar) else ""


@query
def yaml_places(db: Database, path: str) -> tuple[Place, ...]:
    """Every key and value of a file's first document, in the order of the text."""
    parsed = parsed_yaml(db, path)
    if parsed is None or parsed.root is None:
        return ()
    return tuple(_walk(parsed, path, parsed.root, (), None, 0))


def absolute(parsed: ParsedYaml, node: Node) -> Span:
    """The absolute range of a node."""
    return node.span.shift(parsed.starts[node.block] if node.block < len(parsed.starts) else 0)


def _walk(
    parsed: ParsedYaml, path: str, node: Node, keys: YamlPath, parent: Node | None, depth: int
) -> Iterator[Place]:
    at = Anchor(path, node.block, node.span)
    yield Place(keys, node, False, absolute(parsed, node), at, parent, None)
    if depth >= _DEPTH:
        return
    if isinstance(node, Mapping):
        for entry in node.entries:
            if not isinstance(entry.key, Scalar):
                continue
            key_at = Anchor(path, entry.key.block, entry.key.span)
            span = absolute(parsed, entry.key)
            inner = (*keys, entry.key.value)
            yield Place(inner, entry.key, True, span, key_at, node, entry.value)
            yield from _walk(parsed, path, entry.value, inner, node, depth + 1)
    elif isinstance(node, Sequence):
        for found in node.items:
            yield from _walk(parsed, path, found, (*keys, "[]"), node, depth + 1)


def place_at(db: Database, path: str, offset: int) -> Place | None:
    """The innermost key or scalar value at an offset; None between them."""
    found: Place | None = None
    for place in yaml_places(db, path):
        inside = place.span.start <= offset <= place.span.end
        if inside and isinstance(place.node, Scalar | Alias):
            found = place
    return found


def matches(path: YamlPath, *pattern: str) -> bool:
    """Whether a path has the form of the pattern, `*` standing for any one step."""
    return len(path) == len(pattern) and all(
        part in (step, "*") for step, part in zip(path, pattern, strict=True)
    )


def inner_span(text: str, span: Span, start: int, end: int, value: str) -> Span | None:
    """The absolute range of `value[start:end]` in a scalar's source; None where it is not plain.

    The value must stand in the source as it is (no escapes, no folding).
    """
    source = text[span.start : span.end]
    at = source.find(value)
    if at < 0:
        return None
    return Span(span.start + at + start, span.start + at + end)
