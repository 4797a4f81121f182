"""The way that stages continue each other: what was done before a RUN, what stands on a base.

Each stage is looked at once, not once for each RUN that asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from shipworthy.db.database import Database, query
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Run, Stage, Step

S = TypeVar("S", bound=Step)


def until(
    made: Image, run: Run, which: Callable[[Database, str, int], tuple[S, ...]]
) -> Iterator[S]:
    """Some steps of the stages that a RUN continues and of its own, in order, it included.

    `which` is the query that finds them in one stage, by the build's id and the stage's number.
    """
    for number in made.lineage(run.stage):
        for step in which(made.db, made.unit.id, number):
            if step.ordinal > run.ordinal:
                return
            yield step


def stages_on(made: Image, base: Stage) -> Iterator[Stage]:
    """The judged stages that stand on a base image, from the one that names it."""
    return map(made.stage, _by_base(made.db, made.unit.id).get(base.number, ()))


@query
def _by_base(db: Database, unit_id: str) -> Mapping[int, tuple[int, ...]]:
    made = image(db, unit_id)
    if made is None:
        return {}
    bases: dict[int, int] = {}
    found: dict[int, list[int]] = {}
    for number in sorted(made.judged):
        parent = made.shapes[number].parent
        bases[number] = number if parent is None else bases[parent]
        found.setdefault(bases[number], []).append(number)
    return {base: tuple(numbers) for base, numbers in found.items()}
