"""TOML: the values, and where they and their keys stand.

`tomllib` knows the values but no places; the scanner in this file knows the places, needs no valid
text, and gives what it could read of a half-typed file. On valid text both know the same key paths.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_loads: Callable[[str], dict[str, Any]] = import_module(
    "tomllib" if sys.version_info >= (3, 11) else "tomli"
).loads

KeyPath: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 100
"""Keys and arrays nested deeper than this have no spans."""


class KeySpans(NamedTuple):
    """Where a key and its value stand, in code points from the file's start.

    A table's value reaches from its header (or, if it has none of its own, from the first key
    that implies it) to the end of the last value in it or below it. An array element is its own
    key. A key without a value has an empty value span behind its `=`.
    """

    key: Span
    value: Span


class Problem(NamedTuple):
    """Why the text is no TOML; `span` is the line's, without surrounding blanks."""

    message: str
    span: Span


class ParsedToml(NamedTuple):
    """One parse of one file; `value` is None when there is a problem."""

    value: dict[str, Any] | None
    problem: Problem | None
    spans: Mapping[KeyPath, KeySpans]


def parse(text: str) -> ParsedToml:
    """The file's values and spans; never raises. A byte-order mark is allowed, as in uv."""
    scanner = _Scanner(text, valid=True)
    spans = MappingProxyType(scanner.scan())
    if scanner.too_deep:
        # `tomllib` takes time that grows with the square of a dotted key's length.
        return ParsedToml(None, Problem("nested too deeply", scanner.too_deep), spans)
    value, problem = _values(text)
    if problem is not None:
        spans = MappingProxyType(_Scanner(text, valid=False).scan())
    return ParsedToml(value, problem, spans)


def _values(text: str) -> tuple[dict[str, Any] | None, Problem | None]:
    try:
        return _loads(text.removeprefix("\ufeff")), None
    except RecursionError:
        return None, Problem("nested too deeply", Span(0, 0))
    except (ValueError, OverflowError) as error:
        # Besides TOMLDecodeError: days such as February 30, numbers `int` does not take.
        return None, _problem(text, str(error))


_PLACE = regex(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def _problem(text: str, message: str) -> Problem:
    found = _PLACE.search(message)
    if found is None:
        return Problem(message, Span(0, 0))
    message = message[: found.start()] + message[found.end() :]
    if found.group(1) is None:
        start = max(text.rfind("\n", 0, len(text.rstrip())) + 1, 0)
    else:
        start = 0
        for _ in range(int(found.group(1)) - 1):
            start = text.find("\n", start) + 1
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    start += len(line) - len(line.lstrip())
    return Problem(message, Span(start, start + len(line.strip())))


_BLANK = regex(r"[ \t]*")
_VOID = regex(r"(?:[ \t\r\n\ufeff]+|#[^\n]*)*")
_BARE_KEY = regex(r"[\w-]+")
_BARE_VALUE = regex(r"\d{4}-\d\d-\d\d [\d:.]+(?:[Zz]|[+-][\d:]+)?|[^\s,\[\]{}#=\"']+")
_LINE_END = regex(r"[\r\n]|\Z")
_BASIC = regex(r'"(?:[^"\\\r\n]+|\\.)*"?')
_LITERAL = regex(r"'[^'\r\n]*'?")
_BASIC_CLOSE = regex(r'\\.|"{3,5}', re.DOTALL)
_LITERAL_CLOSE = regex("'{3,5}")
_NEXT_STATEMENT = regex(
    r"""[A-Za-z_][\w.-]*[ \t]*=|\[{1,2}[ \t]*(?!(?:true|false|inf|nan)\b)[A-Za-z_"'][^,\n]*\][ \t]*
        (?:\#[^\n]*)?\r?(?:\n|\Z)(?!\s*[\],])""",
    re.VERBOSE,
)
_ESCAPE = regex(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class _Part(NamedTuple):
    name: str
    span: Span


class _Scanner:
    """One pass over the text, statement by statement.

    In text that is not `valid`, an array that is still open ends before a line that looks like the
    next statement; valid arrays may hold such lines.
    """

    def __init__(self, text: str, *, valid: bool) -> None:
        self.text = text
        self.valid = valid
        self.spans: dict[KeyPath, KeySpans] = {}
        self.array_tables: dict[KeyPath, int] = {}
        self.table: KeyPath = ()
        self.table_end = 0
        self.too_deep: Span | None = None

    def scan(self) -> dict[KeyPath, KeySpans]:
        text = self.text
        at = _end(_VOID, text, 0)
        while at < len(text):
            if text[at] == "[":
                at = self._header(at)
            else:
                at, _ = self._pair(at, self.table, 0)
                self.table_end = at
            at = _end(_VOID, text, _line_end(text, at))
        self._extend(self.table, self.table_end, 0)
        return self.spans

    def _header(self, at: int) -> int:
        text = self.text
        double = text.startswith("[[", at)
        parts, end = self._key(_end(_BLANK, text, at + 1 + double))
        if not parts or len(parts) > MAX_DEPTH:
            self.too_deep = Span(at, end) if parts else self.too_deep
            return end
        if text.startswith("]", end):
            end += 1 + text.startswith("]]", end)
        header = Span(at, end)
        self._extend(self.table, self.table_end, 0)
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._open(path, part, header)
        last = parts[-1]
        if double:
            path = (*path, last.name)
            count = self.array_tables.get(path, 0)
            self.array_tables[path] = count + 1
            self.spans.setdefault(path, KeySpans(last.span, header))
            path = (*path, count)
            self.spans[path] = KeySpans(last.span, header)
        else:
            path = self._open(path, last, header)
            if self.spans[path].value.start > at or self.spans[path].key.end < at:
                self._claim(path, last, header)
        self.table = path
        self.table_end = end
        return end

    def _claim(self, path: KeyPath, last: _Part, header: Span) -> None:
        """Let a table that was only implied before begin at its own header."""
        if not isinstance(path[-1], int):
            self.spans[path] = KeySpans(last.span, header)

    def _open(self, path: KeyPath, part: _Part, whole: Span) -> KeyPath:
        """The path one key deeper, and into the last element where that is an array of tables."""
        path = (*path, part.name)
        self.spans.setdefault(path, KeySpans(part.span, whole))
        count = self.array_tables.get(path, 0)
        return (*path, count - 1) if count else path

    def _extend(self, path: KeyPath, end: int, above: int) -> None:
        """Let the tables on the path, those of up to `above` parts excepted, reach to `end`."""
        for length in range(len(path), above, -1):
            found = self.spans.get(path[:length])
            if found is not None and found.value.end < end:
                self.spans[path[:length]] = found._replace(value=Span(found.value.start, end))

    def _key(self, at: int) -> tuple[list[_Part], int]:
        """A dotted key; the end is behind the blanks that follow it."""
        text = self.text
        parts: list[_Part] = []
        while True:
            start = at
            char = text[at : at + 1]
            if char == '"':
                at = _end(_BASIC, text, at)
                parts.append(_Part(_unescaped(text[start + 1 : at - 1]), Span(start, at)))
            elif char == "'":
                at = _end(_LITERAL, text, at)
                parts.append(_Part(text[start + 1 : at - 1], Span(start, at)))
            elif found := _BARE_KEY.match(text, at):
                at = found.end()
                parts.append(_Part(found.group(), Span(start, at)))
            else:
                return parts, at
            at = _end(_BLANK, text, at)
            if text[at : at + 1] != ".":
                return parts, at
            at = _end(_BLANK, text, at + 1)

    def _pair(self, at: int, table: KeyPath, depth: int) -> tuple[int, bool]:
        """A `key = value`; the flag says whether all of it was understood."""
        text = self.text
        parts, end = self._key(at)
        if not parts or text[end : end + 1] != "=":
            return end, False
        if len(parts) > MAX_DEPTH:
            self.too_deep = Span(at, end)
            return end, False
        path = table
        start = parts[0].span.start
        for part in parts[:-1]:
            path = self._open(path, part, Span(start, end))
        path = (*path, parts[-1].name)
        value_start = _end(_BLANK, text, end + 1)
        self.spans[path] = KeySpans(parts[-1].span, Span(end + 1, end + 1))
        value_end, whole = self._value(value_start, path, depth)
        if value_end > value_start:
            self.spans[path] = KeySpans(parts[-1].span, Span(value_start, value_end))
        self._extend(path[:-1], max(value_end, end + 1), len(table))
        return value_end, whole

    def _value(self, at: int, path: KeyPath, depth: int) -> tuple[int, bool]:
        text = self.text
        char = text[at : at + 1]
        if char in {'"', "'"}:
            return _string_end(text, at), True
        if char == "[":
            return self._array(at, path, depth + 1)
        if char == "{":
            return self._inline_table(at, path, depth + 1)
        found = _BARE_VALUE.match(text, at)
        return (found.end(), True) if found else (at, False)

    def _array(self, at: int, path: KeyPath, depth: int) -> tuple[int, bool]:
        text = self.text
        if depth > MAX_DEPTH:
            return at + 1, False
        index = 0
        last = at + 1
        while True:
            start = _end(_VOID, text, last)
            if text[start : start + 1] == "]":
                return start + 1, True
            if self._is_next_statement(last, start):
                return last, False
            element = (*path, index)
            end, whole = self._value(start, element, depth)
            if end == start:
                return last, False
            self.spans[element] = KeySpans(Span(start, end), Span(start, end))
            index += 1
            last = end
            if not whole:
                return last, False
            comma = _end(_VOID, text, end)
            if text[comma : comma + 1] == ",":
                last = comma + 1

    def _is_next_statement(self, last: int, start: int) -> bool:
        if self.valid or "\n" not in self.text[last:start]:
            return False
        return _NEXT_STATEMENT.match(self.text, start) is not None

    def _inline_table(self, at: int, path: KeyPath, depth: int) -> tuple[int, bool]:
        text = self.text
        if depth > MAX_DEPTH:
            return at + 1, False
        last = at + 1
        while True:
            start = _end(_VOID, text, last)
            if text[start : start + 1] == "}":
                return start + 1, True
            end, whole = self._pair(start, path, depth)
            if not whole:
                return max(last, end) if "\n" not in text[last:end] else last, False
            last = end
            comma = _end(_VOID, text, end)
            if text[comma : comma + 1] == ",":
                last = comma + 1


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    if not text.startswith(quote * 3, at):
        return _end(_BASIC if quote == '"' else _LITERAL, text, at)
    close = _BASIC_CLOSE if quote == '"' else _LITERAL_CLOSE
    for found in close.finditer(text, at + 3):
        if found.group()[0] == quote:
            return found.end()
    return _line_end(text, at)


def _unescaped(inside: str) -> str:
    return _ESCAPE.sub(_unescape, inside) if "\\" in inside else inside


def _unescape(found: re.Match[str]) -> str:
    digits = found.group(1) or found.group(2) or found.group(3)
    if digits is None:
        short = found.group(4)
        return _SHORT_ESCAPES.get(short, short)
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)
