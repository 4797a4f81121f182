"""From what each build says to one finding a cause: merging builds, folding what says less."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from shipworthy.db.database import Database, query
from shipworthy.engine.inlined import outer_finding, outer_unresolved
from shipworthy.engine.source import source_of
from shipworthy.engine.visits import INTERNAL_ERROR, findings_in, settled
from shipworthy.findings.finding import Finding, Related, Severity, Unresolved
from shipworthy.model.inline_dockerfiles import has_inline
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

T = TypeVar("T", bound=Hashable)


class Merged(NamedTuple):
    """All findings, one for each rule and place; still with what others supersede."""

    findings: tuple[Finding, ...]
    unresolved: tuple[Unresolved, ...]


@query
def merged(db: Database) -> Merged:
    """What the rules say of the whole workspace, in the order of the scopes."""
    groups: dict[Hashable, list[Finding]] = {}
    unresolved: dict[Unresolved, None] = {}
    inside = has_inline(db)
    for scope in source_of(db).scopes(db):
        visited = settled(db, findings_in, scope)
        for finding in visited.findings:
            placed = outer_finding(db, finding) if inside else finding
            groups.setdefault(_identity(placed), []).append(placed)
        for item in visited.unresolved:
            unresolved[outer_unresolved(db, item) if inside else item] = None
    findings = tuple(found[0] if len(found) == 1 else join(found) for found in groups.values())
    return Merged(findings, tuple(unresolved))


def _identity(finding: Finding) -> Hashable:
    if finding.rule == INTERNAL_ERROR:
        return finding.rule, finding.at, finding.message
    return finding.rule, finding.at


def join(findings: list[Finding]) -> Finding:
    """One finding for all builds: the first of the worst severity speaks for the others."""
    worst = findings[0]
    for finding in findings:
        if finding.severity > worst.severity:
            worst = finding
    return Finding(
        worst.rule,
        worst.severity,
        worst.at,
        worst.message,
        _union([finding.related for finding in findings]),
        worst.fixes or next((found.fixes for found in findings if found.fixes), ()),
        _union([finding.builds for finding in findings]),
    )


def _union(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All items once, in order; builds mostly say the same, which one comparison settles."""
    distinct: list[tuple[T, ...]] = []
    for part in parts:
        if part and (not distinct or part != distinct[-1]):
            distinct.append(part)
    if len(distinct) < 2:
        return distinct[0] if distinct else ()
    return tuple(dict.fromkeys(item for part in distinct for item in part))


def rated(finding: Finding, severities: Mapping[str, str]) -> Finding:
    """The finding with the severity that the settings give its rule."""
    word = severities.get(finding.rule)
    if word is None or word == "off":
        return finding
    return finding._replace(severity=Severity[word.upper()])


def fold(
    findings: tuple[Finding, ...],
    supersedes: Mapping[str, tuple[str, ...]],
    suppressed: frozenset[int],
) -> list[Finding]:
    """One finding a cause: what another one at the same place says better becomes its note.

    The same place is an overlap within one node, with the finding itself or with a place that the
    finding names as related. A suppressed finding takes along what it supersedes; it is no note.
    """
    less = {name for names in supersedes.values() for name in names}
    by_node: dict[tuple[str, int], list[int]] = {}
    for position, finding in enumerate(findings):
        if finding.rule in less:
            by_node.setdefault(finding.at[:2], []).append(position)
    over: dict[int, int] = {}
    for position, finding in enumerate(findings) if by_node else ():
        names = supersedes.get(finding.rule)
        if not names:
            continue
        for place in (finding.at, *(related.at for related in finding.related)):
            for other in by_node.get(place[:2], ()):
                free = other != position and other not in over
                if free and findings[other].rule in names and touches(place, findings[other].at):
                    over[other] = position
    notes: dict[int, list[Related]] = {}
    for other in over:
        root = _root(other, over)
        if root != other and other not in suppressed:
            finding = findings[other]
            notes.setdefault(root, []).extend(
                (Related(finding.at, finding.message), *finding.related)
            )
    return [
        finding._replace(related=_union((finding.related, tuple(notes[position]))))
        if position in notes
        else finding
        for position, finding in enumerate(findings)
        if position not in suppressed
        and (position not in over or _root(position, over) == position)
    ]


def _root(position: int, over: dict[int, int]) -> int:
    """The finding that speaks in the end; in a circle of superseding rules each is its own."""
    seen = [position]
    while position in over:
        position = over[position]
        if position in seen:
            return seen[0]
        seen.append(position)
    return position


def touches(one: Anchor, other: Anchor) -> bool:
    """Whether two places of one node share a character, or an empty one lies within the other."""
    if one[:2] != other[:2]:
        return False
    start = max(one.span.start, other.span.start)
    end = min(one.span.end, other.span.end)
    empty = one.span.start == one.span.end or other.span.start == other.span.end
    return start < end or (start == end and empty)
