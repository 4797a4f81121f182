"""Installs that a build repeats on every change of the source: what was copied before them.

Source: BuildKit's cache: an instruction runs again when one above it in its stage did.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shipworthy.db.database import Database, query
from shipworthy.model.commands import ManagerCommand, PipCommand, SystemPackages, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, Install, environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run, Stage
from shipworthy.model.workspace import PRUNED
from shipworthy.text.records import NamedTuple

_CODE: Final = (".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".html", ".vue", ".svelte")
_MANIFESTS: Final = frozenset({"pyproject.toml", "package.json", "setup.py", "Pipfile"})
_TIDY: Final = frozenset({"rm", "true", "set", "echo", "apt-mark"})
_INSTALLS: Final = frozenset({"install", "sync", "ci"})


class Reinstall(NamedTuple):
    """The first install of an environment's dependencies, and the COPY that repeats it."""

    install: Install
    copy: Copy


class LateSystem(NamedTuple):
    """A RUN that only installs system packages, below a COPY that often changes."""

    run: Run
    copy: Copy


@query
def reinstalls(db: Database, unit_id: str) -> tuple[Reinstall, ...]:
    """The installs of a build that run again whenever any source file changes."""
    made = image(db, unit_id)
    if made is None:
        return ()
    found: dict[tuple[int, int], Reinstall] = {}
    for stage in made.judged_stages():
        if not stage.reachable:
            continue
        for environment in environments(db, unit_id, stage.number):
            first = _first_install(environment)
            copy = _wide_copy_before(db, made, first.run) if first is not None else None
            if first is not None and copy is not None:
                found.setdefault((first.run.stage, first.run.ordinal), Reinstall(first, copy))
    return tuple(found[key] for key in sorted(found))


def late_system_packages(stage: Stage) -> Iterator[LateSystem]:
    """The RUNs of a stage that install system packages after something of the context."""
    copy: Copy | None = None
    for step in stage.steps:
        if isinstance(step, Copy) and step.origin == "context" and copy is None:
            copy = step
        elif isinstance(step, Run) and copy is not None and _only_system_packages(step):
            yield LateSystem(step, copy)


def _only_system_packages(run: Run) -> bool:
    installs = False
    for command in run.commands:
        tool = command.tool
        if isinstance(tool, SystemPackages):
            if any("/" in word for word in command.words[1:] if word and word[0] != "-"):
                return False  # a package file that the COPY may have brought
            installs = installs or (tool.action == "install" and tool.known)
        elif command.program not in _TIDY or command.script is not None:
            return False
    mounted = any(mount.type == "bind" for mount in run.mounts)
    return installs and run.complete and not mounted


def _first_install(environment: Environment) -> Install | None:
    """The first install that follows a manifest; None when a build tool or a package leads."""
    for install in environment.installs:
        if follows_manifest(install.command):
            return install
    return None


def follows_manifest(command: Executed) -> bool:
    """Whether a command installs what a manifest or a lock lists."""
    tool = command.tool
    if isinstance(tool, UvCommand):
        if tool.command == ("sync",):
            return True
        return (
            tool.command[:1] == ("pip",)
            and bool(tool.requirements or tool.arguments)
            and (bool(tool.requirements) or tool.command == ("pip", "sync"))
        )
    if isinstance(tool, PipCommand):
        return bool(tool.requirements)
    if isinstance(tool, ManagerCommand):
        return tool.command in _INSTALLS and not tool.arguments
    return False


def _wide_copy_before(db: Database, made: Image, run: Run) -> Copy | None:
    for stage in made.chain(run.stage):
        for copy in stage.copies():
            if stage.number == run.stage and copy.ordinal > run.ordinal:
                break
            if _wide(db, copy):
                return copy
    return None


def _wide(db: Database, copy: Copy) -> bool:
    """Whether a COPY brings a folder of sources from the context."""
    if copy.origin != "context" or copy.context is None or copy.parents:
        return False
    for source in copy.sources:
        if source.kind != "path" or source.path is None or source.wildcard:
            continue
        folder = f"{copy.context}/{source.path}".rstrip("/")
        if source.path and _is_member(db, folder):
            continue
        if _has_code(db, folder, 3 if not source.path else 2):
            return True
    return False


def _is_member(db: Database, folder: str) -> bool:
    """Whether a folder holds manifests of its own, which an install may need."""
    for name, kind in db.entries(folder) or ():
        if name in _MANIFESTS:
            return True
        below = db.entries(f"{folder}/{name}") if kind == "dir" and name not in PRUNED else None
        if any(inner in _MANIFESTS for inner, _ in below or ()):
            return True
    return False


def _has_code(db: Database, folder: str, depth: int) -> bool:
    for name, kind in db.entries(folder) or ():
        if name.startswith(".") or name in PRUNED:
            continue
        if kind == "file" and name.endswith(_CODE):
            return True
        if kind == "dir" and depth > 1 and _has_code(db, f"{folder}/{name}", depth - 1):
            return True
    return False
