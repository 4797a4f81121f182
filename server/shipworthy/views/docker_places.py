"""The instruction, flag or word at a place of a Dockerfile."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.builds import units_of_dockerfile
from shipworthy.model.files import parsed_dockerfile
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Stage, Step
from shipworthy.syntax.dockerfile.nodes import Dockerfile, Flag, Instruction, Word
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Spot(NamedTuple):
    """A place in a Dockerfile: its instruction, and the flag or word at it.

    `offset` is relative to the instruction, `start` the instruction's absolute start.
    """

    path: str
    tree: Dockerfile
    ordinal: int
    start: int
    offset: int
    instruction: Instruction
    flag: Flag | None
    word: Word | None
    number: int
    """The word's number; -1 without."""

    def absolute(self, span: Span) -> Span:
        """A range of the instruction as a range of the file."""
        return span.shift(self.start)


def spot_at(db: Database, path: str, offset: int) -> Spot | None:
    """What stands at an absolute offset; None outside of instructions."""
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return None
    ordinal = bisect_right(parsed.starts, offset) - 1
    if ordinal < 0:
        return None
    start = parsed.starts[ordinal]
    outer = parsed.tree.instructions[ordinal]
    inside = offset - start
    if inside > len(outer.source):
        return None
    instruction = outer
    while instruction.trigger is not None and inside >= instruction.trigger.keyword_span.start:
        instruction = instruction.trigger
    flag = next((f for f in instruction.flags if _holds(f.span, inside)), None)
    index = next((i for i, w in enumerate(instruction.args) if _holds(w.span, inside)), -1)
    word = instruction.args[index] if index >= 0 else None
    return Spot(path, parsed.tree, ordinal, start, inside, instruction, flag, word, index)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def steps_at(db: Database, path: str, ordinal: int) -> Iterator[tuple[Image, Stage, Step]]:
    """The step of an instruction in each build that uses the Dockerfile."""
    for unit in units_of_dockerfile(db, path):
        made = image(db, unit.id)
        for stage in made.stages if made is not None else ():
            if stage.shape.first < ordinal < stage.shape.end and made is not None:
                yield made, stage, stage.steps[ordinal - stage.shape.first - 1]


def stages_at(db: Database, path: str, ordinal: int) -> Iterator[tuple[Image, Stage]]:
    """The stage that a FROM begins, in each build that uses the Dockerfile."""
    for unit in units_of_dockerfile(db, path):
        made = image(db, unit.id)
        for stage in made.stages if made is not None else ():
            if stage.shape.first == ordinal and made is not None:
                yield made, stage
