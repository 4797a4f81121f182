"""Which system packages and tools a stage has when a command runs.

What the base image brings is its table's; what `apt-get`, `apk` and the like install is read from
the RUNs before. Absence is only certain where every step was understood.
"""

from __future__ import annotations

from shipworthy.model.commands import SystemPackages
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run
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


class SystemTools(NamedTuple):
    """What is installed at some point; `certain` False means that there may be more."""

    packages: frozenset[str]
    certain: bool
    git: bool | None
    """Whether `git` is there; None when it is not known."""
    compiler: bool | None
    """Whether a C compiler is there; None when it is not known."""


def system_tools(made: Image, run: Run, command: Executed | None = None) -> SystemTools:
    """The system just before a RUN (before one command of it, when it is given)."""
    packages: set[str] = set()
    base = made.base(run.stage).image
    certain = base is not None and base.known
    for stage in made.chain(run.stage):
        for step in stage.steps:
            if stage.number == run.stage and step.ordinal > run.ordinal:
                break
            if isinstance(step, Copy):
                certain = certain and not _brings_programs(step)
            elif isinstance(step, Run):
                same = step.stage == run.stage and step.ordinal == run.ordinal
                certain = _execute(step, command if same else None, packages) and certain
    has_git = base.has_git if base is not None else None
    has_compiler = base.has_compiler if base is not None else None
    return SystemTools(
        frozenset(packages),
        certain,
        _presence(has_git, "git" in packages or "git-all" in packages, certain),
        _presence(has_compiler, not COMPILERS.isdisjoint(packages), certain),
    )


def _execute(run: Run, until: Executed | None, packages: set[str]) -> bool:
    certain = run.complete
    for command in run.commands:
        if until is not None and command.at == until.at and command.words == until.words:
            break
        tool = command.tool
        if isinstance(tool, SystemPackages):
            if tool.action == "install":
                packages.update(name.lower() for name in tool.packages)
            elif tool.action == "remove":
                packages.difference_update(name.lower() for name in tool.packages)
            certain = certain and tool.known
        elif _may_install(command):
            certain = False
    return certain


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
    names = {(source.path or "").rpartition("/")[2] for source in copy.sources}
    if names <= _UV_PROGRAMS:
        return False
    return copy.destination is None or copy.destination.rstrip("/") in {
        folder.rstrip("/") for folder in _SYSTEM_FOLDERS
    }


def _presence(by_base: bool | None, installed: bool, certain: bool) -> bool | None:
    if by_base or installed:
        return True
    return False if certain and by_base is False else None
