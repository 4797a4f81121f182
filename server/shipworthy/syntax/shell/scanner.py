"""Reads one shell word at a time, with quotes, parameters and substitutions.

A single pass over the text; every nested construct counts towards `MAX_DEPTH`, beyond which the
reader gives up on the rest of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Final

from shipworthy.syntax.shell.nodes import Literal, Opaque, Part, ShellWord, Variable
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

MAX_DEPTH: Final = 40

WORD, DOUBLE, BRACE, BRACE_IN_DOUBLE = range(4)
_PLAIN: Final = (
    regex(r"[^ \t\r\n'\"\\$`;&|<>()]+"),
    regex(r"[^\"\\$`]+"),
    regex(r"[^'\"\\$`}]+"),
    regex(r"[^\"\\$`}]+"),
)
_NAME: Final = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_PARAMETER: Final = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATOR: Final = regex(r":[-=+?]|[-=+?]|%%|%|##|#|//|/|\^\^|\^|,,|,|:|@|\[")
_ANSI_ESCAPES: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip


class Scanner:
    """A cursor over `text`; `place` turns offsets in it into the spans that are handed out."""

    def __init__(self, text: str, place: Callable[[int, int], Span], depth: int) -> None:
        self.text = text
        self.end = len(text)
        self.pos = 0
        self.place = place
        self.depth = depth
        self.complete = True

    def give_up(self) -> None:
        """Leave the rest of the text unread."""
        self.complete = False
        self.pos = self.end

    def substitution(self) -> None:
        """Read the commands after `$(`, `<(` or `>(` up to and with the `)`."""
        raise NotImplementedError

    def nested_text(self, text: str, start: int, end: int, verbatim: bool) -> None:
        """Read the commands in `text`, which stands between the offsets (in backquotes)."""
        raise NotImplementedError

    def word(self) -> ShellWord | None:
        """The word at the cursor; None where none begins."""
        start = self.pos
        parts = self._parts(WORD, False)
        if self.pos == start:
            return None
        return ShellWord(parts, self.place(start, self.pos))

    def process_substitution(self) -> ShellWord:
        """The word `<(...)` or `>(...)` at the cursor."""
        start = self.pos
        self.pos += 2
        self.substitution()
        text = self.text[start : self.pos]
        return ShellWord((Opaque(text),), self.place(start, self.pos))

    def _parts(self, mode: int, quoted: bool) -> tuple[Part, ...]:
        parts: list[Part] = []
        plain = _PLAIN[mode]
        text = self.text
        while self.pos < self.end:
            found = plain.match(text, self.pos)
            if found:
                _add_literal(parts, found.group(), quoted)
                self.pos = found.end()
                continue
            char = text[self.pos]
            if char == "\\":
                self._backslash(parts, mode, quoted)
            elif char == "$":
                self._dollar(parts, quoted)
            elif char == "`":
                self._backquote(parts, quoted)
            elif char == "'" and mode in (WORD, BRACE):
                self._single(parts)
            elif char == '"' and mode != DOUBLE:
                self._double(parts)
            elif char == "\r" and not text.startswith("\r\n", self.pos):
                _add_literal(parts, char, quoted)
                self.pos += 1
            else:
                break
        return _merged(parts)

    def _backslash(self, parts: list[Part], mode: int, quoted: bool) -> None:
        self.pos += 1
        if self.pos >= self.end:
            _add_literal(parts, "\\", True)
            return
        char = self.text[self.pos]
        if char == "\n":
            self.pos += 1
            return
        if self.text.startswith("\r\n", self.pos):
            self.pos += 2
            return
        self.pos += 1
        if quoted and char not in '$`"\\' and not (mode == BRACE_IN_DOUBLE and char == "}"):
            char = "\\" + char
        _add_literal(parts, char, True)

    def _single(self, parts: list[Part]) -> None:
        close = self.text.find("'", self.pos + 1)
        if close < 0:
            self.give_up()
            return
        _add_literal(parts, self.text[self.pos + 1 : close], True)
        self.pos = close + 1

    def _double(self, parts: list[Part]) -> None:
        if not self._enter():
            return
        self.pos += 1
        inner = self._parts(DOUBLE, True)
        self.depth -= 1
        if not inner:
            _add_literal(parts, "", True)
        for part in inner:
            if isinstance(part, Literal):
                _add_literal(parts, part.text, True)
            else:
                parts.append(part)
        self._close('"')

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        text = self.text
        start = self.pos
        following = text[start + 1 : start + 2]
        if following == "(":
            if text.startswith("((", start + 1):
                self.pos = start + 3
                self.arithmetic()
            else:
                self.pos = start + 2
                self.substitution()
            parts.append(Opaque(text[start : self.pos], quoted))
            return
        if following == "{":
            parts.append(self._braced(quoted))
            return
        if following == "'" and not quoted:
            self.pos += 1
            self._ansi_c(parts)
            return
        if following == '"' and not quoted:
            self.pos += 1
            self._double(parts)
            return
        found = _NAME.match(text, start + 1)
        if found:
            self.pos = found.end()
        elif following and following in "@*#?$!-0123456789":
            self.pos = start + 2
        else:
            self.pos = start + 1
            _add_literal(parts, "$", quoted)
            return
        source = text[start : self.pos]
        parts.append(Variable(source[1:], "", None, quoted, source))

    def _braced(self, quoted: bool) -> Part:
        text = self.text
        start = self.pos
        self.pos += 2
        if not self._enter():
            return Opaque(text[start:], quoted)
        prefix = ""
        if text.startswith(("#", "!"), self.pos) and not text.startswith("}", self.pos + 1):
            prefix = text[self.pos]
            self.pos += 1
        name = _PARAMETER.match(text, self.pos)
        if name:
            self.pos = name.end()
        operator = _OPERATOR.match(text, self.pos) if name else None
        if operator:
            self.pos = operator.end()
        word_start = self.pos
        parts = self._parts(BRACE_IN_DOUBLE if quoted else BRACE, quoted)
        word = ShellWord(parts, self.place(word_start, self.pos))
        self.depth -= 1
        self._close("}")
        source = text[start : self.pos]
        if name is None or (operator is None and parts):
            self.complete = False
            return Opaque(source, quoted)
        op = operator.group() if operator else ""
        if prefix:
            op = "length" if prefix == "#" else "indirect"
        return Variable(name.group(), op, word if operator else None, quoted, source)

    def _ansi_c(self, parts: list[Part]) -> None:
        """`$'...'` of bash: the one-letter escapes, others stay as they are written."""
        self.pos += 1
        out = []
        text = self.text
        while self.pos < self.end and text[self.pos] != "'":
            char = text[self.pos]
            if char == "\\" and self.pos + 1 < self.end:
                following = text[self.pos + 1]
                out.append(_ANSI_ESCAPES.get(following, "\\" + following))
                self.pos += 2
            else:
                out.append(char)
                self.pos += 1
        _add_literal(parts, "".join(out), True)
        self._close("'")

    def _backquote(self, parts: list[Part], quoted: bool) -> None:
        text = self.text
        start = self.pos
        at = start + 1
        escaped = False
        out = []
        while at < self.end and text[at] != "`":
            if text[at] == "\\" and text[at + 1 : at + 2] in ("`", "\\", "$"):
                at += 1
                escaped = True
            out.append(text[at])
            at += 1
        if at >= self.end:
            self.give_up()
            parts.append(Opaque(text[start:], quoted))
            return
        self.pos = at + 1
        self.nested_text("".join(out), start + 1, at, not escaped)
        parts.append(Opaque(text[start : self.pos], quoted))

    def arithmetic(self) -> bool | None:
        """Skip what follows `((` up to and with `))`; whether it did end so, None for no end."""
        level = 2
        for found in re.compile(r"[()]").finditer(self.text, self.pos):
            level += 1 if found.group() == "(" else -1
            if level == 0:
                self.pos = found.end()
                ends_so = self.text[found.start() - 1] == ")"
                self.complete = self.complete and ends_so
                return ends_so
        self.give_up()
        return None

    def _enter(self) -> bool:
        if self.depth >= MAX_DEPTH:
            self.give_up()
            return False
        self.depth += 1
        return True

    def _close(self, char: str) -> None:
        if self.pos < self.end and self.text[self.pos] == char:
            self.pos += 1
        else:
            self.complete = False


def _add_literal(parts: list[Part], text: str, quoted: bool) -> None:
    parts.append(Literal(text, quoted))


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring literals of one kind joined (once: the whole stays linear)."""
    merged: list[Part] = []
    for (is_literal, quoted), group in groupby(parts, _kind):
        if is_literal:
            merged.append(Literal("".join(part.text for part in group), quoted))
        else:
            merged.extend(group)
    return tuple(merged)


def _kind(part: Part) -> tuple[bool, bool]:
    return isinstance(part, Literal), part.quoted
