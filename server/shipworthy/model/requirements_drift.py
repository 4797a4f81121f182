"""Whether exported requirements on this disk still have the versions of their uv.lock."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.pip_installs import requirements_file
from shipworthy.model.projects import uv_lock
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.workspace import root_of
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_EXPORTS = frozenset({"uv-export", "uv-compile", "pip-compile"})


class Difference(NamedTuple):
    """A pin that the lock does not have; `locked` lists the lock's versions."""

    name: str
    pinned: str
    locked: str
    span: Span
    """The line in the requirements file."""


class RequirementsDrift(NamedTuple):
    """How an export differs from the lock."""

    lock: str
    command: str
    """The command that the file's header names; empty when it names none."""
    differences: tuple[Difference, ...]


@query
def requirements_drift(db: Database, path: str) -> RequirementsDrift | None:
    """The pins of an exported requirements file that differ from the nearest uv.lock above it.

    None when they agree, when the file was not exported by a tool, or when there is no lock.
    Packages that the lock does not have are not compared: they may come from another input.
    """
    parsed = requirements_file(db, path)
    if parsed is None or parsed.generator not in _EXPORTS:
        return None
    folder = _lock_folder(db, path)
    lock = uv_lock(db, f"{folder}/uv.lock") if folder is not None else None
    if not isinstance(lock, UvLock) or lock.problem is not None:
        return None
    found = []
    for line in parsed.lines:
        packages = lock.by_name.get(line.name or "", ())
        versions = [package.version for package in packages if package.version is not None]
        if line.pin is not None and versions and line.pin not in versions:
            found.append(Difference(line.name or "", line.pin, ", ".join(versions), line.span))
    if not found:
        return None
    return RequirementsDrift(f"{folder}/uv.lock", parsed.command or "", tuple(found))


def _lock_folder(db: Database, path: str) -> str | None:
    top = root_of(db, path)
    folder = path.rpartition("/")[0]
    while folder.startswith(top):
        if db.stat(f"{folder}/uv.lock") is not None:
            return folder
        if folder == top:
            break
        folder = folder.rpartition("/")[0]
    return None
