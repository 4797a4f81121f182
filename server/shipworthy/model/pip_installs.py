"""What `pip` and `uv pip` commands of a build install: requirements files and local projects."""

from __future__ import annotations

from functools import partial

from shipworthy.db.database import Database, query
from shipworthy.model.commands import ManagerCommand, PipCommand, UvCommand
from shipworthy.model.commands.pip import wanted
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import ByRun, Image, Run, by_command, of_stages
from shipworthy.model.lock_state import workspace_root
from shipworthy.model.python.requirements import RequirementsFile, parse_requirements
from shipworthy.model.unknown import Unknown
from shipworthy.text.records import NamedTuple

_LOCKERS = frozenset({("sync",), ("export",)})


class RequirementsUse(NamedTuple):
    """A requirements file that a command reads."""

    text: str
    """As written."""
    path: str | None
    """Absolute image path; None for an address or an unknown folder."""
    file: Landed | Unknown | None


class ProjectUse(NamedTuple):
    """A local project that a command installs, or whose pyproject.toml it reads."""

    text: str
    """As written."""
    host: str
    """The folder of this disk that its pyproject.toml comes from."""
    root: str
    """Its folder in the image."""
    manifest: Landed
    built: bool
    """Whether the project itself is built, not only its dependencies read."""


class PipInstall(NamedTuple):
    """A `pip install`, `uv pip install`, `uv pip sync` or `uv pip compile` in a RUN."""

    run: Run
    command: Executed
    requirements: tuple[RequirementsUse, ...]
    projects: tuple[ProjectUse, ...]
    constrained: bool
    """Whether a constraints file or `--no-deps` keeps it from choosing versions."""
    decided: bool
    """Whether the absence of a flag means that it is not there."""


@query
def pip_installs(db: Database, unit_id: str) -> tuple[PipInstall, ...]:
    """The commands of a build, in order."""
    return of_stages(_in_stage, image(db, unit_id))


def pip_installs_of(db: Database, run: Run) -> tuple[PipInstall, ...]:
    """The same for one RUN."""
    return _in_stage(db, run.unit.id, run.stage).get(run.ordinal, ())


@query
def _in_stage(db: Database, unit_id: str, stage: int) -> ByRun[PipInstall]:
    return by_command(image(db, unit_id), stage, partial(_install, db))


@query
def uses_lock(db: Database, unit_id: str) -> bool:
    """Whether a stage of the build syncs or exports a uv.lock."""
    made = image(db, unit_id)
    return made is not None and any(
        isinstance(command.tool, UvCommand) and command.tool.command in _LOCKERS
        for stage in made.judged_stages()
        for run in stage.runs()
        for command in run.commands
    )


@query
def uses_managers(db: Database, unit_id: str) -> bool:
    """Whether a stage of the build calls Poetry, PDM or Pipenv."""
    made = image(db, unit_id)
    return made is not None and any(
        isinstance(command.tool, ManagerCommand)
        and command.tool.manager in ("poetry", "pdm", "pipenv")
        for stage in made.judged_stages()
        for run in stage.runs()
        for command in run.commands
    )


@query
def stage_uses_managers(db: Database, unit_id: str, stage: int) -> bool:
    """Whether a RUN of the stage calls uv, Poetry or PDM."""
    made = image(db, unit_id)
    return made is not None and any(
        command.program in ("uv", "poetry", "pdm")
        for run in made.stage(stage).runs()
        for command in run.commands
    )


def lock_beside(db: Database, use: ProjectUse, name: str) -> str | None:
    """The lock of that name which a project on this disk has, at its workspace's root for uv."""
    folder = workspace_root(db, use.host) if name == "uv.lock" else use.host
    path = f"{folder}/{name}"
    return path if db.stat(path) is not None else None


@query
def requirements_file(db: Database, path: str) -> RequirementsFile | None:
    """The lines of a requirements file; None when there is none."""
    text = db.text(path)
    return None if text is None else parse_requirements(text)


def _install(db: Database, made: Image, run: Run, command: Executed) -> PipInstall | None:
    tool = command.tool
    if isinstance(tool, UvCommand):
        if tool.command[:1] != ("pip",) or tool.command[1:] not in (
            ("install",),
            ("sync",),
            ("compile",),
        ):
            return None
        words = tuple(word for word in tool.arguments if word is not None)
        named = tuple(tool.requirements)
        if tool.command != ("pip", "install"):
            named, words = (*named, *words), ()
        constrained = bool(tool.constraints) or command.env.sets("UV_CONSTRAINT")
        constrained = constrained or tool.options.has("--no-deps")
        editables = tool.editables
    elif isinstance(tool, PipCommand) and tool.command == "install":
        words = tuple(item.text for item in tool.packages)
        named, editables = tool.requirements, tool.editables
        constrained = bool(tool.constraints) or tool.no_deps
    else:
        return None
    paths = [item.path for text in (*words, *editables) if (item := wanted(text)).path]
    projects = [_project(db, made, run, command, path or "", True) for path in paths]
    projects += [
        _project(db, made, run, command, text.removesuffix("pyproject.toml") or ".", False)
        for text in named
        if text.rpartition("/")[2] == "pyproject.toml"
    ]
    return PipInstall(
        run,
        command,
        tuple(_requirements(db, made, run, command, text) for text in named),
        tuple(use for use in projects if use is not None),
        constrained,
        tool.known and not command.conditional and run.complete,
    )


def _requirements(
    db: Database, made: Image, run: Run, command: Executed, text: str
) -> RequirementsUse:
    path = None if "://" in text or text.startswith("-") else join(command.cwd, text)
    found = find_during(db, made, run, path) if path is not None else None
    return RequirementsUse(text, path, found)


def _project(
    db: Database, made: Image, run: Run, command: Executed, text: str, built: bool
) -> ProjectUse | None:
    folder = join(command.cwd, text)
    if folder is None:
        return None
    found = find_during(db, made, run, f"{folder.rstrip('/')}/pyproject.toml")
    if not isinstance(found, Landed):
        return None
    return ProjectUse(text, found.host.rpartition("/")[0], folder.rstrip("/"), found, built)
