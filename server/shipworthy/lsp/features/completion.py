"""Completion, with the documentation looked up when an item is shown."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from shipworthy.lsp.convert import printable
from shipworthy.lsp.features import Feature
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Sort
from shipworthy.views.completion import completion
from shipworthy.views.completion_docs import documentation
from shipworthy.views.page import said

_KINDS: dict[Sort, types.CompletionItemKind] = {
    "keyword": types.CompletionItemKind.Keyword,
    "flag": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "variable": types.CompletionItemKind.Variable,
    "user": types.CompletionItemKind.Constant,
    "stage": types.CompletionItemKind.Module,
    "file": types.CompletionItemKind.File,
    "folder": types.CompletionItemKind.Folder,
    "name": types.CompletionItemKind.Reference,
    "snippet": types.CompletionItemKind.Snippet,
}
_PLAIN, _SNIPPET = 1, 2
_AS_IT_IS, _ADJUSTED = 1, 2
TRIGGERS = ["-", "=", ",", ":", "$", "{", "[", "/", "!"]
"""Characters after which editors ask by themselves: each begins something new.

A blank is none of them: at the end of a line, Return would take a candidate that nobody wanted.
"""
_NAMED = regex(r"\$\{\d+:((?:[^}\\]|\\.)*)\}")
_ESCAPED = regex(r"\\([\\$}])")


def answer(snapshot: Snapshot, params: types.CompletionParams) -> dict[str, Any] | None:
    """Answer `textDocument/completion`."""
    path = snapshot.path(params.text_document.uri)
    if path is None or snapshot.text(path) is None:
        return None
    found = completion(snapshot.db, path, snapshot.offset(path, params.position))
    if found is None:
        return None
    start, end = found.span
    where = {
        kept: snapshot.range(path, Span(start - len(kept), end))
        for kept in {candidate.kept for candidate in found.candidates}
    }
    typed = found.span.of(snapshot.text(path) or "").lower()
    items = [
        _item(snapshot, candidate, number, where[candidate.kept], typed)
        for number, candidate in enumerate(found.candidates)
    ]
    return {"isIncomplete": not found.complete, "items": items}


def _item(
    snapshot: Snapshot, candidate: Candidate, number: int, where: dict[str, Any], typed: str
) -> dict[str, Any]:
    text, form = candidate.text, _PLAIN
    if candidate.sort == "snippet":
        if snapshot.client.snippets:
            form = _SNIPPET
        else:
            indent = "\n" + " " * int(where["start"]["character"])
            text = without_stops(text).replace("\n", indent)
    begun = candidate.label.lower().startswith(typed) or not text.lower().startswith(typed)
    item: dict[str, Any] = {
        "label": printable(candidate.label),
        "kind": _KINDS[candidate.sort].value,
        "sortText": f"{int(candidate.last)}{number:05}",
        # A name that has to be written otherwise is typed otherwise.
        "filterText": printable(candidate.kept + (candidate.label if begun else text)),
        "insertTextFormat": form,
        "textEdit": {"range": where, "newText": text},
    }
    if "\n" in text:
        # Snippets are written as at the left edge; in other texts every column is meant.
        item["insertTextMode"] = _ADJUSTED if form == _SNIPPET else _AS_IT_IS
    if candidate.detail:
        detail = candidate.detail
        shown = detail if isinstance(detail, str) else said(snapshot.db, detail, snapshot.language)
        item["detail"] = printable(shown.replace("`", ""))
        if snapshot.client.label_details:
            # In the list a detail is seen of the chosen item alone.
            item["labelDetails"] = {"description": item["detail"]}
    if candidate.doc:
        item["data"] = list(candidate.doc)
    return item


def without_stops(body: str) -> str:
    """A snippet's text for a client that knows no tab stops."""
    return _ESCAPED.sub(r"\1", _NAMED.sub(r"\1", body))


def resolve(snapshot: Snapshot, item: types.CompletionItem) -> dict[str, Any]:
    """Answer `completionItem/resolve`: the documentation."""
    fields = {
        "kind": getattr(item.kind, "value", item.kind),
        "detail": item.detail,
        "sortText": item.sort_text,
        "filterText": item.filter_text,
        "insertTextFormat": getattr(item.insert_text_format, "value", item.insert_text_format),
        "insertTextMode": item.insert_text_mode and int(item.insert_text_mode),
        "data": item.data,
    }
    plain: dict[str, Any] = {"label": item.label}
    plain.update((name, value) for name, value in fields.items() if value is not None)
    if item.label_details is not None:
        plain["labelDetails"] = {"description": item.label_details.description}
    edit = item.text_edit
    if isinstance(edit, types.TextEdit):
        start, end = edit.range.start, edit.range.end
        plain["textEdit"] = {
            "range": {
                "start": {"line": start.line, "character": start.character},
                "end": {"line": end.line, "character": end.character},
            },
            "newText": edit.new_text,
        }
    data = item.data
    if isinstance(data, list) and all(isinstance(part, str) for part in data):
        parts = documentation(tuple(data))
        if parts:
            plain["documentation"] = snapshot.markup(parts, snapshot.client.candidate_format)
    return plain


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_COMPLETION,
        answer,
        types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True),
    ),
    Feature(types.COMPLETION_ITEM_RESOLVE, resolve),
)
