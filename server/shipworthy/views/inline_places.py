"""Places of compose files that lie in a Dockerfile written there, and back."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.files import INLINE, Location, kind_of, locate
from shipworthy.model.inline_dockerfiles import (
    InlineDockerfile,
    inline_dockerfile,
    inline_dockerfiles,
)
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer
from shipworthy.views.compose_files import is_compose


class InlinePlace(NamedTuple):
    """An offset of a Dockerfile that has a path of its own."""

    path: str
    offset: int


def inline_place(db: Database, path: str, offset: int) -> InlinePlace | None:
    """The place in a Dockerfile inside a compose file; None anywhere else."""
    for known in documents(db, path):
        start = _start(db, known)
        if start <= offset <= start + known.at.span.end - known.at.span.start:
            inner = known.inner(offset - start)
            if inner is not None:
                return InlinePlace(known.path, inner)
    return None


def documents(db: Database, path: str) -> tuple[InlineDockerfile, ...]:
    """The Dockerfiles inside a compose file."""
    composes = kind_of(path) == "yaml" and is_compose(db, path)
    return inline_dockerfiles(db, path) if composes else ()


def _start(db: Database, known: InlineDockerfile) -> int:
    return locate(db, known.at).span.start


def outer_span(db: Database, path: str, span: Span) -> Span:
    """An absolute range of an inline Dockerfile as a range of its compose file."""
    known = inline_dockerfile(db, path)
    return known.outer(span).shift(_start(db, known)) if known is not None else span


def outer_location(db: Database, place: Location) -> Location:
    """A range in a file, whatever Dockerfile it is in."""
    known = inline_dockerfile(db, place.path) if INLINE in place.path else None
    return place if known is None else Location(known.at.path, outer_span(db, *place))


def stands_there(db: Database, path: str, span: Span) -> bool:
    """Whether a range of an inline Dockerfile is the same text in the compose file."""
    known = inline_dockerfile(db, path)
    return known is not None and known.is_exact(span)


def outer_offer(db: Database, path: str, offer: Offer) -> Offer | None:
    """Candidates as the compose file must have them; None where they would miss their place."""
    known = inline_dockerfile(db, path)
    if known is None or not known.is_exact(offer.span):
        return None
    return offer._replace(
        span=known.outer(offer.span).shift(_start(db, known)),
        candidates=tuple(_outer_candidates(known, offer.candidates)),
    )


def _outer_candidates(
    known: InlineDockerfile, candidates: tuple[Candidate, ...]
) -> Iterator[Candidate]:
    """Texts with `$` doubled; without those that the scalar cannot hold."""
    for item in candidates:
        if item.sort == "snippet":
            if known.indent is not None:
                yield item._replace(insert=item.text.replace("\\$", "\\$\\$"))
        elif known.indent is not None or not set(item.text) & {'"', "\\", "'"}:
            yield item._replace(insert=item.text.replace("$", "$$"))
