"""Which Poetry a RUN uses, as far as the Dockerfile installs it."""

from __future__ import annotations

import re

from shipworthy.db.database import Database, query
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.commands.pip import Wanted, wanted
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex

NEWEST = 2
"""The major version that an installation without a version gets."""

_MAJOR = regex(r"\d+")


def poetry_major(db: Database, run: Run) -> int | Unknown:
    """The major version of the Poetry that was installed before (or in) a RUN.

    `pip`, `pipx`, `uv tool` and the official installer are understood; without a version they
    bring the newest that runs on the image's Python: Poetry 2 needs 3.9. UNKNOWN when Poetry comes
    from the base image or another stage.
    """
    made = image(db, run.unit.id)
    if made is None:
        return UNKNOWN
    found: int | Unknown = UNKNOWN
    for stage in made.chain(run.stage):
        for ordinal, major in _installed(db, run.unit.id, stage.number):
            if stage.number == run.stage and ordinal > run.ordinal:
                break
            found = major
    python = made.base(run.stage).image
    version = python.python if python is not None else None
    if found == NEWEST and version is not None and (version.major, version.minor) < (3, 9):
        return 1
    return found


@query
def _installed(db: Database, unit_id: str, stage: int) -> tuple[tuple[int, int | Unknown], ...]:
    """The RUN instructions of a stage that install a Poetry, in order, and its major version."""
    made = image(db, unit_id)
    return tuple(
        (run.ordinal, major)
        for run in (made.stage(stage).runs() if made is not None else ())
        for command in run.commands
        if (major := _installs(command)) is not None
    )


def _installs(command: Executed) -> int | Unknown | None:
    if any("install.python-poetry.org" in (word or "") for word in command.words):
        if not command.env.sets("POETRY_VERSION"):
            return NEWEST
        return _major(command.env["POETRY_VERSION"])
    for item in _requirements(command):
        if item.name is not None and item.name.lower() == "poetry":
            if item.pinned is not None:
                return _major(item.pinned)
            return _bounded(item.version)
    return None


def _requirements(command: Executed) -> tuple[Wanted, ...]:
    tool = command.tool
    if isinstance(tool, PipCommand) and tool.command == "install":
        return tool.packages
    if isinstance(tool, UvCommand) and tool.command in (("tool", "install"), ("pip", "install")):
        return tuple(wanted(word) for word in tool.arguments if word is not None)
    if command.program == "pipx" and "install" in command.words:
        return tuple(wanted(word) for word in command.words[2:] if word is not None)
    return ()


def _bounded(specifier: str) -> int | Unknown:
    """The newest major version that a range allows, for the ranges that people write."""
    if not specifier:
        return NEWEST
    if re.search(r"(?:^|,)\s*(?:~=|==)\s*1\.|<\s*2(?:\.0)*\s*(?:,|$)", specifier):
        return 1
    if "<" in specifier or "!" in specifier:
        return UNKNOWN
    return NEWEST


def _major(version: str | None) -> int | Unknown:
    found = _MAJOR.match(version or "")
    return number(found.group()) if found else UNKNOWN
