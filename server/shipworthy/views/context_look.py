"""A bounded look at what a build context holds: counts, sizes, what is notable, what is hidden."""

from __future__ import annotations

from collections.abc import Callable

from shipworthy.db.database import Database
from shipworthy.model.context import Notable, ignore_rules, notable_file, notable_folder
from shipworthy.model.ignoring import WalkState
from shipworthy.text.records import NamedTuple

BUDGET = 20_000
"""Entries that one look reads; beyond it figures are "at least"."""
CHOOSING_BUDGET = 5_000
"""The same where each file has to be compared with patterns of a COPY."""
_KEPT = 4


class Thing(NamedTuple):
    """Something notable: its kind, path relative to the context, files and bytes below it."""

    kind: Notable
    path: str
    files: int
    size: int


class Withheld(NamedTuple):
    """An entry that the ignore file keeps out, and the ordinal of the pattern."""

    path: str
    is_dir: bool
    by: int | None


class Look(NamedTuple):
    """What was seen of a part of a context; `complete` is False when the budget ended it."""

    files: int
    size: int
    largest: tuple[tuple[str, int], ...]
    notable: tuple[Thing, ...]
    withheld: tuple[Withheld, ...]
    """The first entries that are kept out, topmost ones only."""
    withheld_more: int
    """How many more entries are kept out."""
    complete: bool


class _Counter:
    def __init__(self) -> None:
        self.files = 0
        self.size = 0
        self.largest: list[tuple[str, int]] = []
        self.notable: dict[str, list[int]] = {}
        self.kinds: dict[str, Notable] = {}
        self.withheld: list[Withheld] = []
        self.more = 0

    def add(self, path: str, size: int, within: str | None) -> None:
        self.files += 1
        self.size += size
        if len(self.largest) < _KEPT or size > self.largest[-1][1]:
            self.largest = sorted([*self.largest, (path, size)], key=lambda pair: -pair[1])[:_KEPT]
        if within is not None:
            self.notable[within][0] += 1
            self.notable[within][1] += size

    def note(self, kind: Notable, path: str) -> str:
        self.kinds[path] = kind
        self.notable.setdefault(path, [0, 0])
        return path

    def withhold(self, entry: Withheld) -> None:
        if len(self.withheld) < _KEPT:
            self.withheld.append(entry)
        else:
            self.more += 1

    def result(self, complete: bool) -> Look:
        things = [
            Thing(self.kinds[path], path, files, size)
            for path, (files, size) in sorted(self.notable.items())
            if files
        ]
        return Look(
            self.files,
            self.size,
            tuple(self.largest),
            tuple(things),
            tuple(self.withheld),
            self.more,
            complete,
        )


def look(
    db: Database,
    context: str,
    ignore: str | None,
    folder: str = "",
    taken: Callable[[str], bool] | None = None,
    budget: int | None = None,
) -> Look:
    """What a context sends of a folder (relative to it, "" is all); a file counts as itself.

    `taken` chooses among the files that are sent. `budget` is in entries.
    """
    limit = budget or (BUDGET if taken is None else CHOOSING_BUDGET)
    counter = _Counter()
    state = ignore_rules(db, ignore).root()
    for part in folder.split("/") if folder else ():
        state = state.enter(part)
    absolute = f"{context}/{folder}" if folder else context
    status = db.stat(absolute)
    if status is None:
        return counter.result(True)
    if status.kind != "dir":
        if state.excluded:
            counter.withhold(Withheld(folder, False, state.by))
        elif taken is None or taken(folder):
            counter.add(folder, status.size, _noted_file(counter, folder))
        return counter.result(True)
    todo: list[tuple[str, WalkState, str | None, bool]] = [(folder, state, None, False)]
    seen = 0
    while todo:
        db.checkpoint()
        below, at, within, told = todo.pop()
        entries = sorted(db.scan(context, f"{context}/{below}" if below else context))
        folders = []
        seen += len(entries)
        if within is None and below and any(name == "pyvenv.cfg" for name, _, _ in entries):
            within = counter.note("environment", below)
        for name, kind, size in entries:
            path = f"{below}/{name}" if below else name
            inner = at.enter(name)
            if kind == "dir":
                if inner.excluded and not told:
                    counter.withhold(Withheld(path, True, inner.by))
                if not inner.prunable:
                    noted = notable_folder(name) if within is None else None
                    place = counter.note(noted, path) if noted is not None else within
                    folders.append((path, inner, place, told or inner.excluded))
            elif inner.excluded:
                if not told:
                    counter.withhold(Withheld(path, False, inner.by))
            elif taken is None or taken(path):
                counter.add(path, size, within or _noted_file(counter, path))
        todo.extend(reversed(folders))
        if seen > limit:
            return counter.result(not todo)
    return counter.result(True)


def _noted_file(counter: _Counter, path: str) -> str | None:
    kind = notable_file(path.rpartition("/")[2])
    return counter.note(kind, path) if kind in ("secret", "bytecode") else None


class Decided(NamedTuple):
    """What one pattern decides in a context: topmost entries, with files and bytes below them."""

    entries: tuple[tuple[str, bool], ...]
    """The first topmost paths, and whether each is a folder."""
    more: int
    files: int
    size: int
    complete: bool


def decided_by(
    db: Database, context: str, ignore: str, budget: int = BUDGET
) -> Callable[[int], Decided]:
    """For every pattern of an ignore file, what it excludes or (negated) includes again."""
    rules = ignore_rules(db, ignore)
    entries: dict[int, list[tuple[str, bool]]] = {}
    totals: dict[int, list[int]] = {}
    complete = _attribute(db, context, rules.root(), entries, totals, budget)

    def of(ordinal: int) -> Decided:
        found = entries.get(ordinal, [])
        files, size = totals.get(ordinal, [0, 0])
        shown = tuple(found[:_KEPT])
        return Decided(shown, len(found) - len(shown), files, size, complete)

    return of


def _attribute(
    db: Database,
    context: str,
    root: WalkState,
    entries: dict[int, list[tuple[str, bool]]],
    totals: dict[int, list[int]],
    budget: int,
) -> bool:
    """Walk everything, hidden folders as well; False when the budget ended it."""
    todo: list[tuple[str, WalkState | None, int | None]] = [("", root, None)]
    seen = 0
    while todo:
        db.checkpoint()
        below, at, above = todo.pop()
        folders = []
        for name, kind, size in sorted(
            db.scan(context, f"{context}/{below}" if below else context)
        ):
            seen += 1
            path = f"{below}/{name}" if below else name
            state = at.enter(name) if at is not None else None
            by = state.by if state is not None else above
            if by is not None and by != above:
                entries.setdefault(by, []).append((path, kind == "dir"))
            if kind == "dir":
                pruned = state is None or state.prunable
                folders.append((path, None if pruned else state, by))
            elif by is not None:
                total = totals.setdefault(by, [0, 0])
                total[0] += 1
                total[1] += size
        todo.extend(reversed(folders))
        if seen > budget:
            return not todo
    return True
