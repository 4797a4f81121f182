"""Formatting of files and ranges; offered only while the setting `format` is on."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.edits import before_last_line_end
from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.model.files import kind_of
from shipworthy.model.settings import settings
from shipworthy.model.workspace import root_of
from shipworthy.text.spans import Span
from shipworthy.views.compose_completion import is_compose_name
from shipworthy.views.compose_files import is_compose
from shipworthy.views.formatting import format_edits
from shipworthy.views.typing_lines import new_line_edits


def formatting(snapshot: Snapshot, params: types.DocumentFormattingParams) -> list[dict[str, Any]]:
    """Answer `textDocument/formatting`."""
    return _edits(snapshot, params.text_document.uri, None)


def range_formatting(
    snapshot: Snapshot, params: types.DocumentRangeFormattingParams
) -> list[dict[str, Any]]:
    """Answer `textDocument/rangeFormatting`."""
    return _edits(snapshot, params.text_document.uri, params.range)


def on_type_formatting(
    snapshot: Snapshot, params: types.DocumentOnTypeFormattingParams
) -> list[dict[str, Any]]:
    """Answer `textDocument/onTypeFormatting`: the indentation of a new line."""
    path = snapshot.path(params.text_document.uri)
    text = snapshot.text(path) if path is not None else None
    if path is None or text is None or not settings(snapshot.db, root_of(snapshot.db, path)).format:
        return []
    return [
        {"range": snapshot.range(path, edit.span), "newText": edit.text}
        for edit in new_line_edits(path, text, snapshot.offset(path, params.position))
    ]


def _edits(snapshot: Snapshot, uri: str, within: types.Range | None) -> list[dict[str, Any]]:
    path = snapshot.path(uri)
    text = snapshot.text(path) if path is not None else None
    if path is None or text is None or not settings(snapshot.db, root_of(snapshot.db, path)).format:
        return []
    if kind_of(path) == "yaml" and not (is_compose_name(path) or is_compose(snapshot.db, path)):
        return []
    span = None
    if within is not None:
        span = Span(snapshot.offset(path, within.start), snapshot.offset(path, within.end))
    return [
        {"range": snapshot.range(path, edit.span), "newText": edit.text}
        for edit in (before_last_line_end(text, e) for e in format_edits(path, text, span))
    ]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_FORMATTING, formatting, setting="format"),
    Feature(types.TEXT_DOCUMENT_RANGE_FORMATTING, range_formatting, setting="format"),
    Feature(
        types.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        on_type_formatting,
        types.DocumentOnTypeFormattingOptions(first_trigger_character="\n"),
        setting="format",
    ),
)
