"""Which environment a container really uses, and what its mounts do to it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.commands import UvCommand
from shipworthy.model.compose_files import ComposeGroup
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find
from shipworthy.model.image.environments import (
    Environment,
    Look,
    UvProject,
    final_environments,
    project_at,
)
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.run import RunMount, RunUnit, run_unit
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.text.records import NamedTuple

Covering: TypeAlias = Literal["none", "bind", "volume", "tmpfs"]
Use: TypeAlias = Literal["path", "PATH", "uv-run", "none", "unknown"]

SHELL_WORDS = frozenset(
    {
        "cd", "echo", "set", "export", "exec", "test", "[", "true", "false", "sleep", "mkdir", "rm",
        "cp", "ls", "cat", "chmod", "chown", "wait", "trap", "exit", "source", ".", "until", ":",
        "[[", "((", "printf", "read", "local", "declare", "readonly", "unset", "shift", "return",
        "shopt", "umask", "ulimit", "kill", "touch", "mv", "ln", "find", "grep", "sed", "awk", "tr",
        "cut", "head", "tail", "sort", "date", "id", "whoami", "hostname", "dirname", "basename",
        "curl", "wget", "nc", "pg_isready", "useradd", "usermod", "groupadd", "groupmod", "getent",
    }
)  # fmt: skip
"""What a start script does around its program; no environment of a language holds these."""


class RunEnvironment(NamedTuple):
    """An environment of the image as one container sees it."""

    environment: Environment
    mount: RunMount | None
    """The mount that decides what lies at its path."""
    covering: Covering
    use: Use
    """How the container's start uses it."""
    user: Executed | None
    """The command that uses it."""


def run_environments(db: Database, run: RunUnit) -> tuple[RunEnvironment, ...]:
    """The environments of the image that the container is made from."""
    return _of_run(db, *run.key)


@query
def _of_run(db: Database, group: ComposeGroup | None, name: str) -> tuple[RunEnvironment, ...]:
    run = run_unit(db, group, name)
    if run is None or run.unit is None:
        return ()
    found = []
    for environment in final_environments(db, run.unit.id):
        mount = run.mount_over(environment.path)
        covering: Covering = "none"
        if mount is not None:
            covering = (
                "bind" if mount.type == "bind" else "tmpfs" if mount.type == "tmpfs" else "volume"
            )
        use, user = _use(db, run, environment)
        found.append(RunEnvironment(environment, mount, covering, use, user))
    return tuple(found)


def started(run: RunUnit) -> tuple[Executed, ...]:
    """The programs that a container starts, without the shell's own small commands."""
    return tuple(
        command
        for command in run.commands
        if not command.substitution and command.program not in SHELL_WORDS
    )


def uv_runs(run: RunUnit) -> tuple[tuple[Executed, UvCommand], ...]:
    """The `uv run` commands of a container's start that touch a project."""
    found = []
    for command in started(run):
        tool = command.tool
        if isinstance(tool, UvCommand) and tool.command == ("run",) and tool.run is not None:
            script = "--script" in {item.name for item in tool.options.items}
            if not (tool.run.no_project or tool.run.isolated or script):
                found.append((command, tool))
    return tuple(found)


def syncs_at_start(db: Database, run: RunUnit, environment: Environment) -> Executed | None:
    """The command of the start that brings the environment up to date, if one does."""
    for command in started(run):
        tool = command.tool
        if isinstance(tool, UvCommand) and tool.command in (("run",), ("sync",)):
            if tool.no_sync or (tool.run is not None and tool.run.no_project):
                continue
            project = runtime_project(db, run, command, tool)
            if not isinstance(project, UvProject) or project.environment == environment.path:
                return command
        elif environment.kind == "node" and command.program in ("npm", "pnpm", "yarn"):
            words = command.words[1:2]
            if (words and words[0] in ("install", "ci", "i")) or (
                command.program == "yarn" and not words
            ):
                return command
        elif command.program in ("poetry", "pdm", "pipenv", "pip") and "install" in command.words:
            return command
    return None


def runtime_look(db: Database, run: RunUnit) -> Look:
    """Which host file the container sees at a path when it starts."""
    unit = run.unit
    made = image(db, unit.id) if unit is not None else None

    def look(path: str) -> Landed | Unknown | None:
        mount = run.mount_over(path)
        if mount is not None and mount.type != "volume":
            host = run.host_path(path)
            if mount.type == "bind" and host is None:
                return UNKNOWN
            if host is not None and db.stat(host) is not None:
                return Landed(host, -1, -1, True)
            return None
        if made is None or run.stage is None:
            return UNKNOWN
        return find(db, made, run.stage.number, run.stage.shape.end, path)

    return look


def runtime_project(
    db: Database, run: RunUnit, command: Executed, tool: UvCommand
) -> UvProject | Unknown | None:
    """The project that a uv command of the container's start works on, mounts considered."""
    return project_at(db, runtime_look(db, run), command, tool)


def _use(db: Database, run: RunUnit, environment: Environment) -> tuple[Use, Executed | None]:
    inside = environment.path.rstrip("/") + "/"
    for command in started(run):
        first = command.words[0] if command.words else None
        if first is None:
            return "unknown", command
        full = first if first.startswith("/") else f"{(command.cwd or '').rstrip('/')}/{first}"
        if "/" in first and full.replace("/./", "/").startswith(inside):
            return "path", command
        tool = command.tool
        if isinstance(tool, UvCommand) and tool.command == ("run",):
            project = runtime_project(db, run, command, tool)
            if not isinstance(project, UvProject) or project.environment == environment.path:
                return "uv-run", command
            continue
        if "/" not in first:
            use = _on_path(command, environment)
            if use is not None:
                return use, command
    return ("none" if run.complete else "unknown"), None


def _on_path(command: Executed, environment: Environment) -> Use | None:
    """Whether a bare program is found in the environment: its folder comes first on PATH."""
    if environment.kind == "node":
        is_node = command.program in (
            "node",
            "npm",
            "npx",
            "pnpm",
            "yarn",
            "next",
            "vite",
            "nodemon",
        )
        return "PATH" if is_node else None
    for entry in path_entries(command.env.get("PATH")):
        if entry == UNKNOWN_PIECE:
            return "unknown"
        if entry == environment.bin:
            return "PATH"
        if environment.kind == "venv" and entry in ("/usr/local/bin", "/usr/bin"):
            return None
    return None
