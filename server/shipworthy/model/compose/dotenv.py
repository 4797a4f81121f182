"""Env files, after compose-go dotenv/parser.go."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shipworthy.model.compose.interpolate import (
    InvalidTemplate,
    Lookup,
    RequiredVariable,
    substitute,
)
from shipworthy.model.compose.tree import MARK
from shipworthy.text.patterns import regex

_SPACE = "\t\v\f\r \x85\xa0"
_EXPORT = regex(r"export[\t\f\r ]+")
_KEY_MARKS = frozenset("_.-[]")
_ESCAPE = regex(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})')
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    '"': '"',
    "\\": "\\",
}


class DotenvError(ValueError):
    """An env file that Compose refuses."""


def parse(text: str, lookup: Lookup, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables an env file sets.

    In its values, `lookup` wins over the file's own variables, and those over `before`, the
    variables of the files read earlier. Raises DotenvError.
    """
    try:
        return _parse(text.removeprefix("\ufeff"), lookup, before or {})
    except RequiredVariable as error:
        raise DotenvError(str(error)) from None
    except InvalidTemplate as error:
        raise DotenvError(f"invalid template: {error}") from None


def parse_raw(text: str, lookup: Lookup) -> dict[str, str]:
    """The variables of an env file of `format: raw`: every line as it is, nothing unquoted."""
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        stripped = line.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not name or any(char in " \t" for char in name):
            raise DotenvError(f"variable '{name}' contains whitespaces")
        if equals:
            found[name] = value
            continue
        outside = lookup(name)
        if outside is not None:
            found[name] = outside
    return found


def _parse(text: str, lookup: Lookup, before: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}

    def known(name: str) -> str | None:
        value = lookup(name)
        if value is not None and value != MARK:
            return value
        return found.get(name, before.get(name, value))

    at = _statement(text, 0)
    while at < len(text):
        key, at, inherited = _key(text, at)
        if " " in key:
            raise DotenvError(f"key cannot contain a space: {key!r}")
        if inherited:
            outside = lookup(key)
            if outside is not None:
                found[key] = outside
        else:
            found[key], at = _value(text, at, known)
        at = _statement(text, at)
    return found


def _statement(text: str, at: int) -> int:
    """Where the next statement begins: blanks and comment lines are passed over."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            break
    return at


def _key(text: str, at: int) -> tuple[str, int, bool]:
    """A variable's name, where its value begins, and whether it has none."""
    export = _EXPORT.match(text, at)
    start = export.end() if export else at
    end = start
    while end < len(text):
        char = text[end]
        if char in "=:\n":
            break
        if not (char in _SPACE or char in _KEY_MARKS or char.isalpha() or char.isnumeric()):
            raise DotenvError(f"unexpected character {char!r} in variable name")
        end += 1
    if start == len(text):
        raise DotenvError("zero length string")
    if end == len(text):
        # No line end and no `=`: Compose takes the whole as the value of a nameless variable.
        return "", start, False
    after = end + 1
    while after < len(text) and text[after] in _SPACE:
        after += 1
    return text[start:end].rstrip(), after, text[end] == "\n"


def _value(text: str, at: int, lookup: Lookup) -> tuple[str, int]:
    quote = text[at : at + 1]
    if quote not in ("'", '"'):
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        line = text[at:end].partition(" #")[0].rstrip()
        return substitute(line, lookup), end
    chars: list[str] = []
    escaped = False
    for i in range(at + 1, len(text)):
        char = text[i]
        if char == quote and not escaped:
            value = "".join(chars)
            if quote == '"':
                value = substitute(_ESCAPE.sub(_unescape, value), lookup)
            return value, i + 1
        if char == "\\" and not escaped:
            escaped = True
            continue
        if escaped and char != quote:
            chars.append("\\")
        escaped = False
        chars.append(char)
    raise DotenvError(f"unterminated quoted value {text[at:].partition(chr(10))[0]}")


def _unescape(match: re.Match[str]) -> str:
    body = match.group()[1:]
    if body == "$":
        return "$$"
    if body[0] == "0":
        # Go wants exactly three octal digits, at most 0o377.
        digits = body[1:]
        if len(digits) == 3 and set(digits) <= set("01234567") and int(digits, 8) < 256:
            return chr(int(digits, 8))
        return match.group()
    return _ESCAPES.get(body, match.group())
