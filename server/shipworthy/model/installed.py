"""What a uv command of a build installs: its project, its lock, and what it selects from both."""

from __future__ import annotations

from functools import partial

from shipworthy.db.database import Database, query
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.environments import UvProject, uv_project
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import ByRun, Image, Run, by_command, of_stages
from shipworthy.model.lock_state import members
from shipworthy.model.projects import pyproject, uv_lock
from shipworthy.model.python.closure import Selection, closure
from shipworthy.model.python.markers import linux
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.uv_package import Package
from shipworthy.model.python.values import normalise
from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

SYNCS = frozenset({("sync",), ("run",)})
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


class UvInstall(NamedTuple):
    """A `uv sync` or `uv run` of a RUN that brings a project's environment up to date."""

    run: Run
    command: Executed
    tool: UvCommand
    project: UvProject
    facts: ProjectFacts
    """Of the project's pyproject.toml."""
    manifest: str
    """That pyproject.toml on this disk."""
    chosen: ProjectFacts
    """Whose groups and extras are installed: of the member that `--package` names, else `facts`."""
    chosen_manifest: str
    lock: UvLock | None
    """The lock that lies beside the workspace's root in the image; None without one to read."""
    lock_path: str | None
    certain: bool
    """Whether the command is run in any case and all its words are known."""

    @property
    def groups(self) -> frozenset[str]:
        """The dependency groups that are installed."""
        return self.tool.groups.effective(
            frozenset(self.chosen.default_groups), frozenset(self.chosen.dependency_groups)
        )

    @property
    def extras(self) -> frozenset[str]:
        """The extras that are installed."""
        groups = self.tool.groups
        wanted = self.chosen.optional_dependencies if groups.all_extras else groups.extras
        names = frozenset(normalise(name) for name in wanted)
        return names - frozenset(normalise(name) for name in groups.no_extras)

    @property
    def builds_project(self) -> bool:
        """Whether the project itself is built and installed."""
        scope, tool = self.tool.scope, self.tool
        if not self.facts.packaged or tool.groups.omits_project:
            return False
        if scope.no_project or scope.no_workspace or scope.no_local:
            return False
        if scope.no_project.on is None or scope.no_workspace.on is None:
            return False
        name = self.facts.name
        if name in {normalise(package) for package in scope.no_packages}:
            return False
        wanted = {normalise(package) for package in tool.packages}
        return not wanted or name in wanted


@query
def uv_installs(db: Database, unit_id: str) -> tuple[UvInstall, ...]:
    """Every installing `uv sync` and `uv run` in the RUNs of a build, in order."""
    return of_stages(installs_in, image(db, unit_id))


def installs_of(db: Database, run: Run) -> tuple[UvInstall, ...]:
    """Those of one RUN."""
    return installs_in(db, run.unit.id, run.stage).get(run.ordinal, ())


@query
def installs_in(db: Database, unit_id: str, stage: int) -> ByRun[UvInstall]:
    """Those of one stage."""
    return by_command(image(db, unit_id), stage, partial(_install, db))


def _install(db: Database, made: Image, run: Run, command: Executed) -> UvInstall | None:
    tool = command.tool
    if not isinstance(tool, UvCommand) or tool.command not in SYNCS:
        return None
    if tool.options.has("--dry-run", "--check", "--script") or tool.no_sync:
        return None
    if tool.run is not None and (tool.run.no_project or tool.run.isolated):
        return None
    project = uv_project(db, made, run, command, tool)
    if not isinstance(project, UvProject) or project.manifest is None:
        return None
    facts = pyproject(db, project.manifest.host)
    if not isinstance(facts, ProjectFacts) or not facts.uv.managed:
        return None
    found = find_during(db, made, run, f"{project.workspace.rstrip('/')}/uv.lock")
    lock_path = found.host if isinstance(found, Landed) else None
    lock = uv_lock(db, lock_path) if lock_path is not None else None
    chosen, chosen_manifest = _chosen(db, project, tool, facts)
    return UvInstall(
        run=run,
        command=command,
        tool=tool,
        project=project,
        facts=facts,
        manifest=project.manifest.host,
        chosen=chosen,
        chosen_manifest=chosen_manifest or project.manifest.host,
        lock=None if lock is None or isinstance(lock, Unknown) or lock.problem else lock,
        lock_path=lock_path,
        certain=tool.known and not command.conditional,
    )


def _chosen(
    db: Database, project: UvProject, tool: UvCommand, facts: ProjectFacts
) -> tuple[ProjectFacts, str | None]:
    """The workspace member that `--package` names, and its manifest on this disk.

    Source: uv's `sync` makes it the current project: its groups and extras count, the root's not.
    """
    root = project.workspace_manifest
    if root is None or len(tool.packages) != 1 or normalise(tool.packages[0]) == facts.name:
        return facts, None
    folder = root.host.rpartition("/")[0]
    found = members(db, folder)
    for member in () if isinstance(found, Unknown) else found:
        if member.facts.name == normalise(tool.packages[0]):
            return member.facts, f"{folder}/{member.folder}/pyproject.toml"
    return facts, None


def machines(made: Image, stage: int) -> tuple[str, ...]:
    """The processors a stage may be built for: one when the platform is stated, else both usual."""
    stated = made.base(stage).platform or made.unit.platform
    machine = _MACHINES.get(stated.split("/")[1]) if stated and "/" in stated else None
    if machine is not None:
        return (machine,)
    return () if stated else ("x86_64", "aarch64")


def selected(install: UvInstall, python: str, machine: str) -> tuple[Package, ...] | None:
    """The locked packages that the command installs on Linux; None when that is not known.

    Local packages that the command leaves out are not in the answer, their dependencies are.
    """
    lock, tool = install.lock, install.tool
    if lock is None or not install.certain or tool.all_packages or tool.packages:
        return None
    if install.facts.name is None or tool.scope.only_project or tool.scope.only_workspace:
        return None
    root = lock.root(install.facts.name)
    if root is None or tool.scope.only_local:
        return None
    wanted = Selection(install.extras, install.groups, not tool.groups.omits_project)
    left_out = {normalise(name) for name in tool.scope.no_packages}
    found = closure(lock, (root,), wanted, linux(python, machine))
    return tuple(
        package
        for package in found
        if package.name not in left_out and not _left_out(install, package)
    )


@query
def selection(
    db: Database, unit_id: str, at: Anchor, python: str, machine: str
) -> tuple[Package, ...] | None:
    """`selected` for the command at a place."""
    for install in uv_installs(db, unit_id):
        if install.command.at == at:
            return selected(install, python, machine)
    return None


def selection_of(
    db: Database, install: UvInstall, python: str, machine: str
) -> tuple[Package, ...] | None:
    """`selected`, remembered: several rules ask the same of a lock that may be large."""
    return selection(db, install.run.unit.id, install.command.at, python, machine)


def _left_out(install: UvInstall, package: Package) -> bool:
    scope = install.tool.scope
    if not package.source.local:
        return package.source.kind == "path" and bool(scope.no_local)
    if package.source.kind == "virtual" or scope.no_local:
        return True
    if package.name == install.facts.name:
        return bool(scope.no_project or scope.no_workspace)
    members = install.lock.members if install.lock is not None else ()
    return package.name in members and bool(scope.no_workspace)
