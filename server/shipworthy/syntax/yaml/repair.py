"""What to blank out of a broken block so that the rest can be read.

Blanks take the place of characters one for one, so every span of the repaired text is a span of
the text itself.
"""

from __future__ import annotations

from shipworthy.syntax.yaml.build import Failure
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

_LINE_END = regex("[\n\r]")
_NOT_LINE_END = regex("[^\n\r]")
_LINE = regex("[\n\r]([ ]*)([^\n\r]*)")


def region(text: str, failure: Failure) -> Span | None:
    """The part of one line that is to be blanked after this failure; None: nothing is left.

    `text` is the block with earlier repairs applied.
    """
    if failure.too_deep:
        return None
    for candidate in _candidates(text, failure):
        if candidate.of(text).strip():
            return candidate
    return _last_line_before(text, failure.at)


def orphans(text: str, blanked: Span, failure: Failure) -> Span | None:
    """The lines below a blanked line that belonged to it, if the new failure is among them.

    Without their parent they fit nowhere, and blanking them one by one would use up the rounds.
    `text` is the block before the line was blanked.
    """
    parent = _line(text, blanked.start)
    if text[parent.start : blanked.start].strip() or failure.at <= parent.end:
        return None
    indent = blanked.start - parent.start
    start = end = parent.end
    for found in _LINE.finditer(text, parent.end):
        inside = found.group(2)
        deeper = len(found.group(1)) > indent
        if inside and not deeper and not (len(found.group(1)) == indent and inside[:2] == "- "):
            break
        end = found.end() if inside else end
    return Span(start, end) if start < failure.at <= end else None


def blank(text: str, span: Span) -> str:
    """The text with the span turned into spaces, line ends excepted."""
    return text[: span.start] + _NOT_LINE_END.sub(" ", span.of(text)) + text[span.end :]


def _candidates(text: str, failure: Failure) -> list[Span]:
    line = _line(text, failure.at)
    overlong = _first_line(text, failure.quoted, line)
    if failure.opened is None:
        if failure.message.startswith("mapping values"):
            overlong += _first_line(text, failure.plain, line)
        return [*overlong, line]
    opened = _line(text, failure.opened)
    if _is_unclosed(text, failure):
        return [*overlong, Span(failure.opened, opened.end)]
    if failure.message.startswith("could not find expected ':'"):
        return [*overlong, Span(failure.opened, opened.end), line]
    return [*overlong, line]


def _is_unclosed(text: str, failure: Failure) -> bool:
    opened = failure.opened
    return opened is not None and text[opened : opened + 1] in set("\"'[{")


def _first_line(text: str, scalar: Span, line: Span) -> list[Span]:
    """The first line of a scalar that ends on the line of the failure but began above it.

    A quote that is not closed yet ends at the next quote of the file, and a half-typed word is
    read together with the key below it: the failure shows only there.
    """
    if scalar.start >= line.start or scalar.end <= line.start:
        return []
    return [Span(scalar.start, _line(text, scalar.start).end)]


def _line(text: str, at: int) -> Span:
    at = min(at, len(text))
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    found = _LINE_END.search(text, at)
    return Span(start, found.start() if found else len(text))


def _last_line_before(text: str, at: int) -> Span | None:
    last = len(text[:at].rstrip())
    if last:
        return _line(text, last)
    rest = len(text) - len(text.lstrip())
    return _line(text, rest) if rest < len(text) else None
