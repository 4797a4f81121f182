"""Compose files in a real session: completion and hover as the editors get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from e2e.sessions import NEOVIM, VS_CODE, editor

pytestmark = pytest.mark.asyncio


async def ask(user: Any, path: Path, line: int, character: int) -> dict[str, types.CompletionItem]:
    answer = await user.client.text_document_completion_async(
        types.CompletionParams(
            types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character)
        )
    )
    return {item.label: item for item in answer.items} if answer is not None else {}


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM])
async def test_names_keys_and_paths(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "compose.yaml"
    (tmp_path / "my folder").mkdir()
    (tmp_path / "my folder" / "\U0001f40d: x.env").write_text("")
    text = (
        "services:\n  web:\n    image: x\n    depends_on: [\n    env_file: ./my folder/\n"
        "    \n  db: {image: y}\n"
    )
    async with editor(profile, tmp_path) as user:
        user.open(path, "yaml", text=text)
        items = await ask(user, path, 3, 17)
        assert "db" in items
        assert "web" not in items
        file = (await ask(user, path, 4, 26))["\U0001f40d: x.env"]
        edit = file.text_edit
        assert isinstance(edit, types.TextEdit)
        assert (edit.range.start.character, edit.range.end.character) == (14, 26)
        assert edit.new_text == '"./my folder/\U0001f40d: x.env"'
        assert file.filter_text == "./my folder/\U0001f40d: x.env"
        items = await ask(user, path, 5, 4)
        assert "image" not in items
        health = items["healthcheck"]
        assert isinstance(health.text_edit, types.TextEdit)
        assert health.text_edit.new_text == "healthcheck:\n      "
        assert health.insert_text_mode == types.InsertTextMode.AsIs
        full = await user.client.completion_item_resolve_async(health)
        assert full.text_edit == health.text_edit
        assert full.insert_text_mode == health.insert_text_mode
        assert isinstance(full.documentation, types.MarkupContent)
        assert "HEALTHCHECK" in full.documentation.value


async def test_a_referenced_service_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n  web: {image: x, depends_on: [db]}\n  db: {image: y}\n")
    async with editor(NEOVIM, tmp_path) as user:
        user.open(path, "yaml")
        hover = await user.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(1, 31))
        )
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "```yaml\ndb: {image: y}\n```" in hover.contents.value
