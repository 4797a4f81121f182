"""A markdown report for a pull request's comment or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.findings.finding import Finding, Severity
from shipworthy.report.results import Results
from shipworthy.report.screen import escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import (
    BUILD,
    BUILDS,
    FINDING,
    HELP,
    NOT_JUDGED,
    NOTHING,
    PLACE,
    RELATED,
    RUN_NEXT,
    SAFETY,
    SEVERITY,
    counted,
    in_brackets,
    word,
)
from shipworthy.text.anchors import Anchor


def lines(results: Results, *, hints: bool = False, unknown: bool = False) -> Iterator[str]:
    """A heading with the counts, a table of findings, and their details folded below it."""
    language = results.language
    counts = [counted(sev, count, language) for sev, count in results.counts().items() if count]
    yield f"### shipworthy: {', '.join(counts) or word(NOTHING, language)}"
    shown = [item for item in results.findings if hints or item.severity > Severity.HINT]
    if shown:
        yield ""
        yield f"| | {word(PLACE, language)} | {word(FINDING, language)} |"
        yield "|---|---|---|"
        for finding in shown:
            yield _row(results, finding)
    for finding in shown:
        yield from _details(results, finding)
    if unknown and results.unresolved:
        yield ""
        yield f"**{word(NOT_JUDGED, language)}**"
        yield ""
        for at, reason in results.unresolved:
            yield f"- {_where(results, at)}: {prose(results.say(reason))}"


def _row(results: Results, finding: Finding) -> str:
    severity = word(SEVERITY[finding.severity], results.language)
    message = prose(results.say(finding.message)).replace("|", "\\|")
    where = _where(results, finding.at).replace("|", "\\|")
    return f"| {severity} | {where} | **{finding.rule}**: {message} |"


def _details(results: Results, finding: Finding) -> Iterator[str]:
    language = results.language
    points = [
        f"{word(RELATED, language)} {_where(results, at)}: {prose(results.say(note))}"
        for at, note in finding.related
    ]
    if finding.builds:
        label = BUILDS if len(finding.builds) > 1 else BUILD
        names = ", ".join(prose(build_name(results.build(build))) for build in finding.builds)
        points.append(f"{word(label, language)}: {names}")
    for fix in finding.fixes:
        how = in_brackets(prose(word(SAFETY[fix.safety], language)), language)
        points.append(f"{word(HELP, language)}: {prose(results.say(fix.title))}{how}")
        points.extend(f"{word(RUN_NEXT, language)}: {code(cmd)}" for cmd in fix.afterwards)
    if not points:
        return
    place = results.place(finding.at)
    yield ""
    yield f"<details><summary>{finding.rule}, {_html(escaped(place.file))}:{place.line}</summary>"
    yield ""
    for point in points:
        yield f"- {point}"
    yield ""
    yield "</details>"


def _where(results: Results, at: Anchor) -> str:
    place = results.place(at)
    return code(place.file if place.whole else f"{place.file}:{place.line}")


def code(text: str) -> str:
    """A code span, with a fence long enough for the backticks inside it."""
    text = escaped(text)
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """A message as markdown: what stands in backticks is kept, the rest is escaped."""
    parts = escaped(text).split("`")
    if len(parts) % 2 == 0:
        return "\\`".join(_plain(part) for part in parts)
    return "".join(
        f"`{part}`" if number % 2 and part else _plain(part) for number, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    for char in "\\*_[]":
        text = text.replace(char, f"\\{char}")
    # A user name in a comment would notify its owner.
    return _html(text).replace("@", "@\u200b")


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
