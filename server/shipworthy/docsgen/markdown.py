"""The small part of Markdown that rule pages and rule tests are written in."""

from __future__ import annotations

import re
import shlex

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_OPENING = regex(r"(`{3,}|~{3,})[ \t]*([^`]*)$")
_HEADING = regex(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")


class Fence(NamedTuple):
    """A fenced block: `language` is the first word of its info string, then `key=value` pairs."""

    language: str
    words: tuple[str, ...]
    """The other words of the info string that are no pairs."""
    attributes: tuple[tuple[str, str], ...]
    text: str
    """The lines inside, each with its line end."""
    line: int
    """1-based line of the opening."""

    def get(self, key: str) -> str | None:
        """The value of an attribute."""
        return dict(self.attributes).get(key)


class Section(NamedTuple):
    """A heading with what follows it up to the next heading; the part before any has level 0."""

    level: int
    title: str
    body: str
    fences: tuple[Fence, ...]
    line: int
    """1-based line of the heading."""


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a document in order; headings inside fences are none."""
    result: list[Section] = []
    level, title, at = 0, "", 1
    body: list[str] = []
    fences: list[Fence] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        opening = _OPENING.match(line)
        heading = _HEADING.match(line)
        if opening is not None:
            end = _closing(lines, number + 1, opening.group(1))
            fences.append(_fence(opening.group(2), lines[number + 1 : end], number + 1))
            body += lines[number : end + 1]
            number = end
        elif heading is not None:
            result.append(_section(level, title, body, fences, at))
            level, title, at = len(heading.group(1)), heading.group(2), number + 1
            body, fences = [], []
        else:
            body.append(line)
        number += 1
    result.append(_section(level, title, body, fences, at))
    return tuple(result)


def _section(level: int, title: str, body: list[str], fences: list[Fence], line: int) -> Section:
    return Section(level, title, "\n".join(body).strip("\n"), tuple(fences), line)


def _closing(lines: list[str], start: int, opening: str) -> int:
    closing = re.compile(rf"{re.escape(opening[0])}{{{len(opening)},}}[ \t]*$")
    for number in range(start, len(lines)):
        if closing.match(lines[number]):
            return number
    return len(lines)


def _fence(info: str, inside: list[str], line: int) -> Fence:
    try:
        words = shlex.split(info)
    except ValueError:
        words = info.split()
    language = words[0] if words and "=" not in words[0] else ""
    rest = words[1:] if language else words
    pairs = tuple((key, value) for key, mark, value in (w.partition("=") for w in rest) if mark)
    text = "".join(inner + "\n" for inner in inside)
    return Fence(language, tuple(word for word in rest if "=" not in word), pairs, text, line)
