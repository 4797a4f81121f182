"""Visiting the nodes of one scope with every enabled rule, as one memoised query a scope."""

from __future__ import annotations

from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from shipworthy.db.database import Cancelled, Database, Query, query
from shipworthy.engine.reasons import reason_message
from shipworthy.engine.source import ScopeLike, Source, roots_of, source_of
from shipworthy.findings.finding import BuildName, Finding, Severity, Unresolved
from shipworthy.findings.message import Text, say
from shipworthy.model.unknown import Undecided, Unknown
from shipworthy.rules.rule import Listed, Report
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple

P = ParamSpec("P")
T = TypeVar("T")

INTERNAL_ERROR = "internal-error"

CRASH = Text(
    en="The rule `{rule}` failed here ({error}), so this place was not judged by it;"
    " this is a defect of shipworthy.",
    ja="ルール `{rule}` がここで失敗したため（{error}）、この箇所は判定されていません。"
    "shipworthy の不具合です。",
)
MODEL_CRASH = Text(
    en="The model failed here ({error}), so this part was not judged;"
    " this is a defect of shipworthy.",
    ja="モデルがここで失敗したため（{error}）、この部分は判定されていません。"
    "shipworthy の不具合です。",
)


class Visited(NamedTuple):
    """What the rules say of one scope."""

    findings: tuple[Finding, ...]
    unresolved: tuple[Unresolved, ...]


class _Said(NamedTuple):
    """What was said so far, while it is collected."""

    findings: list[Finding]
    unresolved: dict[Unresolved, None]


@query
def active_rules(db: Database) -> dict[str, tuple[Listed, ...]]:
    """The rules to run, by the class name of the nodes they visit.

    `select` names exactly the rules to run; without it the profile decides: `strict` runs all,
    the others those that are on. `ignore` and the severity `off` take away.
    """
    source = source_of(db)
    settings = source.settings(db)
    off = {*settings.ignore, *(name for name, word in settings.severity if word == "off")}
    select = frozenset(settings.select)
    chosen: dict[str, list[Listed]] = {}
    for listed in source.rules:
        wanted = listed.name in select if select else listed.on or settings.profile == "strict"
        if wanted and listed.name not in off:
            for node in listed.nodes:
                chosen.setdefault(node, []).append(listed)
    return {node: tuple(rules) for node, rules in chosen.items()}


@query
def findings_in(db: Database, scope: ScopeLike) -> Visited:
    """What the enabled rules say of the nodes of one scope, unmerged, in the order of the nodes."""
    source = source_of(db)
    active = active_rules(db)
    said = _Said([], {})
    for kind, node in _nodes(db, source, scope, said):
        db.checkpoint()
        builds = _builds(node)
        for listed in active.get(kind, ()):
            _visit(db, source, listed, node, builds, said)
    return Visited(tuple(said.findings), tuple(said.unresolved))


def settled(db: Database, asked: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The value of a query, also when something it read raises while it is checked again.

    A check re-runs what the memo had read, outside the code that knows what an exception there
    means; computing anew runs it inside.
    """
    try:
        return asked(db, *args, **kwargs)
    except Cancelled:
        raise
    except Exception:  # noqa: BLE001  (raised again, or caught where its rule is known)
        return asked.compute(db, *args, **kwargs)


def _nodes(db: Database, source: Source, scope: ScopeLike, said: _Said) -> list[tuple[str, Any]]:
    nodes: list[tuple[str, Any]] = []
    at = _place(db, scope)
    try:
        nodes.extend(source.nodes(db, scope))
    except Cancelled:
        raise
    except Undecided as undecided:
        _retry_if_hidden(db, undecided.__traceback__)
        said.unresolved[_unresolved(undecided.unknown, at)] = None
    except Exception as error:  # noqa: BLE001  (a crash must not take other scopes along)
        _retry_if_hidden(db, error.__traceback__)
        message = say(MODEL_CRASH, error=_described(error))
        said.findings.append(Finding(INTERNAL_ERROR, Severity.WARNING, at, message))
    return nodes


def _visit(
    db: Database,
    source: Source,
    listed: Listed,
    node: Any,
    builds: tuple[BuildName, ...],
    said: _Said,
) -> None:
    # A long Dockerfile has ten thousand visits, nearly all of them without a report.
    try:
        for report in source.load(listed).check(node, db):
            # What was yielded before an exception stands: it had been decided.
            said.findings.append(_finding(listed, report, builds))
    except Cancelled:
        raise
    except Undecided as undecided:
        _retry_if_hidden(db, undecided.__traceback__)
        said.unresolved[_unresolved(undecided.unknown, _place(db, node))] = None
    except Exception as error:  # noqa: BLE001  (a crash of one rule must not silence the others)
        _retry_if_hidden(db, error.__traceback__)
        message = say(CRASH, rule=listed.name, error=_described(error))
        at = _place(db, node)
        said.findings.append(Finding(INTERNAL_ERROR, Severity.WARNING, at, message, builds=builds))


def _finding(listed: Listed, report: Report, builds: tuple[BuildName, ...]) -> Finding:
    severity = listed.severity if report.severity is None else report.severity
    return Finding(
        listed.name, severity, report.at, report.message, report.related, report.fixes, builds
    )


def _builds(node: Any) -> tuple[BuildName, ...]:
    return tuple(BuildName(*unit.name) for unit in getattr(node, "units", ()))


def _place(db: Database, node: Any) -> Anchor:
    """Where to report that a node (or scope) was not judged."""
    at = getattr(node, "at", None)
    if isinstance(at, Anchor):
        return at
    for build in _builds(node):
        path = build.dockerfile or build.compose
        if path:
            return whole_file(path)
    for key in (getattr(node, "path", None), getattr(node, "key", None)):
        if isinstance(key, str):
            return whole_file(key)
        if isinstance(key, tuple):
            for part in key:
                if isinstance(part, str) and part.startswith("/"):
                    return whole_file(part)
    return whole_file(next(iter(roots_of(db)), "/"))


def _unresolved(unknown: Unknown, fallback: Anchor) -> Unresolved:
    return Unresolved(unknown.at or fallback, reason_message(unknown))


def _described(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    return text[:200]


def _retry_if_hidden(db: Database, trace: TracebackType | None) -> None:
    """Look again after the next change when the exception came out of a query.

    A query that raises leaves no memo behind, so that what it read is not among the reads of the
    visit; the visit then depends on "anything" instead.
    """
    while trace is not None:
        if trace.tb_frame.f_code is Database.fetch.__code__:
            db.setting("change")
            return
        trace = trace.tb_next
