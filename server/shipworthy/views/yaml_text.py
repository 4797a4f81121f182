"""Scalars as YAML writes them: what a written one says, and how a text has to be written."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from shipworthy.text.patterns import regex

Quote: TypeAlias = Literal["", "'", '"']

_KEY_LINE = regex(r"(?m)^ *(?:- +)*[A-Za-z_][\w.-]*:(?=\s|$)")
_ESCAPE = regex(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
_DOUBLE_PART = regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|.", re.DOTALL)
_SINGLE_PART = regex(r"''|.", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "_": "\xa0", " ": " "}
_DOUBLE = regex(r'([^"\\]*(?:\\.[^"\\]*)*)"?', re.DOTALL)
_SINGLE = regex(r"((?:[^']|'')*)'?")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_HARD = regex(r":(?:\s|\Z)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]|\A\s|\s\Z")
_FLOW_HARD = regex(r"[,\[\]{}]")
_TYPED = regex(
    r"(?i:~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.(?:inf|nan))\Z"
    r"|[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9A-Fa-f_]+|(?=\.?[0-9])[0-9_]*\.?[0-9_]*(?:[eE][-+]?[0-9]+)?)\Z"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?\Z"
)


def end_of_quoted(text: str, at: int) -> int:
    """The offset behind the quoted scalar that begins at `at`; without an end, that of its line.

    A quote that a later line with a key seems to be inside of was not closed yet.
    """
    found = (_DOUBLE if text[at] == '"' else _SINGLE).match(text, at + 1)
    line = text.find("\n", at)
    line = len(text) if line < 0 else line
    closed = found is not None and found.end() > found.end(1)
    if found is None or not closed or _KEY_LINE.search(text, line, found.end()):
        return line
    return found.end()


def decoded(source: str) -> str:
    """What a quoted scalar says; its closing quote may not be typed yet."""
    if source[:1] == "'":
        single = _SINGLE.match(source, 1)
        return single[1].replace("''", "'") if single is not None else ""
    double = _DOUBLE.match(source, 1)
    return _ESCAPE.sub(_unescaped, double[1]) if double is not None else ""


def source_length(source: str, quote: Quote, count: int) -> int:
    """How much of the source between quotes says the first `count` code points."""
    if not quote:
        return count
    end = 0
    for found in (_DOUBLE_PART if quote == '"' else _SINGLE_PART).finditer(source):
        if count <= 0:
            break
        end, count = found.end(), count - 1
    return end


def _unescaped(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if number:
        value = int(number, 16)
        return chr(value) if value < 0x110000 else found[0]
    return _NAMED.get(found[4], found[4])


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether a text stays that string without quotes; in brackets with `flow`."""
    if not text or _HARD.search(text) or _TYPED.match(text):
        return False
    if text[0] in _INDICATORS and not (text[0] in "-?:" and text[1:2].strip()):
        return False
    return not (flow and (_FLOW_HARD.search(text) or text[0] in "-?:"))


def escaped(text: str, quote: Quote) -> str:
    """A text as it stands between quotes of that kind."""
    if quote == "'":
        return text.replace("'", "''")
    if quote == '"':
        shown = text.replace("\\", "\\\\").replace('"', '\\"')
        return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", _numbered, shown)
    return text


def _numbered(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def scalar(text: str, *, flow: bool = False) -> str:
    """A text as a scalar: plain where that keeps it a string, else in double quotes."""
    if is_plain(text, flow=flow):
        return text
    inner = escaped(text, '"')
    return f'"{inner}"'
