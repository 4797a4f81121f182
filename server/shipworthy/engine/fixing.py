"""Fixes: planned as texts, proven by a what-if analysis, applied until nothing is left to apply."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.engine.shifting import Shift, place_of, placed, same_place, was_there
from shipworthy.findings.finding import CreateFile, Finding, Fix, Safety, Severity
from shipworthy.model.files import (
    kind_of,
    parsed_dockerfile,
    parsed_ignore_file,
    parsed_json,
    parsed_toml,
    parsed_yaml,
)
from shipworthy.text.edits import OverlapError, Replacement, apply, eol_of
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

ROUNDS = 10
"""How often fixes are looked for again after some were applied."""

Why: TypeAlias = Literal[
    "manual", "unsafe", "unreadable", "overlap", "outside", "exists", "no-change",
    "does-not-parse", "stays", "adds-findings", "conflicts",
]  # fmt: skip


class Refusal(NamedTuple):
    """Why a fix is not applied.

    `stays`: its finding is still there afterwards. `adds-findings`: `detail` names a rule that
    would report something new at warning or above. `conflicts`: it is good alone, but not together
    with the fixes before it. The others are said by their names.
    """

    why: Why
    detail: str = ""


class Plan(NamedTuple):
    """A fix as texts: what each path would hold, and the replacements that lead there."""

    texts: Mapping[str, str]
    replacements: Mapping[str, tuple[Replacement, ...]]
    created: frozenset[str]


class Applied(NamedTuple):
    """A finding whose fix was applied, as it was in the round that applied it."""

    finding: Finding
    fix: Fix
    path: str
    line: int
    """1-based, before the fix."""


class Withheld(NamedTuple):
    """A finding whose fix was not applied, and why."""

    finding: Finding
    fix: Fix
    refusal: Refusal
    path: str
    line: int
    """1-based, where the other fixes are applied."""


class FixOutcome(NamedTuple):
    """What applying fixes came to; nothing was written."""

    files: Mapping[str, tuple[str | None, str]]
    """By path the text before (None for a new file) and after."""
    applied: tuple[Applied, ...]
    withheld: tuple[Withheld, ...]
    afterwards: tuple[str, ...]
    """Commands for the user to run, in the order of the fixes."""
    rounds: int


def plan(analysis: Analysis, fix: Fix) -> dict[str, str] | Refusal:
    """The new texts of the files that a fix touches."""
    planned = replacements_of(analysis, fix)
    return planned if isinstance(planned, Refusal) else dict(planned.texts)


def replacements_of(analysis: Analysis, fix: Fix) -> Plan | Refusal:
    """A fix with absolute places, in the line-end style of each file."""
    edits: dict[str, list[Replacement]] = {}
    texts: dict[str, str] = {}
    created: set[str] = set()
    for change in fix.changes:
        path = change.path if isinstance(change, CreateFile) else change.at.path
        if not _is_inside(path, analysis.roots):
            return Refusal("outside", path)
        if isinstance(change, CreateFile):
            if path in created or analysis.exists(path):
                return Refusal("exists", path)
            created.add(path)
            texts[path] = change.text
            continue
        text = analysis.text(path)
        if text is None:
            return Refusal("unreadable", path)
        new = change.text.replace("\r\n", "\n").replace("\n", eol_of(text))
        span = analysis.locate(change.at).span
        if _splits_line_end(text, span):
            return Refusal("overlap", path)
        edits.setdefault(path, []).append(Replacement(span, new))
    for path, replacements in edits.items():
        before = analysis.text(path) or ""
        try:
            texts[path] = apply(before, replacements)
        except OverlapError:
            return Refusal("overlap", path)
        if texts[path] == before:
            return Refusal("no-change", path)
    if not texts:
        return Refusal("no-change")
    return Plan(
        texts, {path: tuple(sorted(found)) for path, found in edits.items()}, frozenset(created)
    )


def _is_inside(path: str, roots: tuple[str, ...]) -> bool:
    climbs = any(part in ("", ".", "..") for part in path.split("/")[1:])
    return not climbs and any(path.startswith(root.rstrip("/") + "/") for root in roots)


def _splits_line_end(text: str, span: Span) -> bool:
    return any(0 < at < len(text) and text[at - 1 : at + 1] == "\r\n" for at in span)


def verified(
    host: Host, fix: Fix, finding: Finding | None = None, accepted: Collection[str] = ()
) -> Literal[True] | Refusal:
    """Whether a fix does what it promises and harms nothing, by analysing the result.

    The files still parse, the finding is gone in every build, and nothing at warning or above is
    new but of the accepted rules. The host is as before afterwards, whatever happens.
    """
    before = host.analyse()
    planned = replacements_of(before, fix)
    if isinstance(planned, Refusal):
        return planned
    gone = () if finding is None else (finding,)
    refusal = _judge(host, before, planned, gone, accepted)
    return True if refusal is None else refusal


@contextmanager
def what_if(host: Host, texts: Mapping[str, str]) -> Iterator[None]:
    """The host as it would be with those texts."""
    shadows = {path: host.db.overlay(path) for path in texts}
    try:
        for path, text in texts.items():
            host.open(path, text)
        yield
    finally:
        for path, shadow in shadows.items():
            if shadow is None:
                host.close(path)
            else:
                host.open(path, shadow)


def _judge(
    host: Host,
    before: Analysis,
    planned: Plan,
    gone: tuple[Finding, ...],
    accepted: Collection[str] = (),
) -> Refusal | None:
    problems = {path: _problems(host.db, path) for path in planned.texts}
    known = placed(before, Shift(planned.replacements))
    promised = [place_of(before, finding, Shift(planned.replacements)) for finding in gone]
    with what_if(host, planned.texts):
        for path, count in problems.items():
            if _problems(host.db, path) > count:
                return Refusal("does-not-parse", path)
        after = host.analyse()
        now = placed(after, Shift({}))
        for finding, place in zip(gone, promised, strict=True):
            if any(
                same_place(place, other) for other, _ in now.get((finding.rule, place.path), ())
            ):
                return Refusal("stays", finding.rule)
        for key, found in now.items():
            for place, finding in found:
                if (
                    finding.severity >= Severity.WARNING
                    and finding.rule not in accepted
                    and not was_there(place, finding, known.get(key, ()))
                ):
                    return Refusal("adds-findings", finding.rule)
    return None


def _problems(db: Database, path: str) -> int:
    """How many places of a file its parser rejects."""
    kind = kind_of(path)
    if kind == "dockerfile":
        docker = parsed_dockerfile(db, path)
        return len(docker.problems) if docker else 0
    if kind == "ignore":
        ignore = parsed_ignore_file(db, path)
        return len(ignore.problems) if ignore else 0
    if kind == "yaml":
        yaml = parsed_yaml(db, path)
        return len(yaml.problems) if yaml else 0
    if kind == "toml":
        toml = parsed_toml(db, path)
        return int(toml is not None and toml.problem is not None)
    if kind == "json":
        json = parsed_json(db, path)
        return len(json.problems) if json else 0
    return 0


# Many fixes at once


def fix_to_fixed_point(
    host: Host,
    safety_limit: Safety = Safety.SAFE,
    only: Callable[[Finding], bool] | None = None,
) -> FixOutcome:
    """Apply the first fix of every finding, as far as each is proven, until none is left.

    `safety_limit` is the least safety to apply; MANUAL fixes never are. The host is as before
    afterwards: the caller writes the files and touches them.
    """
    limit = max(safety_limit, Safety.UNSAFE)
    originals: dict[str, str | None] = {}
    texts: dict[str, str] = {}
    applied: list[Applied] = []
    withheld: list[Withheld] = []
    seen = {frozenset[tuple[str, str]]()}
    rounds = 0
    while rounds < ROUNDS:
        with what_if(host, texts):
            analysis = host.analyse()
            done = _round(host, analysis, limit, only)
            for path in done.texts:
                originals.setdefault(path, analysis.text(path))
        withheld = done.withheld
        state = frozenset({**texts, **done.texts}.items())
        if state in seen:
            # Going round in circles: what this round would do is left undone.
            withheld += [
                Withheld(*item[:2], Refusal("conflicts"), *item[2:]) for item in done.applied
            ]
            break
        rounds += 1
        seen.add(state)
        texts.update(done.texts)
        applied += done.applied
    files = {path: (originals[path], text) for path, text in sorted(texts.items())}
    changed = {path: pair for path, pair in files.items() if pair[0] != pair[1]}
    afterwards = dict.fromkeys(command for item in applied for command in item.fix.afterwards)
    return FixOutcome(changed, tuple(applied), tuple(withheld), tuple(afterwards), rounds)


class _Round(NamedTuple):
    texts: Mapping[str, str]
    applied: list[Applied]
    withheld: list[Withheld]


def _round(
    host: Host,
    analysis: Analysis,
    limit: Safety,
    only: Callable[[Finding], bool] | None,
) -> _Round:
    """One pass: every fix that does not overlap an earlier one, each proven on top of those."""
    batch = Plan({}, {}, frozenset())
    applied: list[Applied] = []
    withheld: list[Withheld] = []
    for finding in analysis.findings:
        if not finding.fixes or (only is not None and not only(finding)):
            continue
        fix = finding.fixes[0]
        larger = (
            _added(host, analysis, batch, tuple(item.finding for item in applied), finding)
            if fix.safety >= limit
            else Refusal("manual" if fix.safety is Safety.MANUAL else "unsafe")
        )
        path, span = analysis.locate(finding.at)
        line = analysis.line_column(path, span.start).line + 1
        if isinstance(larger, Refusal):
            withheld.append(Withheld(finding, fix, larger, path, line))
        else:
            batch = larger
            applied.append(Applied(finding, fix, path, line))
    return _Round(batch.texts, applied, withheld)


def _added(
    host: Host, analysis: Analysis, batch: Plan, gone: tuple[Finding, ...], finding: Finding
) -> Plan | Refusal:
    """The batch with the first fix of one more finding, if they are good together."""
    planned = replacements_of(analysis, finding.fixes[0])
    if isinstance(planned, Refusal):
        return planned
    together = _together(analysis, batch, planned)
    if isinstance(together, Refusal):
        return together
    if _judge(host, analysis, together, (*gone, finding)) is None:
        return together
    alone = _judge(host, analysis, planned, (finding,))
    return Refusal("conflicts") if alone is None else alone


def _together(analysis: Analysis, batch: Plan, more: Plan) -> Plan | Refusal:
    """Two plans as one; the same change in both is one change."""
    texts = {**batch.texts, **{path: more.texts[path] for path in more.created}}
    for path in more.created & batch.created:
        if batch.texts[path] != more.texts[path]:
            return Refusal("overlap", path)
    replacements = dict(batch.replacements)
    for path, new in more.replacements.items():
        known = replacements.get(path, ())
        added = tuple(item for item in new if item not in known)
        if any(_collide(one.span, other.span) for one in added for other in known):
            return Refusal("overlap", path)
        replacements[path] = tuple(sorted((*known, *added)))
        texts[path] = apply(analysis.text(path) or "", replacements[path])
    return Plan(texts, replacements, batch.created | more.created)


def _collide(one: Span, other: Span) -> bool:
    return max(one.start, other.start) < min(one.end, other.end) or one.start == other.start
