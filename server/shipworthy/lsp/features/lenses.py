"""Code lenses and inlay hints: off unless the settings `lenses` and `inlay-hints` say so."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.capabilities import SHOW_BUILD_CONTEXT, SHOW_REFERENCES
from shipworthy.lsp.convert import printable
from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.model.settings import Settings, settings
from shipworthy.model.workspace import root_of
from shipworthy.text.spans import Span
from shipworthy.views.lenses import Lens, hints, lenses
from shipworthy.views.page import plain, said


def _settings(snapshot: Snapshot, path: str) -> Settings:
    return settings(snapshot.db, root_of(snapshot.db, path))


def code_lenses(snapshot: Snapshot, params: types.CodeLensParams) -> list[dict[str, Any]]:
    """Answer `textDocument/codeLens`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or not _settings(snapshot, path).lenses:
        return []
    return [_code_lens(snapshot, path, lens) for lens in lenses(snapshot.db, path)]


def _code_lens(snapshot: Snapshot, path: str, lens: Lens) -> dict[str, Any]:
    """A line that leads somewhere where the client has a command for that, else says something."""
    where = snapshot.range(path, lens.span)
    title = printable(plain(said(snapshot.db, lens.message, snapshot.language)))
    command: dict[str, Any] = {"title": title, "command": ""}
    if lens.leads == "context":
        if snapshot.client.shows_context:
            command |= {"command": SHOW_BUILD_CONTEXT, "arguments": [snapshot.uri(path)]}
    elif lens.leads and snapshot.client.shows_references:
        places = [snapshot.location(at) for at in lens.leads]
        arguments = [snapshot.uri(path), where["start"], places]
        command |= {"command": SHOW_REFERENCES, "arguments": arguments}
    return {"range": where, "command": command}


def inlay_hints(snapshot: Snapshot, params: types.InlayHintParams) -> list[dict[str, Any]]:
    """Answer `textDocument/inlayHint`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or not _settings(snapshot, path).inlay_hints:
        return []
    within = Span(
        snapshot.offset(path, params.range.start), snapshot.offset(path, params.range.end)
    )
    return [
        {
            "position": snapshot.range(path, Span(hint.offset, hint.offset))["start"],
            "label": printable(hint.text),
            "paddingLeft": True,
        }
        for hint in hints(snapshot.db, path, within)
    ]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_CODE_LENS, code_lenses, types.CodeLensOptions(), slow=True),
    Feature(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hints, types.InlayHintOptions()),
)
