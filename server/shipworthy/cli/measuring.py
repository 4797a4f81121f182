"""What a build's context holds and which instruction takes what of it, in files and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from shipworthy.db.database import Database
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import Notable, Sent, notable_file, notable_folder, walk
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Mount, Run
from shipworthy.text.records import NamedTuple


class Total(NamedTuple):
    """A number of files and their bytes."""

    files: int
    bytes: int

    def plus(self, size: int) -> Total:
        """With one more file."""
        return Total(self.files + 1, self.bytes + size)


NOTHING = Total(0, 0)


class Measured(NamedTuple):
    """What an ignore file lets through of a context."""

    files: tuple[Sent, ...]
    total: Total
    folders: dict[str, Total]
    """By path relative to the context: folders, and files with their own size."""
    names: dict[str, list[str]]
    """The keys of `folders`, by the folder that holds them ("" is the context)."""
    notable: dict[str, Notable]
    """Folders and files that images should rather not hold."""
    unreadable: tuple[str, ...]
    """Folders that cannot be listed: a build that reads them stops."""

    def children(self, folder: str) -> list[str]:
        """The paths of a folder's names, the largest first."""
        found = self.names.get(folder, ())
        return sorted(found, key=lambda path: (-self.folders[path].bytes, path))


class Taken(NamedTuple):
    """What one COPY or ADD takes of the context."""

    copy: Copy
    total: Total


_REPORTED: frozenset[Notable] = frozenset(
    {"environment", "node_modules", "git", "cache", "bytecode", "secret"}
)


def measure(db: Database, context: str, ignore: str | None) -> Measured:
    """Walk a context, hidden folders left out."""
    entries = tuple(walk(db, context, ignore))
    files = tuple(entry for entry in entries if entry.kind != "dir")
    folders: dict[str, Total] = {}
    total = NOTHING
    for entry in files:
        total = total.plus(entry.size)
        path = entry.path
        while path:
            folders[path] = folders.get(path, NOTHING).plus(entry.size)
            path = path.rpartition("/")[0]
    empty = (entry.path for entry in entries if entry.kind == "dir" and entry.path not in folders)
    unreadable = sorted(path for path in empty if db.files.entries(f"{context}/{path}") is None)
    names: dict[str, list[str]] = {}
    for path in folders:
        names.setdefault(path.rpartition("/")[0], []).append(path)
    notable = dict(_notable(folders, {entry.path for entry in files}))
    return Measured(files, total, folders, names, notable, tuple(unreadable))


def _notable(folders: Iterable[str], files: set[str]) -> Iterator[tuple[str, Notable]]:
    for path in folders:
        name = path.rpartition("/")[2]
        if path not in files:
            kind = "environment" if f"{path}/pyvenv.cfg" in files else notable_folder(name)
        else:
            kind = notable_file(name)
        if kind in _REPORTED and kind is not None:
            yield path, kind


def taken(db: Database, unit: BuildUnit, sent: Iterable[Sent]) -> tuple[Taken, ...]:
    """The instructions of a build that copy from its context."""
    known = image(db, unit.id)
    copies = [copy for stage in known.stages for copy in stage.copies()] if known else []
    return tuple(
        Taken(copy, sum_of(sent, copy.lands))
        for copy in copies
        if copy.origin == "context" and copy.context == unit.context
    )


def sum_of(sent: Iterable[Sent], wanted: Callable[[str], object]) -> Total:
    """The files together whose path gives something other than None."""
    total = NOTHING
    for entry in sent:
        if wanted(entry.path) is not None:
            total = total.plus(entry.size)
    return total


def left_behind(db: Database, unit: BuildUnit, sent: Iterable[Sent]) -> Total:
    """What no instruction names that is reached for the build's target.

    BuildKit fetches only what COPY, ADD and bind mounts name (its `FollowPaths`).
    """
    known = image(db, unit.id)
    copies: list[Copy] = []
    mounts: list[str] = []
    for stage in known.stages if known else ():
        for step in stage.steps:
            if isinstance(step, Copy) and step.reachable and step.context == unit.context:
                copies.append(step)
            elif isinstance(step, Run) and step.reachable:
                mounts += [_root(mount) for mount in step.mounts if mount.context == unit.context]
    unsaid = any(
        item.kind == "path" and item.path is None for copy in copies for item in copy.sources
    )
    if known is None or unsaid or "" in mounts:
        return NOTHING
    folders = tuple(f"{path}/" for path in mounts)
    names = frozenset(mounts)

    def unnamed(path: str) -> str | None:
        if path in names or path.startswith(folders):
            return None
        return path if all(copy.lands(path) is None for copy in copies) else None

    return sum_of(sent, unnamed)


def _root(mount: Mount) -> str:
    """The path in the context that a bind mount shows; "" for all of it, or for what is unknown."""
    return (mount.source.path if mount.source is not None else None) or ""
