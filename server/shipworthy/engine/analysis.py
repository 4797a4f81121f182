"""What one look at the workspace found, ready to be shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from shipworthy.db.database import Database
from shipworthy.engine.merge import Merged, fold, merged, rated
from shipworthy.engine.reasons import reason_message
from shipworthy.engine.source import SettingsLike, Source, roots_of, source_of
from shipworthy.engine.visits import INTERNAL_ERROR, active_rules, settled
from shipworthy.findings.finding import Finding, Severity, Unresolved
from shipworthy.findings.message import Inner, Language, Message, Places, render
from shipworthy.findings.suppression import (
    MALFORMED,
    UNUSED,
    KnownRule,
    apply,
    comment_findings,
)
from shipworthy.model.files import Location, line_index, line_of, locate
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import Encoding, LineColumn
from shipworthy.text.spans import Span

META = (INTERNAL_ERROR, UNUSED, MALFORMED)
"""Findings of the engine itself; they have no rule module."""


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


def relative_to(roots: tuple[str, ...], path: str) -> str:
    """A path relative to the first root that holds it; a path outside all roots stays absolute."""
    for root in roots:
        prefix = root.rstrip("/") + "/"
        if path.startswith(prefix):
            return path[len(prefix) :]
        if path == root:
            return "."
    return path


def analyse(db: Database) -> Analysis:
    """Judge the workspace as it is now; may raise Cancelled."""
    source = source_of(db)
    settings = source.settings(db)
    found = settled(db, merged)
    findings = _judged(db, source, settings, found)
    unresolved = dict.fromkeys(
        (
            *(Unresolved(at, reason_message(unknown)) for at, unknown in source.unresolved(db)),
            *found.unresolved,
        )
    )
    key = _order(db)
    return Analysis(
        db,
        tuple(sorted(findings, key=lambda finding: (*key(finding.at), finding.rule))),
        found.findings,
        tuple(sorted(unresolved, key=lambda item: (*key(item.at), item.reason.text.en))),
        _counts(db, source, findings),
    )


def _order(db: Database) -> Callable[[Anchor], tuple[str, int, int]]:
    def key(at: Anchor) -> tuple[str, int, int]:
        path, span = locate(db, at)
        return path, span.start, span.end

    return key


def _judged(db: Database, source: Source, settings: SettingsLike, found: Merged) -> list[Finding]:
    """Superseding, suppression and the settings' filters."""
    severities = dict(settings.severity)
    all_found = found.findings
    if severities:
        all_found = tuple(rated(finding, severities) for finding in all_found)
    rules = [KnownRule(rule.name, rule.same_as) for rule in source.rules]
    applied = apply(db, all_found, rules)
    unwanted = _ignored_by_file(db, settings, all_found)
    supersedes = {rule.name: rule.supersedes for rule in source.rules if rule.supersedes}
    findings = fold(all_found, supersedes, applied.suppressed | unwanted)
    findings += [
        rated(finding, severities)
        for finding in _about_comments(db, source, settings, applied.used)
    ]
    if settings.profile == "minimal":
        chosen = frozenset(settings.select)
        findings = [
            finding
            for finding in findings
            if finding.severity >= Severity.WARNING or finding.rule in chosen
        ]
    return findings


def _about_comments(
    db: Database,
    source: Source,
    settings: SettingsLike,
    used: frozenset[tuple[str, Span]],
) -> list[Finding]:
    off = {*settings.ignore, *(name for name, word in settings.severity if word == "off")}
    wanted = {name for name in (UNUSED, MALFORMED) if name not in off}
    if settings.select:
        wanted &= set(settings.select)
    if not wanted:
        return []
    known = frozenset((*(rule.name for rule in source.rules), *META))
    judged = frozenset(rule.name for rules in active_rules(db).values() for rule in rules)
    findings = tuple(
        finding
        for path in commented_paths(db, source)
        for finding in comment_findings(db, path, used, known, judged)
        if finding.rule in wanted
    )
    skipped = _ignored_by_file(db, settings, findings)
    return [finding for position, finding in enumerate(findings) if position not in skipped]


def commented_paths(db: Database, source: Source) -> list[str]:
    """The files that the model reads as files of the workspace, sorted."""
    paths: set[str] = set()
    for scope in source.scopes(db):
        key: Any = scope.key
        if scope.kind == "file":
            paths.add(key)
        elif scope.kind == "compose":
            paths.update(key.files)
        elif scope.kind == "project":
            paths.add(f"{key}/pyproject.toml")
    return sorted(paths)


def _ignored_by_file(
    db: Database, settings: SettingsLike, findings: tuple[Finding, ...]
) -> frozenset[int]:
    if not settings.per_file_ignores:
        return frozenset()
    roots = roots_of(db)
    return frozenset(
        position
        for position, finding in enumerate(findings)
        if any(
            finding.rule in rules and _glob(pattern).fullmatch(relative_to(roots, finding.at.path))
            for pattern, rules in settings.per_file_ignores
        )
    )


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    """A file pattern of the settings: `**` crosses folders; one without `/` fits any folder."""
    if "/" not in pattern:
        pattern = "**/" + pattern
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.lstrip("/"))
    translated = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(translated.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _counts(db: Database, source: Source, findings: list[Finding]) -> Counts:
    scopes = source.scopes(db)
    kinds = Counter(scope.kind for scope in scopes)
    levels = Counter(finding.severity for finding in findings)
    return Counts(
        len(commented_paths(db, source)),
        kinds["build"],
        levels[Severity.ERROR],
        levels[Severity.WARNING],
        levels[Severity.INFO],
        levels[Severity.HINT],
    )
