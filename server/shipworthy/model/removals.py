"""What later RUNs take away again: paths that a stage removes after an instruction."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import Copy, Run


def removed_after(db: Database, copy: Copy, path: str, made: Environment | None = None) -> bool:
    """Whether a later RUN of the stage deletes the image path, or a folder above it, with `rm`.

    With ``made``: and does so before the environment at that path is made.
    """
    return any(
        run.ordinal > copy.ordinal
        and _names(command, path)
        and (made is None or not _is_after(run, command, made))
        for run, command in removals(db, copy.unit.id, copy.stage)
    )


def _is_after(run: Run, command: Executed, made: Environment) -> bool:
    if run.ordinal != made.ordinal or made.at[:2] != command.at[:2]:
        return run.ordinal >= made.ordinal
    return command.at.span.start >= made.at.span.start


@query
def removals(db: Database, unit_id: str, stage: int) -> tuple[tuple[Run, Executed], ...]:
    """The `rm` commands of a stage that are run in any case, in order."""
    made = image(db, unit_id)
    return tuple(
        (run, command)
        for run in (made.stage(stage).runs() if made is not None else ())
        for command in run.commands
        if command.program == "rm" and not command.conditional
    )


def _names(command: Executed, path: str) -> bool:
    for word in command.words[1:]:
        if word is None or word.startswith("-"):
            continue
        removed = (join(command.cwd, word) or "").rstrip("/")
        if removed and (path == removed or path.startswith(removed + "/")):
            return True
    return False
