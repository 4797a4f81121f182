"""Passes over a text that change white space, each kept only if nothing else changed by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from typing import TypeAlias

Pass: TypeAlias = Callable[[str], str]
Meaning: TypeAlias = Callable[[str], object]
"""What must be the same before and after; None: the text is not to be touched."""


def formatted(text: str, meaning: Meaning, passes: Iterable[Pass]) -> str:
    """The text after all passes that keep its meaning.

    Parsers are total, but a very deep tree may exhaust the comparison: then nothing is changed.
    """
    try:
        before = meaning(text)
        if before is None:
            return text
        for change in passes:
            after = change(text)
            if after != text and meaning(after) == before:
                text = after
    except RecursionError:
        return text
    return text


def lines_of(text: str) -> list[str]:
    """The lines with their ends; only line feeds end lines, as the builders have it."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def body_of(line: str) -> tuple[str, str]:
    """A line without its end, and the end."""
    body = line.rstrip("\r\n") if line.endswith("\n") else line
    return body, line[len(body) :]


def without_trailing(text: str, kept: Set[int]) -> str:
    """No blanks before line ends, except on the `kept` lines (0-based)."""
    lines = lines_of(text)
    for number, line in enumerate(lines):
        if number not in kept:
            body, end = body_of(line)
            lines[number] = body.rstrip(" \t") + end
    return "".join(lines)


def without_gaps(text: str, kept: Set[int]) -> str:
    """At most one empty line in a row, none at the end, and a last line that is ended.

    The `kept` lines stay as they are.
    """
    lines = lines_of(text)
    result: list[str] = []
    empty = True
    for number, line in enumerate(lines):
        is_empty = number not in kept and not line.strip(" \t\r\n")
        if is_empty and empty and result:
            continue
        result.append(line)
        empty = is_empty
    last = len(lines) - 1
    while result and last not in kept and not result[-1].strip(" \t\r\n"):
        result.pop()
    if result and not result[-1].endswith("\n"):
        result[-1] += "\r\n" if lines[0].endswith("\r\n") else "\n"
    return "".join(result)
