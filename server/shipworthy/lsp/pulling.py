"""Pull diagnostics: what the publisher knows, for clients that ask instead of being told.

A report is answered after the look that takes all edits in (slow jobs wait for it). Its result id
is a digest of the report, so that it also holds after a restart of the server.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from shipworthy.lsp.desk import Desk

OPTIONS = types.DiagnosticOptions(
    inter_file_dependencies=True, workspace_diagnostics=True, identifier="shipworthy"
)


def of_document(
    desk: Desk, _interrupted: Callable[[], bool], params: types.DocumentDiagnosticParams
) -> dict[str, Any]:
    """Answer `textDocument/diagnostic`."""
    path = desk.documents.path(params.text_document.uri)
    items = desk.publisher.report(path) if path is not None else []
    return _report(items, params.previous_result_id)


def of_workspace(
    desk: Desk, _interrupted: Callable[[], bool], params: types.WorkspaceDiagnosticParams
) -> dict[str, Any]:
    """Answer `workspace/diagnostic`: every file that shows something, or did when last asked."""
    before = {item.uri: item.value for item in params.previous_result_ids}
    reports = []
    for path, items in desk.publisher.reports():
        uri = desk.documents.uri(path)
        document = desk.documents.of(path)
        version = document.version if document is not None else None
        reports.append({"uri": uri, "version": version, **_report(items, before.pop(uri, None))})
    for uri, known in before.items():
        reports.append({"uri": uri, "version": None, **_report([], known)})
    return {"items": reports}


def _report(items: list[Any], known: str | None) -> dict[str, Any]:
    text = json.dumps(items, sort_keys=True)
    result_id = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    if result_id == known:
        return {"kind": "unchanged", "resultId": result_id}
    return {"kind": "full", "resultId": result_id, "items": items}
