"""Refactorings as the editors get them: with a preview where there can be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, ENCODINGS, VS_CODE, apply, editor

pytestmark = pytest.mark.asyncio
MOUNTED = {
    "compose.yaml": "services:\n  web:\n    build: .\n    volumes:\n      - .:/app\n",
    "Dockerfile": "FROM python:3.13-slim-bookworm\n"
    "COPY --from=ghcr.io/astral-sh/uv:0.9.9 /uv /bin/\n"
    "WORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n"
    'COPY main.py ./\nENV PATH="/app/.venv/bin:$PATH"\nCMD ["python", "main.py"]\n',
    "main.py": "",
    ".dockerignore": "**/.venv\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n',
    "uv.lock": 'version = 1\nrevision = 3\nrequires-python = ">=3.12"\n\n[[package]]\n'
    'name = "shop"\nversion = "1"\nsource = { virtual = "." }\n',
}
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


async def test_what_is_a_fix_is_not_offered_twice(tmp_path: Path) -> None:
    for name, text in MOUNTED.items():
        (tmp_path / name).write_text(text)
    path = tmp_path / "compose.yaml"
    at = types.Position(4, 10)
    here = types.Diagnostic(types.Range(at, at), "")
    options = {"commands": ["shipworthy.afterwards"]}
    async with editor(VS_CODE, tmp_path, options=options) as user:
        user.open(path, "dockercompose")
        everything = await user.actions(path, here)
        rewrites = await user.actions(path, here, ["refactor"])
    titles = [action.title for action in everything]
    assert len(rewrites) == 3
    assert {action.title for action in rewrites} <= set(titles)
    assert len(set(titles)) == len(titles)


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
