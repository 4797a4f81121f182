"""The plain patterns of .gitignore files, which is nearly all of them, without a library.

`pathspec` decides whatever is not plain: `**`, `?`, escapes, ranges, several `*` in one name. It is
slow to import, and slower to build than the questions of a small workspace are to answer.

Source: gitignore(5); agreement with `pathspec` is a property test.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PART = r"(?:[\w.@+~$,=%#-]|\[\w+\])*(?:\*(?:[\w.@+~$,=%#-]|\[\w+\])*)?"
_PLAIN = regex(rf"(?P<not>!?)(?P<path>/?{_PART}(?:/{_PART})*)")
_CLASS = regex(r"\[(\w+)\]")
_MOST = 40


class PlainPattern(NamedTuple):
    """One pattern. A part is what a name begins with and ends with (None: the name itself)."""

    ignores: bool
    anchored: bool
    folders_only: bool
    parts: tuple[tuple[str, str | None], ...]


def plain_patterns(lines: Iterable[str]) -> tuple[PlainPattern, ...] | None:
    """The patterns of a file in order; None when one of them is not plain."""
    found: list[PlainPattern] = []
    for raw in lines:
        line = raw.rstrip(" ")
        if not line or line.startswith("#"):
            continue
        plain = _PLAIN.fullmatch(line)
        path = plain["path"] if plain is not None else ""
        inner = path.removesuffix("/")
        parts = inner.removeprefix("/").split("/")
        if plain is None or any(part in ("", ".", "..") for part in parts):
            return None
        spellings = _without_classes(inner.removeprefix("/"))
        if spellings is None:
            return None
        found += [
            PlainPattern(
                not plain["not"],
                "/" in inner,
                path.endswith("/"),
                tuple(_part(name) for name in spelling.split("/")),
            )
            for spelling in spellings
        ]
    return tuple(found)


def verdict(patterns: tuple[PlainPattern, ...], path: str, is_folder: bool) -> bool | None:
    """What the last pattern that matches says of a path relative to the file's folder."""
    names = path.split("/")
    for pattern in reversed(patterns):
        if pattern.folders_only and not is_folder:
            continue
        parts = pattern.parts
        asked = names if pattern.anchored else names[-1:]
        if len(asked) == len(parts) and all(map(_matches, asked, parts)):
            return pattern.ignores
    return None


def _without_classes(path: str) -> list[str] | None:
    # `*.py[cod]` is three patterns.
    spellings = [path]
    while (found := _CLASS.search(spellings[0])) is not None:
        if len(spellings) * len(found[1]) > _MOST:
            return None
        spellings = [
            _CLASS.sub(letter, spelling, count=1) for spelling in spellings for letter in found[1]
        ]
    return spellings


def _part(name: str) -> tuple[str, str | None]:
    head, star, tail = name.partition("*")
    return (head, tail) if star else (name, None)


def _matches(name: str, part: tuple[str, str | None]) -> bool:
    head, tail = part
    if tail is None:
        return name == head
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)


def git_spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Any patterns; one that cannot be read (`[z-a]`) matches nothing, as for git."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  (slow to import, seldom needed)

    readable = []
    with warnings.catch_warnings():
        # `[[` makes a regular expression that Python warns of.
        warnings.simplefilter("ignore", FutureWarning)
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except (ValueError, re.error):
                continue
            readable.append(line)
        return GitIgnoreSpec.from_lines(readable)
