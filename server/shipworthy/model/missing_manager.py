"""A package manager that starts a container and is not in its image.

A stage has what its base image, its COPY and its RUN instructions brought: the uv of a builder
stage, or of a `RUN --mount`, is not there when the container starts.
"""

from __future__ import annotations

import re
from typing import Final

from shipworthy.db.database import Database
from shipworthy.model.commands import PipCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Install, environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.model.installed import uv_installs
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import started
from shipworthy.syntax.image_reference import parse
from shipworthy.text.records import NamedTuple

_MANAGERS: Final = {"uv": "uv", "uvx": "uv", "poetry": "poetry", "pdm": "pdm", "pipenv": "pipenv"}
"""Programs with the packages that bring them; no official image has one of them."""
_BINARIES: Final = frozenset({"uv", "uvx"})
_INSTALLERS: Final = frozenset(
    {"sh", "bash", "make", "conda", "mamba", "micromamba", "brew", "nix-env", "dpkg", "pipx",
     "asdf", "mise", "cargo", "curl", "wget"}
)  # fmt: skip
"""Programs that may put in place whatever their arguments do not say."""


class MissingManager(NamedTuple):
    """A start whose first program is nowhere in the image."""

    command: Executed
    program: str
    reference: str
    """The base image after expansion."""
    source: Copy | None
    """A COPY of another stage that brings the program there."""


def missing_manager(db: Database, run: RunUnit) -> MissingManager | None:
    """The manager that the container starts with and does not have; None when in doubt."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None or run.env_open or not (run.complete and run.mounts_known):
        return None
    command = next(iter(started(run)), None)
    program = command.words[0] if command is not None and command.words else None
    if command is None or command.conditional or program not in _MANAGERS:
        return None
    stage = run.stage.number
    shape = made.base(stage)
    reference = parse(shape.reference) if shape.reference is not None else None
    if reference is None or reference.official is None or shape.image is None:
        return None
    path = path_entries(command.env.get("PATH"))
    doubtful = UNKNOWN_PIECE in "".join(path) or any(run.mount_over(entry) for entry in path)
    if not shape.image.known or doubtful or _may_be_there(db, made, stage, program, path):
        return None
    return MissingManager(command, program, shape.reference or "", _source(made, stage, program))


def _may_be_there(
    db: Database, made: Image, stage: int, program: str, path: tuple[str, ...]
) -> bool:
    """Whether an instruction of the stage, or of those it continues, may have brought it."""
    package = _MANAGERS[program]
    mentions = re.compile(rf"(?<![a-z0-9]){package}(?![a-z0-9])")
    known = frozenset(
        item.path
        for item in environments(db, made.unit.id, stage)
        if item.kind == "venv" and not _may_hold(db, made, item.installs, package)
    )
    for current in made.chain(stage):
        for step in current.steps:
            if isinstance(step, Copy) and _copies(step, program, path, known):
                return True
            if isinstance(step, Run) and _runs(step, program, mentions):
                return True
    return False


def _copies(copy: Copy, program: str, path: tuple[str, ...], known: frozenset[str]) -> bool:
    destination = copy.destination
    if destination is None or destination.rpartition("/")[2] == program:
        return True
    if program in copy.names or any(source.path is None for source in copy.sources):
        return True
    if copy.names <= _BINARIES or destination in known:
        return False
    below = destination.rstrip("/") + "/"
    if copy.origin == "context":
        return destination in path
    return any(
        f"{entry.rstrip('/')}/".startswith(below) or below.startswith(f"{entry.rstrip('/')}/")
        for entry in path
        if entry.rpartition("/")[0] not in known
    )


def _runs(run: Run, program: str, mentions: re.Pattern[str]) -> bool:
    if not run.complete:
        return True
    for command in run.commands:
        own = command.program == program
        if any(word is None or mentions.search(word.lower()) for word in command.words[own:]):
            return True
        tool = command.tool
        if command.program is None or command.program.endswith(".sh"):
            return True
        if tool is None and command.program in _INSTALLERS:
            return True
        if isinstance(tool, PipCommand) and not _names_all(tool):
            return True
    return False


def _may_hold(db: Database, made: Image, installs: tuple[Install, ...], package: str) -> bool:
    """Whether the commands that filled an environment may have put the package into it."""
    by_place = {item.command.at: item for item in uv_installs(db, made.unit.id)}
    for install in installs:
        tool = install.command.tool
        if isinstance(tool, PipCommand):
            names = [wanted.name for wanted in tool.packages] if _names_all(tool) else None
        else:
            synced = by_place.get(install.command.at)
            lock = synced.lock if synced is not None else None
            names = [item.name for item in lock.packages] if lock is not None else None
        if names is None or package in names:
            return True
    return False


def _names_all(tool: PipCommand) -> bool:
    """Whether all that pip installs is named on its command line."""
    named = all(wanted.name is not None for wanted in tool.packages)
    return tool.known and named and not tool.requirements and not tool.editables


def _source(made: Image, stage: int, program: str) -> Copy | None:
    """The COPY that brings the program to a stage which this one does not continue."""
    own = {item.number for item in made.chain(stage)}
    for other in made.judged_stages():
        for copy in other.copies() if other.number not in own else ():
            if program in copy.names and copy.from_text is not None and copy.from_stage is None:
                return copy
    return None
