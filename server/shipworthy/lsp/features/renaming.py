"""Rename: the edits of all files in one, or the reason why not."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.convert import printable
from shipworthy.lsp.edits import Changes, workspace_edit
from shipworthy.lsp.features import Feature
from shipworthy.lsp.protocol import RequestFailed
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.views.page import said
from shipworthy.views.renaming import NOTHING, Refused, prepare, rename


def _refuse(snapshot: Snapshot, refused: Refused) -> RequestFailed:
    return RequestFailed(message=printable(said(snapshot.db, refused.message, snapshot.language)))


def prepare_rename(snapshot: Snapshot, params: types.PrepareRenameParams) -> dict[str, Any] | None:
    """Answer `textDocument/prepareRename`; null where there is no name at all."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    found = prepare(snapshot.db, path, snapshot.offset(path, params.position))
    if isinstance(found, Refused):
        if found.message.text is NOTHING:
            return None
        raise _refuse(snapshot, found)
    return {"range": snapshot.range(path, found.span), "placeholder": printable(found.name)}


def answer(snapshot: Snapshot, params: types.RenameParams) -> dict[str, Any] | None:
    """Answer `textDocument/rename`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    offset = snapshot.offset(path, params.position)
    done = rename(snapshot.db, path, offset, params.new_name)
    if isinstance(done, Refused):
        raise _refuse(snapshot, done)
    caution = None
    if done.caution is not None:
        caution = printable(said(snapshot.db, done.caution, snapshot.language))
    return workspace_edit(snapshot, Changes(done.edits, {}), caution)


FEATURES = (
    Feature(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename),
    Feature(types.TEXT_DOCUMENT_RENAME, answer, types.RenameOptions(prepare_provider=True)),
)
