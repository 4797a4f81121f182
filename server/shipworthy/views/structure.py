"""Foldable ranges and selections that grow, for Dockerfiles, ignore files and compose files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from shipworthy.db.database import Database
from shipworthy.model.files import (
    comments,
    kind_of,
    line_index,
    parsed_dockerfile,
    parsed_ignore_file,
    parsed_yaml,
)
from shipworthy.syntax.yaml.nodes import Mapping, Scalar, Sequence
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import is_compose
from shipworthy.views.docker_places import spot_at
from shipworthy.views.docker_symbols import shapes_of
from shipworthy.views.inline_places import documents, inline_place, outer_span
from shipworthy.views.yaml_places import absolute, yaml_places


class Fold(NamedTuple):
    """Lines that fold into their first, 0-based, the last one included."""

    first: int
    last: int
    kind: Literal["comment", "region"]


def folds(db: Database, path: str) -> tuple[Fold, ...]:
    """What can be folded: stages, long instructions, here-documents, mappings, comments."""
    kind = kind_of(path)
    spans: list[Span] = [
        outer_span(db, known.path, span)
        for known in documents(db, path)
        for span in _docker_spans(db, known.path)
    ]
    if kind == "dockerfile":
        spans = list(_docker_spans(db, path))
    elif kind == "ignore":
        spans = list(_sections(db, path))
    elif kind == "yaml" and is_compose(db, path):
        spans += _yaml_spans(db, path)
    else:
        return ()
    lines = line_index(db, path)
    found: dict[Fold, None] = {}
    for span in spans:
        first, last = lines.line_of(span.start), lines.line_of(max(span.start, span.end - 1))
        if last > first:
            found[Fold(first, last, "region")] = None
    for first, last in _comment_blocks(db, path):
        found[Fold(first, last, "comment")] = None
    return tuple(sorted(found))


def _docker_spans(db: Database, path: str) -> Iterator[Span]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    instructions, starts = parsed.tree.instructions, parsed.starts
    for instruction, start in zip(instructions, starts, strict=True):
        yield instruction.span.shift(start)
        for document in instruction.heredocs:
            before = max(document.span.start - 1, 0)
            yield Span(before + start, document.span.end + start)
    for shape in shapes_of(db, path):
        last = shape.end - 1
        yield Span(starts[shape.first], starts[last] + len(instructions[last].source))


def _sections(db: Database, path: str) -> Iterator[Span]:
    """From a comment that follows other lines to the line before the next one."""
    text = db.text(path) or ""
    parsed = parsed_ignore_file(db, path)
    if parsed is None:
        return
    heads = [comment.span.start for comment in parsed.comments]
    for start, end in pairwise((*heads, len(text))):
        if any(start < place < end for place in parsed.starts):
            yield Span(start, start + len(text[start:end].rstrip()))


def _yaml_spans(db: Database, path: str) -> Iterator[Span]:
    parsed = parsed_yaml(db, path)
    for place in yaml_places(db, path):
        if parsed is None:
            return
        if place.key and isinstance(place.value, Mapping | Sequence | Scalar):
            yield Span(place.span.start, absolute(parsed, place.value).end)
        elif not place.key and place.path[-1:] == ("[]",):
            yield place.span


def _comment_blocks(db: Database, path: str) -> Iterator[tuple[int, int]]:
    lines = line_index(db, path)
    rows = [lines.line_of(c.span.start) for c in comments(db, path) if not c.trailing]
    first = last = -2
    for row in rows:
        if row != last + 1:
            if last > first:
                yield first, last
            first = row
        last = row
    if last > first:
        yield first, last


def selections(db: Database, path: str, offset: int) -> tuple[Span, ...]:
    """The ranges around an offset from the smallest to the whole file, each inside the next."""
    text = db.text(path) or ""
    offset = max(0, min(offset, len(text)))
    kind = kind_of(path)
    found: list[Span] = [Span(0, len(text))]
    if kind == "dockerfile":
        found += _docker_selections(db, path, offset)
    elif kind == "yaml":
        found += _yaml_selections(db, path, offset)
        inner = inline_place(db, path, offset)
        if inner is not None:
            found += (outer_span(db, inner.path, s) for s in _docker_selections(db, *inner))
    lines = line_index(db, path)
    row = lines.line_of(offset)
    line = Span(lines.line_start(row), lines.line_end(row))
    stripped = line.of(text)
    lead = len(stripped) - len(stripped.lstrip())
    found.append(Span(line.start + lead, line.start + max(lead, len(stripped.rstrip()))))
    found.append(_word(text, offset))
    inside = {span for span in found if span.start <= offset <= span.end and span.end > span.start}
    nested: list[Span] = []
    for span in sorted(inside, key=lambda s: (s.end - s.start, s)):
        if not nested or (span.start <= nested[-1].start and nested[-1].end <= span.end):
            nested.append(span)
    return tuple(nested)


def _word(text: str, offset: int) -> Span:
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_-."):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_-."):
        end += 1
    return Span(start, end)


def _docker_selections(db: Database, path: str, offset: int) -> Iterator[Span]:
    spot = spot_at(db, path, offset)
    if spot is None:
        return
    parsed = parsed_dockerfile(db, path)
    instruction = spot.instruction
    yield spot.absolute(spot.tree.instructions[spot.ordinal].span)
    yield spot.absolute(instruction.keyword_span)
    if spot.word is not None:
        yield spot.absolute(spot.word.span)
    if spot.flag is not None:
        yield spot.absolute(spot.flag.span)
        if spot.flag.value_span is not None:
            yield spot.absolute(spot.flag.value_span)
    if instruction.args:
        ends = (instruction.args[0].span.start, max(w.span.end for w in instruction.args))
        yield spot.absolute(Span(*ends))
    for document in instruction.heredocs:
        yield spot.absolute(document.span)
    for shape in shapes_of(db, path):
        if shape.first <= spot.ordinal < shape.end and parsed is not None:
            last = shape.end - 1
            end = parsed.starts[last] + len(parsed.tree.instructions[last].source)
            yield Span(parsed.starts[shape.first], end)


def _yaml_selections(db: Database, path: str, offset: int) -> Iterator[Span]:
    parsed = parsed_yaml(db, path)
    for place in yaml_places(db, path):
        if place.span.start <= offset <= place.span.end:
            yield place.span
        if place.key and place.value is not None and parsed is not None:
            span = Span(place.span.start, absolute(parsed, place.value).end)
            if span.start <= offset <= span.end:
                yield span
