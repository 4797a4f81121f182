"""Which finding after an edit is which finding before it: places mapped through replacements."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from shipworthy.engine.analysis import Analysis
from shipworthy.findings.finding import Finding
from shipworthy.text.edits import Replacement
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Place(NamedTuple):
    """An absolute range of one file."""

    path: str
    span: Span


class Shift:
    """Where places of the old texts are in the new ones."""

    def __init__(self, replacements: Mapping[str, tuple[Replacement, ...]]) -> None:
        self._by_path: dict[str, tuple[list[int], list[tuple[int, int, int]]]] = {}
        for path, found in replacements.items():
            starts: list[int] = []
            rows: list[tuple[int, int, int]] = []
            grown = 0
            for span, new in found:
                starts.append(span.start)
                rows.append((span.end, span.start + grown, span.start + grown + len(new)))
                grown += len(new) - (span.end - span.start)
            self._by_path[path] = starts, rows

    def span(self, path: str, span: Span) -> Span:
        """The range that holds what became of a range; inserted text at its edges stays outside."""
        known = self._by_path.get(path)
        if known is None:
            return span
        start = _moved(known, span.start, at_start=True)
        return Span(start, max(start, _moved(known, span.end, at_start=False)))


def _moved(
    known: tuple[list[int], list[tuple[int, int, int]]], offset: int, *, at_start: bool
) -> int:
    starts, rows = known
    index = bisect_right(starts, offset) - 1
    if not at_start:
        # The end of a range lies before what is inserted or replaced right behind it.
        while index >= 0 and starts[index] == offset:
            index -= 1
    if index < 0:
        return offset
    old_end, new_start, new_end = rows[index]
    if offset >= old_end:
        return offset - old_end + new_end
    return new_start if at_start else new_end


def placed(analysis: Analysis, shift: Shift) -> dict[tuple[str, str], list[tuple[Place, Finding]]]:
    """All findings by rule and path, also those that are superseded or suppressed."""
    result: dict[tuple[str, str], list[tuple[Place, Finding]]] = {}
    for finding in analysis.everything:
        place = place_of(analysis, finding, shift)
        result.setdefault((finding.rule, place.path), []).append((place, finding))
    return result


def place_of(analysis: Analysis, finding: Finding, shift: Shift) -> Place:
    """Where a finding is after the edits of a shift."""
    path, span = analysis.locate(finding.at)
    return Place(path, shift.span(path, span))


def same_place(one: Place, other: Place) -> bool:
    """Whether two ranges of one file overlap or begin together."""
    start = max(one.span.start, other.span.start)
    end = min(one.span.end, other.span.end)
    return start < end or one.span.start == other.span.start


def was_there(
    place: Place, finding: Finding, before: list[tuple[Place, Finding]] | tuple[()]
) -> bool:
    """Whether a finding is no worse than one that was there, in no other build."""
    builds = set(finding.builds)
    return any(
        known.severity >= finding.severity
        and same_place(place, other)
        and builds <= set(known.builds)
        for other, known in before
    )
