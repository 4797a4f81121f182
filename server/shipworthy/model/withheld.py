"""Files that a COPY or a bind mount would bring if an ignore file did not keep them out."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.context import ignore_rules
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, visible
from shipworthy.model.image.contents import candidates
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class Withheld(NamedTuple):
    """A file on this disk that an ignore file keeps out of the image."""

    host: str
    ignore: str
    pattern: Anchor
    """The pattern that hides it."""
    by: Anchor
    """The COPY, or the mount, that would have brought it."""


def pattern_anchor(db: Database, ignore: str, ordinal: int) -> Anchor | None:
    """The place of a pattern in an ignore file."""
    tree = ignore_file(db, ignore)
    if tree is None or ordinal >= len(tree.patterns):
        return None
    return Anchor(ignore, ordinal, tree.patterns[ordinal].span)


def withheld(db: Database, image: Image, run: Run, path: str) -> Withheld | None:
    """What would lie at an absolute image path while a RUN executes, but for the ignore file.

    Whoever asks has looked first whether something does lie there.
    """
    for mount in run.mounts:
        if mount.type != "bind" or mount.context is None or mount.target is None:
            continue
        if mount.source is None or mount.source.path is None or mount.origin != "context":
            continue
        below = _below(path, mount.target)
        if below is not None:
            inner = "/".join(part for part in (mount.source.path, below) if part)
            found = _hidden(db, mount.context, mount.ignore, inner, mount.at)
            if found is not None:
                return found
    for stage in reversed(image.chain(run.stage)):
        for copy in reversed(stage.copies()):
            if stage.number == run.stage and copy.ordinal >= run.ordinal:
                continue
            found = _from_copy(db, copy, path)
            if found is not None:
                return found
    return None


def _from_copy(db: Database, copy: Copy, path: str) -> Withheld | None:
    if copy.origin != "context" or copy.context is None or copy.destination is None:
        return None
    if _below(path, copy.destination) is None:
        return None
    for candidate in candidates(db, copy, copy.context, path):
        if candidate and copy.lands(candidate) == path:
            found = _hidden(db, copy.context, copy.ignore, candidate, copy.at)
            if found is not None:
                return found
    return None


def _hidden(
    db: Database, context: str, ignore: str | None, path: str, by: Anchor
) -> Withheld | None:
    status = db.stat(f"{context}/{path}")
    if ignore is None or status is None or status.kind == "dir":
        return None
    verdict = visible(ignore_rules(db, ignore), path)
    if not isinstance(verdict, Hidden):
        return None
    pattern = pattern_anchor(db, ignore, verdict.by)
    return None if pattern is None else Withheld(f"{context}/{path}", ignore, pattern, by)


def _below(path: str, folder: str) -> str | None:
    base = folder.rstrip("/")
    if path == base:
        return ""
    return path[len(base) + 1 :] if path.startswith(base + "/") else None
