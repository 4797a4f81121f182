"""Physical lines and the logical line they make.

BuildKit (parser.go) reads lines that end at ``\\n`` only, drops every ``\\r`` before it, joins a
line that ends in the escape character with the next ones, and skips comment and blank lines
between them.
"""

from __future__ import annotations

from bisect import bisect_right

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` accepts; `str.isspace` knows four control characters more."""

FIELD_SPACE = "\t\v\f\r "
"""What separates the fields of an instruction (BuildKit's `[\\t\\v\\f\\r ]+`)."""


class Joined(NamedTuple):
    """The joined text of an instruction's header, and where its pieces come from.

    `joined_starts[i]` is the offset of piece i in `text`, `source_starts[i]` the one in the
    instruction's raw source; the first piece starts at 0 in both.
    """

    text: str
    joined_starts: tuple[int, ...]
    source_starts: tuple[int, ...]

    def source_offset(self, offset: int) -> int:
        """The source offset of the character at a joined offset."""
        if len(self.joined_starts) == 1 or offset < 0:
            return offset
        piece = bisect_right(self.joined_starts, offset) - 1
        return self.source_starts[piece] + offset - self.joined_starts[piece]

    def joined_offset(self, offset: int) -> int:
        """The joined offset of the character at a source offset, clamped to its piece."""
        piece = bisect_right(self.source_starts, offset) - 1
        last = (
            self.joined_starts[piece + 1] if piece + 1 < len(self.joined_starts) else len(self.text)
        )
        return min(last, self.joined_starts[piece] + offset - self.source_starts[piece])

    def span(self, start: int, end: int) -> Span:
        """The source span of the joined range, its first to its last character."""
        if len(self.joined_starts) == 1:
            return Span(start, end)
        if end <= start:
            at = self.source_offset(start - 1) + 1
            return Span(at, at)
        return Span(self.source_offset(start), self.source_offset(end - 1) + 1)


def continues(line: str, escape: str) -> bool:
    """Whether the line, without its end, is joined with the next one.

    The escape character must be the last but blanks and tabs, and not follow another one.
    """
    if escape not in line:
        return False
    body = line.rstrip(" \t")
    return body.endswith(escape) and not body.endswith(escape + escape)


def join(source: str, escape: str) -> Joined:
    """The logical line at the start of `source`, which begins at an instruction's first character.

    Reads as far as the line continues; heredoc bodies behind it are not touched.
    """
    end = source.find("\n")
    if end < 0:
        end = len(source)
    line = source[:end].rstrip("\r")
    if not continues(line, escape):
        return Joined(line, (0,), (0,))
    pieces = [_without_escape(line)]
    joined_starts = [0]
    source_starts = [0]
    size = len(pieces[0])
    while end < len(source):
        start = end + 1
        if start >= len(source):
            end = len(source)
            break
        end = source.find("\n", start)
        if end < 0:
            end = len(source)
        line = source[start:end].rstrip("\r")
        bare = line.lstrip(GO_SPACE)
        if not bare or bare[0] == "#":
            continue
        more = continues(line, escape)
        piece = _without_escape(line) if more else line
        if piece:
            joined_starts.append(size)
            source_starts.append(start)
            pieces.append(piece)
            size += len(piece)
        if not more:
            break
    return Joined("".join(pieces), tuple(joined_starts), tuple(source_starts))


def _without_escape(line: str) -> str:
    return line.rstrip(" \t")[:-1]
