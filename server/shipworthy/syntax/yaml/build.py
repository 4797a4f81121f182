"""From parser events to the tree of one block."""

from __future__ import annotations

from typing import Any

from shipworthy.syntax.yaml.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence, Style
from shipworthy.syntax.yaml.ruamel_parts import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    FlowMappingStartToken,
    MappingStartEvent,
    ScalarEvent,
)
from shipworthy.syntax.yaml.scan import ERRORS, TrackingParser, TrackingScanner, open_parser
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

MAX_DEPTH = 200
"""Collections nested deeper than this are not read; no such Compose file is written by hand."""

_STYLES: dict[str | None, Style] = {
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}


class Failure(NamedTuple):
    """Why reading stopped; offsets are code points from the block's start."""

    message: str
    at: int
    """Where it was noticed."""
    opened: int | None
    """Where the construct that is at fault began, if the parser knows it."""
    plain: Span
    """The plain scalar scanned last."""
    quoted: Span
    """The quoted scalar scanned last."""
    too_deep: bool = False


class Reading(NamedTuple):
    """What one run over a block found; all spans are relative to the block's start."""

    documents: tuple[Node, ...]
    comments: tuple[Span, ...]
    failure: Failure | None


class _Frame:
    """A collection that is still open."""

    __slots__ = (
        "anchor",
        "braced",
        "children",
        "dashes",
        "flow",
        "keyed",
        "start",
        "tag",
    )

    def __init__(self, event: Any, start: int, braced: bool) -> None:
        self.keyed = isinstance(event, MappingStartEvent)
        self.flow = bool(event.flow_style)
        self.braced = braced
        self.start = start
        self.tag = event.tag
        self.anchor = event.anchor
        self.children: list[Node] = []
        self.dashes: list[Span] = []


def read(text: str) -> Reading:
    """Read a block once, strictly; at an error, what was read so far. `text` holds no NUL."""
    documents: list[Node] = []
    stack: list[_Frame] = []
    parser = open_parser(text)
    scanner = parser.scanner
    failure = None
    while True:
        try:
            event = parser.get_event()
        except ERRORS as error:
            failure = _failure(error, parser, len(text))
            break
        if event is None:
            break
        if isinstance(event, ScalarEvent):
            _place(_scalar(event, scanner, text), stack, documents, scanner)
        elif isinstance(event, CollectionStartEvent):
            if len(stack) >= MAX_DEPTH:
                at = event.start_mark.index
                here = Span(at, at)
                message = f"nested deeper than {MAX_DEPTH} levels"
                failure = Failure(message, at, None, here, here, True)
                break
            stack.append(_open(event, scanner, stack))
        elif isinstance(event, CollectionEndEvent):
            _place(_close(stack.pop(), event.end_mark.index), stack, documents, None)
        elif isinstance(event, AliasEvent):
            span = Span(event.start_mark.index, event.end_mark.index)
            _place(Alias(event.anchor, span, 0), stack, documents, scanner)
        elif isinstance(event, (DocumentStartEvent, DocumentEndEvent)):
            scanner.last_scalar = None
    while stack:
        _place(_close(stack.pop(), scanner.last_end), stack, documents, None)
    comments = tuple(Span(start, end) for start, end in scanner.comment_places)
    return Reading(tuple(documents), comments, failure)


def _place(
    node: Node, stack: list[_Frame], documents: list[Node], scanner: TrackingScanner | None
) -> None:
    """Put a finished node where it belongs; `scanner` is None if its dash is noted already."""
    if not stack:
        documents.append(node)
        return
    frame = stack[-1]
    if scanner is not None:
        _note_dash(frame, scanner)
    frame.children.append(node)


def _note_dash(frame: _Frame, scanner: TrackingScanner) -> None:
    if not frame.keyed and not frame.flow:
        frame.dashes.append(Span(scanner.last_dash, scanner.last_dash + 1))


def _open(event: Any, scanner: TrackingScanner, stack: list[_Frame]) -> _Frame:
    if stack:
        _note_dash(stack[-1], scanner)
    if not event.flow_style:
        return _Frame(event, -1, False)
    token = scanner.tokens[0]
    braced = not isinstance(event, MappingStartEvent) or isinstance(token, FlowMappingStartToken)
    return _Frame(event, token.start_mark.index if braced else -1, braced)


def _close(frame: _Frame, end: int) -> Node:
    children = frame.children
    start = frame.start
    if not frame.braced:
        if children:
            end = children[-1].span.end
        if frame.dashes:
            start = frame.dashes[0].start
            end = max(end, frame.dashes[-1].end)
        elif children:
            start = children[0].span.start
    if start < 0:
        start = end
    span = Span(start, max(start, end))
    if not frame.keyed:
        items = tuple(children)
        dashes = tuple(frame.dashes[: len(items)])
        return Sequence(items, frame.flow, span, 0, dashes, frame.tag, frame.anchor)
    if len(children) % 2:
        after = children[-1].span.end
        children.append(Scalar("", "empty", Span(after, after), 0))
    entries = tuple(map(Entry, children[::2], children[1::2]))
    return Mapping(entries, frame.flow, span, 0, frame.tag, frame.anchor)


def _scalar(event: Any, scanner: TrackingScanner, text: str) -> Scalar:
    token = scanner.last_scalar
    scanner.last_scalar = None
    if token is None:
        span = Span(scanner.last_end, scanner.last_end)
        return Scalar("", "empty", span, 0, event.tag, event.anchor)
    style = _STYLES.get(token.style, "plain")
    start = token.start_mark.index
    end = token.end_mark.index
    if style in {"literal", "folded"}:
        end = _block_scalar_end(text, start, end)
        scanner.last_end = end
    return Scalar(event.value, style, Span(start, end), 0, event.tag, event.anchor)


def _block_scalar_end(text: str, start: int, end: int) -> int:
    """The end of its last line that is not blank."""
    last = start + len(text[start:end].rstrip())
    line_end = text.find("\n", last, end)
    if line_end < 0:
        line_end = end
    carriage_return = text.find("\r", last, line_end)
    return line_end if carriage_return < 0 else carriage_return


def _failure(error: Exception, parser: TrackingParser, length: int) -> Failure:
    scanner = parser.scanner
    mark = getattr(error, "problem_mark", None)
    at = mark.index if mark is not None else scanner.reader.index
    opened = getattr(error, "context_mark", None)
    message = str(getattr(error, "problem", None) or "not valid YAML")
    if scanner.flow_context and parser.marks and message.startswith("expected"):
        opened = parser.marks[-1]
    return Failure(
        message,
        min(at, length),
        opened.index if opened is not None else None,
        Span(*scanner.last_plain),
        Span(*scanner.last_quoted),
    )
