"""Text as a terminal shows it: widths in columns, escaped controls, colours."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

TAB = 4
"""Columns to which a tab advances."""

_PLAIN = regex(r"[ -~]*\Z")
_RISKY = regex(
    # Controls, lone surrogates, what ends a line for some terminals, what reorders text (bidi).
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

_SURROGATE = regex("[\ud800-\udfff]")


def escaped(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would act on.

    A byte that is no UTF-8 shows as `\\xNN`, another control or reordering character as `\\xNN`
    or `\\uNNNN`.
    """
    if _PLAIN.match(text):
        return text
    return _RISKY.sub(lambda found: _escape(found[0]), text)


def escape_bytes(text: str) -> str:
    """The text with `\\xNN` for bytes that are no UTF-8, and nothing else changed."""
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda found: _escape(found[0]), text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def width(text: str) -> int:
    """How many terminal columns a text takes; wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415  (ASCII never needs it)

    columns = 0
    for char in text:
        if east_asian_width(char) in "WF":
            columns += 2
        elif not combining(char) and char not in "\u200c\u200d\ufe0e\ufe0f":
            columns += 1
    return columns


def clipped(text: str, columns: int) -> str:
    """The text in at most so many columns (at least 4), its middle given up where it is longer."""
    if width(text) <= columns:
        return text
    room = columns - 3
    front = _cut(text, room - room // 2)
    return f"{front}...{_cut(text[::-1], room // 2)[::-1]}"


def _cut(text: str, columns: int) -> str:
    """As many characters of the beginning as fit."""
    used = 0
    for number, char in enumerate(text):
        used += width(char)
        if used > columns:
            return text[:number]
    return text


class Drawn(NamedTuple):
    """A source line made fit for the screen, and where the marked part lies, in columns."""

    text: str
    start: int
    end: int


def draw(line: str, start: int, end: int, limit: int) -> Drawn:
    """Expand tabs, escape controls and clip a line to about `limit` columns around the mark.

    `start` and `end` are code points of the line. Only the part that can be shown is looked at,
    so a line of a megabyte costs as little as a short one.
    """
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    first = 0 if start < limit * 3 // 4 else start - limit // 4
    cells: list[str] = []
    columns = 3 if first else 0
    marked = [columns, columns]
    last = first
    while last < len(line) and columns < limit:
        char = line[last]
        cell = " " * (TAB - columns % TAB) if char == "\t" else escaped(char)
        if last < start:
            marked[0] += width(cell)
        if last < end:
            marked[1] += width(cell)
        columns += width(cell)
        cells.append(cell)
        last += 1
    text = ("..." if first else "") + "".join(cells) + ("..." if last < len(line) else "")
    return Drawn(text.rstrip(), marked[0], max(marked[1], marked[0] + 1))


class Paint(NamedTuple):
    """Escape sequences, or empty strings where there is no colour."""

    on: bool

    def __call__(self, text: str, *styles: str) -> str:
        """The text in the styles: bold, red, yellow, green, cyan, blue, dim."""
        if not self.on or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"


_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


def wants_colour(environment: Mapping[str, str], terminal: bool) -> bool:
    """Whether to colour: `NO_COLOR` wins over `FORCE_COLOR`, both over the kind of the output."""
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return terminal and environment.get("TERM") != "dumb"
