"""Text to blocks: which lines make one instruction.

One pass over the physical lines; the instruction inside a block comes from the memoised reader.
"""

from __future__ import annotations

from shipworthy.syntax.dockerfile.checks import KEYWORDS
from shipworthy.syntax.dockerfile.heredoc import HeredocWord
from shipworthy.syntax.dockerfile.instruction import (
    UNTERMINATED,
    is_terminator,
    read_header,
    read_instruction,
)
from shipworthy.syntax.dockerfile.lines import GO_SPACE, continues
from shipworthy.syntax.dockerfile.nodes import Comment, Instruction
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_LOOK_AHEAD = 16


class Block(NamedTuple):
    """One instruction at its absolute start; `fatal` is why BuildKit stops here."""

    instruction: Instruction
    start: int
    fatal: str | None
    empty_continuation: bool


class Parts(NamedTuple):
    """What a file consists of below its directives."""

    blocks: list[Block]
    comments: list[Comment]


class _Header(NamedTuple):
    end: int
    """End of the last line, its line end excluded."""
    next_line: int
    empty_continuation: bool


def split(text: str, pos: int, escape: str) -> Parts:
    """The blocks and the comment lines from the line at `pos` on."""
    blocks: list[Block] = []
    comments: list[Comment] = []
    terminators = _Terminators(text)
    size = len(text)
    find = text.find
    while pos < size:
        newline = find("\n", pos)
        end = size if newline < 0 else newline
        line_start = pos
        while pos < end and text[pos] in GO_SPACE:
            pos += 1
        if pos == end:
            pos = end + 1
            continue
        if text[pos] == "#":
            stop = _line_end(text, pos, end)
            comment = Comment(text[pos + 1 : stop], Span(line_start, stop), pos > line_start)
            comments.append(comment)
            pos = end + 1
            continue
        header = _read_header(text, pos, end, escape)
        source = text[pos : header.end]
        read = read_header(source, escape)
        if not read.opens:
            blocks.append(Block(read.instruction, pos, read.fatal, header.empty_continuation))
            pos = header.next_line
            continue
        last, next_line, terminated = _read_bodies(
            text, header.end, header.next_line, read.opens, terminators
        )
        node = read_instruction(text[pos:last], header.end - pos, escape)
        fatal = read.fatal or (None if terminated else UNTERMINATED)
        blocks.append(Block(node, pos, fatal, header.empty_continuation))
        pos = next_line
    return Parts(blocks, comments)


def _line_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] == "\r":
        end -= 1
    return end


def _read_header(text: str, start: int, end: int, escape: str) -> _Header:
    """The logical line whose first physical line is `text[start:end]`."""
    stop = _line_end(text, start, end)
    more = text.find(escape, start, stop) >= 0 and continues(text[start:stop], escape)
    empty = False
    size = len(text)
    while more and end + 1 < size:
        start = end + 1
        end = text.find("\n", start)
        if end < 0:
            end = size
        stop = _line_end(text, start, end)
        line = text[start:stop]
        bare = line.lstrip(GO_SPACE)
        if not bare:
            empty = True
        elif bare[0] != "#":
            more = continues(line, escape)
    return _Header(stop, end + 1, empty)


class _Terminators:
    """Finds the lines that close here-documents, without reading the file again for each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: dict[str, int] | None = None

    def find(self, word: HeredocWord, pos: int) -> int | None:
        """The start of the first line from `pos` on that closes the here-document."""
        text = self._text
        looked = 0
        while pos < len(text):
            end = text.find("\n", pos)
            if is_terminator(text[pos:] if end < 0 else text[pos:end], word):
                return pos
            pos = len(text) if end < 0 else end + 1
            looked += 1
            if looked == _LOOK_AHEAD and not self._may_follow(word, pos):
                return None
        return None

    def _may_follow(self, word: HeredocWord, pos: int) -> bool:
        if self._last is None:
            self._last = {}
            start = 0
            for line in self._text.split("\n"):
                bare = line.rstrip("\r")
                self._last[bare] = start
                self._last["\t" + bare.lstrip("\t")] = start
                start += len(line) + 1
        name = "\t" + word.name if word.chomp else word.name
        return self._last.get(name, -1) >= pos


def _read_bodies(
    text: str,
    end: int,
    pos: int,
    opens: tuple[HeredocWord, ...],
    terminators: _Terminators,
) -> tuple[int, int, bool]:
    """End of the last line that belongs to the instruction, start of the next, all closed."""
    for word in opens:
        close = terminators.find(word, pos)
        if close is None:
            return *_open_end(text, end, pos), False
        newline = text.find("\n", close)
        line_end = len(text) if newline < 0 else newline
        end = _line_end(text, close, line_end)
        pos = line_end + 1
    return end, pos, True


def _open_end(text: str, end: int, pos: int) -> tuple[int, int]:
    # Somebody is still typing the body: what plainly is the next instruction stays one.
    while pos < len(text):
        newline = text.find("\n", pos)
        line_end = len(text) if newline < 0 else newline
        if _begins_instruction(text[pos:line_end]):
            break
        end = _line_end(text, pos, line_end)
        pos = line_end + 1
    return end, pos


def _begins_instruction(line: str) -> bool:
    word = line.split(maxsplit=1)[:1]
    return bool(word) and word[0] in KEYWORDS and line.startswith(word[0])
