"""Manifests and locks on this disk as queries."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_toml
from shipworthy.model.python.pyproject import ProjectFacts, project_facts
from shipworthy.model.python.uv_lock import UvLock, in_own_layout, scan
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.toml import Problem
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

MAX_LOCK_CHARACTERS = 20_000_000
"""A longer uv.lock is UNKNOWN."""


class Environment(NamedTuple):
    """A virtual environment on this disk, from its `pyvenv.cfg`."""

    path: str
    home: str | None
    """The folder of the interpreter that made it."""
    version: str | None


@query
def pyproject(db: Database, path: str) -> ProjectFacts | Unknown | None:
    """The facts of a pyproject.toml; None when there is none, UNKNOWN while it is no TOML."""
    parsed = parsed_toml(db, path)
    if parsed is None:
        return None
    if parsed.value is None:
        return Unknown("broken-toml", path, whole_file(path))
    return project_facts(parsed.value)


@query
def uv_lock(db: Database, path: str) -> UvLock | Unknown | None:
    """The facts of a uv.lock; None when there is none, UNKNOWN when it is too large."""
    text = db.text(path)
    if text is None:
        too_large = db.file(path).absence == "too-large"
        return Unknown("lock-too-large", path, whole_file(path)) if too_large else None
    if len(text) > MAX_LOCK_CHARACTERS:
        return Unknown("lock-too-large", path, whole_file(path))
    return scan(text)


@query
def toml_problem(db: Database, path: str) -> Problem | None:
    """Why a manifest or lock is no TOML; None when it is, is absent, or too large to read.

    A uv.lock in uv's own layout is not read as TOML: it may be megabytes.
    """
    text = db.text(path)
    if text is None or len(text) > MAX_LOCK_CHARACTERS:
        return None
    if path.endswith("/uv.lock") and in_own_layout(text):
        return None
    parsed = parsed_toml(db, path)
    return None if parsed is None else parsed.problem


@query
def pyvenv(db: Database, folder: str) -> Environment | None:
    """The environment in a folder; None when the folder holds no `pyvenv.cfg`."""
    text = db.text(f"{folder}/pyvenv.cfg")
    if text is None:
        return None
    values = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            values[key.strip().lower()] = value.strip()
    version = values.get("version_info") or values.get("version")
    return Environment(folder, values.get("home"), version)


def key_anchor(
    db: Database, path: str, key: tuple[str | int, ...], *, value: bool = True
) -> Anchor:
    """The place of a key in a TOML file (its value, or the key itself); the file when unknown."""
    parsed = parsed_toml(db, path)
    spans = parsed.spans.get(key) if parsed is not None else None
    if spans is None:
        return Anchor(path, 0, Span(0, 0))
    return Anchor(path, 0, spans.value if value else spans.key)
