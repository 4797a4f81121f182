"""What later RUNs take away again: paths that a stage removes after an instruction."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import Copy


def removed_after(db: Database, copy: Copy, path: str) -> bool:
    """Whether a later RUN of the stage deletes the image path, or a folder above it, with `rm`."""
    made = image(db, copy.unit.id)
    if made is None:
        return False
    return any(
        command.program == "rm" and not command.conditional and _names(command, path)
        for run in made.stages[copy.stage].runs()
        if run.ordinal > copy.ordinal
        for command in run.commands
    )


def _names(command: Executed, path: str) -> bool:
    for word in command.words[1:]:
        if word is None or word.startswith("-"):
            continue
        removed = (join(command.cwd, word) or "").rstrip("/")
        if removed and (path == removed or path.startswith(removed + "/")):
            return True
    return False
