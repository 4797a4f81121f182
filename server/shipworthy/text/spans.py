"""Half-open ranges of code points."""

from __future__ import annotations

from shipworthy.text.records import NamedTuple


class Span(NamedTuple):
    """A half-open range `[start, end)` in code points.

    What offset 0 means is said where a span is kept: in syntax trees it is the start of the
    span's own *node* (a Dockerfile instruction, an ignore pattern, a YAML block), so that text
    typed above a node leaves the node's tree equal.
    """

    start: int
    end: int

    def shift(self, by: int) -> Span:
        """The same range seen from an origin that lies `by` code points earlier."""
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        """The text inside the range."""
        return text[self.start : self.end]
