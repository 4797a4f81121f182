"""Names of files as an instruction of a Dockerfile has to write them, and what is written so far.

COPY and ADD read a word in three steps: a JSON array is decoded or the line is cut at blanks,
quotes and variables are expanded, and `*`, `?` and `[` make a pattern (Go's filepath.Match). No
quote keeps a blank inside a word of the plain form: there a class or `?` has to stand for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Literal, TypeAlias

from shipworthy.syntax.dockerignore import has_control_character
from shipworthy.syntax.gopath import has_wildcard, match
from shipworthy.text.patterns import regex

Form: TypeAlias = Literal["words", "json", "mount"]
"""A word of COPY or ADD, a string of its JSON form, or an option's value in `RUN --mount`."""

_BLANK = regex(r"[\s\x85\ud800-\udfff]")
"""What a word cannot hold: blanks, and bytes that are no text (lone surrogates)."""
_ESCAPED = regex(r"\\(.)")
_FLAG = regex(r"(?:^|\s)(--(?:\\[^\r\n]|\S)*)\Z")
_AMBIGUOUS = regex(r"--|#|\d*<<")
"""What begins a flag, a here-document or a comment instead of a path."""
_QUOTES = frozenset("\"'$")


def written(name: str, others: Collection[str], form: Form, escape: str) -> str | None:
    """A name of a folder as `form` must write it so that it means this one of `others` alone.

    None when it cannot be written there.
    """
    if form == "mount":
        return _option(name, escape)
    pattern = _pattern(name, others) if form == "words" else _literal(name)
    if pattern is None:
        return None
    word = "".join(escape + char if char in _QUOTES or char == escape else char for char in pattern)
    if form == "json":
        return json.dumps(word, ensure_ascii=False)[1:-1]
    return f"./{word}" if _AMBIGUOUS.match(word) else word


def _literal(name: str) -> str | None:
    """A name as BuildKit's pattern that matches it only; None where no JSON string can say it."""
    if _unsayable(name):
        return None
    if not has_wildcard(name):
        return name
    return "".join(f"[{c}]" if c in "*?[" else "\\\\" if c == "\\" else c for c in name)


def _pattern(name: str, others: Collection[str]) -> str | None:
    """Like `_literal`, without blanks."""
    places = [n for n, char in enumerate(name) if _BLANK.match(char)]
    if not places:
        return _literal(name)
    excluded: dict[int, set[str]] = {place: set() for place in places}
    loose = _loose(name, excluded)
    for other in others:
        if other != name and match(loose, other):
            place = next((n for n in places if other[n : n + 1] != name[n]), None)
            if place is None or _BLANK.match(other[place]):
                return None
            excluded[place].add(other[place])
    return _loose(name, excluded)


def _loose(name: str, excluded: dict[int, set[str]]) -> str:
    """The name with `?`, or a class of all but the excluded characters, for its blanks."""
    parts = []
    for n, char in enumerate(name):
        if n in excluded:
            others = "".join("\\" + c if c in "]\\-^" else c for c in sorted(excluded[n]))
            parts.append(f"[^{others}]" if others else "?")
        elif char in "*?[":
            parts.append(f"[{char}]")
        else:
            parts.append("\\\\" if char == "\\" else char)
    return "".join(parts)


def _unsayable(name: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in name)


def _option(name: str, escape: str) -> str | None:
    """A name in an option of `--mount`: options end at commas, and quotes would quote them."""
    if _unsayable(name) or set(name) & {",", '"', "\n", "\r"}:
        return None
    word = "".join(escape + c if c in "'$" or c == escape else c for c in name)
    # A flag has quotes and backslashes of its own, whatever the file's escape character.
    return "".join("\\" + c if c.isspace() or c in "'\\" else c for c in word)


def ignore_pattern(name: str) -> str:
    """A name as a line of an ignore file, or a part of one between slashes, that matches it only.

    What a line cannot hold, a line end or another control character, is a `?`.
    """
    shown = "".join(map(_in_pattern, name))
    if shown[:1] in ("#", "!") or shown[:1].isspace():
        shown = "\\" + shown
    return f"{shown[:-1]}?" if shown[-1:].isspace() else shown


def _in_pattern(char: str) -> str:
    if has_control_character(char) or _unsayable(char):
        return "?"
    return f"\\{char}" if char in "*?[\\" else char


def without_escapes(pattern: str) -> str:
    """The name that a pattern without wildcards matches."""
    return _ESCAPED.sub(r"\1", pattern)


def open_string(text: str) -> str | None:
    """The raw text of the JSON string that `text`, an array's beginning, leaves open.

    None where it stands outside of a string.
    """
    start: int | None = None
    skip = False
    for n, char in enumerate(text):
        if skip:
            skip = False
        elif start is not None and char == "\\":
            skip = True
        elif char == '"':
            start = n + 1 if start is None else None
    return None if start is None else text[start:]


def decoded(raw: str) -> str | None:
    """What stands in a JSON string; None for what is no such text."""
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        return None


def last_flag(text: str) -> str:
    """The flag at the end of a text, "" without one; an escaped blank does not end it."""
    found = _FLAG.search(text)
    return found[1] if found else ""
