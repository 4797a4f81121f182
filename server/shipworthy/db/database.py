"""Memoised queries over revisioned inputs, with early cutoff and cancellation.

A query is a pure function `(db, *args)` whose arguments are hashable. Its memo remembers what it
read. When an input changes, only the memos that (transitively) read it are looked at again; a memo
is computed anew only if something it read really changed, and when the new value equals the old
one, nothing above it is computed again. Above a firewall not even that is looked at: its value is
brought up to date first, and only a new value concerns its readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from shipworthy.db.inputs import Entry, Files, FileText, Kind, Stat

P = ParamSpec("P")
T = TypeVar("T")


class Cancelled(Exception):
    """The analysis under way was called off; nothing half-done was kept."""


class CycleError(RuntimeError):
    """A query asked for its own result: a defect of the queries, never of the user's files."""


class _Cell:
    """One value of the graph: an input (no query) or a memo."""

    __slots__ = (
        "args", "changed_at", "dependents", "query", "reads", "running", "stale", "value",
        "verified",
    )  # fmt: skip

    def __init__(self, query: Query[Any, Any] | None, args: tuple[Any, ...]) -> None:
        self.query = query
        self.args = args
        self.value: Any = None
        self.reads: tuple[_Cell, ...] = ()
        self.dependents: set[_Cell] = set()
        self.changed_at = 0
        self.verified = 0
        self.stale = True
        self.running = False


class Query(Generic[P, T]):
    """A memoised function of the database; call it like the function it wraps."""

    def __init__(
        self, compute: Callable[Concatenate[Database, P], T], *, firewall: bool = False
    ) -> None:
        self.compute = compute
        self.firewall = firewall
        self.name = compute.__name__
        self.__doc__ = compute.__doc__
        self.__name__ = compute.__name__
        self.__wrapped__ = compute

    def __call__(self, db: Database, *args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs:
            raise TypeError("queries take positional arguments only")
        found: T = db.fetch(self, args)
        return found


def query(compute: Callable[Concatenate[Database, P], T]) -> Query[P, T]:
    """Make a pure function of the database a memoised query."""
    return Query(compute)


def firewall(compute: Callable[Concatenate[Database, P], T]) -> Query[P, T]:
    """A query for a small value that hardly any change of what it reads changes.

    It is computed after each such change, asked for or not; in return its readers, which may be
    the whole workspace, are left alone.
    """
    return Query(compute, firewall=True)


class Database:
    """The inputs and the memos of one workspace. Not thread-safe: one thread owns it."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.runs: Counter[str] = Counter()
        """How often each query was computed, by name: tests count these, never milliseconds."""
        self.cancelled: Callable[[], bool] | None = None
        self._revision = 1
        self._cells: dict[tuple[Any, ...], _Cell] = {}
        self._stack: list[dict[_Cell, None]] = []
        """What the queries under way have read so far, the outermost first."""
        self._unsettled: list[tuple[_Cell, int]] = []
        """Firewalls that may have a new value since they changed last; no reader was told."""
        self._overlay: dict[str, str] = {}

    # Inputs

    def text(self, path: str) -> str | None:
        """The text of a file as an editor or the disk has it; None when there is none to read."""
        return self.file(path).text

    def file(self, path: str) -> FileText:
        """The text of a file, or why there is none."""
        return cast(FileText, self._input(("text", path)))

    def entries(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a directory, sorted; None when it is no readable directory."""
        return cast("tuple[Entry, ...] | None", self._input(("entries", path)))

    def stat(self, path: str) -> Stat | None:
        """What a path is, links not followed."""
        return cast("Stat | None", self._input(("stat", path)))

    def scan(self, root: str, path: str) -> Iterator[tuple[str, Kind, int]]:
        """One directory of a big walk below `root`, read from the disk each time.

        The reading query depends on `root` as a whole: a creation or deletion anywhere below it
        re-runs the walk, a changed file does not.
        """
        self._input(("tree", root))
        return self.files.scan(path)

    def names(self, root: str, path: str) -> tuple[Entry, ...]:
        """The names of one directory of a search below `root`, open buffers included.

        Like `scan`, read each time and dependent on `root` as a whole: a search over thousands of
        folders must not cost thousands of inputs.
        """
        self._input(("tree", root))
        return self._entries(path) or ()

    def setting(self, name: str) -> Any:
        """A value that the embedding program set (workspace roots, editor settings, ...)."""
        return self._input(("setting", name))

    def set_setting(self, name: str, value: Any) -> None:
        """Set a value for `setting`; values must be hashable and compare by value."""
        key = ("setting", name)
        cell = self._cells.get(key) or self._new_input(key)
        if cell.changed_at and cell.value == value:
            return
        self._revision += 1
        cell.value = value
        cell.stale = False
        cell.changed_at = self._revision
        self._taint(cell)

    # Changes

    def open(self, path: str, text: str) -> None:
        """An editor's buffer, or a what-if text, shadows the disk from now on."""
        fresh = path not in self._overlay
        self._overlay[path] = text
        self._outdate(("text", path))
        self._outdate(("stat", path))
        if fresh and self.files.stat(path) is None:
            self._outdate_listing(path)

    def close(self, path: str) -> None:
        """The disk counts again."""
        if self._overlay.pop(path, None) is not None:
            self.touch(path, listing=self.files.stat(path) is None)

    def overlay(self, path: str) -> str | None:
        """The open buffer of a path, if there is one."""
        return self._overlay.get(path)

    def touch(self, path: str, *, listing: bool = True) -> None:
        """Something about the path may have changed on the disk: look again when next asked.

        `listing=False` when the path was neither created nor deleted, so that no directory has to
        be searched again.
        """
        for kind in ("text", "stat", "entries"):
            self._outdate((kind, path))
        if listing:
            self._outdate_listing(path)

    def touch_all(self) -> None:
        """Look at every input again when next asked (the window came back into focus)."""
        for key in list(self._cells):
            if key[0] in ("text", "stat", "entries", "tree"):
                self._outdate(key)

    def known_paths(self) -> Iterable[str]:
        """The paths whose text was asked for, read or not."""
        return [key[1] for key in self._cells if key[0] == "text"]

    # Queries

    def fetch(self, asked: Query[Any, Any], args: tuple[Any, ...]) -> Any:
        """The up-to-date value of a query (use `query(db, ...)` instead)."""
        key = (asked, *args)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = _Cell(asked, args)
        if self._unsettled and not self._stack:
            self._settle()
        if cell.stale:
            self._refresh(cell)
        if self._stack:
            self._stack[-1][cell] = None
        return cell.value

    def checkpoint(self) -> None:
        """Raise Cancelled when the embedding program has called the analysis off."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled

    def _settle(self) -> None:
        while self._unsettled:
            cell, changed_at = self._unsettled.pop()
            # What was checked before has not seen what this may change.
            self._revision += 1
            try:
                if cell.stale:
                    self._refresh(cell)
            except Cancelled:
                self._unsettled.append((cell, changed_at))
                raise
            except Exception:  # noqa: BLE001  (raised again where a reader asks for the value)
                self._taint(cell)
                continue
            if cell.changed_at != changed_at:
                self._taint(cell)

    def _refresh(self, cell: _Cell) -> None:
        if cell.query is None:
            self._reread(cell)
            return
        if not cell.verified or self._read_anew(cell):
            self._compute(cell)
            return
        cell.verified = self._revision
        cell.stale = False

    def _read_anew(self, cell: _Cell) -> bool:
        """Whether something that the cell read has changed since, or raises now."""
        verified = cell.verified
        try:
            for read in cell.reads:
                if read.stale:
                    self._refresh(read)
                if read.changed_at > verified:
                    return True
        except Cancelled:
            raise
        except Exception:  # noqa: BLE001  (raised again where the reader asks for the value)
            return True
        return False

    def _compute(self, cell: _Cell) -> None:
        self.checkpoint()
        compute = cell.query
        assert compute is not None
        if cell.running:
            raise CycleError(f"{compute.name}{cell.args!r}")
        reads: dict[_Cell, None] = {}
        self._stack.append(reads)
        cell.running = True
        try:
            value = compute.compute(self, *cell.args)
        except BaseException:
            if len(self._stack) > 1:
                # Whoever handles the exception depends on what led to it.
                self._stack[-2].update(reads)
            raise
        finally:
            cell.running = False
            self._stack.pop()
        self.runs[compute.name] += 1
        for read in cell.reads:
            if read not in reads:
                read.dependents.discard(cell)
        cell.reads = tuple(reads)
        for read in reads:
            read.dependents.add(cell)
        if not cell.verified or value != cell.value:
            cell.value = value
            cell.changed_at = self._revision
        cell.verified = self._revision
        cell.stale = False

    # Input cells

    def _input(self, key: tuple[Any, ...]) -> Any:
        cell = self._cells.get(key) or self._new_input(key)
        if cell.stale:
            self._reread(cell)
        if self._stack:
            self._stack[-1][cell] = None
        return cell.value

    def _new_input(self, key: tuple[Any, ...]) -> _Cell:
        cell = self._cells[key] = _Cell(None, key)
        return cell

    def _reread(self, cell: _Cell) -> None:
        kind, path = cell.args
        value: Any
        if kind == "text":
            shadow = self._overlay.get(path)
            value = self.files.read(path) if shadow is None else FileText(shadow, None)
        elif kind == "stat":
            value = self._stat(path)
        elif kind == "entries":
            value = self._entries(path)
        elif kind == "tree":
            value = self._revision
        else:
            value = None
        if not cell.changed_at or value != cell.value:
            cell.value = value
            cell.changed_at = self._revision
        cell.stale = False

    def _stat(self, path: str) -> Stat | None:
        status = self.files.stat(path)
        if path in self._overlay and (status is None or status.kind not in ("file", "link")):
            return Stat("file", len(self._overlay[path]), False, None)
        if status is None and self._overlaid_names(path):
            return Stat("dir", 0, False, None)
        return status

    def _entries(self, path: str) -> tuple[Entry, ...] | None:
        found = self.files.entries(path)
        extra = self._overlaid_names(path)
        if not extra:
            return found
        names = dict(found or ())
        for name, kind in extra.items():
            names.setdefault(name, kind)
        return tuple(sorted(Entry(name, kind) for name, kind in names.items()))

    def _overlaid_names(self, path: str) -> dict[str, Kind]:
        prefix = path.rstrip("/") + "/"
        names: dict[str, Kind] = {}
        for known in self._overlay:
            if known.startswith(prefix):
                head, slash, _ = known[len(prefix) :].partition("/")
                names[head] = "dir" if slash else "file"
        return names

    def _outdate(self, key: tuple[Any, ...]) -> None:
        cell = self._cells.get(key)
        if cell is None or cell.stale:
            return
        self._revision += 1
        cell.stale = True
        self._taint(cell)

    def _outdate_listing(self, path: str) -> None:
        parent = path
        while True:
            parent, slash, _ = parent.rpartition("/")
            if not slash:
                return
            self._outdate(("entries", parent or "/"))
            self._outdate(("tree", parent or "/"))
            self._outdate(("stat", parent or "/"))

    def _taint(self, cell: _Cell) -> None:
        todo = [cell]
        while todo:
            for dependent in todo.pop().dependents:
                if dependent.stale:
                    continue
                dependent.stale = True
                if dependent.query is not None and dependent.query.firewall:
                    self._unsettled.append((dependent, dependent.changed_at))
                else:
                    todo.append(dependent)
