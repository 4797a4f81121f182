"""A project in parts: one service, volume, network... at a time, remembered from load to load.

Nearly every step of loading looks at one part alone. So it is carried out for each part by itself,
as if the part were a project of its own, and what came out is kept for the next load, which takes
it over where the part is the very same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import is_
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from shipworthy.model.compose.tree import Entry, Problem, Record, Report
from shipworthy.text.records import NamedTuple

P = ParamSpec("P")
T = TypeVar("T")

RESOURCES = ("services", "volumes", "networks", "secrets", "configs")
Where: TypeAlias = tuple[str, ...]
"""A file, and the keys that lead to a part of it."""


class Memory:
    """What one load leaves to the next: results by their place, good for the very same inputs.

    Inputs are compared by identity, are never changed, and the functions are pure: with a memory
    and without one a load gives the same. The first load leaves nothing behind, since most
    projects are loaded once; what a later one did not ask for is forgotten.
    """

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        """How often each step was computed, by name: tests count these, never milliseconds."""
        self._kept: dict[Any, tuple[tuple[Any, ...], Any]] = {}
        self._used: dict[Any, tuple[tuple[Any, ...], Any]] = {}
        self._warm = False

    def __len__(self) -> int:
        return len(self._kept)

    def once(
        self,
        where: Where,
        compute: Callable[Concatenate[Where, P], T],
        *inputs: P.args,
        **none: P.kwargs,
    ) -> T:
        """The value of `compute(where, *inputs)`, computed unless the last load did.

        Inputs are given by position; keywords are there for type checkers.
        """
        place = (compute, where)
        found = self._used.get(place) or self._kept.get(place)
        if found is None or not all(map(is_, found[0], inputs)):
            self.runs[compute.__name__] += 1
            found = (inputs, compute(where, *inputs, **none))
        self._used[place] = found
        value: T = found[1]
        return value

    def same(self, where: Where, value: T) -> T:
        """The object that stood there in the last load, if it is equal; else the value."""
        place = (None, where)
        found = self._kept.get(place)
        if found is None or found[1] != value:
            found = ((), value)
        self._used[place] = found
        kept: T = found[1]
        return kept

    def turn(self) -> None:
        """One load is done."""
        self._kept = self._used if self._warm else {}
        self._used = {}
        self._warm = True


class Outcome(NamedTuple):
    """What steps made of one part: None where it had to be left out."""

    entry: Entry | None
    problems: tuple[tuple[Problem, ...], ...]
    """Step by step."""
    hurt: frozenset[str]
    """The service, if it lost something."""


Step: TypeAlias = Callable[[Record, Report, set[str]], Record]
"""From a project to a project; reports, and adds the services that lose something to a set."""


def alone(where: Where, entry: Entry) -> Record:
    """The project that holds nothing but this part."""
    for key in reversed(where[1:]):
        project = Record({key: entry}, entry.value.at)
        entry = Entry(entry.key_at, project)
    return project


def carried_out(where: Where, entry: Entry, steps: tuple[Step, ...]) -> Outcome:
    """The part after some steps."""
    project = alone(where, entry)
    hurt: set[str] = set()
    told: list[tuple[Problem, ...]] = []
    for step in steps:
        problems: list[Problem] = []
        project = step(project, problems.append, hurt)
        told.append(tuple(problems))
    return Outcome(part(project, where), tuple(told), frozenset(hurt))


def part(project: Record, where: Where) -> Entry | None:
    """The part of a project at a place, if it has it."""
    entry = project.entries.get(where[1])
    for key in where[2:]:
        inner = entry.value if entry is not None else None
        entry = inner.entries.get(key) if isinstance(inner, Record) else None
    return entry


def change_parts(
    project: Record, file: str, change: Callable[[Where, Entry], Entry | None]
) -> Record:
    """The project with each of its parts changed, or left out where the change gives None."""
    entries: dict[str, Entry] = {}
    for key, entry in project.entries.items():
        changed: Entry | None
        if key in RESOURCES and isinstance(entry.value, Record):
            inner: dict[str, Entry] = {}
            for name, below in entry.value.entries.items():
                changed = change((file, key, name), below)
                if changed is not None:
                    inner[name] = changed
            changed = Entry(entry.key_at, entry.value._replace(entries=inner))
        else:
            changed = change((file, key), entry)
        if changed is not None:
            entries[key] = changed
    return project._replace(entries=entries)
