"""Findings and fixes as values, free of lines, columns and language."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

from shipworthy.findings.message import Message
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class Severity(IntEnum):
    """How bad it is; ordered, so that "at or above" is one comparison."""

    HINT = 1
    """Advice that comes with a fix."""
    INFO = 2
    """Costs time, size or repeatability."""
    WARNING = 3
    """Silently wrong, or not reproducible."""
    ERROR = 4
    """The build or the start fails, or wrong code certainly ships."""

    @property
    def word(self) -> str:
        """The name used in output and settings."""
        return self.name.lower()


class Safety(IntEnum):
    """What applying a fix may change; ordered, so that "apply up to" is one comparison."""

    MANUAL = 1
    """Shown, never applied by the tool."""
    UNSAFE = 2
    """Changes behaviour; the user decides."""
    SAFE = 3
    """Cannot change what a correct build produces, and keeps comments."""

    @property
    def word(self) -> str:
        """The name used in output."""
        return self.name.lower()


class Edit(NamedTuple):
    """Replace the text at the anchor; an empty span inserts before it.

    Line ends in `text` are written as ``\\n`` and become the file's own when applied.
    """

    at: Anchor
    text: str


class CreateFile(NamedTuple):
    """Write a new file; applying refuses when the path exists by then."""

    path: str
    text: str


Change: TypeAlias = Edit | CreateFile


class Fix(NamedTuple):
    """One way out. Several fixes of one finding are alternatives: at most one is applied."""

    title: Message
    changes: tuple[Change, ...]
    safety: Safety
    afterwards: tuple[str, ...] = ()
    """Commands for the user to run next; shown, never run."""


class Related(NamedTuple):
    """Another place that belongs to the cause, often in another file."""

    at: Anchor
    note: Message


class BuildName(NamedTuple):
    """How a build is called in output: `compose` and `service` are empty for inferred builds."""

    compose: str
    service: str
    dockerfile: str
    context: str


class Finding(NamedTuple):
    """One cause, at the place in the file that the user should edit."""

    rule: str
    severity: Severity
    at: Anchor
    message: Message
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    builds: tuple[BuildName, ...] = ()


class Unresolved(NamedTuple):
    """Something that was not judged, and why: what makes "0 findings" trustworthy."""

    at: Anchor
    reason: Message
