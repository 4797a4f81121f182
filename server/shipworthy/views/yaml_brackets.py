"""Reading `[...]` and `{...}` of half-typed YAML around a cursor."""

from __future__ import annotations

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.views.yaml_frames import DEEPEST, NO_NAMES, Cursor, Frame
from shipworthy.views.yaml_places import YamlPath
from shipworthy.views.yaml_text import Quote, decoded, end_of_quoted

_FLOW_END = regex(r"[,\[\]{}\n]|:(?=[\s,\[\]{}]|$)|[ \t]#")


class Brackets(NamedTuple):
    """What was read: the offset behind it, and the cursor with its collection if it stands there.

    `over`: the cursor stands where nothing can be typed.
    """

    end: int
    found: Cursor | None
    owner: Frame
    over: bool


def read_brackets(
    text: str, offset: int, at: int, below: YamlPath, outer: int, indent: int
) -> Brackets:
    """The brackets that open at `at` as the value of a path, right of the column `outer`.

    `indent` is the column of the block around them.
    """
    reader = _Reader(text, offset, indent)
    end = reader.read(at, below, outer)
    return Brackets(end, reader.found, reader.owner, reader.over)


class _Reader:
    def __init__(self, text: str, offset: int, indent: int) -> None:
        self.text = text
        self.offset = offset
        self.indent = indent
        self.owner = Frame((), -1, sequence=False)
        self.found: Cursor | None = None
        self.over = False

    def read(self, at: int, below: YamlPath, outer: int) -> int:
        """The offset behind brackets that open at `at`, or where they are broken off."""
        text, offset = self.text, self.offset
        stack: list[Frame] = [Frame(below, -1, sequence=text[at] == "[")]
        keyed, done = False, False
        last = ""
        begun = at
        at += 1
        while True:
            gap = at
            at, broken = self._blank(at, outer)
            if gap <= offset <= at and not done and self.found is None:
                if text[offset - 1] in " \t\n[{,":
                    self._flow_cursor(stack[-1], offset, "", "", keyed=keyed)
                else:
                    self.over = True
            elif gap < offset < at and self.found is None:
                self.over = True
            if at >= len(text) or broken or self.over:
                return at
            char = text[at]
            top = stack[-1]
            if char in "]}":
                stack.pop()
                at += 1
                if not stack:
                    return at
                keyed, done = False, True
            elif char == ",":
                at, keyed, done = at + 1, False, False
                top.below = (*top.path, "[]") if top.sequence else top.path
            elif char in "[{":
                if len(stack) > DEEPEST:
                    self.over = True
                    return at
                stack.append(Frame(top.below, -1, sequence=char == "["))
                at, keyed, done = at + 1, False, False
            elif char == ":" and top.sequence and offset == at + 1 and not keyed:
                self._flow_cursor(top, begun, text[begun:offset], "", keyed=False)
                at, keyed = at + 1, True
            elif char == ":":
                if not top.sequence and not keyed:
                    top.name(last)
                at, keyed, done = at + 1, True, False
            else:
                begun, end = at, self._token(at)
                quoted = char in "\"'"
                last = decoded(text[at:end]) if quoted else text[at:end]
                if self._in_token(at, end):
                    inside = 1 if quoted else 0
                    typed = decoded(text[at:offset]) if quoted else text[at:offset]
                    quote: Quote = char if quoted else ""  # type: ignore[assignment]
                    self._flow_cursor(top, at + inside, typed, quote, keyed=keyed)
                    if not keyed and not top.sequence:
                        last = ""
                elif keyed or top.sequence:
                    top.give(last)
                at, done = end, True

    def _in_token(self, at: int, end: int) -> bool:
        quoted = self.text[at] in "\"'"
        closed = quoted and end > at + 1 and self.text[end - 1] == self.text[at]
        return at < self.offset < end or (self.offset == end and not closed)

    def _flow_cursor(
        self, frame: Frame, start: int, typed: str, quote: Quote, *, keyed: bool
    ) -> None:
        value = keyed or frame.sequence
        path = frame.below if value else frame.path
        self.found = Cursor(
            path, not value, value, start, typed, quote, True, self.indent, NO_NAMES, frozenset()
        )
        self.owner = frame

    def _token(self, at: int) -> int:
        text = self.text
        if text[at] in "\"'":
            return end_of_quoted(text, at)
        found = _FLOW_END.search(text, at + 1)
        end = found.start() if found is not None else len(text)
        return at + max(1, len(text[at:end].rstrip()))

    def _blank(self, at: int, outer: int) -> tuple[int, bool]:
        """The next thing in brackets, and whether the block around them goes on before it."""
        text = self.text
        while at < len(text):
            char = text[at]
            if char in " \t\r":
                at += 1
            elif char == "#" and text[at - 1] in " \t\n":
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                if at < self.offset <= end:
                    self.over = True
                at = end
            elif char == "\n":
                if self._ended(at + 1, outer):
                    return at, True
                at += 1
            else:
                break
        return at, False

    def _ended(self, line: int, outer: int) -> bool:
        text = self.text
        at = line
        while at < len(text) and text[at] == " ":
            at += 1
        if at - line > outer or outer < 0:
            return False
        if at >= len(text) or text[at] in "\r\n":
            return line <= self.offset <= at  # the cursor's own line, at the left
        return text[at] not in "]},#"
