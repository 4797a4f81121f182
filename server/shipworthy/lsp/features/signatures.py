"""The forms of an instruction while its arguments are typed."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.views.page import text
from shipworthy.views.signatures import signatures

OPTIONS = types.SignatureHelpOptions(trigger_characters=[" ", "["], retrigger_characters=["\\"])


def answer(snapshot: Snapshot, params: types.SignatureHelpParams) -> dict[str, Any] | None:
    """Answer `textDocument/signatureHelp`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    found = signatures(snapshot.db, path, snapshot.offset(path, params.position))
    if found is None:
        return None
    doc: dict[str, Any] = {}
    if found.doc is not None:
        written_in = snapshot.client.signature_format
        doc = {"documentation": snapshot.markup((text(found.doc),), written_in)}
    return {
        "signatures": [
            {"label": form.label, "parameters": [{"label": part} for part in form.parts], **doc}
            for form in found.forms
        ],
        "activeSignature": found.form,
        "activeParameter": found.part,
    }


FEATURES = (Feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, answer, OPTIONS),)
