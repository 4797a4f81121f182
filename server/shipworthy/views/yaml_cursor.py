"""Where in a half-typed YAML text the cursor stands.

A parse of half-typed text loses the line that is being typed. This reading goes by indentation and
by brackets alone, never fails, and ends a bracket that nobody closed where the block around it
goes on.
"""

from __future__ import annotations

from types import MappingProxyType

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.views.yaml_brackets import read_brackets
from shipworthy.views.yaml_frames import DEEPEST, NO_NAMES, Cursor, Frame
from shipworthy.views.yaml_text import Quote, decoded, end_of_quoted

_TOP_KEY = regex(
    r"(?m)^(?:\"(?P<d>[^\"\n]*)\"|'(?P<s>[^'\n]*)'|(?P<p>[^\s#:\-\[\]{}]+)) *:(?=\s|$)"
)
_SECTION = regex(r"(?m)^[^\s#\-\]},]")
_KEY_END = regex(r":(?=[ \t\r\n]|$)| #|\n|$")
_PROPERTY = regex(r"[&!][^\s,\[\]{}]*[ \t]*")
_BLOCK_HEAD = regex(r"[|>][+\-0-9]*[ \t]*(?:#.*)?$")
_COMMENT = regex(r"(?:^|(?<=\s))#.*$")
_MARKER = regex(r"(?:---|\.\.\.)(?=\s|$)")
_ENDS = frozenset(("", " ", "\n", "\r"))
_STEP = regex(
    r"(?m)^[^\s#\-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( {1,8})[^\s\-#]"
)
_FLUSH_DASH = regex(r"(?m)^( *)(?:- +)*[^\s#\-][^\n]*:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*\1- ")


class Layout(NamedTuple):
    """How a text is indented: columns for each level, and for the dashes below a key."""

    step: int
    dash: int


def layout(text: str) -> Layout:
    """The layout of the first nested key and of the first list below a key; two columns each."""
    found = _STEP.search(text)
    step = len(found[1]) if found else 2
    return Layout(step, 0 if _FLUSH_DASH.search(text) else step)


def cursor_at(text: str, offset: int) -> Cursor | None:
    """The cursor's place; None in comments, in block texts and where nothing can be typed."""
    line = text.rfind("\n", 0, offset) + 1
    sections = [found.start() for found in _SECTION.finditer(text, 0, offset)]
    start = sections[-1] if sections else 0
    scan = _Scan(text, offset, start)
    scan.run()
    found = scan.found
    if found is None:
        return None
    names, items = scan.owner.names, frozenset(scan.owner.items)
    if not found.path and found.key:
        names = {
            key["d"] or key["s"] or key["p"] or "": ""
            for key in _TOP_KEY.finditer(text)
            if key.start() != line
        }
    siblings = MappingProxyType(dict(names)) if names else NO_NAMES
    value = found.value and not (found.key and names)
    return found._replace(siblings=siblings, items=items, value=value)


class _Scan:
    """One pass over the section of the text that holds the cursor."""

    def __init__(self, text: str, offset: int, start: int) -> None:
        self.text = text
        self.offset = offset
        self.pos = start
        self.first = start
        self.frames = [Frame((), -1, sequence=False)]
        self.owner = self.frames[0]
        self.found: Cursor | None = None
        self.over = False

    def run(self) -> None:
        text = self.text
        while self.pos <= len(text) and not self.over:
            start = self.pos
            if start > max(self.offset, self.first) and _SECTION.match(text, start):
                return
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            self.pos = end + 1
            self._line(start, end)
            if self.found is None and self.pos > self.offset + 1 and end >= self.offset:
                return  # the cursor's line said nothing

    # Blocks

    def _line(self, start: int, end: int) -> None:
        text, offset = self.text, self.offset
        stop = end - 1 if end > start and text[end - 1] == "\r" else end
        at = start
        while at < stop and text[at] == " ":
            at += 1
        here = start <= offset <= end
        blank = at == stop or text[at] == "#"
        if blank:
            if here and offset <= at and (at == stop or offset < at):
                self._nothing_yet(offset - start)
            return
        if text[at] == "\t" or (here and offset < at):
            self.over = here or self.over
            return
        if text.startswith(("---", "..."), start) and text[start + 3 : start + 4] in (
            "",
            "\n",
            " ",
        ):
            self.frames = [Frame((), -1, sequence=False)]
            return
        self._content(start, at, stop)

    def _nothing_yet(self, column: int) -> None:
        """The cursor alone on a line."""
        self._leave(column, dash=False)
        top = self.frames[-1]
        if top.sequence and top.indent == column:
            self.over = True  # a dash belongs here
            return
        pending = top.indent < column
        self._mark(self.offset, "", "", key=True, value=pending and bool(top.below), column=column)

    def _leave(self, column: int, *, dash: bool) -> None:
        """Ends the collections that a line at a column does not belong to."""
        frames = self.frames
        while frames[-1].indent > column:
            frames.pop()
        flush = len(frames) > 1 and frames[-1].sequence and frames[-1].indent == column
        if flush and not dash and frames[-2].indent == column:
            frames.pop()

    def _content(self, start: int, at: int, stop: int) -> None:
        text, offset = self.text, self.offset
        dash = text[at] == "-" and text[at + 1 : at + 2] in _ENDS
        self._leave(at - start, dash=dash)
        while dash:
            column = at - start
            if len(self.frames) > DEEPEST:
                self.over = True
                return
            if not (self.frames[-1].sequence and self.frames[-1].indent == column):
                self.frames.append(Frame(self.frames[-1].below, column, sequence=True))
            dashed = at
            at += 1
            while at < stop and text[at] == " ":
                at += 1
            if at == stop or text[at] == "#":
                if dashed < offset <= at:
                    behind = max(offset - start, column + 2)
                    self._mark(offset, "", "", key=True, value=True, column=behind)
                return
            if dashed < offset < at:
                self.over = True
                return
            dash = text[at] == "-" and text[at + 1 : at + 2] in _ENDS
        self._node(start, at, stop)

    def _node(self, start: int, at: int, stop: int) -> None:
        """A key with its value, or a value alone."""
        text, offset = self.text, self.offset
        column = at - start
        char = text[at]
        if char in "[{":
            self._brackets(at, self._outer())
            return
        if char in "\"'":
            close = end_of_quoted(text, at)
            after = close
            while after < stop and text[after] == " ":
                after += 1
            if text[after : after + 1] != ":" or text[after + 1 : after + 2] not in _ENDS:
                self._quoted(at, close, column=column)
                return
            name, key_end = decoded(text[at:close]), after
        else:
            found = _KEY_END.search(text, at, stop)
            key_end = found.start() if found is not None else stop
            if found is None or found[0] != ":":
                self._plain(at, key_end, column)
                return
            name = text[at:key_end].rstrip()
            top = self.frames[-1]
            if offset == key_end + 1 == stop and top.sequence and top.indent < column:
                # `- data:` is an item whose text goes on, until a blank follows.
                self._mark(at, text[at:offset], "", key=True, value=True, column=column)
                return
        frame = self._mapping(column)
        if at <= offset <= key_end:
            inside = 1 if char in "\"'" else 0
            quote: Quote = char if inside else ""  # type: ignore[assignment]
            self._mark(at + inside, text[at + inside : offset], quote, key=True, value=False,
                       column=column)  # fmt: skip
            frame.below = (*frame.path, name)
            frame.last = None
        else:
            frame.name(name)
        self._value(key_end + 1, stop, frame)

    def _outer(self) -> int:
        """The column that brackets must stay right of."""
        return self.frames[-1].indent

    def _mapping(self, column: int) -> Frame:
        top = self.frames[-1]
        if top.sequence or top.indent != column:
            self.frames.append(Frame(top.below, column, sequence=False))
        return self.frames[-1]

    def _plain(self, at: int, stop: int, column: int) -> None:
        """A text without a colon: a value, or a key that is being typed."""
        text, offset = self.text, self.offset
        end = at + len(text[at:stop].rstrip())
        top = self.frames[-1]
        fresh = top.indent < column
        if at <= offset <= max(end, min(offset, stop)):
            if offset <= end:
                value = fresh and bool(top.below)
                self._mark(at, text[at:offset], "", key=True, value=value, column=column)
            else:
                self.over = True
        elif fresh:
            top.give(text[at:end])

    def _value(self, at: int, stop: int, frame: Frame) -> None:
        """What follows a key's colon on its line."""
        text, offset = self.text, self.offset
        colon = at - 1
        while True:
            while at < stop and text[at] in " \t":
                at += 1
            found = _PROPERTY.match(text, at, stop)
            if found is None or found.end() == at:
                break
            if at <= offset <= found.end() - (text[found.end() - 1] in " \t"):
                self.over = self.found is None
            at = found.end()
        if self.over:
            return
        if at >= stop or text[at] == "#":
            if colon + 1 < offset <= at:
                self._typed(offset, "", "", frame)
            return
        if colon < offset < at:
            self.over = True
        elif text[at] in "|>" and _BLOCK_HEAD.match(text, at, stop):
            self._block_text(at, frame)
        elif text[at] in "[{":
            self._brackets(at, frame.indent)
        elif text[at] in "\"'":
            self._quoted(at, end_of_quoted(text, at), column=None)
        else:
            comment = _COMMENT.search(text, at, stop)
            end = at + len(text[at : comment.start() if comment else stop].rstrip())
            if at <= offset <= end:
                self._typed(at, text[at:offset], "", frame)
            elif end < offset <= stop:
                self.over = True
            else:
                frame.give(text[at:end])

    def _block_text(self, at: int, frame: Frame) -> None:
        """Passes over the lines of a `|` or `>` text; a cursor in it ends everything."""
        text = self.text
        while self.pos < len(text):
            end = text.find("\n", self.pos)
            end = len(text) if end < 0 else end
            line = text[self.pos : end]
            deep = len(line) - len(line.lstrip(" "))
            if line.strip() and deep <= frame.indent:
                break
            if not line.strip() and self.pos + max(frame.indent, 0) >= self.offset >= self.pos:
                break  # an empty line at the left: a new key may come
            self.pos = end + 1
        if at <= self.offset < self.pos:
            self.over = True

    def _quoted(self, at: int, close: int, column: int | None) -> None:
        """A quoted value; with a column, one that may be a key."""
        text, offset = self.text, self.offset
        quote: Quote = text[at]  # type: ignore[assignment]
        ended = close > at + 1 and text[close - 1] == quote
        top = self.frames[-1]
        if at < offset < close or (offset == close and not ended):
            fresh = column is None or top.indent < column
            self._mark(at + 1, decoded(text[at:offset]), quote, key=column is not None,
                       value=fresh, column=column or 0)  # fmt: skip
        elif column is None or top.indent < column:
            top.give(decoded(text[at:close]))
        self._skip_to_line_end(close)

    def _brackets(self, at: int, outer: int) -> None:
        indent = max((frame.indent for frame in self.frames), default=0)
        read = read_brackets(self.text, self.offset, at, self.frames[-1].below, outer, indent)
        if read.found is not None:
            self.found, self.owner = read.found, read.owner
        self.over = self.over or read.over
        self._skip_to_line_end(read.end)

    def _skip_to_line_end(self, at: int) -> None:
        if at >= self.pos:
            end = self.text.find("\n", at)
            self.pos = len(self.text) + 1 if end < 0 else end + 1

    # The cursor

    def _typed(self, start: int, typed: str, quote: Quote, frame: Frame) -> None:
        path = frame.below
        self.found = Cursor(path, False, True, start, typed, quote, False, frame.indent, NO_NAMES,
                            frozenset())  # fmt: skip
        self.owner = frame

    def _mark(
        self, start: int, typed: str, quote: Quote, *, key: bool, value: bool, column: int
    ) -> None:
        """A cursor in a block; a key is one of the mapping that begins at the column."""
        top = self.frames[-1]
        if not key:
            self._typed(start, typed, quote, top)
            return
        sequence = top if top.sequence and top.indent < column else None
        frame = self._mapping(column)
        self.found = Cursor(frame.path, True, value, start, typed, quote, False, column, NO_NAMES,
                            frozenset())  # fmt: skip
        self.owner = frame
        if sequence is not None:
            frame.items = sequence.items
