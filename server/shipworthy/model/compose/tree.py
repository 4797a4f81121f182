"""The raw tree of a compose file: typed values that still know where they are written.

The steps of loading (interpolation, extends, merging, canonical forms) each turn one such tree
into another, as compose-go's loader does with its maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, isnan
from typing import Generic, Literal, TypeAlias, TypeVar

from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

T = TypeVar("T")
MARK = "\ufdd0"
"""Stands, inside an interpolated string, for the value of a variable nobody can know. A Unicode
noncharacter, so no file means anything by it."""


class Timestamp(NamedTuple):
    """A plain scalar that YAML reads as a date, in the form in which Go prints it."""

    text: str


Plain: TypeAlias = str | int | float | bool | Timestamp | Unknown | None


class Leaf(NamedTuple):
    """A scalar; `via` is the alias through which it is reached, `origin` the extended service.

    `literal` when the value stands in the file as it is, without variables.
    """

    value: Plain
    at: Anchor
    via: Anchor | None = None
    origin: str | None = None
    literal: bool = True


class Entry(NamedTuple):
    """One key's place and its value."""

    key_at: Anchor
    value: Value


class Record(NamedTuple):
    """A mapping."""

    entries: Mapping[str, Entry]
    at: Anchor
    via: Anchor | None = None
    origin: str | None = None

    def get(self, key: str) -> Value | None:
        """The value of a key."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def text(self, key: str) -> str | None:
        """The value of a key if it is a string."""
        value = self.get(key)
        return value.value if isinstance(value, Leaf) and isinstance(value.value, str) else None

    def with_value(self, key: str, value: Value) -> Record:
        """The same mapping with one value set; a new key is taken to stand at the value."""
        old = self.entries.get(key)
        key_at = old.key_at if old else value.at
        return self._replace(entries={**self.entries, key: Entry(key_at, value)})

    def with_values(self, values: Mapping[str, Value]) -> Record:
        """The same mapping with the values of some of its keys set; itself when there are none."""
        if not values:
            return self
        entries = dict(self.entries)
        for key, value in values.items():
            entries[key] = Entry(entries[key].key_at, value)
        return Record(entries, self.at, self.via, self.origin)

    def map_records(self, change: Callable[[str, Record], Record]) -> Record:
        """The same mapping with each value that is a mapping changed."""
        return self.with_values(
            {
                key: new
                for key, entry in self.entries.items()
                if isinstance(entry.value, Record)
                and (new := change(key, entry.value)) is not entry.value
            }
        )

    def without(self, *keys: str) -> Record:
        """The same mapping without some keys."""
        if not any(key in self.entries for key in keys):
            return self
        return self._replace(entries={k: e for k, e in self.entries.items() if k not in keys})


class Items(NamedTuple):
    """A sequence."""

    items: tuple[Value, ...]
    at: Anchor
    via: Anchor | None = None
    origin: str | None = None


class Tagged(NamedTuple):
    """A value under Compose's own tags `!reset` or `!override`, before they are carried out."""

    kind: Literal["reset", "override"]
    value: Value
    at: Anchor
    via: Anchor | None = None
    origin: str | None = None


Value: TypeAlias = Leaf | Record | Items | Tagged
Path: TypeAlias = tuple[str, ...]


class Problem(NamedTuple):
    """Why Compose would refuse the project; `kind` as in the recorded vectors."""

    kind: str
    message: str
    at: Anchor


Report: TypeAlias = Callable[[Problem], None]


class Places(Generic[T]):
    """Things kept by the form of a path, `*` standing for any one step.

    It is walked down along with a tree, so that what holds no such place is passed over.
    """

    __slots__ = ("_below", "thing")

    def __init__(self, things: Mapping[Path, T]) -> None:
        self.thing: T | None = things.get(())
        heads = dict.fromkeys(path[0] for path in things if path)
        self._below: dict[str, Places[T]] = {
            head: Places({path[1:]: thing for path, thing in things.items() if path[:1] == (head,)})
            for head in heads
        }

    def below(self, step: str) -> Places[T] | None:
        """What is kept further down; None when there is nothing."""
        return self._below.get(step) or self._below.get("*")

    def get(self, path: Path) -> T | None:
        """What is kept for the form this path has."""
        here: Places[T] | None = self
        for step in path:
            here = here.below(step) if here is not None else None
        return here.thing if here is not None else None


def dotted(path: Path) -> str:
    """The path as Compose writes it in messages."""
    return ".".join(path)


def is_null(value: Value) -> bool:
    """Whether the value is YAML's null."""
    return isinstance(value, Leaf) and value.value is None


def show(value: Plain) -> str:
    """A scalar as Go's `%v` prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return show_float(value)
    if isinstance(value, Timestamp):
        return value.text
    return MARK


def show_float(value: float) -> str:
    """A float in Go's shortest `%v` form: with an exponent below 1e-4 and from 1e6 on."""
    if not isfinite(value):
        return "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
    from decimal import Decimal  # noqa: PLC0415  (slow to import, for few numbers)

    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) + int(exponent) - 1 if text != "0" else 0
    minus = "-" if sign else ""
    if not -4 <= power < 6:
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{'+' if power >= 0 else '-'}{abs(power):02d}"
    if power < 0:
        return f"{minus}0.{'0' * (-power - 1)}{text}"
    whole, fraction = text[: power + 1].ljust(power + 1, "0"), text[power + 1 :]
    return f"{minus}{whole}.{fraction}" if fraction else minus + whole
