"""Reading one block, with repair; remembered by the block's text."""

from __future__ import annotations

from functools import lru_cache

from shipworthy.syntax.yaml.build import Failure, read
from shipworthy.syntax.yaml.nodes import Alias, Entry, Mapping, Node, Problem, Scalar, Sequence
from shipworthy.syntax.yaml.repair import blank, orphans, region
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_LARGE = 20_000
"""Blocks of more code points are remembered only a few at a time."""

_CLOSERS = "\"']}"


class Block(NamedTuple):
    """A block's content; every span, those of problems included, is relative to its start."""

    documents: tuple[Node, ...]
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]
    open_end: bool
    """A quote or bracket was still open where the block ended."""


def read_block(text: str, rounds: int, number: int) -> Block:
    """The block, its nodes carrying the given number. `text` holds no NUL."""
    if len(text) > _LARGE:
        return _large(text, rounds, number)
    return _small(text, rounds, number)


def is_valid(text: str) -> bool:
    """Whether the text reads without repair."""
    return _is_valid(text)


@lru_cache(maxsize=8)
def _is_valid(text: str) -> bool:
    return read(text).failure is None


@lru_cache(maxsize=8192)
def _small(text: str, rounds: int, number: int) -> Block:
    if number == 0:
        return _repaired(text, rounds)
    block = _small(text, rounds, 0)
    return block._replace(documents=tuple(_numbered(node, number) for node in block.documents))


@lru_cache(maxsize=8)
def _large(text: str, rounds: int, number: int) -> Block:
    block = _repaired(text, rounds)
    if number == 0:
        return block
    return block._replace(documents=tuple(_numbered(node, number) for node in block.documents))


def _repaired(text: str, rounds: int) -> Block:
    problems: list[Problem] = []
    original = text
    open_end = False
    blanked = Span(0, 0)
    reading = read(text)
    while (failure := reading.failure) is not None:
        if not problems:
            open_end = _is_open_end(original, failure)
        elif (rest := orphans(original, blanked, failure)) and rest.of(text).strip():
            # What stood there is lost, so the problem does not count as repaired.
            problems[-1] = problems[-1]._replace(repaired=False)
            text = blank(text, rest)
            reading = read(text)
            continue
        span = region(text, failure) if len(problems) < rounds else None
        if span is None:
            problems.append(Problem(failure.message, _around(original, failure), False))
            break
        problems.append(Problem(failure.message, _trimmed(text, span), True))
        text = blank(text, span)
        blanked = problems[-1].span
        reading = read(text)
    return Block(reading.documents, reading.comments, tuple(problems), open_end)


def _is_open_end(text: str, failure: Failure) -> bool:
    return failure.at >= len(text.rstrip())


def _trimmed(text: str, span: Span) -> Span:
    inside = span.of(text)
    start = span.start + len(inside) - len(inside.lstrip())
    return Span(start, start + len(inside.strip()))


def _around(text: str, failure: Failure) -> Span:
    """Something to underline: the rest of the line where reading stopped."""
    at = min(failure.at, len(text.rstrip()))
    end = text.find("\n", at)
    span = _trimmed(text, Span(at, len(text) if end < 0 else end))
    return span if span.end > span.start else Span(max(0, at - 1), at)


def may_close_later(rest: str) -> bool:
    """Whether the text after a block could close what the block left open."""
    return any(closer in rest for closer in _CLOSERS)


def _numbered(node: Node, number: int) -> Node:
    if isinstance(node, (Scalar, Alias)):
        return node._replace(block=number)
    if isinstance(node, Sequence):
        items = tuple(_numbered(item, number) for item in node.items)
        return node._replace(items=items, block=number)
    entries = tuple(
        Entry(_numbered(entry.key, number), _numbered(entry.value, number))
        for entry in node.entries
    )
    return Mapping(entries, node.flow, node.span, number, node.tag, node.anchor)
