"""Writing to the terminal: encodings that cannot show a character, notes, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TextIO

from shipworthy.db.inputs import encode
from shipworthy.report.screen import Paint, escape_bytes, escaped, wants_colour
from shipworthy.report.tree import Canvas

PROGRESS_AFTER = 1.0
"""Seconds of work before a terminal is told that something is going on."""
_PROGRESS_EVERY = 0.2


def prepare() -> None:
    """Let no character that the terminal's encoding lacks stop a report."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def write_lines(lines: Iterable[str]) -> None:
    """Lines to stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def write_exact(
    text: str,
    stream: TextIO,
    *,
    escape: bool = True,
    styles: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A text whose bytes matter: a diff or a file.

    On a terminal what could control it is escaped, unless `escape` is False, and a line has the
    style of the first beginning that it has; elsewhere bytes that are no UTF-8 arrive as they are
    in the file.
    """
    if escape and stream.isatty():
        paint = paint_for(stream)
        for line in text.split("\n")[:-1]:
            style = [name for beginning, name in styles.items() if line.startswith(beginning)]
            stream.write(f"{paint(escaped(line), *style[:1]) if style else escaped(line)}\n")
        return
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(escape_bytes(text))
        return
    buffer.write(encode(text))
    buffer.flush()


def note(text: str) -> None:
    """One line to stderr, for what is no finding."""
    sys.stderr.write(f"shipworthy: {escaped(text)}\n")


def paint_for(stream: TextIO) -> Paint:
    """Colours as the stream and the environment allow."""
    return Paint(wants_colour(os.environ, stream.isatty()))


def canvas_for(stream: TextIO) -> Canvas:
    """What a tree is drawn on: the width of a terminal, or anything that takes lines."""
    paint = paint_for(stream)
    if not stream.isatty():
        return Canvas(paint)
    from shutil import get_terminal_size  # noqa: PLC0415  (slow to import, for terminals only)

    try:
        "├█".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Canvas(paint, get_terminal_size().columns)
    return Canvas(paint, get_terminal_size().columns, fancy=True)


def progress(silent: bool) -> tuple[Callable[[], bool], Callable[[], None]]:
    """A callback for `Database.cancelled` that shows that work goes on, and one that wipes it.

    The first never cancels. Both do nothing unless stderr is a terminal.
    """
    if silent or not sys.stderr.isatty():
        return (lambda: False), (lambda: None)
    started = time.monotonic()
    shown = [0.0]

    def tick() -> bool:
        now = time.monotonic()
        if now - started > PROGRESS_AFTER and now - shown[0] > _PROGRESS_EVERY:
            shown[0] = now
            sys.stderr.write(f"\rshipworthy: reading the workspace, {now - started:.0f} s")
            sys.stderr.flush()
        return False

    def wipe() -> None:
        if shown[0]:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    return tick, wipe
