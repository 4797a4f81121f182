"""The indentation of a new line of a Dockerfile, while it is typed."""

from __future__ import annotations

from bisect import bisect_right

from shipworthy.model.files import kind_of
from shipworthy.syntax.dockerfile.lines import continues
from shipworthy.syntax.dockerfile.parse import parse
from shipworthy.text.edits import Replacement
from shipworthy.text.spans import Span
from shipworthy.views.format_dockerfile import INDENT
from shipworthy.views.formatting import MAX_LENGTH


def new_line_edits(path: str, text: str, offset: int) -> tuple[Replacement, ...]:
    """What indents the line at an absolute offset as the line above asks for.

    A continued instruction is indented, the next instruction is not; here-documents stay.
    """
    start = text.rfind("\n", 0, offset) + 1
    if kind_of(path) != "dockerfile" or not start or len(text) > MAX_LENGTH["dockerfile"]:
        return ()
    parsed = parse(text)
    above = text.rfind("\n", 0, start - 1) + 1
    ordinal = bisect_right(parsed.starts, max(above, start - 2)) - 1
    if ordinal < 0:
        return ()
    begin, instruction = parsed.starts[ordinal], parsed.tree.instructions[ordinal]
    bodies = min((doc.span.start for doc in instruction.heredocs), default=len(text))
    if begin + bodies <= start <= begin + len(instruction.source):
        return ()
    line = text[above : start - 1].removesuffix("\r")
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    inside = above <= begin + len(instruction.source)
    wanted = ""
    if inside and (continues(line, parsed.tree.escape) or line.lstrip().startswith("#")):
        wanted = INDENT if above <= begin else indent
    rest = text[start:]
    lead = rest[: len(rest) - len(rest.lstrip(" \t"))]
    return () if lead == wanted else (Replacement(Span(start, start + len(lead)), wanted),)
