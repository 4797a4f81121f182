"""Places that survive edits elsewhere in their file."""

from __future__ import annotations

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Anchor(NamedTuple):
    """A place in a file, relative to one of the file's nodes.

    `path` is absolute with `/`. `node` counts the file's nodes (Dockerfile instructions, ignore
    patterns, YAML blocks, TOML and JSON files as a whole: 0); -1 is the file itself, whose start is
    offset 0. `span` is in code points relative to the start of that node.
    """

    path: str
    node: int
    span: Span

    def narrow(self, start: int, end: int) -> Anchor:
        """The part `[start, end)` of this place, counted from its own beginning."""
        return Anchor(self.path, self.node, Span(self.span.start + start, self.span.start + end))


def whole_file(path: str) -> Anchor:
    """The beginning of a file, for what is true of the file and of no line in it."""
    return Anchor(path, -1, Span(0, 0))
