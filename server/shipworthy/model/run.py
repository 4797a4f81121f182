"""Run units: what a container of a service or image starts, with which mounts over the image.

Sources: compose-go's merged service; moby daemon/volumes.go sortMounts (shallow targets first);
Docker's ENTRYPOINT/CMD interaction as in BuildKit dispatchEntrypoint and `docker run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from shipworthy.db.database import Database, query
from shipworthy.model.base_image import UNKNOWN_IMAGE
from shipworthy.model.builds import (
    BuildUnit,
    compose,
    id_of_service,
    service_of,
    unit_ids,
    unit_of_image,
)
from shipworthy.model.builds import unit as build_unit
from shipworthy.model.compose.types import Command as ComposeCommand
from shipworthy.model.compose.types import Service
from shipworthy.model.compose_files import ComposeGroup, compose_groups
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find
from shipworthy.model.image.execution import Argument, Executed, Shell, exec_form, execute, join
from shipworthy.model.image.states import Value, Variables, base_state
from shipworthy.model.image.steps import Setting, Stage
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.model.workspace import roots
from shipworthy.syntax.gopath import clean
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_SCRIPT_LIMIT = 200_000
_SHELL_ENDINGS = ("/sh", "/bash", "/ash", "/dash", " sh", " bash", " ash", " dash", "-e", "-eu")


class RunMount(NamedTuple):
    """One mount of a container; `target` is absolute and clean."""

    type: str
    """`bind`, `volume`, `tmpfs`, ..."""
    source: str | None
    """Absolute host path of a bind, name of a named volume, None for an anonymous one."""
    target: str
    read_only: bool
    nocopy: bool
    at: Anchor
    source_at: Anchor
    target_at: Anchor
    short: bool


class Process(NamedTuple):
    """ENTRYPOINT and CMD after all overrides."""

    words: tuple[Argument, ...]
    shell: bool
    """Whether the last part is run by `/bin/sh -c` (shell form of the Dockerfile)."""
    at: Anchor
    """The instruction or key that decides what is started."""
    said_by: Literal["cmd", "entrypoint", "compose-command", "compose-entrypoint", "none"]


class RunUnit(NamedTuple):
    """A service of a compose project, or an image that no service starts."""

    id: str
    project: ComposeGroup | None
    service: Service | None
    at: Anchor
    unit: BuildUnit | None
    stage: Stage | None
    """The final stage of the image, when it is built here."""
    process: Process
    commands: tuple[Executed, ...]
    """What is started, in order, entrypoint scripts of the context read like RUN bodies."""
    complete: bool
    """False when part of the start could not be read: then absence proves nothing."""
    env: Mapping[str, Value]
    env_open: bool
    """Whether variables that are not in `env` may be set by an unknown base image."""
    user: str | None
    user_at: Anchor | None
    workdir: str | None
    mounts: tuple[RunMount, ...]
    """In effective order: a later mount lies over an earlier one."""
    mounts_known: bool
    """False when some mount's target or source is UNKNOWN."""

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The build whose image it runs."""
        return () if self.unit is None else (self.unit,)

    @property
    def key(self) -> tuple[ComposeGroup | None, str]:
        """What `run_unit` finds it by."""
        return self.project, self.id if self.service is None else self.service.name

    def variables(self) -> Variables:
        """The container's environment."""
        return Variables({name: value.text for name, value in self.env.items()}, self.env_open)

    def get(self, name: str) -> str | None:
        """A variable's value; None when unset or unknown."""
        value = self.env.get(name)
        return value.text if value is not None else None

    def mount_over(self, path: str) -> RunMount | None:
        """The mount that decides what lies at an image path: the deepest one at or above it."""
        return mount_over(self.mounts, path)

    def host_path(self, path: str) -> str | None:
        """The host path that a bind mount shows at an image path; None when no bind shows it."""
        mount = self.mount_over(path)
        if mount is None or mount.type != "bind" or mount.source is None:
            return None
        below = path[len(mount.target.rstrip("/")) :]
        return (mount.source + below).rstrip("/")


def mount_over(mounts: tuple[RunMount, ...], path: str) -> RunMount | None:
    """The mount that decides what lies at a path; `mounts` are in effective order."""
    found = None
    for mount in mounts:
        if path == mount.target or path.startswith(mount.target.rstrip("/") + "/"):
            found = mount
    return found


class Volume(NamedTuple):
    """One mount of one run unit: what rules about volumes visit."""

    run: RunUnit
    mount: RunMount

    @property
    def at(self) -> Anchor:
        """The list item."""
        return self.mount.at

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The build whose image the container runs."""
        return self.run.units


class _Start(NamedTuple):
    """Who starts a container: a service or, without a project, a build unit; of which build."""

    group: ComposeGroup | None
    name: str
    unit_id: str | None


@query
def _starts(db: Database) -> tuple[_Start, ...]:
    found = [
        _Start(group, service.name, _unit_id(db, group, service))
        for root in roots(db)
        for group in compose_groups(db, root)
        for service in compose(db, group).project.services
    ]
    started = {start.unit_id for start in found}
    found += [_Start(None, known, known) for known in unit_ids(db) if known not in started]
    return tuple(found)


@query
def run_ids(db: Database) -> tuple[tuple[ComposeGroup | None, str], ...]:
    """The identities of all run units: (compose project, service), or (None, build unit id)."""
    return tuple((start.group, start.name) for start in _starts(db))


@query
def run_unit(db: Database, group: ComposeGroup | None, name: str) -> RunUnit | None:
    """The run unit of a service (or, without a project, of a build unit's image)."""
    if group is None:
        known = build_unit(db, name)
        return None if known is None else _Runner(db, None, None, known).run(name)
    service = service_of(db, group, name)
    if service is None:
        return None
    unit_id = _unit_id(db, group, service)
    known = build_unit(db, unit_id) if unit_id is not None else None
    return _Runner(db, group, service, known).run(f"{group.files[-1]}#{name}")


@query
def runs_of(db: Database, unit_id: str) -> tuple[RunUnit, ...]:
    """The run units whose container is made from the build's image."""
    found = (run_unit(db, *key) for key in _runs_by_unit(db).get(unit_id, ()))
    return tuple(run for run in found if run is not None)


@query
def _runs_by_unit(db: Database) -> dict[str, tuple[tuple[ComposeGroup | None, str], ...]]:
    found: dict[str, list[tuple[ComposeGroup | None, str]]] = {}
    for group, name, unit_id in _starts(db):
        if unit_id is not None:
            found.setdefault(unit_id, []).append((group, name))
    return {unit_id: tuple(keys) for unit_id, keys in found.items()}


def _unit_id(db: Database, group: ComposeGroup, service: Service) -> str | None:
    """The build whose image the service runs: its own, or the one that makes its `image`."""
    if service.build is not None:
        return id_of_service(group, service.name)
    built = unit_of_image(db, service.image) if isinstance(service.image, str) else None
    return built.id if built is not None else None


class _Runner:
    def __init__(
        self,
        db: Database,
        group: ComposeGroup | None,
        service: Service | None,
        known: BuildUnit | None,
    ) -> None:
        self.db = db
        self.group = group
        self.service = service
        self.unit = known
        self.image = image(db, known.id) if known is not None else None
        self.stage = self.image.final() if self.image is not None else None
        self.complete = True
        self.mounts, self.mounts_known = _mounts(service)

    def run(self, identity: str) -> RunUnit:
        state = self.stage.end if self.stage is not None else base_state(UNKNOWN_IMAGE)
        env = dict(state.env)
        service = self.service
        for pair in service.environment if service is not None else ():
            text = pair.value if isinstance(pair.value, str) else None
            env[pair.name] = Value(text, pair.at)
        workdir, user, user_at = state.workdir, state.user, state.user_at
        if service is not None and service.working_dir is not None:
            given = service.working_dir
            workdir = join(workdir, given) if isinstance(given, str) else None
        if service is not None and service.user is not None:
            user = service.user if isinstance(service.user, str) else None
            user_at = service.user_at
        process = self._process()
        shell = Shell(workdir, Variables({k: v.text for k, v in env.items()}, state.open), user)
        commands = tuple(self._commands(process, shell))
        return RunUnit(
            id=identity,
            project=self.group,
            service=service,
            at=service.at if service is not None else self._place(),
            unit=self.unit,
            stage=self.stage,
            process=process,
            commands=commands,
            complete=self.complete,
            env=env,
            env_open=state.open,
            user=user,
            user_at=user_at,
            workdir=workdir,
            mounts=self.mounts,
            mounts_known=self.mounts_known,
        )

    def _place(self) -> Anchor:
        if self.stage is not None:
            return self.stage.at
        assert self.unit is not None
        return self.unit.at

    # What is started

    def _process(self) -> Process:
        entry, cmd = self._from_image()
        service = self.service
        if service is not None and service.entrypoint is not None:
            entry = _compose_words(service.entrypoint, "compose-entrypoint")
            cmd = None
        if service is not None and service.command is not None:
            cmd = _compose_words(service.command, "compose-command")
        if entry is None and cmd is None:
            return Process((), False, self._place_of_start(), "none")
        if entry is None or not entry.words:
            assert cmd is not None or entry is not None
            return cmd or entry or Process((), False, self._place_of_start(), "none")
        if cmd is None or entry.shell:
            return entry
        words = (*entry.words, *_as_words(cmd))
        return Process(words, False, cmd.at, cmd.said_by)

    def _place_of_start(self) -> Anchor:
        return self.service.at if self.service is not None else self._place()

    def _from_image(self) -> tuple[Process | None, Process | None]:
        entry: Process | None = None
        cmd: Process | None = None
        if self.image is None or self.stage is None:
            return None, None
        for stage in self.image.chain(self.stage.number):
            cmd_here = False
            for step in stage.steps:
                if not isinstance(step, Setting):
                    continue
                keyword = step.instruction.keyword
                if keyword == "CMD":
                    cmd, cmd_here = _instruction_process(step, "cmd"), True
                elif keyword == "ENTRYPOINT":
                    entry = _instruction_process(step, "entrypoint")
                    cmd = cmd if cmd_here else None
        return entry, cmd

    def _commands(self, process: Process, shell: Shell) -> Iterator[Executed]:
        if not process.words:
            return
        if process.shell:
            text = process.words[0].text or ""
            script = parse_shell(text)
            self.complete = self.complete and script.complete
            at = process.words[0].at
            for command in execute(script, shell, lambda _: at):
                yield from self._entered(command, 0)
            return
        for command in exec_form(process.words, shell, process.at):
            yield from self._entered(command, 0)

    def _entered(self, command: Executed, depth: int) -> Iterator[Executed]:
        """The command, or the commands of the context's shell script that it starts."""
        host = self._script_of(command) if depth < 3 else None
        if host is None:
            yield command
            return
        path, first = host
        text = self.db.text(path) or ""
        script = parse_shell(text)
        self.complete = self.complete and script.complete
        words = tuple(argument.text for argument in command.arguments[first + 1 :])
        placed = {index: item.at for index, item in enumerate(command.arguments)}
        inner = Shell(command.cwd, command.env, command.user)
        for found in execute(
            script, inner, lambda span: Anchor(path, -1, span), path, arguments=words
        ):
            if found.passed:
                at = placed.get(first + 1, command.at)
                found = found._replace(at=at, script=None)
            yield from self._entered(found, depth + 1)

    def _script_of(self, command: Executed) -> tuple[str, int] | None:
        """The host file of the script that a command starts, and which word names it."""
        for index, argument in enumerate(command.arguments[:3]):
            if argument.text is None:
                return None
            if index and command.program not in ("sh", "bash", "ash", "dash"):
                return None
            if index and argument.text.startswith("-"):
                continue
            if "/" not in argument.text and index == 0 and "." not in argument.text:
                if command.program in ("sh", "bash", "ash", "dash"):
                    continue
                path = f"/usr/local/bin/{argument.text}"
            else:
                path = join(command.cwd, argument.text) or ""
            host = self.host_file(path) if path else None
            if isinstance(host, str):
                text = self.db.text(host)
                if text is not None and _is_shell_script(text):
                    return host, index
            if index or host is None:
                return None
        return None

    def host_file(self, path: str) -> str | Unknown | None:
        """The host file that the container sees at a path at its start."""
        probe = mount_over(self.mounts, path)
        if probe is not None:
            if probe.type == "bind" and probe.source is not None:
                host = probe.source + path[len(probe.target.rstrip("/")) :]
                return host if self.db.stat(host) is not None else None
            if probe.type != "volume":
                return None
        if self.image is None or self.stage is None:
            return UNKNOWN
        found = find(self.db, self.image, self.stage.number, self.stage.shape.end, path)
        return found.host if isinstance(found, Landed) else found


def _is_shell_script(text: str) -> bool:
    if len(text) > _SCRIPT_LIMIT:
        return False
    first = text.split("\n", 1)[0].rstrip()
    return first.startswith("#!") and (first.endswith(_SHELL_ENDINGS) or "sh " in first)


def _instruction_process(step: Setting, said_by: Literal["cmd", "entrypoint"]) -> Process:
    instruction = step.instruction
    path = step.at.path
    words = tuple(
        Argument(word.text, Anchor(path, step.ordinal, word.span)) for word in instruction.args
    )
    return Process(words, not instruction.json and bool(words), step.at, said_by)


def _compose_words(
    command: ComposeCommand, said_by: Literal["compose-command", "compose-entrypoint"]
) -> Process:
    if isinstance(command.words, Unknown):
        return Process((Argument(None, command.at),), False, command.at, said_by)
    words = tuple(Argument(word, command.at) for word in command.words)
    return Process(words, False, command.at, said_by)


def _as_words(process: Process) -> tuple[Argument, ...]:
    if not process.shell:
        return process.words
    at = process.at
    return (Argument("/bin/sh", at), Argument("-c", at), *process.words)


def _mounts(service: Service | None) -> tuple[tuple[RunMount, ...], bool]:
    """The mounts of a service in effective order: by the number of path components."""
    found: list[RunMount] = []
    known = True
    for mount in service.volumes if service is not None else ():
        if not isinstance(mount.target, str) or not isinstance(mount.type, str):
            known = False
            continue
        if isinstance(mount.source, Unknown):
            known = False
        source = mount.source if isinstance(mount.source, str) else None
        if isinstance(mount.source, Unknown) and mount.type != "bind":
            continue
        found.append(
            RunMount(
                type=mount.type,
                source=source,
                target=clean("/" + mount.target),
                read_only=mount.read_only is True,
                nocopy=mount.nocopy is True,
                at=mount.at,
                source_at=mount.source_at,
                target_at=mount.target_at,
                short=mount.short,
            )
        )
    found.sort(key=lambda mount: mount.target.count("/") if mount.target != "/" else 0)
    return tuple(found), known
