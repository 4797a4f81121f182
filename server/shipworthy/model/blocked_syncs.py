"""Syncs at a container's start that have to replace an environment on a mount point.

Source: uv's documentation of Python versions (`.python-version`, `UV_PYTHON`), and experiments: an
environment for another Python is deleted and made anew, which a mount point forbids ("Device or
resource busy") until uv 0.9.30 replaced its content instead.
"""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.environments import Environment, UvProject
from shipworthy.model.image.execution import Executed
from shipworthy.model.installed import uv_installs
from shipworthy.model.python.python_ranges import PythonRequest, parse_python_version
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import (
    run_environments,
    runtime_look,
    runtime_project,
    syncs_at_start,
)
from shipworthy.model.stage_python import asked_python, effective_minor
from shipworthy.model.unknown import Unknown
from shipworthy.model.uv_version import UvVersion, uv_version
from shipworthy.text.records import NamedTuple


class BlockedSync(NamedTuple):
    """A start that cannot replace the environment on its mount point."""

    environment: Environment
    command: Executed
    made_for: tuple[int, int]
    """The minor version of the Python that the image's environment has."""
    request: PythonRequest
    """What the start asks for."""
    file: str | None
    """The `.python-version` that asks, on this disk; None when an option or variable does."""
    uv: UvVersion | None


def blocked_sync(db: Database, volume: Volume) -> BlockedSync | None:
    """What the start would replace at the volume's target, and why."""
    run, mount = volume.run, volume.mount
    if run.unit is None or run.stage is None or mount.type != "volume":
        return None
    for seen in run_environments(db, run):
        environment = seen.environment
        if seen.mount != mount or environment.path != mount.target:
            continue
        command = syncs_at_start(db, run, environment)
        if command is None or not isinstance(command.tool, UvCommand):
            return None
        made_for = _made_for(db, run.unit.id, environment)
        asked = _asked(db, volume, command, command.tool)
        if made_for is None or asked is None:
            return None
        request, file = asked
        if request.admits(f"{made_for[0]}.{made_for[1]}") is not False:
            return None
        made = image(db, run.unit.id)
        uv = uv_version(made, run.stage.number, run.stage.shape.end) if made is not None else None
        return BlockedSync(environment, command, made_for, request, file, uv)
    return None


def _made_for(db: Database, unit_id: str, environment: Environment) -> tuple[int, int] | None:
    """The Python that the last install into the environment chose."""
    made = image(db, unit_id)
    if made is None:
        return None
    found = None
    for install in uv_installs(db, unit_id):
        if install.project.environment == environment.made_at:
            found = effective_minor(db, install)
    return found


def _asked(
    db: Database, volume: Volume, command: Executed, tool: UvCommand
) -> tuple[PythonRequest, str | None] | None:
    given = asked_python(tool)
    if isinstance(given, Unknown):
        return None
    if given is not None:
        return given, None
    project = runtime_project(db, volume.run, command, tool)
    if not isinstance(project, UvProject):
        return None
    look = runtime_look(db, volume.run)
    for folder in dict.fromkeys((project.root, project.workspace)):
        found = look(f"{folder.rstrip('/')}/.python-version")
        if isinstance(found, Landed):
            request = parse_python_version(db.text(found.host) or "")
            return None if request is None else (request, found.host)
        if isinstance(found, Unknown):
            return None
    return None
