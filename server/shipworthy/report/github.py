"""Workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.findings.finding import Finding, Severity
from shipworthy.report.results import Results
from shipworthy.report.screen import escaped
from shipworthy.report.words import HELP, RELATED, RUN_NEXT, word

_COMMAND = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.HINT: "notice",
}


def lines(results: Results, *, hints: bool = False) -> Iterator[str]:
    """One command a finding; hints only when asked for."""
    for finding in results.findings:
        if hints or finding.severity > Severity.HINT:
            yield _command(results, finding)


def _command(results: Results, finding: Finding) -> str:
    place = results.place(finding.at)
    properties: dict[str, object] = {"file": place.file}
    if not place.whole:
        properties.update(line=place.line, col=place.column)
        if place.end_line == place.line:
            # The end column may only be given for a range on one line, and is inclusive.
            properties.update(endLine=place.line, endColumn=max(place.end_column - 1, place.column))
        else:
            properties.update(endLine=place.end_line)
    properties["title"] = f"shipworthy: {finding.rule}"
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMAND[finding.severity]} {said}::{_data(_body(results, finding))}"


def _body(results: Results, finding: Finding) -> str:
    parts = [results.say(finding.message)]
    for at, note in finding.related:
        where = results.place(at)
        label = word(RELATED, results.language)
        parts.append(f"{label} {where.file}:{where.line}: {results.say(note)}")
    if finding.fixes:
        first = finding.fixes[0]
        parts.append(f"{word(HELP, results.language)}: {results.say(first.title)}")
        parts.extend(f"{word(RUN_NEXT, results.language)}: {cmd}" for cmd in first.afterwards)
    return "\n".join(parts)


def _data(text: str) -> str:
    # The log is shown in terminals, too: a name with escape sequences must not act there.
    return escaped(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
