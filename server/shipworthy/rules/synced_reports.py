"""What the rules on synced environments report: where a sync rule copies over the image's own."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety
from shipworthy.findings.message import File, Text, say
from shipworthy.model.files import line_index, locate
from shipworthy.model.run import RunUnit
from shipworthy.model.watching import SyncedEnvironment, SyncedKind, synced_environments
from shipworthy.model.workspace import root_of
from shipworthy.rules.compose_fixes import insert_item
from shipworthy.rules.rule import Report
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

IGNORE = Text(
    en="Add `{pattern}` to the rule's `ignore`",
    ja="ルールの `ignore` に `{pattern}` を追加する",
)


def synced_reports(
    db: Database, run: RunUnit, kind: SyncedKind, texts: tuple[Text, Text, Text]
) -> Iterator[Report]:
    """A report for each environment of that kind which a sync rule copies.

    ``texts``: nothing excludes it, only newer versions of Compose exclude it, and where the image
    makes it.
    """
    copied, older, made = texts
    for synced in synced_environments(db, run, kind):
        at = synced.watch.path_at
        host = synced.host.removeprefix(root_of(db, at.path) + "/")
        target = f"{str(synced.watch.target).rstrip('/')}/{synced.inside}"
        message = say(copied, host=host, target=target)
        if synced.newer is not None:
            message = say(older, host=host, target=target, file=File(synced.newer))
        related = (Related(synced.environment.at, say(made)),)
        yield Report(at, message, related, _ignoring(db, synced))


def _ignoring(db: Database, synced: SyncedEnvironment) -> tuple[Fix, ...]:
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
