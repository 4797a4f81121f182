"""Files that git ignores and a COPY takes: what a clean checkout would not have."""

from __future__ import annotations

import re

from shipworthy.db.database import Database, query
from shipworthy.model.context import ignore_rules, notable_file, notable_folder
from shipworthy.model.git import committed, git_ignored
from shipworthy.model.ignoring import WalkState
from shipworthy.model.image.steps import Copy
from shipworthy.model.workspace import root_of
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

IGNORED_BUDGET = 20_000
"""Entries of a context that are looked at."""
_MOST = 2_000

_OUTPUTS = frozenset(
    {
        "build", "dist", "out", "target", "wheels", "wheelhouse", "static", "staticfiles",
        "static_root", "assets", "public", "_build", "site", "htmlcov", ".next", ".nuxt",
        ".output", ".svelte-kit", ".eggs", "generated", "gen", "_generated", "locale",
    }
)  # fmt: skip
_OUTPUT_FILES = regex(
    r"(?:_version|version|_pb2(?:_grpc)?)\.pyi?$|\.(?:so|pyd|c|cpp|mo|whl|egg-link|map)$"
)
_DATA = regex(r"\.(?:sqlite3?|db|sql|dump|bak|rdb|dump\.gz|sql\.(?:gz|bz2|xz|zst))$", re.IGNORECASE)
_MEDIA = frozenset({"media", "uploads", "mediafiles", "backups", "dumps"})


class IgnoredFile(NamedTuple):
    """A file that is sent although git ignores it."""

    path: str
    """Relative to the context."""
    bytes: int

    @property
    def is_data(self) -> bool:
        """Whether it is a database, a dump, or what users uploaded."""
        folders = self.path.lower().split("/")[:-1]
        return bool(_DATA.search(self.path)) or bool(_MEDIA & set(folders))


def ignored_files(db: Database, copy: Copy) -> tuple[IgnoredFile, ...]:
    """What git ignores and the COPY takes without naming it, data first, then the largest.

    Without environments, modules, caches, bytecode and secrets, of which other rules speak, and
    without what a build puts there on purpose.
    """
    if copy.origin != "context" or copy.context is None or copy.destination is None:
        return ()
    named = {source.path for source in copy.sources if source.path and not source.wildcard}
    found = [
        item
        for item in ignored_in_context(db, copy.context, copy.ignore)
        if item.path not in named and copy.lands(item.path) is not None
    ]
    return tuple(sorted(found, key=lambda item: (not item.is_data, -item.bytes, item.path)))


@query
def ignored_in_context(
    db: Database, context: str, ignore_path: str | None
) -> tuple[IgnoredFile, ...]:
    """Every such file of a context, as far as a search of `IGNORED_BUDGET` entries comes."""
    root = root_of(db, context)
    rules = ignore_rules(db, ignore_path)
    found: list[IgnoredFile] = []
    if rules.error is not None:
        return ()
    todo: list[tuple[str, WalkState, bool]] = [
        ("", rules.root(), git_ignored(db, root, context, True))
    ]
    seen = 0
    while todo and len(found) < _MOST:
        db.checkpoint()
        folder, state, ignored = todo.pop()
        here = f"{context}/{folder}" if folder else context
        entries = list(db.scan(context, here))
        seen += len(entries)
        if seen > IGNORED_BUDGET:
            break
        if folder and any(name == "pyvenv.cfg" for name, _, _ in entries):
            continue
        for name, kind, size in entries:
            path = f"{folder}/{name}" if folder else name
            if kind == "dir":
                inner = state.enter(name)
                if not _is_skipped(name) and not inner.prunable:
                    below = ignored or git_ignored(db, root, f"{here}/{name}", True)
                    todo.append((path, inner, below))
            elif (
                kind == "file"
                and not state.hides(name)
                and not _is_expected(name)
                and _is_private(db, root, f"{here}/{name}", ignored)
            ):
                found.append(IgnoredFile(path, size))
    return tuple(sorted(found))


def _is_private(db: Database, root: str, path: str, ignored: bool) -> bool:
    if not ignored and not git_ignored(db, root, path, False):
        return False
    return not committed(db, root, path)


def _is_skipped(name: str) -> bool:
    lower = name.lower()
    known = lower in _OUTPUTS or lower.endswith((".egg-info", ".dist-info"))
    return known or notable_folder(name) is not None


def _is_expected(name: str) -> bool:
    return notable_file(name) is not None or bool(_OUTPUT_FILES.search(name))
