"""Edits of the rules below `develop.watch`."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.model.files import line_index, locate
from shipworthy.model.watching import SyncedEnvironment
from shipworthy.rules.compose_fixes import insert_item
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

IGNORE = Text(
    en="Add `{pattern}` to the rule's `ignore`",
    ja="ルールの `ignore` に `{pattern}` を追加する",
)


def watch_ignore_fix(db: Database, synced: SyncedEnvironment) -> tuple[Fix, ...]:
    """The fix that adds the synced environment to the rule's `ignore`; none in a flow mapping."""
    name = synced.inside.rpartition("/")[2]
    pattern = f"{name}/" if "/" not in synced.inside else f"**/{name}/"
    shown = f'"{pattern}"' if pattern.startswith("*") else pattern
    edit = _edit(db, synced, shown)
    if edit is None:
        return ()
    return (Fix(say(IGNORE, pattern=pattern), (edit,), Safety.SAFE),)


def _edit(db: Database, synced: SyncedEnvironment, pattern: str) -> Edit | None:
    """A new item of `ignore`, or the key itself below the rule's path."""
    if synced.watch.ignore:
        return insert_item(db, synced.watch.ignore[-1].at, pattern)
    at = synced.watch.path_at
    text = db.text(at.path) or ""
    place = locate(db, at)
    lines = line_index(db, at.path)
    line = lines.line_of(place.span.start)
    head = text[lines.line_start(line) : place.span.start]
    key = head.lstrip(" -")
    if not key.replace('"', "").replace("'", "").startswith("path") or "{" in head:
        return None
    indent = " " * (len(head) - len(key))
    end = lines.line_end(line)
    return Edit(Anchor(at.path, -1, Span(end, end)), f"\n{indent}ignore:\n{indent}  - {pattern}")
