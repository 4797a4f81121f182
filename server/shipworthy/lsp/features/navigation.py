"""Definitions, references, highlights and links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsprotocol import types

from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.model.files import Location
from shipworthy.views.links import links
from shipworthy.views.navigation import definitions, highlights, references

_READ, _WRITE = 2, 3


def _asked(snapshot: Snapshot, params: Any) -> tuple[str, int] | None:
    """The path and offset of a request; None for what is no readable file."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    return path, snapshot.offset(path, params.position)


def _locations(snapshot: Snapshot, found: Iterable[Location]) -> list[dict[str, Any]]:
    return [
        {"uri": snapshot.uri(path), "range": snapshot.range(path, span)} for path, span in found
    ]


def definition(snapshot: Snapshot, params: types.DefinitionParams) -> list[dict[str, Any]]:
    """Answer `textDocument/definition`."""
    asked = _asked(snapshot, params)
    return _locations(snapshot, definitions(snapshot.db, *asked)) if asked else []


def find_references(snapshot: Snapshot, params: types.ReferenceParams) -> list[dict[str, Any]]:
    """Answer `textDocument/references`."""
    asked = _asked(snapshot, params)
    if asked is None:
        return []
    declaration = params.context.include_declaration
    return _locations(snapshot, references(snapshot.db, *asked, declaration=declaration))


def highlight(snapshot: Snapshot, params: types.DocumentHighlightParams) -> list[dict[str, Any]]:
    """Answer `textDocument/documentHighlight`."""
    asked = _asked(snapshot, params)
    return [
        {
            "range": snapshot.range(item.path, item.span),
            "kind": _WRITE if item.role == "definition" else _READ,
        }
        for item in (highlights(snapshot.db, *asked) if asked else ())
    ]


def document_links(snapshot: Snapshot, params: types.DocumentLinkParams) -> list[dict[str, Any]]:
    """Answer `textDocument/documentLink`."""
    path = snapshot.path(params.text_document.uri)
    if path is None:
        return []
    return [
        {
            "range": snapshot.range(path, link.span),
            "target": snapshot.uri(link.path) if link.path is not None else link.url,
        }
        for link in links(snapshot.db, path)
    ]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DEFINITION, definition, types.DefinitionOptions()),
    Feature(types.TEXT_DOCUMENT_REFERENCES, find_references, types.ReferenceOptions()),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlight, types.DocumentHighlightOptions()),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, document_links, types.DocumentLinkOptions()),
)
