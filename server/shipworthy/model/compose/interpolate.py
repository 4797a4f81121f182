"""Variables in compose values and env files, after compose-go template/template.go."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from shipworthy.model.compose.tree import MARK
from shipworthy.text.patterns import regex

Lookup: TypeAlias = Callable[[str], str | None]
"""A variable's value; None when it is unset, MARK when nobody can know."""

_DEPTH = 64
MAX_RESULT = 1_000_000
"""Code points beyond which a value counts as unknown: variables that double each other have no end
that memory could hold."""
# compose-go never looks at the character after an opening brace.
_BRACES = regex(r"\}|\{.?", re.DOTALL)
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
# Go's case-insensitive [a-z] also matches the Kelvin sign and the long s.
_NAME_FIRST = _FIRST | {"\u017f", "\u212a"}
_NAME = _NAME_FIRST | frozenset("0123456789")


class InvalidTemplate(ValueError):
    """A `${` that is no substitution."""


class RequiredVariable(ValueError):
    """`${NAME:?message}` without a value."""


def substitute(text: str, lookup: Lookup) -> str:
    """The text with its variables replaced.

    Raises InvalidTemplate or RequiredVariable. A `$` before anything but `$`, `{` or a name stays
    as it is.
    """
    return text if "$" not in text else _substitute(text, lookup, 0)


def _substitute(text: str, lookup: Lookup, depth: int) -> str:
    if depth > _DEPTH:
        raise InvalidTemplate(text)
    out: list[str] = []
    at = size = 0
    while True:
        if size > MAX_RESULT:
            return MARK
        found = text.find("$", at)
        if found < 0:
            out.append(text[at:])
            return "".join(out)
        out.append(text[at:found])
        char = text[found + 1 : found + 2]
        if char == "$":
            out.append("$")
            at = found + 2
        elif char == "{":
            value, at = _braced(text, found, lookup, depth)
            out.append(value)
        else:
            end = _name_end(text, found + 1)
            if end == found + 1:
                out.append("$")
            else:
                out.append(lookup(text[found + 1 : end]) or "")
            at = end
        size += len(out[-1])


def _name_end(text: str, start: int) -> int:
    if text[start : start + 1] not in _NAME_FIRST:
        return start
    end = start + 1
    while end < len(text) and text[end] in _NAME:
        end += 1
    return end


def _braced(text: str, start: int, lookup: Lookup, depth: int) -> tuple[str, int]:
    """The value of the `${...}` at `start`, and where the text goes on."""
    name_end = _name_end(text, start + 2)
    name = text[start + 2 : name_end]
    if not name:
        raise InvalidTemplate(text)
    if text.startswith("}", name_end):
        return lookup(name) or "", name_end + 1
    operator_end = name_end + (1 if text.startswith(":", name_end) else 0)
    operator = text[operator_end : operator_end + 1]
    if operator not in ("-", "+", "?"):
        raise InvalidTemplate(text)
    line_end = text.find("\n", name_end)
    last = text.rfind("}", operator_end + 1, line_end if line_end >= 0 else len(text))
    if last < 0:
        raise InvalidTemplate(text)
    close = _closing(text, start, last)
    body = text[operator_end + 1 : close]
    value = lookup(name)
    if value == MARK and operator != "-":
        return MARK, close + 1
    # A variable not known to be set takes its default: that is what an untouched checkout gets.
    empty = operator_end > name_end and value == ""
    present = value is not None and value != MARK and not empty
    if operator == "+" and not present:
        return "", close + 1
    if operator != "+" and present:
        return value or "", close + 1
    # Only an operand that is used is looked at.
    operand = _substitute(body, lookup, depth + 1) if "$" in body else body
    if operator == "?":
        raise RequiredVariable(f"required variable {name} is missing a value: {operand}")
    return operand, close + 1


def _closing(text: str, start: int, last: int) -> int:
    """The brace that closes the one after `start`; the line's last one if none balances."""
    depth = 0
    for brace in _BRACES.finditer(text, start, last + 1):
        depth += 1 if text[brace.start()] == "{" else -1
        if depth == 0:
            return brace.start()
    return last
