"""Where a file can be cut so that each piece means the same alone as in the whole.

A cut is made before a line in column 0 that is plainly a key, and, below a bare `services:`,
before its children. Block scalars and plain scalars end at such a line, whatever they hold. Only
a quoted scalar or a flow collection can run across it; then the piece it began in is left
unclosed, which the reader of the pieces notices. Anything unusual (directives, several documents,
explicit keys, anchors or tags in front of keys, odd line ends) is not cut at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

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


_AT_MARGIN = re.compile(r"^[^\s#].*", re.MULTILINE)
_KEY = re.compile(r"""(?:\w[\w./-]*|"[^"\\]*"|'[^']*')[ ]*:(?=[ \t\r]|$)""")
_WORD = re.compile(r"[A-Za-z_][\w-]*[ \t\r]*$")
_PREAMBLE = re.compile(r"(?:[ ]*(?:#.*)?\r?\n)*(?:---[ ]*(?:#.*)?\r?\n)?(?:[ ]*(?:#.*)?\r?\n)*\Z")
_SERVICES = re.compile(r"services:[ \t]*(?:#[^\n]*)?\r?\n")
_FIRST_CHILD = re.compile(r"(?:[ ]*(?:#.*)?\r?\n)*([ ]+)(?=[^\s#])")
_ODD = re.compile("[\x85\u2028\u2029\ufeff]|\r(?!\n)")

_MAX_INDENT = 16


def cut(text: str) -> Cut | None:
    """The pieces of a file that has no byte-order mark; None if it is to be read whole."""
    if _ODD.search(text):
        return None
    starts: list[int] = []
    keys = 0
    for found in _AT_MARGIN.finditer(text):
        line = found.group()
        if _KEY.match(line):
            keys += 1
            starts.append(found.start())
        elif _WORD.match(line):
            starts.append(found.start())
        elif not _continues(line) and (starts or line.split("#")[0].rstrip() != "---"):
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


def _continues(line: str) -> bool:
    """Whether the line belongs to the key above although it has the key's indentation."""
    return line[0] in "]}" or line.rstrip() == "-" or line.startswith("- ")


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
    for found in re.compile(rf"^[ ]{{0,{indent}}}[^\s#].*", re.MULTILINE).finditer(
        text, header.end(), end
    ):
        line = found.group()
        inside = line.lstrip(" ")
        if len(line) - len(inside) != indent:
            return ()
        if _KEY.match(inside) or _WORD.match(inside):
            starts.append(found.start())
        elif not starts or not _continues(inside):
            return ()
    return tuple(map(Span, starts, [*starts[1:], end]))
