"""Where a name or path leads: definitions, references, what hides a COPY source."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.builds import all_units, units_of_dockerfile
from shipworthy.model.context import readers, visibility
from shipworthy.model.files import Location, ignore_file, kind_of, locate, parsed_ignore_file
from shipworthy.model.ignoring import Hidden
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Source
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.docker_places import spot_at, steps_at
from shipworthy.views.docker_symbols import named_spans
from shipworthy.views.inline_places import InlinePlace, inline_place, outer_span
from shipworthy.views.links import links
from shipworthy.views.symbols import (
    Occurrence,
    Symbol,
    all_occurrences,
    occurrences,
    occurrences_at,
)
from shipworthy.views.variable_views import value_at


def definitions(db: Database, path: str, offset: int) -> tuple[Location, ...]:
    """Where the thing at a place comes from, the nearest first.

    For a COPY source that an ignore file hides: the pattern that hides it, and the file itself.
    """
    found = dict.fromkeys(_definitions(db, path, offset))
    return tuple(found)


def _definitions(db: Database, path: str, offset: int) -> Iterator[Location]:
    here = occurrences_at(db, path, offset)
    docker = inline_place(db, path, offset) or InlinePlace(path, offset)
    for item in here:
        if item.symbol.kind == "variable" and kind_of(docker.path) == "dockerfile":
            nearest = tuple(_declaration(db, *docker, item))
            if nearest:
                yield from nearest
                continue
        for other in all_occurrences(db, item.symbol):
            if other.role == "definition":
                yield Location(other.path, other.span)
    if here:
        return
    if kind_of(docker.path) == "dockerfile":
        yield from _hiding(db, *docker)
    for link in links(db, path):
        if link.span.start <= offset <= link.span.end and link.path is not None:
            yield Location(link.path, Span(0, 0))


def _declaration(db: Database, path: str, offset: int, item: Occurrence) -> Iterator[Location]:
    """The ARG or ENV that gives a variable its value at a place, build by build."""
    spot = spot_at(db, path, offset)
    if spot is None or item.role == "definition":
        return
    for unit in units_of_dockerfile(db, path):
        value, _, _ = value_at(db, unit, path, spot.ordinal, item.symbol.name, after=False)
        if value is not None and value.at is not None and value.at.path == path:
            at = value.at.narrow(0, len(item.symbol.name))
            yield locate(db, at)


def _hiding(db: Database, path: str, offset: int) -> Iterator[Location]:
    spot = spot_at(db, path, offset)
    if spot is None:
        return
    for _, _, step in steps_at(db, path, spot.ordinal):
        if isinstance(step, Copy):
            for source in step.sources:
                inside = source.at.span.start <= spot.offset <= source.at.span.end
                if inside and (hidden := hidden_by(db, step, source)) is not None:
                    yield locate(db, hidden)


def hidden_by(db: Database, copy: Copy, source: Source) -> Anchor | None:
    """The pattern that keeps a COPY source out of the build's context."""
    if source.path is None or copy.context != copy.unit.context or copy.ignore is None:
        return None
    seen = visibility(db, copy.unit, source.path)
    tree = ignore_file(db, copy.ignore)
    if not isinstance(seen, Hidden) or tree is None or seen.by >= len(tree.patterns):
        return None
    return Anchor(copy.ignore, seen.by, tree.patterns[seen.by].span)


def references(db: Database, path: str, offset: int, *, declaration: bool) -> tuple[Location, ...]:
    """Every use of the name at a place; for an ignore pattern, the COPY sources it hides."""
    if kind_of(path) == "ignore":
        return tuple(dict.fromkeys(_hidden_sources(db, path, offset)))
    found: dict[Location, None] = {}
    for item in occurrences_at(db, path, offset):
        for other in all_occurrences(db, item.symbol):
            if declaration or other.role == "reference":
                found[Location(other.path, other.span)] = None
    return tuple(found)


def _hidden_sources(db: Database, path: str, offset: int) -> Iterator[Location]:
    ordinal = pattern_at(db, path, offset)
    if ordinal is None:
        return
    for unit in readers(db, path):
        made = image(db, unit.id)
        for stage in made.stages if made is not None else ():
            for copy in stage.copies():
                for source in copy.sources:
                    hidden = hidden_by(db, copy, source)
                    if hidden is not None and hidden.node == ordinal and hidden.path == path:
                        yield locate(db, source.at)


def pattern_at(db: Database, path: str, offset: int) -> int | None:
    """The ordinal of the pattern at an offset of an ignore file."""
    parsed = parsed_ignore_file(db, path)
    for number, pattern in enumerate(parsed.tree.patterns if parsed is not None else ()):
        assert parsed is not None
        span = pattern.span.shift(parsed.starts[number])
        if span.start <= offset <= span.end:
            return number
    return None


def highlights(db: Database, path: str, offset: int) -> tuple[Occurrence, ...]:
    """The places of the name at an offset, in the same file."""
    symbols = {item.symbol for item in occurrences_at(db, path, offset)}
    found = tuple(item for item in occurrences(db, path) if item.symbol in symbols)
    return found or tuple(_same_text(db, path, offset))


def _same_text(db: Database, path: str, offset: int) -> Iterator[Occurrence]:
    """The other places of what has a name and no declaration here.

    That is an image, or a variable that the base image or BuildKit sets.
    """
    asked = inline_place(db, path, offset) or InlinePlace(path, offset)
    if kind_of(asked.path) != "dockerfile":
        return
    groups: dict[tuple[str, str], list[Span]] = {}
    for key, span in named_spans(db, asked.path):
        groups.setdefault(key, []).append(span)
    for (_, name), spans in groups.items():
        if any(span.start <= asked.offset <= span.end for span in spans):
            symbol = Symbol("variable", asked.path, name)
            for span in spans:
                yield Occurrence(symbol, path, outer_span(db, asked.path, span), "reference", True)


def builders(db: Database, path: str) -> tuple[str, ...]:
    """The names of the services that build a Dockerfile."""
    names = (u.service for u in all_units(db) if u.dockerfile == path and u.service)
    return tuple(dict.fromkeys(names))
