"""The words of an instruction's arguments: flags, fields, quoted words, JSON arrays.

All offsets are into the joined logical line. After BuildKit's split_command.go (flags) and
line_parsers.go (words).
"""

from __future__ import annotations

import json

from shipworthy.syntax.dockerfile.lines import FIELD_SPACE, GO_SPACE
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_FIELD = regex(f"[^{FIELD_SPACE}]+")
_JSON_STRING = regex(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_JSON_SPACE = regex(r"[ \t\r\n]*")
_SURROGATE = regex("[\ud800-\udfff]")


class Piece(NamedTuple):
    """A word and the range of the joined line it was read from."""

    text: str
    start: int
    end: int


class Flags(NamedTuple):
    """The flags before the arguments, and where the arguments begin."""

    flags: tuple[Piece, ...]
    rest: int


def read_flags(line: str, start: int) -> Flags:
    """The leading `--name[=value]` words from `start` on.

    Quotes are removed and a backslash takes the next character as it is, whatever the file's
    escape character; a lone `--` ends the flags and is dropped.
    """
    flags: list[Piece] = []
    pos = start
    size = len(line)
    while True:
        while pos < size and line[pos] in GO_SPACE:
            pos += 1
        if not line.startswith("--", pos):
            return Flags(tuple(flags), pos)
        flag = _read_flag(line, pos)
        pos = flag.end
        if flag.text == "--":
            return Flags(tuple(flags), pos)
        flags.append(flag)


def _read_flag(line: str, start: int) -> Piece:
    text: list[str] = []
    quote = ""
    pos = start
    size = len(line)
    while pos < size:
        char = line[pos]
        if not quote and char in GO_SPACE:
            break
        pos += 1
        if char == quote:
            quote = ""
            continue
        if not quote and char in "'\"":
            quote = char
            continue
        if char == "\\":
            if pos == size:
                break
            char = line[pos]
            pos += 1
        text.append(char)
    return Piece("".join(text), start, pos)


def read_fields(line: str, start: int, end: int) -> tuple[Piece, ...]:
    """The range cut at blanks; quotes mean nothing here."""
    return tuple(Piece(m.group(), m.start(), m.end()) for m in _FIELD.finditer(line, start, end))


def read_words(line: str, start: int, end: int, escape: str) -> tuple[Piece, ...]:
    """The range cut at white space outside quotes; quotes and escapes stay in the words.

    An escape character at the very end is dropped; a quote that is never closed reaches to the
    end.
    """
    words: list[Piece] = []
    pos = start
    while True:
        while pos < end and line[pos] in GO_SPACE:
            pos += 1
        if pos >= end:
            return tuple(words)
        word = _read_word(line, pos, end, escape)
        pos = word.end
        if word.text:
            words.append(word)


def _read_word(line: str, start: int, end: int, escape: str) -> Piece:
    quote = ""
    pos = start
    while pos < end:
        char = line[pos]
        if char == escape and quote != "'":
            if pos + 1 == end:
                return Piece(line[start:pos], start, end)
            pos += 2
            continue
        if quote:
            if char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char in GO_SPACE:
            break
        pos += 1
    return Piece(line[start:pos], start, pos)


class JsonArray(NamedTuple):
    """`strings` is None for a valid array that holds something else than strings."""

    strings: tuple[Piece, ...] | None


def read_json(line: str, start: int, end: int) -> JsonArray | None:
    """The range as a JSON array, or None if it is not valid JSON or no array.

    The pieces are the decoded strings, their ranges the literals with their quotes.
    """
    while start < end and line[start] in GO_SPACE:
        start += 1
    if start >= end or line[start] != "[":
        return None
    strings = _read_strings(line, start, end)
    if strings is not None:
        return JsonArray(strings)
    if _is_json_array(line[start:end]):
        return JsonArray(None)
    return None


def _read_strings(line: str, start: int, end: int) -> tuple[Piece, ...] | None:
    pos = _skip(line, start + 1, end)
    strings: list[Piece] = []
    if line.startswith("]", pos, end):
        return () if _skip(line, pos + 1, end) == end else None
    while True:
        match = _JSON_STRING.match(line, pos, end)
        if match is None:
            return None
        strings.append(Piece(_decode(match.group()), match.start(), match.end()))
        pos = _skip(line, match.end(), end)
        if line.startswith(",", pos, end):
            pos = _skip(line, pos + 1, end)
            continue
        if line.startswith("]", pos, end) and _skip(line, pos + 1, end) == end:
            return tuple(strings)
        return None


def _skip(line: str, pos: int, end: int) -> int:
    match = _JSON_SPACE.match(line, pos, end)
    return match.end() if match else pos


def _decode(literal: str) -> str:
    if "\\" not in literal:
        return literal[1:-1]
    # An escaped lone surrogate becomes U+FFFD in Go.
    return _SURROGATE.sub("\ufffd", str(json.loads(literal)))


def _is_json_array(text: str) -> bool:
    try:
        value = json.loads(text, parse_constant=_reject, parse_float=_finite, parse_int=_finite)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list)


def _reject(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    # Go reads every number as float64 and fails where that overflows.
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return value
