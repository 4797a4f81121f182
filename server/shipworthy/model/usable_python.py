"""Whether an install command of a RUN finds a Python environment that it may write to.

Sources: uv docs, pip/environments; PEP 668 with Debian's and Ubuntu's use of it.
"""

from __future__ import annotations

from typing import Literal

from shipworthy.db.database import Database, query
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.host_environments import host_environments
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, environments
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.lineage import until
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.image.steps import Image, Run, Step
from shipworthy.model.uv_version import uv_version
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_MANAGED = frozenset({"bookworm", "trixie", "forky", "sid", "noble", "plucky", "questing"})
_SYSTEM_PATH = frozenset(
    {
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/bin",
        "/sbin",
        "/bin",
        "/root/.local/bin",
    }
)


_OTHER_PYTHONS = ("EXTERNALLY-MANAGED", "get-pip", "pyenv", "deadsnakes", "uv python", "conda")


class Unusable(NamedTuple):
    """`none`: no environment; `managed`: the distribution's Python; `exists`: one is in the way."""

    why: Literal["none", "managed", "exists"]
    path: str
    at: Anchor | None
    own_python: bool
    """Whether the image is one that was made for its Python (`python:3.12`)."""


def unusable_python(db: Database, made: Image, run: Run, command: Executed) -> Unusable | None:
    """What is in the way of an installing command; None where nothing is, or it is not known."""
    base = made.base(run.stage).image
    tool = command.tool
    if base is None or not base.known or command.conditional:
        return None
    own = base.python_prefix == "/usr/local"
    if isinstance(tool, UvCommand) and tool.known:
        if tool.command in (("pip", "install"), ("pip", "sync")):
            if tool.system:
                return _managed(made, run, command, bool(tool.break_system_packages))
            if _has_environment(db, made, run, command, tool):
                return None
            return Unusable("none", "", None, own)
        if tool.command == ("venv",):
            return _existing(db, made, run, command, tool)
    if isinstance(tool, PipCommand) and tool.command == "install" and tool.known:
        broken = bool(tool.break_system_packages) or command.env.truthy("PIP_BREAK_SYSTEM_PACKAGES")
        if tool.target is None and tool.prefix is None:
            return _managed(made, run, command, broken)
    return None


def _has_environment(
    db: Database, made: Image, run: Run, command: Executed, tool: UvCommand
) -> bool:
    """Whether `uv pip` finds an environment, or may."""
    if tool.system.on is None or tool.python is not None:
        return True
    if tool.options.has("--target", "--prefix") or command.env.sets("VIRTUAL_ENV"):
        return True
    if command.cwd is None or command.env.sets("CONDA_PREFIX"):
        return True
    if any(item.program in ("activate", "conda", "ln", "tar") for item in run.commands):
        return True
    folders = _ancestors(command.cwd)
    if any(known.path in folders for known in _environments(db, run)):
        return True
    return any(
        found.on_disk and found.lands in folders
        for stage in made.chain(run.stage)
        for copy in stage.copies()
        for found in host_environments(db, copy, "venv")
    )


def _ancestors(folder: str) -> set[str]:
    found = set()
    while True:
        found.add(f"{folder.rstrip('/')}/.venv")
        if folder in ("/", ""):
            return found
        folder = folder.rpartition("/")[0] or "/"


def _environments(db: Database, run: Run) -> tuple[Environment, ...]:
    return environments(db, run.unit.id, run.stage)


def _managed(made: Image, run: Run, command: Executed, broken: bool) -> Unusable | None:
    base = made.base(run.stage).image
    if base is None or broken or base.release not in _MANAGED:
        return None
    if base.python_prefix == "/usr/local" or base.is_uv:
        return None
    first = command.words[0] or ""
    if "/" in first and not first.startswith("/usr/bin/"):
        return None
    entries = path_entries(command.env.get("PATH"))
    if UNKNOWN_PIECE in entries or any(entry not in _SYSTEM_PATH for entry in entries):
        return None
    if any(until(made, run, _other_pythons)):
        return None
    return Unusable("managed", "/usr", None, False)


@query
def _other_pythons(db: Database, unit_id: str, stage: int) -> tuple[Step, ...]:
    """The instructions of a stage that may bring a Python without the mark."""
    made = image(db, unit_id)
    return tuple(
        step
        for step in (made.stage(stage).steps if made is not None else ())
        if any(word in step.instruction.source for word in _OTHER_PYTHONS)
    )


def _existing(
    db: Database, made: Image, run: Run, command: Executed, tool: UvCommand
) -> Unusable | None:
    """What `uv venv` would have to replace."""
    if tool.options.has("--clear", "--allow-existing") or command.env.truthy("UV_VENV_CLEAR"):
        return None
    version = uv_version(made, run.stage, run.ordinal)
    if version is not None and version.before(0, 10):
        return None
    given = tool.arguments[0] if tool.arguments else ".venv"
    path = join(command.cwd, given)
    if path is None or (not tool.arguments and command.env.sets("UV_PROJECT_ENVIRONMENT")):
        return None
    removed = any(item.program == "rm" for item in run.commands)
    for known in _environments(db, run):
        earlier = known.stage == known.made_in and known.ordinal < run.ordinal
        if (
            known.path == path
            and known.kind == "venv"
            and (earlier or known.copies)
            and not removed
        ):
            if known.copies and known.ordinal >= run.ordinal:
                continue
            return Unusable("exists", path, known.at, False)
    for stage in made.chain(run.stage):
        for copy in stage.copies():
            if stage.number == run.stage and copy.ordinal > run.ordinal:
                break
            for found in host_environments(db, copy, "venv"):
                if found.on_disk and found.lands == path and not removed:
                    return Unusable("exists", path, copy.at, False)
    return None
