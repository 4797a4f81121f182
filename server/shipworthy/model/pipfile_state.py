"""Whether a Pipfile.lock on this disk fits its Pipfile."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_toml
from shipworthy.model.python.other_locks import pipfile_facts, pipfile_lock, pipfile_stale


@query
def pipfile_drifted(db: Database, folder: str) -> bool | None:
    """Whether Pipenv would find the folder's lock out of date; None when it cannot be said."""
    parsed = parsed_toml(db, f"{folder}/Pipfile")
    lock = db.text(f"{folder}/Pipfile.lock")
    if parsed is None or parsed.value is None or lock is None:
        return None
    return pipfile_stale(pipfile_facts(parsed.value), pipfile_lock(lock))
