"""Edits of lists in compose files that keep the list's own style."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit
from shipworthy.findings.message import Text
from shipworthy.model.files import line_index, locate
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

ADD_VOLUME = Text(
    en="Add an anonymous volume at `{path}` to `{service}`",
    ja="`{service}` に `{path}` の匿名ボリュームを追加する",
)


def insert_item(db: Database, after: Anchor, item: str) -> Edit | None:
    """The edit that adds a list item below another one; None when the list is not a block list."""
    text = db.text(after.path) or ""
    place = locate(db, after)
    lines = line_index(db, after.path)
    start = lines.line_start(lines.line_of(place.span.start))
    head = text[start : place.span.start]
    indent = head[: len(head) - len(head.lstrip(" "))]
    if not head.lstrip(" ").startswith("-"):
        return None
    end = lines.line_end(lines.line_of(max(place.span.start, place.span.end - 1)))
    return Edit(Anchor(after.path, -1, Span(end, end)), f"\n{indent}- {item}")


def delete_item(db: Database, item: Anchor) -> Edit | None:
    """The edit that removes a list item with its lines; None when it is not alone on them.

    The last item of a list stays: an empty list would mean something else.
    """
    text = db.text(item.path) or ""
    place = locate(db, item)
    lines = line_index(db, item.path)
    first = lines.line_of(place.span.start)
    last = lines.line_of(max(place.span.start, place.span.end - 1))
    start = lines.line_start(first)
    head = text[start : place.span.start]
    if head.strip(" ") not in ("-", "") or not head.lstrip(" ").startswith("-"):
        return None
    indent = head[: len(head) - len(head.lstrip(" "))]
    if not _has_sibling(text, lines.line_start(first), lines.line_start(last + 1), indent):
        return None
    return Edit(Anchor(item.path, -1, Span(start, lines.line_start(last + 1))), "")


def _has_sibling(text: str, start: int, end: int, indent: str) -> bool:
    above = text[:start].rstrip("\r\n").rpartition("\n")[2]
    below = text[end:].partition("\n")[0]
    return any(line.startswith(f"{indent}-") for line in (above, below)) or (
        bool(above) and above.startswith(indent + " ") and not above.rstrip().endswith(":")
    )
