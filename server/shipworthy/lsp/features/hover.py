"""Hovers: what a place of a Dockerfile, an ignore file or a compose file does."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.convert import printable
from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.views.hover import hover
from shipworthy.views.page import markdown


def answer(snapshot: Snapshot, params: types.HoverParams) -> dict[str, Any] | None:
    """Answer `textDocument/hover`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    page = hover(snapshot.db, path, snapshot.offset(path, params.position))
    if page is None:
        return None
    value = printable(markdown(snapshot.db, page.parts, snapshot.language))
    return {
        "contents": {"kind": "markdown", "value": value},
        "range": snapshot.range(path, page.span),
    }


FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, answer, types.HoverOptions()),)
