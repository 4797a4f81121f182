"""UNKNOWN as a value: what these files do not decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from shipworthy.text.anchors import Anchor

if TYPE_CHECKING:  # typing_extensions is slow to import and nothing needs it at run time
    from typing_extensions import TypeIs

T = TypeVar("T")


class Unknown:
    """A value that the files do not decide; equal to another for the same reason at that place.

    `reason` is a key of the message catalogue (`remote-context`, `unset-variable`, ...), `detail`
    its field, `at` the place that would have to be known. It has no truth value and no items:
    asking for one is how a guess would slip in.
    """

    __slots__ = ("at", "detail", "reason")

    reason: Final[str]
    detail: Final[str]
    at: Final[Anchor | None]

    def __init__(self, reason: str = "", detail: str = "", at: Anchor | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.at = at

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unknown):
            return NotImplemented
        mine, theirs = (self.reason, self.detail), (other.reason, other.detail)
        return mine == theirs and self.at == other.at

    def __hash__(self) -> int:
        return hash((self.reason, self.detail, self.at))

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r}, {self.detail!r}, {self.at!r})"

    def __bool__(self) -> NoReturn:
        raise TypeError("UNKNOWN is neither true nor false: use is_unknown() or require()")


UNKNOWN = Unknown()


class Undecided(Exception):
    """A rule met UNKNOWN; the engine ends the visit quietly and reports what was not judged."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


def is_unknown(value: object) -> TypeIs[Unknown]:
    """Whether the value is UNKNOWN."""
    return isinstance(value, Unknown)


def require(value: T | Unknown) -> T:
    """The value, or the quiet end of the rule's visit (raises Undecided)."""
    if isinstance(value, Unknown):
        raise Undecided(value)
    return value
