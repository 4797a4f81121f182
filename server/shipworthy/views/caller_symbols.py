"""Services that files outside of compose projects name: devcontainer.json, scripts, CI."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.devcontainer import devcontainer_files
from shipworthy.model.files import parsed_json
from shipworthy.model.workspace import inventory, roots
from shipworthy.syntax.json import Array, Node, Object, Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import cluster_of, clusters, file_of
from shipworthy.views.compose_symbols import defined
from shipworthy.views.symbols import Occurrence, Symbol

_COMPOSE = regex(r"\bdocker[ -]compose\b(?P<words>[^\n;&|]*)")
_OPTION = regex(
    r"(?:-f|--file|-p|--project-name|--profile|--env-file|--project-directory|-e|--env|-w|-u)"
    r"(?:[= ]+)\S+"
)


@query
def devcontainers(db: Database) -> tuple[str, ...]:
    """Every devcontainer.json of the workspace that names compose files."""
    return tuple(
        path for root in roots(db) for path in devcontainer_files(db, root) if _project(db, path)
    )


def _object(db: Database, path: str) -> Object | None:
    parsed = parsed_json(db, path)
    return parsed.root if parsed is not None and isinstance(parsed.root, Object) else None


def _project(db: Database, path: str) -> tuple[str, ...]:
    """The compose files that share their names with those that a devcontainer.json lists."""
    root = _object(db, path)
    for item in _strings(root.get("dockerComposeFile") if root is not None else None):
        found = cluster_of(db, file_of(path.rpartition("/")[0], item.value))
        if found:
            return found
    return ()


def _strings(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Array) else (node,):
        if isinstance(item, Scalar) and item.kind == "string" and item.value:
            yield item


def in_devcontainer(db: Database, path: str) -> Iterator[Occurrence]:
    """The services that a devcontainer.json names."""
    root, files = _object(db, path), _project(db, path)
    text = db.text(path) or ""
    for key in ("service", "runServices") if root is not None and files else ():
        assert root is not None
        for item in _strings(root.get(key)):
            span = Span(item.span.start + 1, item.span.end - 1)
            symbol = Symbol("service", files[0], item.value)
            yield Occurrence(symbol, path, span, "reference", span.of(text) == item.value)


def commands_naming(db: Database, symbol: Symbol) -> Iterator[Anchor]:
    """Where scripts run `docker compose` with the name of a service.

    Where several projects have a service of that name, only scripts beside its compose files count.
    """
    key = (symbol.kind, symbol.name)
    shared = sum(key in defined(db, files[0]) for files in clusters(db)) > 1
    folders = {path.rpartition("/")[0] for path in cluster_of(db, symbol.scope)}
    word = re.compile(rf"(?<![\w./:=-]){re.escape(symbol.name)}(?![\w./:=-])")
    for root in roots(db):
        for path in inventory(db, root).callers:
            text = db.text(path) or ""
            if symbol.name not in text or (shared and path.rpartition("/")[0] not in folders):
                continue
            for command in _COMPOSE.finditer(text):
                words = _OPTION.sub(lambda found: " " * len(found[0]), command["words"])
                named = word.search(words)
                if named is not None:
                    start = command.start("words") + named.start()
                    yield Anchor(path, -1, Span(start, start + len(symbol.name)))
