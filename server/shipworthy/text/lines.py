"""From code-point offsets to lines and columns, and back."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from shipworthy.text.records import NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class LineColumn(NamedTuple):
    """A place: 0-based line, 0-based column in the units of the encoding asked for."""

    line: int
    column: int


class LineIndex:
    """Where the lines of one text begin.

    Lines end at ``\\n``, ``\\r\\n`` or a lone ``\\r``, as the Language Server Protocol says; no
    other character ends a line (`str.splitlines` knows seven more).
    """

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        starts = [0]
        if "\r" in text:
            i = 0
            n = len(text)
            while i < n:
                char = text[i]
                i += 1
                if char == "\n":
                    starts.append(i)
                elif char == "\r":
                    if i < n and text[i] == "\n":
                        i += 1
                    starts.append(i)
        else:
            found = text.find("\n")
            while found >= 0:
                starts.append(found + 1)
                found = text.find("\n", found + 1)
        self._starts = starts

    @property
    def line_count(self) -> int:
        """How many lines there are; a final line end opens one more, empty, line."""
        return len(self._starts)

    def line_start(self, line: int) -> int:
        """The offset at which the 0-based line begins, clamped to the text."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self._text)
        return self._starts[line]

    def line_end(self, line: int) -> int:
        """The offset just before the 0-based line's terminator, clamped to the text."""
        end = self.line_start(line + 1)
        start = self.line_start(line)
        if end > start and self._text[end - 1] == "\n":
            end -= 1
        if end > start and self._text[end - 1] == "\r":
            end -= 1
        return end

    def line_of(self, offset: int) -> int:
        """The 0-based line that holds the offset."""
        return bisect_right(self._starts, offset) - 1 if offset > 0 else 0

    def place(self, offset: int, encoding: Encoding = "utf-32") -> LineColumn:
        """The line and column of a code-point offset."""
        offset = max(0, min(offset, len(self._text)))
        line = self.line_of(offset)
        start = self._starts[line]
        return LineColumn(line, _units(self._text[start:offset], encoding))

    def offset(self, line: int, column: int, encoding: Encoding = "utf-32") -> int:
        """The code-point offset of a place; a column past the line's end means its end."""
        start = self.line_start(line)
        end = self.line_end(line)
        text = self._text[start:end]
        if encoding == "utf-32" or text.isascii():
            return start + max(0, min(column, end - start))
        units = 0
        for i, char in enumerate(text):
            if units >= column:
                return start + i
            units += _units(char, encoding)
        return end


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)
    return sum(_utf8_length(ord(char)) for char in text)


def _utf8_length(code: int) -> int:
    if code < 0x80:
        return 1
    if code < 0x800:
        return 2
    return 3 if code < 0x10000 else 4
