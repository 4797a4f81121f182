"""Outlines, folding, growing selections and semantic tokens."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.convert import printable
from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.model.files import line_index
from shipworthy.text.spans import Span
from shipworthy.views.outline import Part, PartKind, named, outline
from shipworthy.views.structure import folds, selections
from shipworthy.views.symbols import SymbolKind
from shipworthy.views.tokens import KINDS, Token, tokens

_KIND = types.SymbolKind
_PARTS: dict[PartKind, types.SymbolKind] = {
    "stage": _KIND.Class,
    "instruction": _KIND.Method,
    "variable": _KIND.Variable,
    "pattern": _KIND.String,
    "section": _KIND.Namespace,
    "service": _KIND.Class,
    "entry": _KIND.Object,
    "value": _KIND.Property,
}
_NAMED: dict[SymbolKind, types.SymbolKind] = {
    "stage": _KIND.Class,
    "variable": _KIND.Variable,
    "heredoc": _KIND.String,
    "service": _KIND.Class,
    "volume": _KIND.Object,
    "network": _KIND.Interface,
    "config": _KIND.File,
    "secret": _KIND.Key,
    "model": _KIND.Object,
    "anchor": _KIND.Constant,
    "compose-variable": _KIND.Variable,
}
LEGEND = types.SemanticTokensLegend(list(KINDS), ["declaration"])


def document_symbols(
    snapshot: Snapshot, params: types.DocumentSymbolParams
) -> list[dict[str, Any]]:
    """Answer `textDocument/documentSymbol`."""
    path = snapshot.path(params.text_document.uri)
    if path is None:
        return []
    return [_symbol(snapshot, path, part) for part in outline(snapshot.db, path)]


def _symbol(snapshot: Snapshot, path: str, part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": printable(part.name).strip() or "?",
        "kind": int(_PARTS[part.kind]),
        "range": snapshot.range(path, part.span),
        "selectionRange": snapshot.range(path, part.selection),
    }
    if part.detail:
        found["detail"] = printable(part.detail)
    if part.children:
        found["children"] = [_symbol(snapshot, path, child) for child in part.children]
    return found


def workspace_symbols(
    snapshot: Snapshot, params: types.WorkspaceSymbolParams
) -> list[dict[str, Any]]:
    """Answer `workspace/symbol`."""
    return [
        {
            "name": printable(item.symbol.name),
            "kind": int(_NAMED[item.symbol.kind]),
            "location": {
                "uri": snapshot.uri(item.path),
                "range": snapshot.range(item.path, item.span),
            },
            "containerName": printable(item.path.rpartition("/")[2]),
        }
        for item in named(snapshot.db, params.query)
    ]


def folding(snapshot: Snapshot, params: types.FoldingRangeParams) -> list[dict[str, Any]]:
    """Answer `textDocument/foldingRange`."""
    path = snapshot.path(params.text_document.uri)
    return [
        # A `region` is what people mark as one; what the language folds has no kind.
        {
            "startLine": fold.first,
            "endLine": fold.last,
            **({"kind": fold.kind} if fold.kind == "comment" else {}),
        }
        for fold in (folds(snapshot.db, path) if path is not None else ())
    ]


def selection_ranges(
    snapshot: Snapshot, params: types.SelectionRangeParams
) -> list[dict[str, Any]]:
    """Answer `textDocument/selectionRange`: one nest of ranges for each position."""
    path = snapshot.path(params.text_document.uri)
    if path is None:
        return []
    found = []
    for position in params.positions:
        offset = snapshot.offset(path, position)
        nest: dict[str, Any] = {}
        for span in reversed(selections(snapshot.db, path, offset) or (Span(offset, offset),)):
            outer = {"parent": nest} if nest else {}
            nest = {"range": snapshot.range(path, span), **outer}
        found.append(nest)
    return found


def semantic_tokens(snapshot: Snapshot, params: types.SemanticTokensParams) -> dict[str, Any]:
    """Answer `textDocument/semanticTokens/full`."""
    path = snapshot.path(params.text_document.uri)
    found = tokens(snapshot.db, path) if path is not None else ()
    return {"data": _encoded(snapshot, path or "", found)}


def semantic_tokens_range(
    snapshot: Snapshot, params: types.SemanticTokensRangeParams
) -> dict[str, Any]:
    """Answer `textDocument/semanticTokens/range`."""
    path = snapshot.path(params.text_document.uri)
    if path is None:
        return {"data": []}
    start = snapshot.offset(path, params.range.start)
    end = snapshot.offset(path, params.range.end)
    found = tokens(snapshot.db, path, Span(start, max(start + 1, end)))
    return {"data": _encoded(snapshot, path, found)}


def _encoded(snapshot: Snapshot, path: str, found: tuple[Token, ...]) -> list[int]:
    """Five numbers a token, each line and start relative to the token before."""
    lines = line_index(snapshot.db, path)
    encoding = snapshot.client.encoding
    data: list[int] = []
    row = column = 0
    for token in found:
        line, start = lines.place(token.span.start, encoding)
        end = lines.place(token.span.end, encoding).column
        data += [
            line - row,
            start - column if line == row else start,
            end - start,
            KINDS.index(token.kind),
            1 if token.declares else 0,
        ]
        row, column = line, start
    return data


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbols, types.DocumentSymbolOptions()),
    Feature(types.WORKSPACE_SYMBOL, workspace_symbols, types.WorkspaceSymbolOptions(), slow=True),
    Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, folding, types.FoldingRangeOptions()),
    Feature(types.TEXT_DOCUMENT_SELECTION_RANGE, selection_ranges, types.SelectionRangeOptions()),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, semantic_tokens, LEGEND),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, semantic_tokens_range, LEGEND),
)
