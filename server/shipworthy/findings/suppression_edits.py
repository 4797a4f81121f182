"""Writing suppressing comments: "ignore here" in the editor, `--add-ignores` in batch."""

from __future__ import annotations

from collections.abc import Iterable

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit
from shipworthy.findings.suppression import home, node_spans, suppressions
from shipworthy.model.files import kind_of, line_index
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

COMMENTED = ("dockerfile", "ignore", "yaml", "toml")
"""The kinds of files that can carry a suppression."""


def suppression_edit(
    db: Database, at: Anchor, rules: Iterable[str], reason: str = ""
) -> Edit | None:
    """The edit that suppresses the rules at a place; None when the file can carry no comment.

    A comment that already stands there gets the names added. A new one stands on a line of its own
    above the instruction, pattern or line, which keeps it below the parser directives of a
    Dockerfile; it is indented like that line, except in ignore files, where a comment must begin in
    column 0.
    """
    if kind_of(at.path) not in COMMENTED:
        return None
    edits, _ = suppression_edits(db, ((at, rule) for rule in rules), reason)
    return edits[0] if edits else None


def suppression_edits(
    db: Database, wanted: Iterable[tuple[Anchor, str]], reason: str = ""
) -> tuple[tuple[Edit, ...], tuple[tuple[Anchor, str], ...]]:
    """Edits for many findings, one for each place, and what no comment can suppress."""
    places: dict[tuple[str, int], dict[str, None]] = {}
    impossible: list[tuple[Anchor, str]] = []
    for at, rule in wanted:
        offset = _line_to_stand_above(db, at)
        if offset is None:
            impossible.append((at, rule))
        else:
            places.setdefault((at.path, offset), {})[rule] = None
    edits = [
        _edit(
            db,
            path,
            offset,
            tuple(
                sorted(names),
            ),
            reason,
        )
        for (path, offset), names in sorted(places.items())
    ]
    return tuple(edits), tuple(impossible)


def _line_to_stand_above(db: Database, at: Anchor) -> int | None:
    """The absolute offset of the start of the line that the comment is about."""
    kind = kind_of(at.path)
    text = db.text(at.path)
    if kind not in COMMENTED or not text:
        return None
    offset = home(db, at)
    if kind in ("dockerfile", "ignore"):
        inside = [span for span in node_spans(db, at.path) if span.start <= offset <= span.end]
        if not inside:
            return None
        offset = inside[-1].start
    lines = line_index(db, at.path)
    start = lines.line_start(lines.line_of(offset))
    return 1 if start == 0 and text.startswith("\ufeff") else start


def _edit(db: Database, path: str, offset: int, names: tuple[str, ...], reason: str) -> Edit:
    text = db.text(path) or ""
    lines = line_index(db, path)
    line = Span(offset, lines.line_end(lines.line_of(offset)))
    for known in suppressions(db, path).valid:
        target = known.target
        if known.own and target is not None and line.start <= target.start <= line.end:
            present = {name.text for name in known.names}
            added = "".join(f", {name}" for name in names if name not in present)
            end = known.names[-1].span.end
            return Edit(Anchor(path, -1, Span(end, end)), added)
    content = line.of(text)
    indent = "" if kind_of(path) == "ignore" else content[: len(content) - len(content.lstrip())]
    # A line end in the reason would end the comment.
    words = " ".join(reason.split())
    comment = f"# shipworthy: ignore[{', '.join(names)}]" + (f" -- {words}" if words else "")
    return Edit(Anchor(path, -1, Span(offset, offset)), f"{indent}{comment}\n")
