"""Edits that put instructions into a Dockerfile, or take words out of one."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import locate, text_at
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


def replace_word(db: Database, at: Anchor, old: str, new: str) -> tuple[Edit, ...]:
    """The edit that replaces a word, quotes kept; none when the word is not written there."""
    text = text_at(db, at)
    start = text.find(old)
    if start < 0 or text.find(old, start + 1) >= 0:
        return ()
    return (Edit(at.narrow(start, start + len(old)), new),)


def move_before(db: Database, step: Step, target: Step) -> tuple[Edit, ...]:
    """The edits that move an instruction with its whole lines above another one of its file."""
    inserted = insert_before(
        step.unit, target, f"{step.instruction.source}\n".replace("\r\n", "\n")
    )
    return (*inserted, *delete_instruction(db, step)) if inserted else ()


def delete_instruction(db: Database, step: Step) -> tuple[Edit, ...]:
    """The edit that takes an instruction out with its line end; none in an inline Dockerfile."""
    if step.unit.inline is not None:
        return ()
    place = locate(db, Anchor(step.at.path, step.ordinal, step.instruction.span))
    text = db.text(place.path) or ""
    end = place.span.end
    end += 2 if text[end : end + 2] == "\r\n" else 1 if text[end : end + 1] in ("\n", "\r") else 0
    return (Edit(Anchor(place.path, -1, Span(place.span.start, end)), ""),)
