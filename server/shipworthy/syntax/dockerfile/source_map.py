"""From the text of a word back to the raw source it was joined from."""

from __future__ import annotations

from shipworthy.syntax.dockerfile.lines import Joined, join
from shipworthy.syntax.dockerfile.nodes import Instruction, Word
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class SourceMap(NamedTuple):
    """Where the characters of one `Word.text` stand in `Instruction.source`.

    Continuation lines and the comments between them drop out of the text, so neighbours in the
    text may be far apart in the source. `exact` is False for a JSON string with escapes: its
    parts are only known to lie in the word's span.
    """

    text: str
    exact: bool
    word: Span
    joined: Joined
    origin: int

    def offset(self, offset: int) -> int:
        """The source offset of the character at `offset`; the word's end for `len(text)`."""
        if not self.exact:
            return self.word.start
        if offset >= len(self.text):
            return self.word.end if not self.text else self.offset(len(self.text) - 1) + 1
        return self.joined.source_offset(self.origin + offset)

    def span(self, start: int, end: int) -> Span:
        """The source span from the first to the last character of `text[start:end]`."""
        if not self.exact:
            return self.word
        if end <= start:
            at = self.offset(start)
            return Span(at, at)
        return Span(self.offset(start), self.offset(end - 1) + 1)


def joined(instruction: Instruction, word: Word, escape: str) -> SourceMap:
    """The map of a word of the instruction (or of its trigger).

    `escape` is the file's (`Dockerfile.escape`).
    """
    lines = join(instruction.source, escape)
    origin = lines.joined_offset(word.span.start)
    if lines.text.startswith('"' + word.text + '"', origin) and instruction.json:
        origin += 1
    exact = lines.text.startswith(word.text, origin)
    return SourceMap(word.text, exact, word.span, lines, origin)
