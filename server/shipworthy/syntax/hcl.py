"""The literal part of HCL: blocks, attributes and values that need no evaluation.

Enough for bake files (HCL native syntax specification): strings without templates, numbers,
booleans, lists and objects of those. Everything else is a value of None. Total: any text gives
blocks.
"""

from __future__ import annotations

import re
from typing import TypeAlias, Union

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

Value: TypeAlias = Union[str, "tuple[Value, ...]", "dict[str, Value]", None]

_MAX_DEPTH = 32
_TOKEN = regex(
    r"""(?P<space>[ \t\r\f\v]+|\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))
      |(?P<newline>\n)
      |(?P<string>"(?:[^"\\\n]|\\.)*")
      |(?P<heredoc><<-?(?P<tag>\w+)\n.*?\n[ \t]*(?P=tag)(?=\n|\Z))
      |(?P<name>[A-Za-z_][\w-]*|\d+(?:\.\d+)?)
      |(?P<mark>[{}\[\]=:,])
      |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class Block(NamedTuple):
    """`kind "label" { ... }` with its attributes; nested blocks are left out."""

    kind: str
    labels: tuple[str, ...]
    attributes: dict[str, Value]
    span: Span
    """Absolute, from the kind to the opening brace."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


def parse(text: str) -> tuple[Block, ...]:
    """The top-level blocks of a file."""
    return tuple(_Parser(text).blocks())


def as_text(value: Value) -> str | None:
    """The value when it is a string."""
    return value if isinstance(value, str) else None


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [
            _Token(match.lastgroup or "", match.group(), match.start())
            for match in _TOKEN.finditer(text)
            if match.lastgroup != "space"
        ]
        self.at = 0

    def blocks(self) -> list[Block]:
        found = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "name":
                block = self._block()
                if block is not None:
                    found.append(block)
                    continue
            self.at += 1
        return found

    def _peek(self) -> _Token:
        end = _Token("end", "", 0)
        return self.tokens[self.at] if self.at < len(self.tokens) else end

    def _block(self) -> Block | None:
        first = self._peek()
        at = self.at + 1
        labels = []
        while at < len(self.tokens) and self.tokens[at].kind in ("string", "name"):
            labels.append(_unquoted(self.tokens[at].text) or "")
            at += 1
        if at >= len(self.tokens) or self.tokens[at].text != "{":
            return None
        span = Span(first.start, self.tokens[at].start + 1)
        self.at = at + 1
        return Block(first.text, tuple(labels), self._attributes(), span)

    def _attributes(self) -> dict[str, Value]:
        """The `name = value` lines up to the closing brace."""
        found: dict[str, Value] = {}
        while self.at < len(self.tokens):
            token = self._peek()
            if token.text == "}":
                self.at += 1
                return found
            self.at += 1
            if token.kind not in ("name", "string"):
                if token.text == "{":
                    self._skip()
                continue
            if self._peek().text in ("=", ":"):
                self.at += 1
                found[_unquoted(token.text) or token.text] = self._value(0)
        return found

    def _skip(self) -> None:
        depth = 1
        while self.at < len(self.tokens) and depth:
            depth += {"{": 1, "}": -1}.get(self._peek().text, 0)
            self.at += 1

    def _value(self, depth: int) -> Value:
        token = self._peek()
        value: Value = None
        if depth < _MAX_DEPTH and token.text == "[":
            self.at += 1
            value = self._list(depth)
        elif depth < _MAX_DEPTH and token.text == "{":
            self.at += 1
            value = self._object(depth)
        elif token.kind in ("string", "name"):
            self.at += 1
            literal = (
                token.kind == "string"
                or token.text in ("true", "false")
                or (token.text[0].isdigit())
            )
            value = _unquoted(token.text) if literal else None
        return value if self._ends() else None

    def _ends(self) -> bool:
        """Whether the value is over; else it was an expression, and the rest of it is passed."""
        if self._peek().kind in ("newline", "end") or self._peek().text in ("}", "]", ","):
            return True
        depth = 0
        while self.at < len(self.tokens):
            token = self._peek()
            if depth == 0 and (token.kind == "newline" or token.text in ("}", "]", ",")):
                break
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.text, 0)
            self.at += 1
        return False

    def _list(self, depth: int) -> tuple[Value, ...]:
        items: list[Value] = []
        while self.at < len(self.tokens):
            token = self._peek()
            if token.text == "]":
                self.at += 1
                break
            if token.text == "," or token.kind == "newline":
                self.at += 1
                continue
            before = self.at
            items.append(self._value(depth + 1))
            if self.at == before:
                self.at += 1
        return tuple(items)

    def _object(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self.at < len(self.tokens):
            token = self._peek()
            self.at += 1
            if token.text == "}":
                break
            if token.kind in ("name", "string") and self._peek().text in ("=", ":"):
                self.at += 1
                found[_unquoted(token.text) or token.text] = self._value(depth + 1)
        return found


def _unquoted(text: str) -> str | None:
    """The text of a string without templates, or a bare word as it is."""
    if not text.startswith('"'):
        return text
    inner = text[1:-1]
    if "${" in inner or "%{" in inner:
        return None
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), inner)
