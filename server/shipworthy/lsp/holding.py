"""Keeping earlier findings while a file is half-typed.

What a broken compose, TOML or JSON file would define is UNKNOWN to the model, so findings in other
files vanish or change until it heals. Here, and only here, the earlier ones are kept for so long.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.reasons import REASONS
from shipworthy.findings.finding import CreateFile, Finding
from shipworthy.model.builds import compose
from shipworthy.model.compose_files import compose_groups
from shipworthy.model.files import kind_of, parsed_json, parsed_toml, parsed_yaml
from shipworthy.model.workspace import root_of
from shipworthy.text.anchors import Anchor

Key = tuple[str, Anchor]


class Holding:
    """The findings of the last moment in which nothing was half-typed, and what changed since."""

    def __init__(self) -> None:
        self._settled: dict[Key, Finding] | None = None
        self._changed: set[str] = set()
        self._faults: dict[str, frozenset[str]] = {}
        """What was wrong with a file at that moment: only more than that is half-typed."""

        self._held_by: frozenset[str] = frozenset()

    @property
    def broken(self) -> frozenset[str]:
        """The half-typed files, while earlier findings are kept because of them."""
        return self._held_by

    def note(self, path: str) -> None:
        """A file changed."""
        self._changed.add(path)

    def shown(self, db: Database, analysis: Analysis) -> list[Finding]:
        """The findings to show."""
        health = {path: _health(db, analysis, path) for path in self._changed}
        broken = {
            path
            for path, (unreadable, faults) in health.items()
            if unreadable or faults - self._faults.setdefault(path, faults)
        }
        if self._settled is None or not broken:
            self._settled = {_key(finding): finding for finding in analysis.findings}
            self._faults.update({path: faults for path, (_, faults) in health.items()})
            self._changed.clear()
            self._held_by = frozenset()
            return list(analysis.findings)
        self._held_by = frozenset(broken)
        return self._held(analysis, self._settled, broken)

    def _held(
        self, analysis: Analysis, settled: dict[Key, Finding], broken: set[str]
    ) -> list[Finding]:
        """Earlier findings elsewhere, unless one of their other files changed as well."""
        touched = self._changed - broken
        kept = {
            key: finding
            for key, finding in settled.items()
            if finding.at.path not in broken and not touched & files_of(finding)
        }
        current = [
            finding
            for finding in analysis.findings
            if _key(finding) not in kept
            and (finding.at.path in broken or touched & files_of(finding))
        ]
        return [*kept.values(), *current]


def _key(finding: Finding) -> Key:
    return finding.rule, finding.at


def files_of(finding: Finding) -> set[str]:
    """The files that a finding is about."""
    paths = {finding.at.path, *(related.at.path for related in finding.related)}
    for fix in finding.fixes:
        for change in fix.changes:
            paths.add(change.path if isinstance(change, CreateFile) else change.at.path)
    for build in finding.builds:
        paths.update((build.compose, build.dockerfile))
    return paths


def _health(db: Database, analysis: Analysis, path: str) -> tuple[bool, frozenset[str]]:
    """Whether a part of the file could not be read, and what else is wrong with it."""
    kind = kind_of(path)
    if kind == "yaml":
        yaml = parsed_yaml(db, path)
        if yaml is None:
            return False, frozenset()
        faults = {problem.message for problem in yaml.problems}
        faults.update(_compose_faults(db, analysis, path))
        return any(not problem.repaired for problem in yaml.problems), frozenset(faults)
    if kind == "toml":
        toml = parsed_toml(db, path)
        return toml is not None and toml.problem is not None, frozenset()
    if kind == "json":
        json = parsed_json(db, path)
        return json is not None and bool(json.problems), frozenset()
    return False, frozenset()


def _compose_faults(db: Database, analysis: Analysis, path: str) -> Iterator[str]:
    """Why Compose would refuse the file, and which services say too little."""
    incomplete = REASONS["incomplete-service"]
    for item in analysis.unresolved:
        if item.at.path == path and item.reason.text == incomplete:
            yield str(item.reason.fields)
    groups = [group for group in compose_groups(db, root_of(db, path)) if path in group.files]
    for group in groups:
        yield from (str(problem) for problem in compose(db, group).problems)
    if not groups and db.overlay(path) is not None:
        # Somebody may be typing `services` at this moment.
        yield "no services"
