"""Hovers: what a place of a Dockerfile, an ignore file or a compose file does."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.views.hover import hover


def answer(snapshot: Snapshot, params: types.HoverParams) -> dict[str, Any] | None:
    """Answer `textDocument/hover`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    page = hover(snapshot.db, path, snapshot.offset(path, params.position))
    if page is None:
        return None
    return {
        "contents": snapshot.markup(page.parts, snapshot.client.hover_format),
        "range": snapshot.range(path, page.span),
    }


FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, answer, types.HoverOptions()),)
