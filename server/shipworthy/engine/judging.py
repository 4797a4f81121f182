"""From all findings to those that are shown: superseding, suppression, the settings' filters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from shipworthy.db.database import Database, query
from shipworthy.engine.merge import fold, merged, rated
from shipworthy.engine.source import SettingsLike, relative_to, roots_of, source_of
from shipworthy.engine.visits import INTERNAL_ERROR, active_rules, settled
from shipworthy.findings.finding import Finding, Severity
from shipworthy.findings.suppression import (
    MALFORMED,
    NONE,
    UNUSED,
    apply,
    comment_findings,
    suppressions,
)
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

META = (INTERNAL_ERROR, UNUSED, MALFORMED)
"""Findings of the engine itself; they have no rule module."""


@query
def judged(db: Database) -> tuple[Finding, ...]:
    """The findings to show, without order: it reads no position that comments do not need."""
    source = source_of(db)
    settings = source.settings(db)
    found = settled(db, merged)
    severities = dict(settings.severity)
    all_found = found.findings
    if severities:
        all_found = tuple(rated(finding, severities) for finding in all_found)
    rules = _rule_names(db)
    applied = apply(db, all_found, rules.same_as)
    unwanted = _ignored_by_file(db, settings, all_found)
    findings = fold(all_found, rules.supersedes, applied.suppressed | unwanted)
    findings += [
        rated(finding, severities) for finding in _about_comments(db, settings, applied.used)
    ]
    if settings.profile == "minimal":
        chosen = frozenset(settings.select)
        findings = [
            finding
            for finding in findings
            if finding.severity >= Severity.WARNING or finding.rule in chosen
        ]
    return tuple(findings)


class _RuleNames(NamedTuple):
    """What is known of all rules by their names."""

    known: frozenset[str]
    """With those of the engine's own findings."""
    same_as: dict[str, tuple[str, ...]]
    supersedes: dict[str, tuple[str, ...]]


@query
def _rule_names(db: Database) -> _RuleNames:
    rules = source_of(db).rules
    return _RuleNames(
        frozenset((*(rule.name for rule in rules), *META)),
        {rule.name: rule.same_as for rule in rules if rule.same_as},
        {rule.name: rule.supersedes for rule in rules if rule.supersedes},
    )


def _about_comments(
    db: Database,
    settings: SettingsLike,
    used: frozenset[tuple[str, Span]],
) -> list[Finding]:
    off = {*settings.ignore, *(name for name, word in settings.severity if word == "off")}
    wanted = {name for name in (UNUSED, MALFORMED) if name not in off}
    if settings.select:
        wanted &= set(settings.select)
    if not wanted:
        return []
    known = _rule_names(db).known
    judged = frozenset(rule.name for rules in active_rules(db).values() for rule in rules)
    findings = tuple(
        finding
        for path in _with_suppressions(db)
        for finding in comment_findings(db, path, used, known, judged)
        if finding.rule in wanted
    )
    skipped = _ignored_by_file(db, settings, findings)
    return [finding for position, finding in enumerate(findings) if position not in skipped]


@query
def _with_suppressions(db: Database) -> tuple[str, ...]:
    return tuple(path for path in workspace_files(db) if suppressions(db, path) != NONE)


@query
def workspace_files(db: Database) -> tuple[str, ...]:
    """The files that the model reads as files of the workspace, sorted."""
    paths: set[str] = set()
    for scope in source_of(db).scopes(db):
        key: Any = scope.key
        if scope.kind == "file":
            paths.add(key)
        elif scope.kind == "compose":
            paths.update(key.files)
        elif scope.kind == "project":
            paths.add(f"{key}/pyproject.toml")
    return tuple(sorted(paths))


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
