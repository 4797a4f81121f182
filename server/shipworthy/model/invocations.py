"""Builds that other files state: bake files, devcontainers, workflows, Makefiles, scripts."""

from __future__ import annotations

from typing import NamedTuple

from shipworthy.db.database import Database, query
from shipworthy.text.anchors import Anchor


class Invocation(NamedTuple):
    """One `docker build` that some file states, with literal values only."""

    label: str
    """How the caller is called in output: the bake target, the workflow's job, the file's name."""
    at: Anchor
    dockerfile: str
    context: str
    target: str | None
    args: tuple[tuple[str, str | None], ...]
    platform: str | None


@query
def invocations(db: Database, root: str) -> tuple[Invocation, ...]:
    """The builds stated below a root outside of compose files."""
    return ()
