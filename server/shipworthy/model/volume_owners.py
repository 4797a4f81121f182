"""Whether an image has the folder that a volume is mounted on.

Source: moby: a volume that is empty takes the content and the owner of the image's folder; where
the image has none, the daemon creates it, owned by root. BuildKit's WORKDIR creates its folder
for the current USER.
"""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.commands import AddUser
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import final_environments
from shipworthy.model.image.execution import join
from shipworthy.model.image.steps import Copy, Image, Run, Step
from shipworthy.model.run import RunUnit

_SYSTEM = frozenset(
    {
        "/tmp", "/home", "/opt", "/srv", "/mnt", "/media", "/var", "/usr", "/etc", "/root", "/run",
        "/var/log", "/var/lib", "/var/cache", "/var/tmp", "/var/run", "/var/spool", "/",
    }
)  # fmt: skip


def may_have(db: Database, run: RunUnit, path: str) -> bool:
    """Whether some instruction may create the folder: False only when certainly none does."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None or run.stage.start.open or run.workdir is None:
        return True
    if any(_within(item.path, path) for item in final_environments(db, made.unit.id)):
        return True
    if _of_base(path):
        return True
    return any(_may_make(db, step, path) for step in _steps(made, run.stage.number))


def _steps(made: Image, stage: int) -> list[Step]:
    return [step for part in made.chain(stage) for step in part.steps]


def _of_base(path: str) -> bool:
    """Whether a base image brings the folder: the system's own, or below `/tmp`, `/usr`, ..."""
    return path in _SYSTEM or path.startswith(("/tmp/", "/usr/", "/etc/", "/run/", "/var/run/"))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _may_make(db: Database, step: Step, path: str) -> bool:
    if isinstance(step, Copy):
        return _may_copy(db, step, path)
    if isinstance(step, Run):
        return _may_run(step, path)
    return step.after.workdir is None or _within(step.after.workdir, path)


def _may_copy(db: Database, copy: Copy, path: str) -> bool:
    target = copy.destination
    if target is None or _within(target, path):
        return True
    if not _within(path, target):
        return False
    if copy.origin != "context" or copy.context is None:
        return True
    below = path[len(target.rstrip("/")) + 1 :]
    for source in copy.sources:
        if source.kind != "path" or source.path is None or source.wildcard or copy.parents:
            return True
        folder = "/".join(part for part in (copy.context, source.path, below) if part)
        if db.stat(folder) is not None:
            return True
    return False


def _may_run(run: Run, path: str) -> bool:
    """Whether the RUN names the folder, or runs something that nobody here knows."""
    if not run.complete or path in run.instruction.source:
        return True
    for command in run.commands:
        if command.script is not None:
            return True
        if isinstance(command.tool, AddUser) and path.startswith("/home/"):
            return True
        for word in command.words:
            place = join(command.cwd, word) if word else None
            if word is None or (place is not None and _within(place, path)):
                return True
    return False
