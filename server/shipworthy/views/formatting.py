"""Formatting: white space only, and nothing that any tool would read differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Final

from shipworthy.model.files import FileKind, kind_of
from shipworthy.text.edits import Replacement, apply
from shipworthy.text.lines import LineIndex
from shipworthy.text.spans import Span
from shipworthy.views.format_compose import format_compose
from shipworthy.views.format_dockerfile import format_dockerfile
from shipworthy.views.format_ignore import format_ignore
from shipworthy.views.white_space import lines_of

FORMATTERS: Final[Mapping[FileKind, Callable[[str], str]]] = {
    "dockerfile": format_dockerfile,
    "ignore": format_ignore,
    "yaml": format_compose,
}
MAX_LENGTH: Final[Mapping[FileKind, int]] = {
    "dockerfile": 300_000,
    "ignore": 300_000,
    "yaml": 100_000,
}
"""Longer texts stay as they are: an editor does not wait for them."""


def format_edits(path: str, text: str, within: Span | None = None) -> tuple[Replacement, ...]:
    """The edits that format a file, or with `within` those of the lines that the range touches.

    Each replaces whole lines. A part is formatted only where the whole text keeps its meaning.
    """
    kind = kind_of(path)
    formatter = FORMATTERS.get(kind)
    if formatter is None or len(text) > MAX_LENGTH[kind]:
        return ()
    edits = _line_edits(text, formatter(text))
    if within is None:
        return edits
    lines = LineIndex(text)
    first, last = lines.line_of(within.start), lines.line_of(max(within.start, within.end - 1))
    start, end = lines.line_start(first), lines.line_start(last + 1)
    chosen = tuple(
        edit for edit in edits if edit.span.start >= start and edit.span.end <= max(end, start)
    )
    # What formats to the same as the whole text means the same.
    return chosen if formatter(apply(text, chosen)) == formatter(text) else ()


def _line_edits(before: str, after: str) -> tuple[Replacement, ...]:
    old, new = lines_of(before), lines_of(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    if len(old) == len(new):
        return tuple(
            Replacement(Span(starts[n], starts[n + 1]), line)
            for n, line in enumerate(new)
            if line != old[n]
        )
    matcher = SequenceMatcher(None, [line.strip() for line in old], [x.strip() for x in new], False)
    edits: list[Replacement] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            edits += (
                Replacement(Span(starts[i + n], starts[i + n + 1]), new[k + n])
                for n in range(j - i)
                if old[i + n] != new[k + n]
            )
        else:
            edits.append(Replacement(Span(starts[i], starts[j]), "".join(new[k:m])))
    return tuple(edits)
