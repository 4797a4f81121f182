"""Commands of a build that install a project, each with the lock that they ought to read."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.commands import ManagerCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import ByRun, Image, Run, by_run, of_stages
from shipworthy.model.sync_inputs import syncs_of
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.model.withheld import Withheld, withheld
from shipworthy.text.records import NamedTuple

_NODE = ("npm", "pnpm", "yarn")
_MANIFESTS = {"poetry": "pyproject.toml", "pdm": "pyproject.toml", "pipenv": "Pipfile"}
_LOCKS = {
    "poetry": ("poetry.lock",),
    "pdm": ("pdm.lock",),
    "pipenv": ("Pipfile.lock",),
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "yarn": ("yarn.lock",),
}
_INSTALLS = frozenset({"install", "sync", "ci"})


class LockUse(NamedTuple):
    """A command that installs a project's dependencies, and its lock at that instruction."""

    run: Run
    command: Executed
    manager: str
    """`uv`, `poetry`, `pdm`, `pipenv`, `npm`, `pnpm` or `yarn`."""
    manifest: Landed | None
    """The manifest on this disk; None when it comes from elsewhere or is not there."""
    name: str
    """The lock's file name: the one that exists, else the usual one."""
    lock: Landed | Unknown | None
    """The lock in the image while the command runs."""
    on_disk: str | None
    """The lock beside the manifest on this disk, in the image or not."""
    withheld: Withheld | None
    """The lock that only an ignore file keeps away."""
    requires_lock: bool
    """Whether the command fails without a lock."""

    @property
    def tool(self) -> ManagerCommand | None:
        """The command's meaning, for all managers but uv."""
        return self.command.tool if isinstance(self.command.tool, ManagerCommand) else None

    @property
    def decided(self) -> bool:
        """Whether the absence of a flag means that it is not there."""
        tool = self.tool
        known = tool is not None and tool.known
        return known and not self.command.conditional and self.run.complete

    @property
    def host(self) -> str | None:
        """The folder of this disk that the manifest comes from."""
        return None if self.manifest is None else self.manifest.host.rpartition("/")[0]


@query
def lock_uses(db: Database, unit_id: str) -> tuple[LockUse, ...]:
    """Every command of a build's RUNs that installs what a manifest lists.

    Stage by stage in order, uv's first in each.
    """
    return of_stages(_in_stage, image(db, unit_id))


def uses_of(db: Database, run: Run) -> tuple[LockUse, ...]:
    """The same for one RUN."""
    return _in_stage(db, run.unit.id, run.stage).get(run.ordinal, ())


@query
def _in_stage(db: Database, unit_id: str, stage: int) -> ByRun[LockUse]:
    made = image(db, unit_id)
    if made is None:
        return {}
    runs = made.stage(stage).runs()
    found = [
        LockUse(
            sync.run,
            sync.command,
            "uv",
            sync.project.workspace_manifest,
            "uv.lock",
            sync.lock,
            sync.on_disk,
            sync.withheld,
            bool(sync.tool.locked) or bool(sync.tool.frozen),
        )
        for run in runs
        for sync in syncs_of(db, run)
        if not sync.relocks
    ]
    for run in runs:
        for command in run.commands:
            tool = command.tool
            if isinstance(tool, ManagerCommand):
                use = _use(db, made, run, command, tool)
                if use is not None:
                    found.append(use)
    return by_run(found)


def _use(
    db: Database, made: Image, run: Run, command: Executed, tool: ManagerCommand
) -> LockUse | None:
    names = _LOCKS.get(tool.manager)
    if names is None or tool.command not in _INSTALLS or tool.has("--global", "--help"):
        return None
    if tool.arguments:
        return None
    folder = join(command.cwd, tool.directory) if tool.directory else command.cwd
    if folder is None:
        return None
    base = folder.rstrip("/")
    manifest_name = _MANIFESTS.get(tool.manager, "package.json")
    manifest = find_during(db, made, run, f"{base}/{manifest_name}")
    if not isinstance(manifest, Landed):
        return None
    host = manifest.host.rpartition("/")[0]
    on_disk = next((name for name in names if db.stat(f"{host}/{name}") is not None), None)
    chosen = names[0]
    lock: Landed | Unknown | None = None
    for name in names:
        lock = find_during(db, made, run, f"{base}/{name}")
        if lock is not None:
            chosen = name
            break
    else:
        chosen = on_disk or chosen
        if _made_before(run, command, tool.manager):
            lock = UNKNOWN
    return LockUse(
        run=run,
        command=command,
        manager=tool.manager,
        manifest=manifest,
        name=chosen,
        lock=lock,
        on_disk=f"{host}/{on_disk}" if on_disk is not None else None,
        withheld=withheld(db, made, run, f"{base}/{chosen}") if lock is None else None,
        requires_lock=_requires(tool),
    )


def _made_before(run: Run, command: Executed, manager: str) -> bool:
    """Whether an earlier command of the same RUN writes the manager's lock."""
    for earlier in run.commands:
        if earlier == command:
            return False
        tool = earlier.tool
        if not isinstance(tool, ManagerCommand) or tool.manager != manager:
            continue
        if tool.command in ("lock", "add", "update", "init"):
            return True
    return False


def _requires(tool: ManagerCommand) -> bool:
    if tool.manager in _NODE:
        return tool.command == "ci" or tool.has("--frozen-lockfile", "--immutable")
    if tool.manager == "pipenv":
        return tool.command == "sync" or tool.has("--deploy", "--ignore-pipfile")
    return tool.manager == "pdm" and tool.has("--check", "--frozen-lockfile")
