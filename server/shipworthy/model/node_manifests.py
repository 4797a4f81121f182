"""The package.json files of this disk as queries."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_json
from shipworthy.model.node_project import NodeProject, node_project
from shipworthy.syntax.json import to_python


@query
def node_manifest(db: Database, path: str) -> NodeProject | None:
    """The facts of a package.json; None when there is none, what is broken in it counts absent."""
    parsed = parsed_json(db, path)
    if parsed is None or parsed.root is None:
        return None
    return node_project(to_python(parsed.root))
