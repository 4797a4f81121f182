"""What each uv command of a build works on: project, lock and members at that instruction."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.environments import UvProject, uv_project
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.lineage import until
from shipworthy.model.image.steps import ByRun, Image, Run, by_run, of_stages
from shipworthy.model.lock_state import Member, drifts, members
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.staleness import Drift
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.model.withheld import Withheld, withheld
from shipworthy.text.records import NamedTuple

_READING = frozenset({("sync",), ("run",), ("export",)})
_LOCKING = frozenset({("lock",), ("add",), ("remove",), ("init",), ("version",)})


class MemberHere(NamedTuple):
    """A workspace member and where its manifest is in the image (None: nowhere)."""

    member: Member
    manifest: Landed | Unknown | None


class SyncInputs(NamedTuple):
    """A uv command in a RUN that reads a project and its lock."""

    run: Run
    command: Executed
    tool: UvCommand
    project: UvProject
    host: str | None
    """The folder of this disk that the workspace's manifest comes from; None: not from here."""
    facts: ProjectFacts | None
    """The manifest at the workspace's root."""
    lock: Landed | Unknown | None
    """The uv.lock in the image while the command runs."""
    on_disk: str | None
    """The uv.lock beside the manifest on this disk, in the image or not."""
    withheld: Withheld | None
    """The uv.lock that only an ignore file keeps away."""
    members: tuple[MemberHere, ...] | Unknown
    relocks: bool
    """Whether an earlier command of the stage writes the lock on purpose (`uv lock`, `uv add`)."""

    @property
    def paired(self) -> bool:
        """Whether manifest and lock of the image come from one folder of this disk."""
        return (
            self.host is not None
            and isinstance(self.lock, Landed)
            and self.lock.host == f"{self.host}/uv.lock"
        )

    @property
    def decided(self) -> bool:
        """Whether the absence of a flag means that it is not there."""
        return self.tool.known and not self.command.conditional and self.run.complete

    @property
    def missing_members(self) -> tuple[Member, ...]:
        """The members whose manifest is certainly not in the image."""
        if isinstance(self.members, Unknown):
            return ()
        return tuple(here.member for here in self.members if here.manifest is None)

    @property
    def all_members(self) -> bool:
        """Whether every member's manifest is certainly in the image."""
        return not isinstance(self.members, Unknown) and all(
            isinstance(here.manifest, Landed) for here in self.members
        )


@query
def syncs(db: Database, unit_id: str) -> tuple[SyncInputs, ...]:
    """Every `uv sync`, `uv run` and `uv export` of a build's RUNs that works on a project.

    Commands on a script, without the project, or with `--no-sync` are left out.
    """
    return of_stages(_in_stage, image(db, unit_id))


def syncs_of(db: Database, run: Run) -> tuple[SyncInputs, ...]:
    """The same for one RUN."""
    return _in_stage(db, run.unit.id, run.stage).get(run.ordinal, ())


@query
def _in_stage(db: Database, unit_id: str, stage: int) -> ByRun[SyncInputs]:
    made = image(db, unit_id)
    if made is None:
        return {}
    return by_run(
        inputs
        for run in made.stage(stage).runs()
        for command in run.commands
        if isinstance(command.tool, UvCommand)
        and _reads_project(command.tool)
        and (inputs := _inputs(db, made, run, command, command.tool)) is not None
    )


def locks_of(db: Database, run: Run) -> Iterator[SyncInputs]:
    """The `uv lock` commands of a RUN that write a lock in the image."""
    made = image(db, run.unit.id)
    for command in run.commands if made is not None else ():
        tool = command.tool
        if isinstance(tool, UvCommand) and tool.command == ("lock",):
            checks = tool.check or tool.locked.on is not False or tool.frozen.on is not False
            inputs = None if checks or made is None else _inputs(db, made, run, command, tool)
            if inputs is not None and not tool.options.has("--dry-run", "--script"):
                yield inputs


def drifts_of(db: Database, inputs: SyncInputs) -> tuple[Drift, ...]:
    """How the lock that the command reads differs from its manifests; empty when undecided."""
    if not inputs.paired or inputs.host is None or inputs.relocks:
        return ()
    found = drifts(db, inputs.host)
    return () if isinstance(found, Unknown) else found


def _reads_project(tool: UvCommand) -> bool:
    if tool.command not in _READING or tool.options.has("--script", "--gui-script"):
        return False
    if tool.options.has("--help", "--version"):
        return False
    run = tool.run
    if run is None:
        return True
    return not (run.no_project or run.isolated or tool.no_sync)


def _inputs(
    db: Database, made: Image, run: Run, command: Executed, tool: UvCommand
) -> SyncInputs | None:
    project = uv_project(db, made, run, command, tool)
    if not isinstance(project, UvProject):
        return None
    manifest = project.workspace_manifest
    host = manifest.host.rpartition("/")[0] if manifest is not None else None
    facts = pyproject(db, manifest.host) if manifest is not None else None
    path = f"{project.workspace.rstrip('/')}/uv.lock"
    lock = find_during(db, made, run, path)
    on_disk = f"{host}/uv.lock" if host is not None else None
    if on_disk is not None and db.stat(on_disk) is None:
        on_disk = None
    return SyncInputs(
        run=run,
        command=command,
        tool=tool,
        project=project,
        host=host,
        facts=facts if isinstance(facts, ProjectFacts) else None,
        lock=lock,
        on_disk=on_disk,
        withheld=withheld(db, made, run, path) if lock is None else None,
        members=_members(db, made, run, project.workspace, host),
        relocks=_relocks(made, run, command),
    )


def _members(
    db: Database, made: Image, run: Run, workspace: str, host: str | None
) -> tuple[MemberHere, ...] | Unknown:
    known = members(db, host) if host is not None else UNKNOWN
    if isinstance(known, Unknown):
        return known
    base = workspace.rstrip("/")
    return tuple(
        MemberHere(member, find_during(db, made, run, f"{base}/{member.folder}/pyproject.toml"))
        for member in known
    )


def _relocks(made: Image, run: Run, command: Executed) -> bool:
    for step in until(made, run, _locking):
        for earlier in step.commands:
            if step.ordinal == run.ordinal and earlier == command:
                break
            tool = earlier.tool
            if isinstance(tool, UvCommand) and tool.command in _LOCKING:
                return not (tool.locked or tool.frozen)
    return False


@query
def _locking(db: Database, unit_id: str, stage: int) -> tuple[Run, ...]:
    """The RUNs of a stage that may write uv.lock."""
    made = image(db, unit_id)
    return tuple(
        run
        for run in (made.stage(stage).runs() if made is not None else ())
        if any(isinstance(c.tool, UvCommand) and c.tool.command in _LOCKING for c in run.commands)
    )
