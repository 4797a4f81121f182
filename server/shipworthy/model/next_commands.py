"""The commands that a user runs after a fix: shown, never run."""

from __future__ import annotations

import shlex

from shipworthy.db.database import Database
from shipworthy.model.builds import BuildUnit, root_of_unit
from shipworthy.model.compose.load import DEFAULT_FILES

UP_RENEWED = "up --build -V"
"""Builds, recreates the containers, and drops the anonymous volumes of the old ones."""


def compose_command(db: Database, unit: BuildUnit, words: str) -> str:
    """`docker compose [-f FILE] WORDS` for the project that a build belongs to."""
    root = root_of_unit(db, unit)
    relative = unit.origin_file.removeprefix(root + "/")
    chosen = "" if relative in DEFAULT_FILES else f"-f {shlex.quote(relative)} "
    return f"docker compose {chosen}{words}"


def build_command(db: Database, unit: BuildUnit) -> str:
    """The command that builds a unit again."""
    if unit.origin == "compose":
        return compose_command(db, unit, f"build {shlex.quote(unit.service)}")
    root = root_of_unit(db, unit)
    _, _, dockerfile, context = unit.name
    where = context.removeprefix(root).lstrip("/") or "."
    named = dockerfile.removeprefix(root + "/")
    chosen = "" if named == "Dockerfile" else f"-f {shlex.quote(named)} "
    return f"docker build {chosen}{shlex.quote(where)}"
