"""Findings about Dockerfiles in compose files, brought to the compose file."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Change, CreateFile, Edit, Finding, Fix, Related, Unresolved
from shipworthy.model.files import INLINE, parsed_dockerfile
from shipworthy.model.inline_dockerfiles import inline_dockerfile, outer_anchor


def outer_finding(db: Database, finding: Finding) -> Finding:
    """The finding with places in files; a fix that cannot be written there is dropped."""
    fixes = (_outer_fix(db, fix) for fix in finding.fixes)
    return finding._replace(
        at=outer_anchor(db, finding.at),
        related=tuple(Related(outer_anchor(db, at), note) for at, note in finding.related),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )


def outer_unresolved(db: Database, item: Unresolved) -> Unresolved:
    """The same for what was not judged."""
    return item._replace(at=outer_anchor(db, item.at))


def _outer_fix(db: Database, fix: Fix) -> Fix | None:
    changes = [_outer_change(db, change) for change in fix.changes]
    known = tuple(change for change in changes if change is not None)
    return fix._replace(changes=known) if len(known) == len(changes) else None


def _outer_change(db: Database, change: Change) -> Change | None:
    """An edit of a text in a block scalar: new lines are indented, `$` is doubled."""
    if isinstance(change, CreateFile):
        return None if INLINE in change.path else change
    if INLINE not in change.at.path:
        return change
    known, parsed = (
        inline_dockerfile(db, change.at.path),
        parsed_dockerfile(db, change.at.path),
    )
    if known is None or parsed is None or known.indent is None:
        return None
    start = parsed.starts[change.at.node] if change.at.node >= 0 else 0
    span = change.at.span.shift(start)
    if not known.has_origins(span):
        return None
    text = change.text.replace("$", "$$").replace("\n", "\n" + known.indent)
    return Edit(outer_anchor(db, change.at), text)
