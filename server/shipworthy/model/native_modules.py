"""Compiled Node addons among the files that a build sends."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.context import walk

_BUDGET = 20_000


@query
def native_module(db: Database, context: str, ignore: str | None, folder: str) -> str | None:
    """The first `.node` file below a folder of the context, relative to the context.

    Node loads these as shared libraries, so each fits one system and architecture (Node.js
    documentation, C++ addons). Looks at 20 000 files at most.
    """
    for seen, sent in enumerate(walk(db, context, ignore, folder)):
        if sent.kind != "dir" and sent.path.endswith(".node"):
            return sent.path
        if seen >= _BUDGET:
            break
    return None
