"""What every finding and every fix promises, asserted on whatever workspace is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shipworthy.engine.analysis import Analysis
from shipworthy.engine.fixing import ROUNDS, Refusal, fix_to_fixed_point, replacements_of, verified
from shipworthy.engine.host import Host
from shipworthy.engine.source import Source
from shipworthy.findings.finding import CreateFile, Finding, Safety
from shipworthy.findings.message import Inner, Message, template_fields
from shipworthy.model.files import kind_of, node_starts
from shipworthy.text.anchors import Anchor, whole_file
from support.workspaces import ROOT, Workspace

ASTRAL = "# \U0001d54f first\n"
_TEXTS = ("dockerfile", "ignore", "yaml", "toml", "json")
_NEVER = ("unreadable", "overlap", "outside", "exists", "no-change", "does-not-parse")
"""Refusals that no fix may meet on the workspace it was made for."""


def keep_promises(
    tree: Workspace, host: Host, rule: str | None, source: Source | None = None
) -> None:
    """Assert everything that messages do not say; fixes only of the rule, if one is given."""
    analysis = host.analyse()
    places_are_in_range(host, analysis)
    order_is_total(analysis)
    fixes_hold(host, rule)
    same_with_windows_line_ends(tree, analysis, source)
    same_below_an_astral_comment(tree, analysis, source)


def places_are_in_range(host: Host, analysis: Analysis) -> None:
    """Every anchor lies inside its file without clamping."""
    for finding in analysis.everything:
        for at in _anchors(finding):
            text = host.db.text(at.path)
            length = len(text or "")
            base = 0
            if at.node >= 0:
                starts = node_starts(host.db, at.path)
                assert at.node < len(starts), f"{finding.rule}: no node {at}"
                base = starts[at.node]
            assert 0 <= base + at.span.start <= base + at.span.end <= length, (
                f"{finding.rule}: {at} leaves the text"
            )


def _anchors(finding: Finding) -> Iterator[Anchor]:
    yield finding.at
    for related in finding.related:
        yield related.at
    for fix in finding.fixes:
        for change in fix.changes:
            if not isinstance(change, CreateFile):
                yield change.at


def order_is_total(analysis: Analysis) -> None:
    """Findings come by path, place, rule, and no two are alike."""
    keys = [
        (*analysis.locate(finding.at), finding.rule, finding.message.fields)
        for finding in analysis.findings
    ]
    assert [key[:3] for key in keys] == sorted(key[:3] for key in keys)
    assert len({str(key) for key in keys}) == len(keys), "a finding is reported twice"


def messages_are_complete(analysis: Analysis) -> None:
    """Every message has all its fields, the same in both languages, and renders in both."""
    for finding in analysis.everything:
        for message in _messages(finding):
            _complete(finding.rule, message)
            assert analysis.render(message, "en").strip()
            assert analysis.render(message, "ja").strip()
    for item in analysis.unresolved:
        _complete("unresolved", item.reason)


def _messages(finding: Finding) -> Iterator[Message]:
    yield finding.message
    for related in finding.related:
        yield related.note
    for fix in finding.fixes:
        yield fix.title


def _complete(rule: str, message: Message | Inner) -> None:
    english, japanese = template_fields(message.text.en), template_fields(message.text.ja)
    given = {name for name, _ in message.fields}
    assert english == japanese, f"{rule}: fields differ: {message.text}"
    assert english <= given, f"{rule}: {message.text.en} lacks {sorted(english - given)}"
    for _, value in message.fields:
        if isinstance(value, Inner):
            _complete(rule, value)


def fixes_hold(host: Host, rule: str | None) -> None:
    """Every fix applies, parses, and removes its finding or is withheld; applying them ends."""
    analysis = host.analyse()
    for finding in analysis.findings:
        if rule is not None and finding.rule != rule:
            continue
        for fix in finding.fixes:
            if not fix.changes and fix.safety is Safety.MANUAL:
                continue
            planned = replacements_of(analysis, fix)
            why = planned.why if isinstance(planned, Refusal) else ""
            assert not why, f"{finding.rule}: {analysis.render(fix.title)!r} cannot apply: {why}"
            if fix.safety is Safety.MANUAL:
                continue
            verdict = verified(host, fix, finding)
            why = verdict.why if isinstance(verdict, Refusal) else ""
            assert why not in _NEVER, f"{finding.rule}: {analysis.render(fix.title)!r}: {why}"
    outcome = fix_to_fixed_point(host, Safety.UNSAFE, lambda f: rule is None or f.rule == rule)
    assert outcome.rounds < ROUNDS, f"fixes of {rule or 'the rules'} do not come to an end"
    after = host.analyse()
    assert after.findings == analysis.findings, "trying fixes changed the workspace"


def same_with_windows_line_ends(
    tree: Workspace, analysis: Analysis, source: Source | None = None
) -> None:
    """CRLF in every file of a known kind changes no finding."""

    def convert(path: str, text: str) -> str:
        known = kind_of(path) in _TEXTS and "\r" not in text
        return text.replace("\n", "\r\n") if known else text

    other = tree.mapped(convert).host(source).analyse()
    assert _by_line(analysis) == _by_line(other), "CRLF line ends change the findings"


def same_below_an_astral_comment(
    tree: Workspace, analysis: Analysis, source: Source | None = None
) -> None:
    """A comment outside the Basic Multilingual Plane, put first, moves findings by one line."""

    def commented(path: str) -> bool:
        return kind_of(path) in ("yaml", "ignore")

    def add(path: str, text: str) -> str:
        if not commented(path):
            return text
        bom = "\ufeff" if text.startswith("\ufeff") else ""
        eol = ASTRAL.replace("\n", "\r\n") if "\r\n" in text else ASTRAL
        return bom + eol + text[len(bom) :]

    moved = {f"{ROOT}/{path}" for path in tree.files if commented(path)}
    other = tree.mapped(add).host(source).analyse()
    assert _by_line(analysis) == _by_line(other, moved), "a first comment changes the findings"


def _by_line(analysis: Analysis, moved: Iterable[str] = ()) -> list[tuple[str, int, str, str]]:
    rows = []
    for finding in analysis.findings:
        path, span = analysis.locate(finding.at)
        line = analysis.line_column(path, span.start).line
        if path in moved and finding.at != whole_file(path):
            line -= 1
        rows.append((path, line, finding.severity.word, finding.rule))
    return sorted(rows)
