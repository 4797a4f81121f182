"""A tree of sizes as text: for a pipe plain and complete, on a terminal with bars, cut to fit."""

from __future__ import annotations

from shipworthy.findings.message import human_size
from shipworthy.report.screen import Paint, clipped, width
from shipworthy.text.records import NamedTuple

_BAR = 20
_NARROW = 64
"""On terminals with fewer columns the bar would cost the names their place."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


class Canvas(NamedTuple):
    """What is drawn on. `columns` is None where nothing is a screen: then nothing is cut."""

    paint: Paint
    columns: int | None = None
    fancy: bool = False
    """Whether the encoding has line-drawing characters; only asked for on a screen."""


class Row(NamedTuple):
    """One line of the tree."""

    last: tuple[bool, ...]
    """For each level from the top one, whether the branch ends there."""
    name: str
    """Fit for the screen."""
    size: int
    share: float | None
    """Of the whole, 0 to 1; None for a line that sums up others."""
    folder: bool
    note: str
    remark: str
    """What the name is, when that is worth a warning."""


def drawn(canvas: Canvas, row: Row) -> str:
    """The line, without an indentation."""
    share = "    " if row.share is None else f"{int(100 * row.share):>3}%"
    head = f"{human_size(row.size):>9} {share}  "
    bar = _bar(canvas, row.share)
    branch = _branches(row, canvas.fancy)
    paint = canvas.paint
    name, note = row.name, f"  {row.note}" if row.note else ""
    remark = f"  ({row.remark})" if row.remark else ""
    if canvas.columns is not None:
        room = canvas.columns - 2 - width(head) - (width(bar) + 1 if bar else 0) - width(branch)
        name = clipped(name, max(room, 8))
        left = room - width(name)
        # A remark is worth more than a count.
        remark = remark if width(remark) <= left else ""
        note = note if width(note) + width(remark) <= left else ""
    styles = (*(("bold",) if row.folder else ()), *(("yellow",) if row.remark else ()))
    shown = paint(name, *styles) if styles else name
    line = f"{head}{paint(bar, 'blue') + ' ' if bar else ''}{branch}{shown}"
    return (line + paint(note, "dim") + paint(remark, "yellow")).rstrip()


def _bar(canvas: Canvas, share: float | None) -> str:
    if canvas.columns is None or canvas.columns < _NARROW:
        return ""
    eighths = round(8 * _BAR * (share or 0))
    if not canvas.fancy:
        return ("#" * (eighths // 8)).ljust(_BAR)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(_BAR)


def _branches(row: Row, fancy: bool) -> str:
    through, end, fork = ("│   ", "└── ", "├── ") if fancy else ("|   ", "`-- ", "|-- ")
    above = "".join("    " if last else through for last in row.last[:-1])
    return above + (end if row.last[-1] else fork)
