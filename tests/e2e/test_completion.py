"""Completion as the editors get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, NEOVIM, VS_CODE, editor, faulty_copy

pytestmark = pytest.mark.asyncio


async def ask(user: Any, path: Path, line: int, character: int) -> dict[str, types.CompletionItem]:
    answer = await user.client.text_document_completion_async(
        types.CompletionParams(
            types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character)
        )
    )
    return {item.label: item for item in answer.items} if answer is not None else {}


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM, EMACS])
async def test_items_replace_what_is_typed_and_are_documented(tmp_path: Path, profile: str) -> None:
    shop = faulty_copy(tmp_path)
    path = shop / "Dockerfile"
    async with editor(profile, shop, locale="ja") as user:
        user.open(path, text="FROM python AS build\nFROM b\nCOPY --from=bu\nCO\n")
        items = await ask(user, path, 2, 14)
        edit = items["build"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert (edit.range.start.character, edit.new_text) == (12, "build")
        items = await ask(user, path, 3, 2)
        full = await user.client.completion_item_resolve_async(items["COPY"])
        shown = full.documentation
        text = shown.value if isinstance(shown, types.MarkupContent) else str(shown)
        assert "ビルドコンテキスト" in text
        # This profile names no form of documentation, so it gets a string without marks.
        assert (isinstance(shown, str), "`" in text) == (profile == EMACS, profile != EMACS)
        assert full.text_edit == items["COPY"].text_edit
        snippet = items["uv-multi-stage"]
        assert isinstance(snippet.text_edit, types.TextEdit)
        stops = "${1:3.13}" in snippet.text_edit.new_text
        assert stops == (snippet.insert_text_format == types.InsertTextFormat.Snippet)


async def test_positions_count_as_the_client_does(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    (tmp_path / "\U0001f40d.py").write_text("")
    async with editor(VS_CODE, tmp_path) as user:
        user.open(path, text="FROM b\nCOPY \U0001f40d.py \U0001f40d\n")
        items = await ask(user, path, 1, 13)
        edit = items["\U0001f40d.py"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert (edit.range.start.character, edit.range.end.character) == (11, 13)


async def test_what_the_build_does_not_see_is_marked_in_the_list_itself(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / ".dockerignore").write_text("*.txt\n")
    async with editor(VS_CODE, tmp_path) as user:
        user.open(path, text="FROM b\nCOPY n\n")
        item = (await ask(user, path, 1, 6))["notes.txt"]
        assert item.label_details is not None
        assert "*.txt (.dockerignore:1)" in str(item.label_details.description)
        full = await user.client.completion_item_resolve_async(item)
        assert full.label_details == item.label_details
