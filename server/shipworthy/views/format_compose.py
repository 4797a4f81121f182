"""White space of a compose file: two columns a level, one blank after a colon, ends of lines.

Texts of several lines and flow collections move as a whole with the line that they begin on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, ParsedYaml, Scalar
from shipworthy.syntax.yaml.parse import parse
from shipworthy.text.edits import Replacement, apply
from shipworthy.text.lines import LineIndex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.white_space import (
    body_of,
    formatted,
    lines_of,
    without_gaps,
    without_trailing,
)
from shipworthy.views.yaml_places import absolute

_STEP = 2


@lru_cache(maxsize=2)
def _parsed(text: str) -> ParsedYaml:
    """The parse; the passes look at the same text several times."""
    return parse(text)


def format_compose(text: str) -> str:
    """The formatted text; the same text when YAML cannot read it or it holds tabs as indents."""
    return formatted(text, _meaning, (_no_trailing, _no_gaps, _spaced, _indented, _no_trailing))


def _meaning(text: str) -> object:
    parsed = _parsed(text)
    if parsed.problems:
        return None
    return (
        tuple(_shape(node) for node in parsed.documents),
        tuple(comment.text.rstrip() for comment in parsed.comments),
    )


def _shape(node: Node) -> object:
    """A node without positions."""
    if isinstance(node, Alias):
        return ("*", node.name)
    if isinstance(node, Scalar):
        return (node.value, node.style, node.tag, node.anchor)
    if isinstance(node, Mapping):
        entries = tuple((_shape(entry.key), _shape(entry.value)) for entry in node.entries)
        return (entries, node.flow, node.tag, node.anchor)
    return (tuple(_shape(item) for item in node.items), node.flow, node.tag, node.anchor)


def _nodes(parsed: ParsedYaml) -> Iterator[Node]:
    todo = list(parsed.documents)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Mapping):
            for entry in node.entries:
                todo += (entry.key, entry.value)
        elif not isinstance(node, Scalar | Alias):
            todo += node.items


def _held(text: str, parsed: ParsedYaml) -> dict[int, int]:
    """Lines inside of texts and flow collections, by the line that these begin on."""
    index = LineIndex(text)
    found: dict[int, int] = {}
    for node in _nodes(parsed):
        flow = not isinstance(node, Scalar | Alias) and node.flow
        if not flow and not isinstance(node, Scalar):
            continue
        span = absolute(parsed, node)
        first, last = index.line_of(span.start), index.line_of(max(span.start, span.end - 1))
        for line in range(first + 1, last + 1):
            found[line] = min(first, found.get(line, first))
    return found


def _no_trailing(text: str) -> str:
    return without_trailing(text, _held(text, _parsed(text)).keys())


def _no_gaps(text: str) -> str:
    return without_gaps(text, _held(text, _parsed(text)).keys())


def _spaced(text: str) -> str:
    """One blank between a colon and the value beside it."""
    parsed = _parsed(text)
    edits = []
    for node in _nodes(parsed):
        for entry in node.entries if isinstance(node, Mapping) else ():
            start, end = absolute(parsed, entry.key).end, absolute(parsed, entry.value).start
            gap = text[start:end]
            if len(gap) > _STEP and gap[0] == ":" and not gap[1:].strip(" "):
                edits.append(Replacement(Span(start, end), ": "))
    return apply(text, edits)


class _Level(NamedTuple):
    before: int
    after: int


def _indented(text: str) -> str:
    """Every level two columns deeper than the one above it."""
    lines = lines_of(text)
    held = _held(text, _parsed(text))
    shifts: dict[int, int] = {}
    levels = [_Level(-1, -_STEP)]
    waiting: list[int] = []
    for number, line in enumerate(lines):
        body, _ = body_of(line)
        inner = body.lstrip(" ")
        if number in held or not inner or inner.startswith("\t"):
            continue
        if inner.startswith("#"):
            # A comment belongs to what follows it.
            waiting.append(number)
            continue
        column = len(body) - len(inner)
        while levels[-1].before > column:
            levels.pop()
        if levels[-1].before < column:
            levels.append(_Level(column, levels[-1].after + _STEP))
        shifts[number] = levels[-1].after - column
        for comment in waiting:
            same = _column(lines[comment]) == column
            shifts[comment] = shifts[number] if same else 0
        waiting = []
        _dashes(inner, column, levels)
    return "".join(_shifted(line, _shift(n, shifts, held)) for n, line in enumerate(lines))


def _dashes(inner: str, column: int, levels: list[_Level]) -> None:
    """The levels that `- ` begins on the same line."""
    while inner.startswith("- "):
        rest = inner[1:].lstrip(" ")
        width = len(inner) - len(rest)
        after = levels[-1].after + width
        column += width
        levels.append(_Level(column, after))
        inner = rest


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _shift(number: int, shifts: dict[int, int], held: dict[int, int]) -> int:
    return shifts.get(held.get(number, number), 0)


def _shifted(line: str, by: int) -> str:
    if not line.strip(" \r\n"):
        return line
    if by >= 0:
        return " " * by + line
    return line[min(-by, _column(line)) :]
