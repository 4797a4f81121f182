"""Findings for people: place, source line, underline, related places, help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from shipworthy.findings.finding import BuildName, Finding, Fix, Safety, Severity
from shipworthy.report.results import Place, Results, fixable
from shipworthy.report.screen import Paint, draw, escaped
from shipworthy.report.words import (
    A_BUILD,
    A_FILE,
    BUILD,
    BUILDS,
    ELSEWHERE,
    FIXABLE_MORE,
    FIXABLE_SAFE,
    FIXABLE_UNSAFE,
    HELP,
    HINTS_HIDDEN,
    KNOWN,
    NO_BUILDS,
    NOT_FIRST,
    NOT_JUDGED,
    NOTHING,
    RUN_NEXT,
    SAFETY,
    SCOPE,
    SEVERITY,
    UNKNOWN_COUNT,
    counted,
    in_brackets,
    number_of,
    word,
)
from shipworthy.text.lines import LineIndex
from shipworthy.text.records import NamedTuple

_COLOUR = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "blue",
    Severity.HINT: "cyan",
}


class Style(NamedTuple):
    """How the text report looks and how much it says."""

    paint: Paint = Paint(False)
    limit: int = 160
    """Source lines are clipped to about this many columns."""
    hints: bool = False
    """Show hints; otherwise they are only counted."""
    verbose: bool = False
    unknown: bool = False
    """List what was not judged."""
    quiet: bool = False
    """Findings only."""


class _Snippet(NamedTuple):
    """A place with the line it lies on, as drawn."""

    place: Place
    arrow: str
    mark: str
    note: str


class _Canvas(NamedTuple):
    """What drawing a finding needs."""

    results: Results
    style: Style
    lines_of: Callable[[str], LineIndex]


def lines(results: Results, style: Style) -> Iterator[str]:
    """The whole report, line by line, without line ends."""
    canvas = _Canvas(results, style, _line_indexes(results))
    for finding in results.findings:
        if style.hints or finding.severity > Severity.HINT:
            yield from _finding(canvas, finding)
            yield ""
    if style.unknown:
        yield from _unknown(results, style)
    if not style.quiet:
        yield from summary(results, style)


def summary(results: Results, style: Style) -> Iterator[str]:
    """The last lines: how many findings of each kind, and what can be done about them."""
    language = results.language
    counts = results.counts()
    said = [
        style.paint(counted(severity, count, language), "bold", _COLOUR[severity])
        + _hidden(severity, results, style)
        for severity, count in counts.items()
        if count
    ]
    separator = "、" if language == "ja" else ", "
    line = separator.join(said) or style.paint(word(NOTHING, language), "bold", "green")
    semicolon = "。" if language == "ja" else "; "
    safe, unsafe = fixable(results.findings)
    if safe:
        line += semicolon + word(FIXABLE_SAFE, language, count=safe)
        if unsafe:
            line += in_brackets(word(FIXABLE_MORE, language, count=unsafe), language)
    elif unsafe:
        line += semicolon + word(FIXABLE_UNSAFE, language, count=unsafe)
    yield line
    if results.unresolved and not style.unknown:
        yield style.paint(word(UNKNOWN_COUNT, language, count=len(results.unresolved)), "dim")
    for text, count in ((KNOWN, results.known), (ELSEWHERE, results.elsewhere)):
        if count:
            yield style.paint(word(text, language, count=count), "dim")
    if not results.builds:
        yield style.paint(word(NO_BUILDS, language), "dim")
    elif style.verbose:
        scope = word(
            SCOPE,
            language,
            files=number_of(results.files, A_FILE, language),
            builds=number_of(results.builds, A_BUILD, language),
        )
        yield style.paint(scope, "dim")


def _hidden(severity: Severity, results: Results, style: Style) -> str:
    if severity > Severity.HINT or style.hints:
        return ""
    return in_brackets(word(HINTS_HIDDEN, results.language), results.language)


def _finding(canvas: _Canvas, finding: Finding) -> Iterator[str]:
    results, style = canvas.results, canvas.style
    paint, language = style.paint, results.language
    colour = _COLOUR[finding.severity]
    head = f"{word(SEVERITY[finding.severity], language)}[{finding.rule}]"
    message = escaped(results.say(finding.message))
    yield paint(head, "bold", colour) + paint(f": {message}", "bold")
    snippets = [_Snippet(results.place(finding.at), "-->", "^", "")]
    for at, note in finding.related:
        snippets.append(_Snippet(results.place(at), ":::", "-", escaped(results.say(note))))
    gutter = max(len(str(snippet.place.line)) for snippet in snippets)
    bar = paint(f"{' ' * gutter} |", "bold", "blue")
    shown = False
    for snippet in snippets:
        if shown:
            yield bar
        drawn = list(_snippet(canvas, snippet, gutter, colour))
        yield from drawn
        shown = len(drawn) > 1
    notes = list(_notes(results, finding, style))
    if notes and shown:
        yield bar
    for label, text in notes:
        yield f"{' ' * gutter} {paint('=', 'bold', 'blue')} {paint(label, 'bold')}: {text}"


def _snippet(canvas: _Canvas, snippet: _Snippet, gutter: int, colour: str) -> Iterator[str]:
    place, paint = snippet.place, canvas.style.paint
    arrow = paint(snippet.arrow, "bold", "blue")
    file = escaped(place.file)
    text = canvas.results.text(place.path)
    if place.whole or text is None:
        note = f": {snippet.note}" if snippet.note else ""
        yield f"{' ' * gutter}{arrow} {file}{note}"
        return
    yield f"{' ' * gutter}{arrow} {file}:{place.line}:{place.column}"
    index = canvas.lines_of(place.path)
    start = index.line_start(place.line - 1)
    end = index.line_end(place.line - 1)
    several = place.end_line > place.line and place.end_column > 1
    marked_to = end - start if place.end_line > place.line else place.end_column - 1
    drawn = draw(text[start:end], place.column - 1, marked_to, canvas.style.limit)
    bar = paint("|", "bold", "blue")
    yield f"{' ' * gutter} {bar}"
    yield f"{paint(f'{place.line:>{gutter}}', 'bold', 'blue')} {bar} {drawn.text}"
    mark = snippet.mark * (drawn.end - drawn.start) + ("..." if several else "")
    note = f" {snippet.note}" if snippet.note else ""
    underline = paint(mark + note, "bold", colour if snippet.mark == "^" else "blue")
    yield f"{' ' * gutter} {bar} {' ' * drawn.start}{underline}"


def _notes(results: Results, finding: Finding, style: Style) -> Iterator[tuple[str, str]]:
    language = results.language
    if len(finding.builds) > 1 or (finding.builds and style.verbose):
        label = BUILDS if len(finding.builds) > 1 else BUILD
        yield (
            word(label, language),
            ", ".join(build_name(results.build(build)) for build in finding.builds),
        )
    for number, fix in enumerate(finding.fixes):
        how = in_brackets(_how(results, fix, number), language)
        yield word(HELP, language), f"{escaped(results.say(fix.title))}{how}"
    for command in dict.fromkeys(command for fix in finding.fixes for command in fix.afterwards):
        yield word(RUN_NEXT, language), escaped(command)


def _how(results: Results, fix: Fix, number: int) -> str:
    batch = number == 0 or fix.safety is Safety.MANUAL
    return word(SAFETY[fix.safety] if batch else NOT_FIRST, results.language)


def build_name(build: BuildName) -> str:
    """A build as people call it: its service and where that is said, or its Dockerfile."""
    if build.service:
        where = build.compose or build.dockerfile
        return escaped(f"`{build.service}` ({where})")
    return escaped(f"`{build.dockerfile}`")


def _unknown(results: Results, style: Style) -> Iterator[str]:
    label = word(NOT_JUDGED, results.language)
    for at, reason in results.unresolved:
        place = results.place(at)
        where = escaped(place.file) + ("" if place.whole else f":{place.line}:{place.column}")
        said = escaped(results.say(reason))
        yield f"{style.paint(label, 'bold', 'dim')}: {where}: {said}"
    if results.unresolved:
        yield ""


def _line_indexes(results: Results) -> Callable[[str], LineIndex]:
    known: dict[str, LineIndex] = {}

    def index(path: str) -> LineIndex:
        found = known.get(path)
        if found is None:
            found = known[path] = LineIndex(results.text(path) or "")
        return found

    return index


def statistics(results: Results) -> Iterator[str]:
    """Counts by rule, the worst and most frequent first."""
    found = Counter((finding.severity, finding.rule) for finding in results.findings)
    ranked = sorted(found.items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
    digits = max((len(str(count)) for count in found.values()), default=1)
    for (severity, rule), count in ranked:
        yield f"{count:>{digits}}  {word(SEVERITY[severity], results.language)}  {rule}"
