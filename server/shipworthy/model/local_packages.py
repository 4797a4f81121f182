"""The local packages that a uv command installs from folders, and whether the image has them."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.steps import Image
from shipworthy.model.projects import pyproject, uv_lock
from shipworthy.model.python.closure import Selection, closure
from shipworthy.model.python.markers import linux
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.uv_package import Package
from shipworthy.model.python.values import normalise
from shipworthy.model.sync_inputs import SyncInputs
from shipworthy.model.unknown import Unknown
from shipworthy.model.withheld import Withheld, withheld
from shipworthy.syntax.gopath import clean
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_PYTHON = "3.13"
"""Which Python the markers of local dependencies are asked for: they hardly ever depend on it."""


class LocalNeed(NamedTuple):
    """A local package that the command installs, other than the project itself."""

    package: Package
    member: bool
    """Whether it is a member of the workspace."""
    path: str
    """Its folder (or archive) in the image."""
    host: str
    """Where the lock's path leads on this disk."""
    here: Landed | Unknown | None
    """Its manifest in the image while the command runs."""
    inside: bool
    """Whether the build's context reaches that far."""
    withheld: Withheld | None


def local_needs(db: Database, sync: SyncInputs) -> tuple[LocalNeed, ...]:
    """What the command installs from folders, by its lock; empty while something is unknown.

    Source: what uv's `--no-install-*` flags leave out, and its lock's relative paths.
    """
    made = image(db, sync.run.unit.id)
    if made is None or sync.host is None or not isinstance(sync.lock, Landed) or not sync.paired:
        return ()
    lock = uv_lock(db, sync.lock.host)
    if not isinstance(lock, UvLock) or lock.problem is not None:
        return ()
    scope = sync.tool.scope
    if scope.no_local.on is not False or sync.tool.command == ("export",):
        return ()
    return tuple(_needs(db, made, sync, lock, sync.host))


def lock_line(db: Database, path: str, package: Package) -> Anchor:
    """The `source = ...` line of a package in its lock."""
    text = db.text(path) or ""
    start = text.find("\nsource = ", max(package.offset, 0)) + 1
    if package.offset < 0 or not start or start > package.offset + len(package.body):
        return whole_file(path)
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return Anchor(path, 0, Span(start, end - (text[end - 1 : end] == "\r")))


def _needs(
    db: Database, made: Image, sync: SyncInputs, lock: UvLock, host: str
) -> Iterator[LocalNeed]:
    if not any(_in_a_folder(package) for package in lock.packages):
        return
    roots, facts = _roots(db, sync, lock)
    chosen = _selection(sync, facts)
    members = set(lock.members)
    skipped = {normalise(name) for name in sync.tool.scope.no_packages}
    context = sync.run.unit.context
    for package in closure(lock, roots, chosen, linux(_PYTHON)):
        source = package.source
        if not _in_a_folder(package) or package.name in skipped:
            continue
        member = package.name in members
        if member and sync.tool.scope.no_workspace.on is not False:
            continue
        if member and package in roots and sync.tool.scope.no_project.on is not False:
            continue
        path = clean(f"{sync.project.workspace}/{source.value}")
        if source.value.startswith("/"):
            path = clean(source.value)
        here = _found(db, made, sync, path, source.kind == "path")
        manifest = path if source.kind == "path" else f"{path}/pyproject.toml"
        on_disk = clean(f"{host}/{source.value}")
        inside = isinstance(context, str) and f"{on_disk}/".startswith(f"{context}/")
        hidden = withheld(db, made, sync.run, manifest) if here is None else None
        yield LocalNeed(package, member, path, on_disk, here, inside, hidden)


def _in_a_folder(package: Package) -> bool:
    """Whether it comes from a path beside the project's own."""
    source = package.source
    if source.kind not in ("editable", "directory", "path"):
        return False
    return "://" not in source.value and source.value not in (".", "")


def _found(
    db: Database, made: Image, sync: SyncInputs, path: str, archive: bool
) -> Landed | Unknown | None:
    if archive:
        return find_during(db, made, sync.run, path)
    manifest = find_during(db, made, sync.run, f"{path}/pyproject.toml")
    if manifest is not None:
        return manifest
    return find_during(db, made, sync.run, f"{path}/setup.py")


def _roots(
    db: Database, sync: SyncInputs, lock: UvLock
) -> tuple[tuple[Package, ...], ProjectFacts | None]:
    manifest = sync.project.manifest
    facts = pyproject(db, manifest.host) if manifest is not None else None
    own = facts if isinstance(facts, ProjectFacts) else None
    local = tuple(package for package in lock.packages if package.source.local)
    names = {normalise(name) for name in sync.tool.packages}
    if names:
        return tuple(package for package in local if package.name in names), own
    if sync.tool.all_packages or own is None or own.name is None:
        return tuple(package for package in local if package.name in lock.members), own
    root = lock.root(own.name)
    return ((root,) if root is not None else ()), own


def _selection(sync: SyncInputs, facts: ProjectFacts | None) -> Selection:
    groups = sync.tool.groups
    if facts is None:
        return Selection(project=not groups.omits_project)
    extras = facts.optional_dependencies if groups.all_extras else groups.extras
    return Selection(
        frozenset(normalise(name) for name in extras),
        groups.effective(frozenset(facts.default_groups), frozenset(facts.dependency_groups)),
        not groups.omits_project,
    )
