"""Which environments a build makes where, from which manifest, and where they end up.

An environment is a Python virtual environment, the system's interpreter prefix that packages are
installed into, or a `node_modules` folder. Sources: rules of uv's project discovery (uv docs,
concepts/projects/layout), `python -m venv`, Poetry's and PDM's configuration pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.commands import (
    MakeEnvironment,
    ManagerCommand,
    PipCommand,
    UvCommand,
)
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.image.steps import Copy, Image, Run, Stage
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.syntax.gopath import match
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

Look: TypeAlias = Callable[[str], "Landed | Unknown | None"]
"""Which host file lies at an absolute image path."""
EnvironmentKind: TypeAlias = Literal["venv", "system", "node"]

SYSTEM_PREFIXES = frozenset({"/usr/local", "/usr", "/opt/conda"})
_FOLDERS = frozenset({"/", "/app", "/home", "/opt", "/root", "/srv", "/tmp", "/usr/local", "/var"})
"""Folders that are there already in most images: `mv` puts things into them."""
_NODE_INSTALLS = frozenset({"install", "ci", "add"})


class UvProject(NamedTuple):
    """The project that a uv command works on, as the image has it at that instruction."""

    root: str
    """Image folder of the nearest pyproject.toml at or above the working directory."""
    manifest: Landed | None
    """That pyproject.toml on this disk; None when a RUN or the base image makes it."""
    workspace: str
    """Image folder of the workspace root (the project's own without a workspace)."""
    workspace_manifest: Landed | None
    environment: str | None
    """Where uv keeps the project environment; None when it is unknown."""
    environment_at: Anchor | None
    """The ENV that moves it, if one does."""


class Install(NamedTuple):
    """One command that puts packages into an environment."""

    run: Run
    command: Executed
    project: UvProject | None


class Environment(NamedTuple):
    """An environment in a stage of an image."""

    path: str
    kind: EnvironmentKind
    manager: str
    stage: int
    """The stage in which it lies."""
    ordinal: int
    """The instruction that made it there, or that copied it in."""
    at: Anchor
    """The command that made it (in its first stage)."""
    made_at: str
    """The path at which it was made; differs from `path` when a COPY moved it."""
    made_in: int
    """The stage in which it was made."""
    installs: tuple[Install, ...]
    copies: tuple[Copy, ...]
    """The COPY --from instructions that brought it here, first to last."""
    relocatable: bool
    moved_at: Anchor | None = None
    """The `mv` that took it from where it was made."""

    @property
    def bin(self) -> str:
        """The folder of its programs."""
        return f"{self.path}/.bin" if self.kind == "node" else f"{self.path}/bin"

    @property
    def project(self) -> UvProject | None:
        """The project that the last install worked on."""
        for install in reversed(self.installs):
            if install.project is not None:
                return install.project
        return None


def environments(db: Database, unit_id: str, stage: int) -> tuple[Environment, ...]:
    """The environments at the end of a stage of a build, inherited ones included."""
    made = image(db, unit_id)
    if made is None:
        return ()
    if stage in made.judged:
        _track_judged(db, unit_id)
    else:
        _track(db, unit_id, range(stage))
    return _at_end(db, unit_id, stage)


@query
def _track_judged(db: Database, unit_id: str) -> None:
    made = image(db, unit_id)
    _track(db, unit_id, sorted(made.judged) if made is not None else ())


def _track(db: Database, unit_id: str, stages: Iterable[int]) -> None:
    """In the order of the file, so that a stage finds those that it builds on already made."""
    for number in stages:
        _at_end(db, unit_id, number)


@query
def _at_end(db: Database, unit_id: str, stage: int) -> tuple[Environment, ...]:
    made = image(db, unit_id)
    return () if made is None else _Tracker(db, made).track(made.stage(stage))


def final_environments(db: Database, unit_id: str) -> tuple[Environment, ...]:
    """The environments in the image that the build's target names."""
    made = image(db, unit_id)
    if made is None or made.target is None:
        return ()
    return environments(db, unit_id, made.target)


def uv_project(
    db: Database, made: Image, run: Run, command: Executed, tool: UvCommand
) -> UvProject | Unknown | None:
    """The project of a uv command in a RUN; None when there is no pyproject.toml for it."""

    def look(path: str) -> Landed | Unknown | None:
        return find_during(db, made, run, path)

    return project_at(db, look, command, tool)


def project_at(
    db: Database, look: Look, command: Executed, tool: UvCommand
) -> UvProject | Unknown | None:
    """The project of a uv command; `look` says which host file lies at an image path."""
    folder = command.cwd
    for given in (tool.directory, tool.project):
        if isinstance(given, Unknown):
            return given
        if given is not None:
            folder = join(folder, given)
    if folder is None:
        return UNKNOWN
    root = folder
    manifest: Landed | None = None
    while True:
        found = look(f"{root.rstrip('/')}/pyproject.toml")
        if isinstance(found, Unknown):
            # Something that is not seen here may put one in the folder that the command names.
            return _project(command, tool, folder, None, folder, None)
        if found is not None:
            manifest = found
            break
        if root == "/":
            return None
        root = root.rpartition("/")[0] or "/"
    workspace, workspace_manifest = _workspace(db, look, root, manifest)
    return _project(command, tool, root, manifest, workspace, workspace_manifest)


def _project(
    command: Executed,
    tool: UvCommand,
    root: str,
    manifest: Landed | None,
    workspace: str,
    workspace_manifest: Landed | None,
) -> UvProject:
    environment: str | None = f"{workspace.rstrip('/')}/.venv"
    if command.env.sets("UV_PROJECT_ENVIRONMENT"):
        given = command.env["UV_PROJECT_ENVIRONMENT"]
        environment = join(workspace, given) if given != "" else environment
    if tool.active and command.env.sets("VIRTUAL_ENV"):
        environment = command.env["VIRTUAL_ENV"]
    return UvProject(root, manifest, workspace, workspace_manifest, environment, None)


def _workspace(db: Database, look: Look, root: str, manifest: Landed) -> tuple[str, Landed | None]:
    """The workspace root above a project: the nearest ancestor that lists it as a member."""
    facts = pyproject(db, manifest.host)
    if isinstance(facts, ProjectFacts) and facts.uv.is_workspace_root:
        return root, manifest
    folder = root
    while folder != "/":
        folder = folder.rpartition("/")[0] or "/"
        found = look(f"{folder.rstrip('/')}/pyproject.toml")
        if isinstance(found, Landed):
            above = pyproject(db, found.host)
            if isinstance(above, ProjectFacts) and above.uv.workspace_members:
                inside = root[len(folder.rstrip("/")) + 1 :]
                if any(
                    match(pattern.rstrip("/"), inside) for pattern in above.uv.workspace_members
                ):
                    return folder, found
    return root, manifest


class _Tracker:
    def __init__(self, db: Database, made: Image) -> None:
        self.db = db
        self.image = made

    def track(self, stage: Stage) -> tuple[Environment, ...]:
        parent = stage.shape.parent
        known: dict[str, Environment] = {}
        for inherited in self._made_in(parent) if parent is not None else ():
            known[inherited.path] = inherited._replace(stage=stage.number)
        for step in stage.steps:
            if isinstance(step, Run):
                for command in step.commands:
                    self._execute(known, step, command)
            elif isinstance(step, Copy):
                self._copy(known, step)
        return tuple(known.values())

    def _made_in(self, stage: int) -> tuple[Environment, ...]:
        return _at_end(self.db, self.image.unit.id, stage)

    # Copies from other stages

    def _copy(self, known: dict[str, Environment], copy: Copy) -> None:
        if copy.origin != "stage" or copy.from_stage is None or copy.destination is None:
            return
        for environment in self._made_in(copy.from_stage):
            if environment.kind == "system" and environment.path in SYSTEM_PREFIXES:
                path = self._system(copy, environment)
            else:
                path = copy.lands_folder(environment.path.lstrip("/"))
            if path is None:
                continue
            known[path] = environment._replace(
                path=path,
                stage=copy.stage,
                ordinal=copy.ordinal,
                copies=(*environment.copies, copy),
            )

    def _system(self, copy: Copy, environment: Environment) -> str | None:
        """A system prefix counts as copied with its site-packages, or as a whole."""
        for source in copy.sources:
            path = "/" + (source.path or "")
            if source.path is not None and (
                path == environment.path or path.startswith(f"{environment.path}/lib")
            ):
                return environment.path
        return None

    # Commands

    def _execute(self, known: dict[str, Environment], run: Run, command: Executed) -> None:
        tool = command.tool
        if isinstance(tool, UvCommand):
            self._uv(known, run, command, tool)
        elif isinstance(tool, MakeEnvironment):
            path = join(command.cwd, tool.directory)
            if path is not None:
                self._make(known, run, command, path, "venv", "venv", None)
        elif isinstance(tool, PipCommand):
            if tool.command == "install" and tool.target is None and not tool.user:
                self._pip(known, run, command)
        elif isinstance(tool, ManagerCommand):
            self._manager(known, run, command, tool)
        elif command.program == "rm":
            self._remove(known, command)
        elif command.program == "mv":
            self._move(known, command)

    def _uv(
        self, known: dict[str, Environment], run: Run, command: Executed, tool: UvCommand
    ) -> None:
        name = tool.command
        if name == ("venv",):
            self._uv_venv(known, run, command, tool)
        elif name in (("sync",), ("run",), ("add",), ("remove",)):
            if tool.run is not None and (
                tool.run.no_project
                or tool.run.isolated
                or (tool.run.script and "--script" in [item.name for item in tool.options.items])
            ):
                return
            if tool.no_sync and name == ("run",):
                return
            project = uv_project(self.db, self.image, run, command, tool)
            if not isinstance(project, UvProject) or project.environment is None:
                return
            project = project._replace(environment_at=run.state.where("UV_PROJECT_ENVIRONMENT"))
            path = project.environment
            assert path is not None
            kind: EnvironmentKind = "system" if path in SYSTEM_PREFIXES else "venv"
            self._make(known, run, command, path, kind, "uv", project, install=True)
        elif name in (("pip", "install"), ("pip", "sync")):
            path = _uv_pip_target(known, command, tool)
            if path is not None:
                kind = "system" if path in SYSTEM_PREFIXES else "venv"
                self._make(known, run, command, path, kind, "uv-pip", None, install=True)

    def _uv_venv(
        self, known: dict[str, Environment], run: Run, command: Executed, tool: UvCommand
    ) -> None:
        given = tool.arguments[0] if tool.arguments else ""
        if given is None:
            return
        if given:
            path = join(command.cwd, given)
        else:
            project = uv_project(self.db, self.image, run, command, tool)
            path = project.environment if isinstance(project, UvProject) else None
            path = path or join(command.cwd, ".venv")
        if path is not None:
            relocatable = tool.options.has("--relocatable") or command.env.truthy(
                "UV_VENV_RELOCATABLE"
            )
            self._make(known, run, command, path, "venv", "uv", None, relocatable=relocatable)

    def _pip(self, known: dict[str, Environment], run: Run, command: Executed) -> None:
        path = _program_prefix(known, command)
        if path is None:
            path = self._system_prefix(run)
        if path is not None:
            kind: EnvironmentKind = "system" if path in SYSTEM_PREFIXES else "venv"
            self._make(known, run, command, path, kind, "pip", None, install=True)

    def _system_prefix(self, run: Run) -> str | None:
        base = self.image.base(run.stage).image
        return base.python_prefix if base is not None else None

    def _manager(
        self, known: dict[str, Environment], run: Run, command: Executed, tool: ManagerCommand
    ) -> None:
        folder = join(command.cwd, tool.directory) if tool.directory else command.cwd
        if tool.manager in ("npm", "pnpm", "yarn"):
            is_global = tool.has("--global") or tool.arguments[:1] == ("global",)
            if tool.command in _NODE_INSTALLS and folder is not None and not is_global:
                path = f"{folder.rstrip('/')}/node_modules"
                self._make(known, run, command, path, "node", tool.manager, None, install=True)
            return
        place = _manager_environment(tool, command, folder)
        if place == "":
            place = self._system_prefix(run)
        if place is not None:
            kind: EnvironmentKind = "system" if place in SYSTEM_PREFIXES else "venv"
            self._make(known, run, command, place, kind, tool.manager, None, install=True)

    def _remove(self, known: dict[str, Environment], command: Executed) -> None:
        for word in command.words[1:]:
            path = join(command.cwd, word) if word and not word.startswith("-") else None
            if path is not None and not command.conditional:
                known.pop(path.rstrip("/"), None)

    def _move(self, known: dict[str, Environment], command: Executed) -> None:
        """An environment that `mv` renames; into an existing folder it keeps its name."""
        words = [word for word in command.words[1:] if word is None or not word.startswith("-")]
        source = join(command.cwd, words[0]) if len(words) == 2 and words[0] else None
        moved = known.get(source.rstrip("/")) if source is not None else None
        if moved is None or command.conditional:
            return
        del known[moved.path]
        to = join(command.cwd, words[1])
        if to is None or words[1] is None:
            return
        if words[1].endswith(("/", "/.")) or words[1] in (".", "..") or to in _FOLDERS:
            to = f"{to.rstrip('/')}/{moved.path.rpartition('/')[2]}"
        known[to] = moved._replace(path=to, moved_at=command.at)

    def _make(
        self,
        known: dict[str, Environment],
        run: Run,
        command: Executed,
        path: str,
        kind: EnvironmentKind,
        manager: str,
        project: UvProject | None,
        *,
        install: bool = False,
        relocatable: bool = False,
    ) -> None:
        path = path.rstrip("/") or "/"
        before = known.get(path)
        installs = (Install(run, command, project),) if install else ()
        if before is not None:
            known[path] = before._replace(
                installs=before.installs + installs,
                manager=manager if before.manager == "venv" and install else before.manager,
            )
            return
        relocatable = relocatable or command.env.truthy("UV_VENV_RELOCATABLE")
        known[path] = Environment(
            path=path,
            kind=kind,
            manager=manager,
            stage=run.stage,
            ordinal=run.ordinal,
            at=command.at if command.script is None else run.at,
            made_at=path,
            made_in=run.stage,
            installs=installs,
            copies=(),
            relocatable=relocatable,
        )


def _uv_pip_target(known: dict[str, Environment], command: Executed, tool: UvCommand) -> str | None:
    """Where `uv pip` installs (uv docs, pip/environments): --system, VIRTUAL_ENV, ./.venv."""
    if tool.options.has("--target", "--prefix"):
        return None
    if tool.system:
        return "/usr/local"
    if isinstance(tool.python, str) and "/" in tool.python:
        return tool.python.rpartition("/bin/")[0] or tool.python.rstrip("/")
    if tool.python is not None:
        return None
    if command.env.sets("VIRTUAL_ENV"):
        return command.env["VIRTUAL_ENV"]
    folder = command.cwd
    while folder is not None:
        path = f"{folder.rstrip('/')}/.venv"
        if path in known:
            return path
        folder = None if folder == "/" else folder.rpartition("/")[0] or "/"
    return None


def _program_prefix(known: dict[str, Environment], command: Executed) -> str | None:
    """The environment whose pip or python is called: by its path, or first on PATH."""
    first = command.words[0] if command.words else None
    if first is None:
        return None
    if "/" in first:
        path = join(command.cwd, first) or ""
        folder = path.rpartition("/bin/")[0]
        return folder if folder in known or folder.endswith(("venv", "env")) else None
    for entry in path_entries(command.env.get("PATH")):
        if entry == UNKNOWN_PIECE:
            return None
        folder = entry.removesuffix("/bin")
        if folder != entry and folder in known and known[folder].kind == "venv":
            return folder
    return None


def _manager_environment(tool: ManagerCommand, command: Executed, folder: str | None) -> str | None:
    """Where Poetry, PDM and Pipenv keep the environment; "" is the system's interpreter."""
    env = command.env
    if tool.manager == "poetry" and tool.command in ("install", "sync", "add"):
        create = (env.get("POETRY_VIRTUALENVS_CREATE") or "").lower()
        if create in ("0", "false", "no"):
            return ""
        if env.truthy("POETRY_VIRTUALENVS_IN_PROJECT") and folder is not None:
            return f"{folder.rstrip('/')}/.venv"
        return env.get("VIRTUAL_ENV")
    if tool.manager == "pdm" and tool.command in ("install", "sync", "add"):
        return f"{folder.rstrip('/')}/.venv" if folder is not None else None
    if tool.manager == "pipenv" and tool.command in ("install", "sync"):
        if tool.has("--system"):
            return ""
        if env.truthy("PIPENV_VENV_IN_PROJECT") and folder is not None:
            return f"{folder.rstrip('/')}/.venv"
    return None
