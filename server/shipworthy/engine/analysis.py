"""What one look at the workspace found, ready to be shown."""

from __future__ import annotations

from collections import Counter

from shipworthy.db.database import Database
from shipworthy.engine.judging import META, judged, workspace_files
from shipworthy.engine.merge import merged
from shipworthy.engine.reasons import reason_message
from shipworthy.engine.source import Source, relative_to, roots_of, source_of
from shipworthy.engine.visits import settled
from shipworthy.findings.finding import Finding, Severity, Unresolved
from shipworthy.findings.message import Inner, Language, Message, Places, render
from shipworthy.model.files import Location, line_index, line_of, locate, node_starts
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import Encoding, LineColumn
from shipworthy.text.records import NamedTuple

__all__ = ["META", "Analysis", "Counts", "analyse"]


class Counts(NamedTuple):
    """The figures of the summary."""

    files: int
    builds: int
    error: int
    warning: int
    info: int
    hint: int


class Analysis:
    """The findings of one moment, in total order: by path, place, rule.

    Places and texts are looked up in the host's database, so they hold until its next change.
    """

    __slots__ = ("_db", "counts", "everything", "findings", "root", "roots", "unresolved")

    def __init__(
        self,
        db: Database,
        findings: tuple[Finding, ...],
        everything: tuple[Finding, ...],
        unresolved: tuple[Unresolved, ...],
        counts: Counts,
    ) -> None:
        self._db = db
        self.findings = findings
        self.everything = everything
        """All findings before superseding, suppression and filters: what fixes are judged by."""
        self.unresolved = unresolved
        self.counts = counts
        self.roots: tuple[str, ...] = roots_of(db)
        self.root: str = self.roots[0] if self.roots else "/"

    def locate(self, anchor: Anchor) -> Location:
        """The absolute range of an anchor in code points."""
        return locate(self._db, anchor)

    def line_column(self, path: str, offset: int, encoding: Encoding = "utf-32") -> LineColumn:
        """The 0-based line and column of an absolute offset in a file."""
        return line_index(self._db, path).place(offset, encoding)

    def text(self, path: str) -> str | None:
        """The text that was analysed; None when there is none."""
        return self._db.text(path)

    def exists(self, path: str) -> bool:
        """Whether there is anything at a path."""
        return self._db.stat(path) is not None

    def relative(self, path: str) -> str:
        """A path relative to the root that holds it; a path outside stays absolute."""
        return relative_to(self.roots, path)

    def render(self, message: Message | Inner, language: Language = "en") -> str:
        """A message as text."""
        return render(message, language, self.places)

    @property
    def places(self) -> Places:
        """How anchors and paths inside messages are shown."""
        return Places(lambda anchor: line_of(self._db, anchor), self.relative)


def analyse(db: Database) -> Analysis:
    """Judge the workspace as it is now; may raise Cancelled."""
    source = source_of(db)
    found = settled(db, merged)
    findings = settled(db, judged)
    unresolved = dict.fromkeys(
        (
            *(Unresolved(at, reason_message(unknown)) for at, unknown in source.unresolved(db)),
            *found.unresolved,
        )
    )
    place = _Placing(db)
    return Analysis(
        db,
        tuple(sorted(findings, key=lambda finding: (*place(finding.at), finding.rule))),
        found.findings,
        tuple(sorted(unresolved, key=lambda item: (*place(item.at), item.reason.text.en))),
        _counts(db, source, findings),
    )


class _Placing:
    """Where anchors are, as sort keys; asks each file for its node starts once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._starts: dict[str, tuple[int, ...]] = {}

    def __call__(self, at: Anchor) -> tuple[str, int, int]:
        start = 0
        if at.node >= 0:
            starts = self._starts.get(at.path)
            if starts is None:
                starts = self._starts[at.path] = node_starts(self._db, at.path)
            start = starts[at.node] if at.node < len(starts) else 0
        return at.path, start + at.span.start, start + at.span.end


def _counts(db: Database, source: Source, findings: tuple[Finding, ...]) -> Counts:
    kinds = Counter(scope.kind for scope in source.scopes(db))
    levels = Counter(finding.severity for finding in findings)
    return Counts(
        len(workspace_files(db)),
        kinds["build"],
        levels[Severity.ERROR],
        levels[Severity.WARNING],
        levels[Severity.INFO],
        levels[Severity.HINT],
    )
