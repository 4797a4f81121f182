"""What a build's context holds and which instruction takes what of it, in files and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from shipworthy.db.database import Database
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import Notable, Sent, notable_file, notable_folder, walk
from shipworthy.model.copying import image_path_of
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Image, Mount
from shipworthy.text.records import NamedTuple


class Total(NamedTuple):
    """A number of files and their bytes."""

    files: int
    bytes: int

    def plus(self, size: int) -> Total:
        """With one more file."""
        return Total(self.files + 1, self.bytes + size)


NOTHING = Total(0, 0)
_TOLD_EVERY = 1000
"""Files after which a terminal may be told that work goes on."""


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


class Use(NamedTuple):
    """What a build takes of its context, instruction by instruction, and what none of it names."""

    taken: tuple[Taken, ...]
    left_behind: Total
    """BuildKit fetches only what COPY, ADD and bind mounts name that are reached for the target
    (its `FollowPaths`)."""


def use(db: Database, unit: BuildUnit, sent: Iterable[Sent]) -> Use:
    """Look each sent file up in every instruction of a build, once."""
    known = image(db, unit.id)
    copies = tuple(
        copy
        for stage in (known.stages if known else ())
        for copy in stage.copies()
        if copy.origin == "context" and copy.context == unit.context
    )
    mounts = [_root(mount) for mount in _mounts(known, unit)] if known else []
    unsaid = any(
        item.kind == "path" and item.path is None for copy in copies for item in copy.sources
    )
    everything = known is None or unsaid or "" in mounts
    names, folders = frozenset(mounts), tuple(f"{path}/" for path in mounts)
    specs = [(number, copy, spec) for number, copy in enumerate(copies) if (spec := copy.spec())]
    totals = [NOTHING] * len(copies)
    left = NOTHING
    for count, entry in enumerate(sent):
        if count % _TOLD_EVERY == 0:
            db.checkpoint()
        path = entry.path
        fetched = everything or path in names or path.startswith(folders)
        for number, copy, spec in specs:
            if image_path_of(spec, path, into_directory=copy.into) is not None:
                totals[number] = totals[number].plus(entry.size)
                fetched = fetched or copy.reachable
        if not fetched:
            left = left.plus(entry.size)
    return Use(tuple(map(Taken, copies, totals)), left)


def sum_of(sent: Iterable[Sent], wanted: Callable[[str], bool]) -> Total:
    """The wanted files together."""
    total = NOTHING
    for entry in sent:
        if wanted(entry.path):
            total = total.plus(entry.size)
    return total


def _mounts(known: Image, unit: BuildUnit) -> Iterator[Mount]:
    for stage in known.stages:
        for run in stage.runs():
            if run.reachable:
                yield from (mount for mount in run.mounts if mount.context == unit.context)


def _root(mount: Mount) -> str:
    """The path in the context that a bind mount shows; "" for all of it, or for what is unknown."""
    return (mount.source.path if mount.source is not None else None) or ""
