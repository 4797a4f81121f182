"""Edits that put instructions into a Dockerfile, or take words out of one."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import locate
from shipworthy.model.image.steps import Step
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span


def insert_before(unit: BuildUnit, step: Step, lines: str) -> tuple[Edit, ...]:
    """The edit that puts lines (each ended) before an instruction; none in an inline Dockerfile.

    The text of an inline Dockerfile is indented by its compose file, which an edit would break.
    """
    if unit.inline is not None:
        return ()
    return (Edit(Anchor(step.at.path, step.ordinal, Span(0, 0)), lines),)


def written(db: Database, at: Anchor) -> str:
    """The text that stands at a place."""
    place = locate(db, at)
    return place.span.of(db.text(place.path) or "")


def replace_word(db: Database, at: Anchor, old: str, new: str) -> tuple[Edit, ...]:
    """The edit that replaces a word, quotes kept; none when the word is not written there."""
    text = written(db, at)
    start = text.find(old)
    if start < 0 or text.find(old, start + 1) >= 0:
        return ()
    return (Edit(at.narrow(start, start + len(old)), new),)
