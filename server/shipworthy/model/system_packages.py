"""Which system packages and tools a stage has when a command runs.

What the base image brings is its table's; what `apt-get`, `apk` and the like install is read from
the RUNs before. Absence is only certain where every step was understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.commands import SystemPackages
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

COMPILERS = frozenset(
    {
        "build-essential", "build-base", "gcc", "g++", "clang", "alpine-sdk", "gcc-c++", "cc",
        "@development-tools", "base-devel", "python3-dev", "llvm",
    }
)  # fmt: skip
"""Packages that bring a C compiler."""

_SYSTEM_FOLDERS = frozenset({"/", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/bin"})
_OTHER_INSTALLERS = frozenset(
    {"make", "conda", "mamba", "micromamba", "brew", "nix", "nix-env", "ansible-playbook", "pixi"}
)
_UV_PROGRAMS = frozenset({"uv", "uvx"})


_WATCHED = COMPILERS | {"git", "git-all"}


class SystemTools(NamedTuple):
    """What of git and compilers is there at some point."""

    git: bool | None
    """Whether `git` is there; None when it is not known."""
    compiler: bool | None
    """Whether a C compiler is there; None when it is not known."""


class _Effect(NamedTuple):
    """What the commands of a stage did to the watched packages up to some point."""

    installed: frozenset[str]
    removed: frozenset[str]
    certain: bool
    """False when there may be more."""


_Place: TypeAlias = "tuple[int, Anchor, tuple[str | None, ...]] | None"
"""A command: its instruction, its place and its words (a script's commands share the place)."""

_NOTHING = _Effect(frozenset(), frozenset(), True)


def system_tools(made: Image, run: Run, command: Executed) -> SystemTools:
    """The system just before a command of a RUN."""
    packages: frozenset[str] = frozenset()
    base = made.base(run.stage).image
    certain = base is not None and base.known
    for number in made.lineage(run.stage):
        effects = _effects(made.db, made.unit.id, number)
        own = number == run.stage
        done = effects[(run.ordinal, command.at, command.words) if own else None]
        packages = packages - done.removed | done.installed
        certain = certain and done.certain
    has_git = base.has_git if base is not None else None
    has_compiler = base.has_compiler if base is not None else None
    return SystemTools(
        _presence(has_git, "git" in packages or "git-all" in packages, certain),
        _presence(has_compiler, not COMPILERS.isdisjoint(packages), certain),
    )


@query
def _effects(db: Database, unit_id: str, stage: int) -> Mapping[_Place, _Effect]:
    """What a stage did before each of its commands, and (None) as a whole."""
    made = image(db, unit_id)
    found: dict[_Place, _Effect] = {}
    done = _NOTHING
    for step in made.stage(stage).steps if made is not None else ():
        if isinstance(step, Copy) and _brings_programs(step):
            done = done._replace(certain=False)
        elif isinstance(step, Run):
            if not step.complete:
                done = done._replace(certain=False)
            for command in step.commands:
                found.setdefault((step.ordinal, command.at, command.words), done)
                done = _after(command, done)
    found[None] = done
    return found


def _after(command: Executed, before: _Effect) -> _Effect:
    tool = command.tool
    if not isinstance(tool, SystemPackages):
        return before._replace(certain=False) if _may_install(command) else before
    names = _WATCHED.intersection(name.lower() for name in tool.packages)
    installed, removed = before.installed, before.removed
    if tool.action == "install":
        installed, removed = installed | names, removed - names
    elif tool.action == "remove":
        installed, removed = installed - names, removed | names
    return _Effect(installed, removed, before.certain and tool.known)


def _may_install(command: Executed) -> bool:
    program = command.program
    first = command.words[0] if command.words else None
    if program is None or first is None:
        return True
    return (
        program.endswith(".sh") or first.startswith("./") or program in _OTHER_INSTALLERS
    ) and command.tool is None


def _brings_programs(copy: Copy) -> bool:
    if copy.origin == "context":
        return False
    names = copy.names
    if names <= _UV_PROGRAMS:
        return False
    return copy.destination is None or copy.destination.rstrip("/") in {
        folder.rstrip("/") for folder in _SYSTEM_FOLDERS
    }


def _presence(by_base: bool | None, installed: bool, certain: bool) -> bool | None:
    if by_base or installed:
        return True
    return False if certain and by_base is False else None
