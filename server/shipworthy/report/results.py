"""What every report shows: findings whose anchors have become places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from shipworthy.findings.finding import BuildName, Finding, Fix, Safety, Severity, Unresolved
from shipworthy.findings.message import Inner, Language, Message
from shipworthy.model.files import Location
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import LineColumn
from shipworthy.text.records import NamedTuple


class Source(Protocol):
    """The part of an analysis that a report needs."""

    @property
    def root(self) -> str: ...
    def locate(self, anchor: Anchor) -> Location: ...
    def line_column(self, path: str, offset: int) -> LineColumn: ...
    def render(self, message: Message | Inner, language: Language) -> str: ...
    def relative(self, path: str) -> str: ...


class Place(NamedTuple):
    """An anchor as people count: lines and columns 1-based, columns in code points."""

    path: str
    """Absolute."""
    file: str
    """Relative to the root, with `/`; a name that is no UTF-8 still holds its surrogates."""
    line: int
    column: int
    end_line: int
    end_column: int
    whole: bool
    """The place is the file itself and no line in it."""


class Results(NamedTuple):
    """An analysis, filtered and ready to be shown."""

    source: Source
    text: Callable[[str], str | None]
    """The text of a file by its absolute path."""
    language: Language
    findings: tuple[Finding, ...]
    unresolved: tuple[Unresolved, ...]
    files: int
    """How many files were read."""
    builds: int
    """How many builds were found."""
    elsewhere: int = 0
    """Findings at warning or above that concern none of the paths asked for."""
    known: int = 0
    """Findings that the baseline holds."""

    def place(self, anchor: Anchor) -> Place:
        """Where an anchor lies."""
        path, span = self.source.locate(anchor)
        start = self.source.line_column(path, span.start)
        end = self.source.line_column(path, span.end)
        return Place(
            path,
            self.source.relative(path),
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            anchor.node < 0 and anchor.span == (0, 0),
        )

    def build(self, build: BuildName) -> BuildName:
        """A build with its paths as they are shown; parts that are not known stay empty."""
        relative = self.source.relative
        return BuildName(
            build.compose and relative(build.compose),
            build.service,
            build.dockerfile and relative(build.dockerfile),
            build.context and relative(build.context),
        )

    def say(self, message: Message) -> str:
        """A message in the language of the report."""
        return self.source.render(message, self.language)

    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, the worst first; zeros included."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in sorted(Severity, reverse=True)}


class Fixable(NamedTuple):
    """How many findings a batch run could repair."""

    safe: int
    unsafe: int


def fixable(findings: tuple[Finding, ...]) -> Fixable:
    """Counted by the first fix of each finding, the only one that batch modes apply."""
    first = [finding.fixes[0].safety for finding in findings if finding.fixes]
    return Fixable(first.count(Safety.SAFE), first.count(Safety.UNSAFE))


def has_edits(fix: Fix) -> bool:
    """Whether a fix can be applied by a program."""
    return bool(fix.changes) and fix.safety is not Safety.MANUAL
