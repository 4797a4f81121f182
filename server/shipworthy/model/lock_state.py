"""Whether a uv.lock on this disk still says what its workspace's manifests ask for."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.projects import pyproject, uv_lock
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.staleness import Drift, staleness
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.workspace import is_member
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.model.workspace import inventory, root_of
from shipworthy.syntax.gopath import clean
from shipworthy.text.records import NamedTuple

_MAX_MEMBERS = 300


class Member(NamedTuple):
    """A member of a uv workspace on this disk; `folder` is relative to the workspace's root."""

    folder: str
    facts: ProjectFacts


@query
def members(db: Database, folder: str) -> tuple[Member, ...] | Unknown:
    """The members of the workspace at a folder, its root left out; UNKNOWN while one is broken.

    Source: uv's workspace discovery. Folders that the search for manifests skips count as well
    when the lock names them.
    """
    root = pyproject(db, f"{folder}/pyproject.toml")
    if isinstance(root, Unknown):
        return root
    if root is None or not root.uv.is_workspace_root:
        return ()
    listed = inventory(db, root_of(db, folder))
    if not listed.complete:
        return UNKNOWN
    prefix = f"{folder}/"
    found = {
        path[len(prefix) : -len("/pyproject.toml")]
        for path in listed.manifests
        if path.startswith(prefix) and path.endswith("/pyproject.toml") and path.count("/")
    }
    lock = uv_lock(db, f"{folder}/uv.lock")
    if isinstance(lock, UvLock):
        found |= {
            clean(package.source.value)
            for package in lock.packages
            if package.source.local and not package.source.value.startswith("..")
        }
    inside = sorted(name for name in found - {".", "pyproject.toml"} if is_member(root.uv, name))
    if len(inside) > _MAX_MEMBERS:
        return UNKNOWN
    result = []
    for name in inside:
        facts = pyproject(db, f"{folder}/{name}/pyproject.toml")
        if isinstance(facts, Unknown):
            return facts
        if facts is not None and facts.has_project:
            result.append(Member(name, facts))
    return tuple(result)


@query
def drifts(db: Database, folder: str) -> tuple[Drift, ...] | Unknown:
    """The differences between the manifests of a folder's workspace and its uv.lock.

    Empty when they agree, or when one of them is not there. Same verdict as `uv lock --check`
    wherever both could be tried.
    """
    facts = pyproject(db, f"{folder}/pyproject.toml")
    lock = uv_lock(db, f"{folder}/uv.lock")
    if isinstance(facts, Unknown):
        return facts
    if isinstance(lock, Unknown):
        return lock
    if facts is None or lock is None:
        return ()
    found = members(db, folder)
    if isinstance(found, Unknown):
        return found
    return staleness(facts, lock, {member.folder: member.facts for member in found})


@query
def workspace_root(db: Database, folder: str) -> str:
    """The folder of this disk whose uv.lock a project uses: its workspace's root, or its own."""
    own = pyproject(db, f"{folder}/pyproject.toml")
    if isinstance(own, ProjectFacts) and own.uv.is_workspace_root:
        return folder
    top = root_of(db, folder)
    above = folder
    while above != top and above.startswith(top + "/"):
        above = above.rpartition("/")[0]
        facts = pyproject(db, f"{above}/pyproject.toml")
        if isinstance(facts, ProjectFacts) and facts.uv.is_workspace_root:
            return above if is_member(facts.uv, folder[len(above) + 1 :]) else folder
    return folder
