"""Refactorings as the editors get them: with a preview where there can be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, ENCODINGS, VS_CODE, apply, editor

pytestmark = pytest.mark.asyncio
PYPROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n'


@pytest.mark.parametrize("profile", [VS_CODE, EMACS])
async def test_an_ignore_file_with_a_preview(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM a\nCOPY . .\n")
    (tmp_path / ".git").mkdir()
    nowhere = types.Diagnostic(types.Range(types.Position(0, 0), types.Position(0, 0)), "")
    async with editor(profile, tmp_path) as user:
        user.open(path)
        [action] = await user.actions(path, nowhere, ["source.shipworthy"])
        assert action.title == "Create `.dockerignore` for this build's context"
        assert action.edit is not None
        if profile == VS_CODE:
            [note] = (action.edit.change_annotations or {}).values()
            assert note.needs_confirmation
        assert apply(action.edit, ENCODINGS[profile]) == [tmp_path / ".dockerignore"]
        assert "**/.venv\n" in (tmp_path / ".dockerignore").read_text()


async def test_a_dockerfile_from_the_project(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(PYPROJECT)
    nowhere = types.Diagnostic(types.Range(types.Position(0, 0), types.Position(0, 0)), "")
    async with editor(VS_CODE, tmp_path, locale="ja") as user:
        user.open(path, "toml")
        [action] = await user.actions(path, nowhere, ["source"])
        assert "Dockerfile を書く" in action.title
        assert action.edit is not None
        # Neovim asks for the rest of every action that has no command.
        assert (await user.client.code_action_resolve_async(action)).edit == action.edit
        apply(action.edit, "utf-16")
        assert "USER app" in (tmp_path / "Dockerfile").read_text()
