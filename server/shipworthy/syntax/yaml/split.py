"""Where a file can be cut so that each piece means the same alone as in the whole.

A cut is made before a line in column 0 that is plainly a key, and, below a bare `services:`,
before its children. Block scalars and plain scalars end at such a line, whatever they hold. Only
a quoted scalar or a flow collection can run across it; then the piece it began in is left
unclosed, which the reader of the pieces notices. Any other line, such as a half-typed one, belongs
to the piece above it. What is unusual and says something of the lines below (directives, several
documents, explicit keys, anchors or tags in front of keys, odd line ends) is not cut at all.
"""

from __future__ import annotations

import re

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Piece(NamedTuple):
    """One column-0 key with what belongs to it, up to the next; in code points."""

    start: int
    end: int
    children: tuple[Span, ...] = ()
    """The children of `services`, if they are pieces of their own."""


class Cut(NamedTuple):
    """A file in pieces; before `pieces[0]` stand only comments, blanks and perhaps a `---`."""

    pieces: tuple[Piece, ...]


# A literal `\n` in front lets the regex engine leap from line to line; `^` would not.
_AT_MARGIN = regex(r"\n([^\s#][^\n]*)")
_KEY = regex(r"""(?:\w[\w./-]*|"[^"\\]*"|'[^']*')[ ]*:(?=[ \t\r]|$)""")
_WORD = regex(r"[A-Za-z_][\w-]*[ \t\r]*$")
_PREAMBLE = regex(r"(?:[ ]*(?:#.*)?\r?\n)*(?:---[ ]*(?:#.*)?\r?\n)?(?:[ ]*(?:#.*)?\r?\n)*\Z")
_SERVICES = regex(r"services:[ \t]*(?:#[^\n]*)?\r?\n")
_FIRST_CHILD = regex(r"(?:[ ]*(?:#.*)?\r?\n)*([ ]+)(?=[^\s#])")
_ODD = "\x85\u2028\u2029\ufeff"
_LONE_RETURN = regex("\r(?!\n)")

_MAX_INDENT = 16


def cut(text: str) -> Cut | None:
    """The pieces of a file that has no byte-order mark; None if it is to be read whole."""
    if _has_odd_characters(text):
        return None
    starts: list[int] = []
    keys = 0
    # The line end put in front makes the match's start the line's start in `text`.
    for found in _AT_MARGIN.finditer("\n" + text):
        line = found.group(1)
        if _KEY.match(line):
            keys += 1
            starts.append(found.start())
        elif _WORD.match(line):
            starts.append(found.start())
        elif _reaches_down(line) if starts else line.split("#")[0].rstrip() != "---":
            return None
    if not keys or not _PREAMBLE.match(text[: starts[0]]):
        return None
    ends = [*starts[1:], len(text)]
    return Cut(
        tuple(
            Piece(start, end, _children(text, start, end))
            for start, end in zip(starts, ends, strict=True)
        )
    )


def _has_odd_characters(text: str) -> bool:
    if "\r" in text and _LONE_RETURN.search(text):
        return True
    return not text.isascii() and any(char in text for char in _ODD)


def _reaches_down(line: str) -> bool:
    """Whether the line may say something of the lines below it."""
    return line[0] in "&!?%" or line.startswith(("---", "..."))


def _children(text: str, start: int, end: int) -> tuple[Span, ...]:
    header = _SERVICES.match(text, start, end)
    if header is None:
        return ()
    first = _FIRST_CHILD.match(text, header.end(), end)
    if first is None:
        return ()
    indent = len(first.group(1))
    if indent > _MAX_INDENT:
        return ()
    starts: list[int] = []
    margin = re.compile(rf"\n([ ]{{0,{indent}}}[^\s#][^\n]*)")
    for found in margin.finditer(text, header.end() - 1, end):
        line = found.group(1)
        inside = line.lstrip(" ")
        if len(line) - len(inside) != indent:
            return ()
        if _KEY.match(inside) or _WORD.match(inside):
            starts.append(found.start(1))
        elif not starts or _reaches_down(inside):
            return ()
    return tuple(map(Span, starts, [*starts[1:], end]))
