"""What `uv run` at a container's start does to the environment that the image was built with.

Source: experiments with uv 0.13.9: `uv run` locks and syncs (inexactly: extras stay) with its own
flags and variables; those of the build do not count, and `--frozen` only leaves out the lock.
"""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.environments import Environment, UvProject, final_environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.installed import UvInstall, uv_installs
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import runtime_project, uv_runs
from shipworthy.text.records import NamedTuple


class StartSync(NamedTuple):
    """A `uv run` that syncs the project environment when the container starts."""

    command: Executed
    tool: UvCommand
    project: UvProject
    facts: ProjectFacts
    environment: Environment | None
    """The image's environment that it syncs; None when the image has none there, or a bind
    mount hides it."""
    install: UvInstall | None
    """The command of the build that filled it last."""
    added: frozenset[str]
    """The groups that the start installs and the build did not."""
    editable_again: bool
    """Whether the start replaces the project that was built without `--editable`."""

    @property
    def rebuilds(self) -> bool:
        """Whether uv may build the project again: it goes by the manifest's change time."""
        return self.install is not None and self.install.builds_project

    @property
    def changes(self) -> bool:
        """Whether the start certainly changes the environment."""
        return bool(self.added) or self.editable_again


def start_syncs(db: Database, run: RunUnit) -> tuple[StartSync, ...]:
    """The syncing `uv run` commands of a container's start; none where a flag is not known."""
    found = []
    for command, tool in uv_runs(run):
        if not tool.known or tool.no_sync.on is not False:
            continue
        project = runtime_project(db, run, command, tool)
        if not isinstance(project, UvProject) or project.manifest is None:
            continue
        facts = pyproject(db, project.manifest.host)
        if isinstance(facts, ProjectFacts) and facts.uv.managed:
            found.append(_sync(db, run, command, tool, project, facts))
    return tuple(found)


def _sync(
    db: Database,
    run: RunUnit,
    command: Executed,
    tool: UvCommand,
    project: UvProject,
    facts: ProjectFacts,
) -> StartSync:
    environment = _environment(db, run, project)
    install = _last_install(db, environment)
    plain = StartSync(command, tool, project, facts, environment, install, frozenset(), False)
    if install is None or not install.certain or command.conditional:
        return plain
    other = install.facts != facts or tool.packages or tool.all_packages
    if other or install.tool.packages or install.tool.all_packages:
        return plain
    wanted = tool.groups.effective(
        frozenset(facts.default_groups), frozenset(facts.dependency_groups)
    )
    added = {name for name in wanted - install.groups if facts.dependency_groups.get(name)}
    built = install.tool.scope.no_editable
    again = bool(built) and tool.scope.no_editable.on is False and install.builds_project
    if install.groups and tool.groups.omits_project:
        return plain
    return plain._replace(added=frozenset(added), editable_again=again)


def _environment(db: Database, run: RunUnit, project: UvProject) -> Environment | None:
    if run.unit is None or not run.mounts_known:
        return None
    for environment in final_environments(db, run.unit.id):
        if environment.path == project.environment and environment.kind == "venv":
            mount = run.mount_over(environment.path)
            hidden = mount is not None and mount.type != "volume"
            return None if hidden else environment
    return None


def _last_install(db: Database, environment: Environment | None) -> UvInstall | None:
    if environment is None or not environment.installs:
        return None
    last = environment.installs[-1]
    known: tuple[UvInstall, ...] = uv_installs(db, last.run.unit.id)
    for install in known[::-1]:
        same = install.run.stage == last.run.stage and install.run.ordinal == last.run.ordinal
        if same and install.command.words == last.command.words:
            return install
    return None
