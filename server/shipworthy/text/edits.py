"""Applying replacements to a text, and the line-end style that inserted text must follow."""

from __future__ import annotations

from collections.abc import Iterable

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Replacement(NamedTuple):
    """Replace the absolute code-point range `span` by `text`; an empty range inserts."""

    span: Span
    text: str


class OverlapError(ValueError):
    """Two replacements touch the same characters."""


def apply(text: str, replacements: Iterable[Replacement]) -> str:
    """The text with every replacement done; insertions at one place keep their order.

    Raises OverlapError when two replacements claim the same characters.
    """
    parts: list[str] = []
    done = 0
    for span, new in sorted(replacements, key=lambda item: item.span):
        if span.start < done:
            raise OverlapError(f"edits overlap at offset {span.start}")
        parts.append(text[done : span.start])
        parts.append(new)
        done = span.end
    parts.append(text[done:])
    return "".join(parts)


def eol_of(text: str) -> str:
    """The line end that inserted lines must use: the one of the first line, else ``\\n``."""
    newline = text.find("\n")
    if newline > 0 and text[newline - 1] == "\r":
        return "\r\n"
    return "\n"
