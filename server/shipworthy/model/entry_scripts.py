"""The script that a container starts with: whether the kernel can execute it.

Source: execve(2): the x bit, and the interpreter that the first line names, its end included.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.commands import ChangeOwner, SystemPackages
from shipworthy.model.git import tracked
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.execution import join
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import runtime_look
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import root_of
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

Fault: TypeAlias = Literal["crlf", "mode", "shell", "shebang"]


class EntryScript(NamedTuple):
    """A script that cannot be started."""

    fault: Fault
    host: str
    """The script on this disk."""
    path: str
    """Its path in the container."""
    interpreter: str
    copy: Copy | None
    """The COPY that brings it; None where a bind mount shows it."""
    at: Anchor
    """The word that starts it."""
    certain: bool
    """False when only this disk's file mode tells, and no git index says what a clone has."""


def entry_script(db: Database, run: RunUnit) -> EntryScript | None:
    """The first word of the container's process as a script with a fault; None without one."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.process.shell or not run.process.words or not run.mounts_known:
        return None
    word = run.process.words[0]
    path = _path(run, word.text)
    found = runtime_look(db, run)(path) if path is not None else None
    if path is None or not isinstance(found, Landed):
        return None
    text = db.text(found.host)
    if text is None:
        return None
    head = text[:300].split("\n", 1)[0]
    interpreter = head[2:].split()[0] if head.startswith("#!") and head[2:].split() else ""
    copy = None if found.mounted else _copy(made, found)
    fault = _fault(db, made, run, found, copy, head, interpreter)
    if fault is None:
        return None
    root = root_of(db, found.host)
    certain = fault != "mode" or not isinstance(tracked(db, root, found.host), Unknown)
    return EntryScript(fault, found.host, path, interpreter, copy, word.at, certain)


def _path(run: RunUnit, text: str | None) -> str | None:
    if text is None:
        return None
    if "/" in text:
        return join(run.workdir, text)
    return f"/usr/local/bin/{text}" if text.endswith((".sh", ".py")) else None


def _copy(made: Image, found: Landed) -> Copy | None:
    for copy in made.stage(found.stage).copies():
        if copy.ordinal == found.ordinal:
            return copy
    return None


def _fault(
    db: Database,
    made: Image,
    run: RunUnit,
    found: Landed,
    copy: Copy | None,
    head: str,
    interpreter: str,
) -> Fault | None:
    name = found.host.rpartition("/")[2]
    touched = not found.mounted and _mentioned(made, name, ("chmod", "install"))
    rewritten = not found.mounted and _mentioned(made, name, ("sed", "dos2unix", "tr", "perl"))
    if head.startswith("#!") and head.endswith("\r") and not rewritten:
        return "crlf"
    status = db.stat(found.host)
    executable = status is None or status.executable or touched
    is_script = head.startswith("#!") or name.endswith((".sh", ".py"))
    if is_script and not executable and (copy is None or copy.chmod is None):
        return "mode"
    if not head.startswith("#!"):
        return "shebang" if found.host.endswith(".sh") and not rewritten else None
    if run.stage is not None and _lacks_shell(made, run.stage.number, head, interpreter):
        return "shell"
    return None


def _mentioned(made: Image, name: str, programs: tuple[str, ...]) -> bool:
    """Whether a RUN works on the script, or on files that it does not name one by one."""
    for stage in made.judged_stages():
        for step in stage.steps:
            if not isinstance(step, Run):
                continue
            if not step.complete:
                return True
            for command in step.commands:
                if command.program not in (*programs, "xargs", "find"):
                    continue
                tool = command.tool
                if isinstance(tool, ChangeOwner) and tool.recursive:
                    return True
                words = command.words[1:]
                if any(word is None or name in word or "*" in word for word in words):
                    return True
                if command.program in ("find", "xargs"):
                    return True
    return False


def _lacks_shell(made: Image, stage: int, head: str, interpreter: str) -> bool:
    base = made.base(stage).image
    words = head[2:].split()
    asks_bash = interpreter.endswith("/bash") or words[1:2] == ["bash"]
    if base is None or base.distribution != "alpine" or not asks_bash:
        return False
    for current in made.chain(stage):
        for step in current.steps:
            if isinstance(step, Copy) and step.origin != "context":
                return False
            if isinstance(step, Run):
                for command in step.commands:
                    tool = command.tool
                    if isinstance(tool, SystemPackages) and (
                        "bash" in tool.packages or not tool.known
                    ):
                        return False
    return True
