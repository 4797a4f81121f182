"""JSON with comments and trailing commas (devcontainer.json, VS Code's files), with spans."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

MAX_DEPTH = 200
"""Objects and arrays nested deeper than this are passed over with a problem."""

_MAX_PROBLEMS = 20

Kind: TypeAlias = Literal["string", "number", "true", "false", "null", "invalid"]


class Scalar(NamedTuple):
    """A string, number or word; `value` is a string decoded, anything else as it is written.

    A value that is missing, or no JSON, has kind `invalid`. The span includes the quotes.
    """

    value: str
    kind: Kind
    span: Span


class Member(NamedTuple):
    """One `"key": value` of an object; duplicate keys are kept in order."""

    key: Scalar
    value: Node


class Object(NamedTuple):
    """`{...}`; the span includes the braces, or ends behind the last value if none closes it."""

    members: tuple[Member, ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of the last member with that key."""
        for member in reversed(self.members):
            if member.key.value == key:
                return member.value
        return None


class Array(NamedTuple):
    """`[...]`, with a span like an object's."""

    items: tuple[Node, ...]
    span: Span


Node: TypeAlias = Object | Array | Scalar


class Problem(NamedTuple):
    """A place that is no JSON even with comments and trailing commas."""

    message: str
    span: Span


class ParsedJson(NamedTuple):
    """One parse of one file; every span is in code points from the file's start."""

    root: Node | None
    problems: tuple[Problem, ...]


_VOID = regex(r"(?:[ \t\r\n\ufeff]+|//[^\r\n]*|/\*(?:[^*]+|\*(?!/))*(?:\*/|\Z))*")
_COMMENT = regex(r"//[^\r\n]*|/\*(?:[^*]+|\*(?!/))*(\*/|\Z)")
_STRING = regex(r'"(?:[^"\\\r\n]+|\\[^\r\n])*"?')
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_TOKEN = regex(r"[^ \t\r\n,:\[\]{}\"/]+|/")
_ESCAPE = regex(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u([0-9a-fA-F]{4})|\\([\"\\/bfnrt])"
)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Kind] = {"true": "true", "false": "false", "null": "null"}


def parse(text: str) -> ParsedJson:
    """The file's tree and what is wrong with it; never raises."""
    return _Parser(text).parse()


def to_python(node: Node) -> Any:
    """The value as the `json` module gives it; the last of duplicate keys, None where invalid."""
    if isinstance(node, Object):
        return {member.key.value: to_python(member.value) for member in node.members}
    if isinstance(node, Array):
        return [to_python(item) for item in node.items]
    if node.kind == "number":
        return _number(node.value)
    if node.kind == "string":
        return node.value
    return {"true": True, "false": False}.get(node.kind)


def _number(written: str) -> int | float:
    try:
        return int(written)
    except ValueError:
        return float(written)


class _Parser:
    """A parser whose recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.at = 0

    def parse(self) -> ParsedJson:
        text = self.text
        self._skip()
        if self.at == len(text):
            return ParsedJson(None, tuple(self.problems))
        root = self._value(0)
        self._skip()
        if self.at < len(text):
            end = len(text.rstrip())
            self._report("something follows the end of the value", self.at, end)
        return ParsedJson(root, tuple(self.problems))

    def _skip(self) -> None:
        found = _VOID.match(self.text, self.at)
        if found is None or found.end() == self.at:
            return
        self.at = found.end()
        if self.at == len(self.text):
            self._check_last_comment(found.start())

    def _check_last_comment(self, start: int) -> None:
        """Report a comment that runs to the end of the file without being closed."""
        for comment in _COMMENT.finditer(self.text, start):
            if comment.group(1) == "":
                opened = comment.start()
                self._report("the comment is not closed", opened, opened + 2)

    def _report(self, message: str, start: int, end: int) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Problem(message, Span(start, max(start, end))))

    def _value(self, depth: int) -> Node:
        text = self.text
        start = self.at
        char = text[start : start + 1]
        if char in {"{", "["}:
            if depth >= MAX_DEPTH:
                return self._too_deep()
            return self._object(depth + 1) if char == "{" else self._array(depth + 1)
        if char == '"':
            return self._string()
        found = _TOKEN.match(text, start)
        if found is None:
            self._report("a value is missing", start, start)
            return Scalar("", "invalid", Span(start, start))
        self.at = found.end()
        written = found.group()
        span = Span(start, self.at)
        kind = _WORDS.get(written) or ("number" if _NUMBER.match(written) else "invalid")
        if kind == "invalid":
            self._report("not a JSON value", *span)
        return Scalar(written, kind, span)

    def _too_deep(self) -> Scalar:
        start = self.at
        self.at = len(self.text)
        self._report(f"nested deeper than {MAX_DEPTH} levels", start, self.at)
        return Scalar("", "invalid", Span(start, start))

    def _string(self) -> Scalar:
        start = self.at
        found = _STRING.match(self.text, start)
        self.at = found.end() if found else start + 1
        written = self.text[start : self.at]
        closed = len(written) > 1 and written.endswith('"') and not _is_escaped_end(written)
        if not closed:
            self._report("the string is not closed", start, self.at)
        inside = written[1:-1] if closed else written[1:]
        if "\\" in inside:
            inside = _ESCAPE.sub(_unescape, inside)
        return Scalar(inside, "string", Span(start, self.at))

    def _object(self, depth: int) -> Object:
        start = self.at
        members: list[Member] = []
        end = self.at = start + 1
        while True:
            self._skip()
            char = self.text[self.at : self.at + 1]
            if char == "}":
                self.at += 1
                return Object(tuple(members), Span(start, self.at))
            if char in {"", "]"}:
                self._report("the object is not closed", start, start + 1)
                return Object(tuple(members), Span(start, end))
            if char == '"':
                members.append(self._member(depth))
                end = self.at
                self._comma("}")
            else:
                self._unexpected("a key in double quotes is expected")

    def _member(self, depth: int) -> Member:
        key = self._string()
        behind = self.at
        self._skip()
        if self.text[self.at : self.at + 1] != ":":
            self._report("a `:` is missing", *key.span)
            self.at = behind
            return Member(key, Scalar("", "invalid", Span(behind, behind)))
        self.at += 1
        behind = self.at
        self._skip()
        value = self._value(depth)
        if value.span.start == value.span.end:
            self.at = max(self.at, behind) if self.at == len(self.text) else behind
            value = Scalar("", "invalid", Span(behind, behind))
        return Member(key, value)

    def _array(self, depth: int) -> Array:
        start = self.at
        items: list[Node] = []
        end = self.at = start + 1
        while True:
            self._skip()
            char = self.text[self.at : self.at + 1]
            if char == "]":
                self.at += 1
                return Array(tuple(items), Span(start, self.at))
            if char in {"", "}"}:
                self._report("the array is not closed", start, start + 1)
                return Array(tuple(items), Span(start, end))
            if char in {",", ":"}:
                self._unexpected("a value is missing")
                continue
            items.append(self._value(depth))
            end = self.at
            self._comma("]")

    def _comma(self, closer: str) -> None:
        """Pass the comma behind a value; without one go on as if it stood there."""
        behind = self.at
        self._skip()
        char = self.text[self.at : self.at + 1]
        if char == ",":
            self.at += 1
        elif char and char != closer and char not in "]}":
            self._report("a `,` is missing", behind, behind)

    def _unexpected(self, message: str) -> None:
        found = _TOKEN.match(self.text, self.at)
        end = found.end() if found else self.at + 1
        self._report(message, self.at, end)
        self.at = end


def _is_escaped_end(written: str) -> bool:
    """Whether the last quote is escaped, so that it closes nothing."""
    before = written[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _unescape(found: re.Match[str]) -> str:
    high, low, single, short = found.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if single is not None:
        return chr(int(single, 16))
    return _ESCAPED.get(short, short)
