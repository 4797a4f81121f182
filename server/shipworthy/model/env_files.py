"""Env files of services, and the examples that lie beside them.

Source: compose-go types/project.go (a required env file that is missing stops every command).
"""

from __future__ import annotations

from shipworthy.db.database import Database, query

_SUFFIXES = ("example", "sample", "template", "tmpl", "dist", "default", "defaults")


@query
def example_beside(db: Database, path: str) -> str | None:
    """The committed example of an env file: `.env.example`, `example.env`, `.env.dev.sample`."""
    folder, _, name = path.rpartition("/")
    plain = name.lstrip(".")
    wanted = [f"{name}.{suffix}" for suffix in _SUFFIXES]
    wanted += [f"{plain}.{suffix}" for suffix in _SUFFIXES]
    wanted += [f"{suffix}.{plain}" for suffix in _SUFFIXES]
    wanted += [f".env.{suffix}" for suffix in _SUFFIXES]
    for candidate in wanted:
        if db.text(f"{folder}/{candidate}") is not None:
            return f"{folder}/{candidate}"
    return None
