"""Fixes and new texts as workspace edits that the client can apply."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from shipworthy.engine.fixing import Plan
from shipworthy.lsp.convert import range_of
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.model.files import line_index
from shipworthy.text.edits import Replacement, eol_of
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_MANY_LINES = 20_000
_ANNOTATION = "shipworthy"
_START = {"line": 0, "character": 0}


class Changes(NamedTuple):
    """What is to be done to each file."""

    edits: Mapping[str, tuple[Replacement, ...]]
    created: Mapping[str, str]


def changes_of(plan: Plan) -> Changes:
    """A fix's plan."""
    return Changes(plan.replacements, {path: plan.texts[path] for path in sorted(plan.created)})


def changes_between(files: Mapping[str, tuple[str | None, str]]) -> Changes:
    """From the texts before and after; None before means a new file."""
    edits = {
        path: differences(before, after)
        for path, (before, after) in files.items()
        if before is not None
    }
    return Changes(
        edits, {path: after for path, (before, after) in files.items() if before is None}
    )


def differences(before: str, after: str) -> tuple[Replacement, ...]:
    """Replacements of whole lines that turn one text into the other."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > _MANY_LINES:
        return (_middle(before, after),)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    return tuple(
        Replacement(Span(starts[i], starts[j]), "".join(new[k:m]))
        for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if what != "equal"
    )


def _middle(before: str, after: str) -> Replacement:
    """One replacement of all between the common beginning and the common end."""
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Replacement(Span(start, len(before) - end), after[start : len(after) - end])


def workspace_edit(
    snapshot: Snapshot, changes: Changes, confirm: str | None = None
) -> dict[str, Any]:
    """The edit in the richest form that the client takes.

    `confirm` asks the user before it is applied, where the client can. A client that cannot create
    files gets the new text as an insertion into the file's URI.
    """
    client = snapshot.client
    edits = {path: _text_edits(snapshot, path, found) for path, found in changes.edits.items()}
    if not client.document_changes:
        created = {path: [_insertion(text)] for path, text in changes.created.items()}
        return {
            "changes": {
                snapshot.uri(path): found for path, found in sorted({**edits, **created}.items())
            }
        }
    annotated = confirm is not None and client.annotations
    mark: dict[str, Any] = {"annotationId": _ANNOTATION} if annotated else {}
    steps: list[dict[str, Any]] = []
    for path, text in changes.created.items():
        if client.create:
            options = {"overwrite": False, "ignoreIfExists": False}
            steps.append({"kind": "create", "uri": snapshot.uri(path), "options": options, **mark})
        steps.append(_document_edit(snapshot, path, [{**_insertion(text), **mark}]))
    for path, found in sorted(edits.items()):
        steps.append(_document_edit(snapshot, path, [{**edit, **mark} for edit in found]))
    edit: dict[str, Any] = {"documentChanges": steps}
    if annotated:
        edit["changeAnnotations"] = {_ANNOTATION: {"label": confirm, "needsConfirmation": True}}
    return edit


def _document_edit(snapshot: Snapshot, path: str, edits: list[dict[str, Any]]) -> dict[str, Any]:
    document = {"uri": snapshot.uri(path), "version": snapshot.version(path)}
    return {"textDocument": document, "edits": edits}


def _text_edits(
    snapshot: Snapshot, path: str, replacements: tuple[Replacement, ...]
) -> list[dict[str, Any]]:
    lines = line_index(snapshot.db, path)
    text = snapshot.text(path) or ""
    return [
        {"range": range_of(lines, span, snapshot.client.encoding), "newText": new}
        for span, new in (before_last_line_end(text, edit) for edit in replacements)
    ]


def before_last_line_end(text: str, edit: Replacement) -> Replacement:
    """Lines added after the last line end, as the same lines added before it.

    Where a text ends with a line end, editors differ in whether a line follows it: Neovim 0.11
    leaves an empty line behind when it is told to insert there.
    """
    span, new = edit
    eol = eol_of(text)
    if span != (len(text), len(text)) or not text.endswith(eol) or not new.endswith(eol):
        return edit
    start = len(text) - len(eol)
    return Replacement(Span(start, start), eol + new.removesuffix(eol))


def _insertion(text: str) -> dict[str, Any]:
    return {"range": {"start": _START, "end": _START}, "newText": text}
