"""UNKNOWN as a value: what these files do not decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeVar

from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:  # typing_extensions is slow to import and nothing needs it at run time
    from typing_extensions import TypeIs

T = TypeVar("T")


class Unknown(NamedTuple):
    """A value that the files do not decide.

    `reason` is a key of the message catalogue (`remote-context`, `unset-variable`, ...), `detail`
    its field, `at` the place that would have to be known. It has no truth value: asking for one is
    how a guess would slip in.
    """

    reason: str = ""
    detail: str = ""
    at: Anchor | None = None

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
