"""Environments that already exist when a RUN starts."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, environments
from shipworthy.model.image.steps import Run


def built_before(db: Database, run: Run) -> tuple[Environment, ...]:
    """The environments of the stage that an earlier instruction (or stage) made or brought."""
    made = image(db, run.unit.id)
    if made is None:
        return ()
    parents = {stage.number for stage in made.chain(run.stage)} - {run.stage}
    return tuple(
        environment
        for environment in environments(db, run.unit.id, run.stage)
        if environment.ordinal < run.ordinal
        or (not environment.copies and environment.made_in in parents)
    )
