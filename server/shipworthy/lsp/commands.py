"""`workspace/executeCommand`: what the client's menus call."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from shipworthy.docsgen.rule_pages import explain
from shipworthy.engine.fixing import fix_to_fixed_point
from shipworthy.findings.finding import Safety
from shipworthy.lsp.edits import Changes, changes_between, workspace_edit
from shipworthy.lsp.protocol import RequestFailed
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.lsp.words import CREATE_IGNORE, FIX_WORKSPACE, word
from shipworthy.model.builds import BuildUnit, all_units, units_of_dockerfile
from shipworthy.model.context import ignore_path_of, walk
from shipworthy.model.files import kind_of
from shipworthy.model.unknown import Unknown
from shipworthy.views.exemplary import ignore_text

EXPLAIN = "shipworthy.explain"
SHOW_CONTEXT = "shipworthy.showContext"
FIX_ALL = "shipworthy.fixAllInWorkspace"
CREATE_IGNORE_FILE = "shipworthy.createIgnoreFile"

_DEPTH = 4
"""Folders deep that a context is told, and the part of it that something in a folder must be."""
_NOTABLE = 20

Apply = Callable[[str, dict[str, Any]], None]
Run = Callable[[Snapshot, list[Any], Apply], Any]


def explain_rule(snapshot: Snapshot, arguments: list[Any], _: Apply) -> dict[str, str]:
    """The page of a rule as markdown, in the user's language."""
    name = _text(arguments, "the name of a rule")
    try:
        page = explain(name, snapshot.language)
    except (KeyError, LookupError, ValueError):
        raise RequestFailed(f"there is no rule {name}") from None
    return {"rule": name, "markdown": page}


def show_context(snapshot: Snapshot, arguments: list[Any], _: Apply) -> list[dict[str, Any]]:
    """What each build that reads a file sends: files, bytes, and where they go."""
    path = snapshot.path(_text(arguments, "a URI")) or ""
    return [
        _sent(snapshot, unit)
        for unit in all_units(snapshot.db)
        if path in _files_of(snapshot, unit)
    ]


def _files_of(snapshot: Snapshot, unit: BuildUnit) -> tuple[Any, ...]:
    return unit.origin_file, unit.dockerfile, ignore_path_of(snapshot.db, unit)


def _sent(snapshot: Snapshot, unit: BuildUnit) -> dict[str, Any]:
    relative = snapshot.analysis().relative
    compose, service, dockerfile, context = unit.name
    value: dict[str, Any] = {
        "compose": compose and relative(compose),
        "service": service,
        "dockerfile": dockerfile and relative(dockerfile),
        "context": context,
    }
    ignore = ignore_path_of(snapshot.db, unit)
    if isinstance(unit.context, Unknown) or isinstance(ignore, Unknown):
        return {**value, "unknown": True}
    counts: dict[str, tuple[int, int]] = {"": (0, 0)}
    for entry in walk(snapshot.db, unit.context, ignore):
        if entry.kind == "dir":
            continue
        parts = entry.path.split("/")
        for depth in range(min(len(parts), _DEPTH) + 1):
            path = "/".join(parts[:depth])
            files, size = counts.get(path, (0, 0))
            counts[path] = files + 1, size + entry.size
    files, size = counts.pop("")
    inner: dict[str, list[str]] = {}
    for path in sorted(counts, key=lambda path: (-counts[path][1], path)):
        folder = path.rpartition("/")[0]
        if not folder or counts[path][1] * _NOTABLE >= size:
            inner.setdefault(folder, []).append(path)

    def listed(folder: str) -> list[dict[str, Any]]:
        return [
            {
                "path": path,
                "files": counts[path][0],
                "bytes": counts[path][1],
                "entries": listed(path),
            }
            for path in inner.get(folder, ())
        ]

    return {
        **value,
        "context": relative(unit.context),
        "ignoreFile": relative(ignore) if ignore else None,
        "files": files,
        "bytes": size,
        "entries": listed(""),
    }


def fix_all(snapshot: Snapshot, _arguments: list[Any], apply: Apply) -> dict[str, Any]:
    """Every safe fix of the workspace as one edit, which the client is asked to apply."""
    outcome = fix_to_fixed_point(snapshot.host, Safety.SAFE)
    applied: dict[str, Any] = {}
    if outcome.files:
        changes = changes_between(outcome.files)
        applied = _hand_over(snapshot, word(FIX_WORKSPACE, snapshot.language), changes, apply)
    return {
        **applied,
        "fixed": len(outcome.applied),
        "withheld": len(outcome.withheld),
        "files": [snapshot.uri(path) for path in outcome.files],
        "afterwards": list(outcome.afterwards),
    }


def create_ignore_file(snapshot: Snapshot, arguments: list[Any], apply: Apply) -> dict[str, Any]:
    """A `.dockerignore` for the context that a Dockerfile is built from, or for a folder."""
    given = snapshot.path(_text(arguments, "a URI"))
    if given is None:
        raise RequestFailed("not a file of this workspace")
    context = _context_of(snapshot, given)
    target = posixpath.join(context, ".dockerignore")
    if snapshot.db.stat(target) is not None:
        return {"uri": snapshot.uri(target), "created": False}
    text = ignore_text(snapshot.db, context)
    title = word(CREATE_IGNORE, snapshot.language, path=snapshot.analysis().relative(target))
    applied = _hand_over(snapshot, title, Changes({}, {target: text}), apply)
    return {**applied, "uri": snapshot.uri(target), "created": True}


def _hand_over(snapshot: Snapshot, title: str, changes: Changes, apply: Apply) -> dict[str, Any]:
    """Ask the client to apply an edit; one that cannot be asked gets it with the answer."""
    edit = workspace_edit(snapshot, changes)
    if not snapshot.client.apply_edit:
        return {"edit": edit}
    apply(title, edit)
    return {}


def _context_of(snapshot: Snapshot, path: str) -> str:
    status = snapshot.db.stat(path)
    if status is not None and status.kind == "dir":
        return path
    if kind_of(path) == "dockerfile":
        for unit in units_of_dockerfile(snapshot.db, path):
            if isinstance(unit.context, str):
                return unit.context
    return posixpath.dirname(path)


def _text(arguments: list[Any], what: str) -> str:
    if not arguments or not isinstance(arguments[0], str):
        raise RequestFailed(f"expected {what}")
    return arguments[0]


COMMANDS: dict[str, Run] = {
    EXPLAIN: explain_rule,
    SHOW_CONTEXT: show_context,
    FIX_ALL: fix_all,
    CREATE_IGNORE_FILE: create_ignore_file,
}
SLOW = frozenset({SHOW_CONTEXT, FIX_ALL})
