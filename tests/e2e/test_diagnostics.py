"""What an editor shows, and when it changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, NEOVIM, VS_CODE, apply, editor, faulty_copy, until

pytestmark = pytest.mark.asyncio
LEAK = "copy-includes-host-venv"


async def test_typing_into_the_ignore_file_clears_the_closed_dockerfile(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"
    async with editor(VS_CODE, shop) as user:
        await until(lambda: LEAK in user.rules(dockerfile))
        [leak] = [item for item in user.diagnostics(dockerfile) if item.code == LEAK]
        assert leak.severity == types.DiagnosticSeverity.Error
        assert leak.source == "shipworthy"
        assert leak.range.start == types.Position(15, 5)
        assert leak.code_description is None
        assert ignore.as_uri() in {item.location.uri for item in leak.related_information or ()}
        user.open(ignore, "plaintext")
        typed = ignore.read_text()
        for character in "**/.venv":
            typed += character
            user.type(ignore, typed)
        await until(lambda: LEAK not in user.rules(dockerfile))
        user.close(ignore)
        await until(lambda: LEAK in user.rules(dockerfile))


async def test_half_typed_compose_lets_nothing_flash_elsewhere(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, compose = (
        shop / "deploy/backend/Dockerfile.dev",
        shop / "deploy/docker-compose.dev.yml",
    )
    text = compose.read_text()
    start = text.index("    build:")
    end = text.index("    volumes:")
    async with editor(VS_CODE, shop) as user:
        await until(lambda: LEAK in user.rules(dockerfile))
        user.open(compose, "dockercompose")
        await user.settled()
        before = len(user.published)
        for half in (
            "    bui\n",
            "    build\n",
            "    build:\n",
            "    build: {\n",
            "    build: [\n",
        ):
            user.type(compose, text[:start] + half + text[end:])
            await user.settled()
        user.type(compose, text)
        await user.settled()
        others = {item.uri for item in user.published[before:]} - {compose.as_uri()}
        assert others == set()
        assert LEAK in user.rules(dockerfile)


async def test_files_created_and_deleted_on_disk(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"
    async with editor(VS_CODE, shop) as user:
        await until(lambda: LEAK in user.rules(dockerfile))
        ignore.write_text("**/.venv\n**/node_modules\n.git\n")
        user.changed_on_disk(ignore, types.FileChangeType.Changed)
        await until(lambda: LEAK not in user.rules(dockerfile))
        ignore.unlink()
        user.changed_on_disk(ignore, types.FileChangeType.Deleted)
        await until(lambda: LEAK in user.rules(dockerfile))
        moved = dockerfile.rename(dockerfile.with_name("Dockerfile.gone.md"))
        user.changed_on_disk(dockerfile, types.FileChangeType.Deleted)
        user.changed_on_disk(moved, types.FileChangeType.Created)
        await until(lambda: not user.diagnostics(dockerfile))


@pytest.mark.parametrize(("profile", "column"), [(VS_CODE, 16), (NEOVIM, 18), (EMACS, 15)], ids=str)
async def test_columns_after_an_emoji(tmp_path: Path, profile: str, column: int) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    text = dockerfile.read_text().replace("COPY backend/ .", "COPY --chown=\U0001f40d backend/ .")
    async with editor(profile, shop) as user:
        user.open(dockerfile, "dockerfile", text)

        def leaks() -> list[types.Diagnostic]:
            return [item for item in user.diagnostics(dockerfile) if item.code == LEAK]

        # What lies on the disk may be told before the buffer is taken in.
        start = types.Position(15, column)
        await until(lambda: [item.range.start for item in leaks()] == [start])
        [leak] = leaks()
        assert leak.range.end == types.Position(15, column + len("backend/"))
        if profile == EMACS:
            assert leak.related_information is None
            assert ".dockerignore: `backend/.venv` is sent" in leak.message


async def test_unsaved_buffers_folders_and_languages(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = faulty_copy(tmp_path / "one"), faulty_copy(tmp_path / "two")
    name = "deploy/backend/Dockerfile.dev"
    async with editor(VS_CODE, one, two, locale="ja") as user:
        await until(lambda: LEAK in user.rules(one / name) and LEAK in user.rules(two / name))
        [leak] = [item for item in user.diagnostics(one / name) if item.code == LEAK]
        assert "もコピーし" in leak.message
        user.client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(
                types.WorkspaceFoldersChangeEvent(
                    added=[], removed=[types.WorkspaceFolder(two.as_uri(), "two")]
                )
            )
        )
        await until(lambda: not user.diagnostics(two / name))
        assert LEAK in user.rules(one / name)
        unsaved = types.TextDocumentItem(
            "untitled:Untitled-1", "dockerfile", 1, "FROM python:3.13\nCOPY requirements.txt .\n"
        )
        user.client.text_document_did_open(types.DidOpenTextDocumentParams(unsaved))
        await until(lambda: any(item.uri == unsaved.uri for item in user.published))
        worst = [item.severity for item in user.diagnostics(unsaved.uri)]
        assert types.DiagnosticSeverity.Error not in worst


async def test_settings_of_the_editor(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    async with editor(VS_CODE, shop, configuration={"ignore": [], "select": None}) as user:
        await until(lambda: LEAK in user.rules(dockerfile))
        user.client.set_configuration({"ignore": [LEAK], "profile": 7}, section="shipworthy")
        user.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await until(lambda: LEAK not in user.rules(dockerfile))
        await until(lambda: user.client.log_messages)
        user.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await asyncio.sleep(0.2)
        assert ["`profile`" in item.message for item in user.client.log_messages] == [True]


async def test_one_file_without_a_folder(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    (shop / "shipworthy.toml").write_text("")
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    async with editor(NEOVIM) as user:
        user.open(dockerfile)
        await until(lambda: LEAK in user.rules(dockerfile))
        assert {item.uri for item in user.published} == {dockerfile.as_uri()}
        user.close(dockerfile)
        await until(lambda: not user.diagnostics(dockerfile))


async def test_an_opened_subfolder_shows_what_happens_to_it_elsewhere(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    (shop / ".git").mkdir()
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    manifest = shop / "backend/pyproject.toml"
    async with editor(VS_CODE, shop / "backend") as user:
        await until(lambda: LEAK in user.rules(manifest))
        [leak] = [item for item in user.diagnostics(manifest) if item.code == LEAK]
        assert leak.related_information
        first = leak.related_information[0]
        assert first.location.uri == dockerfile.as_uri()
        assert first.location.range.start == types.Position(15, 5)
        assert {item.uri for item in user.published} == {manifest.as_uri()}
        [fix, *_] = await user.actions(manifest, leak)
        assert apply(await user.resolved(fix), "utf-16") == [shop / ".dockerignore"]


async def test_an_environment_elsewhere_clears_the_closed_compose_file(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    compose = shop / "deploy/docker-compose.dev.yml"
    compose.write_text(compose.read_text().replace("      - /app/.venv\n", ""))
    text = dockerfile.read_text()
    async with editor(NEOVIM, shop) as user:
        user.open(dockerfile)
        await until(lambda: "bind-mount-hides-venv" in user.rules(compose))
        user.type(
            dockerfile,
            text.replace("WORKDIR /app\n", "WORKDIR /app\nENV UV_PROJECT_ENVIRONMENT=/opt/venv\n"),
        )
        await until(lambda: "bind-mount-hides-venv" not in user.rules(compose))


async def test_a_dependency_without_uv_lock_shows_on_the_sync(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, manifest = shop / "deploy/backend/Dockerfile.dev", shop / "backend/pyproject.toml"
    stale = "frozen-hides-stale-lock"
    text = manifest.read_text()
    start = text.index("dependencies = [") + len("dependencies = [")
    async with editor(EMACS, shop) as user:
        user.open(manifest, "toml")
        await until(lambda: LEAK in user.rules(dockerfile))
        await user.settled()
        assert stale not in user.rules(dockerfile)
        before = len(user.published)
        user.type(manifest, text[:start] + '\n    "httpx' + text[start:])
        await user.settled()
        assert {item.uri for item in user.published[before:]} <= {manifest.as_uri()}
        user.type(manifest, text[:start] + '\n    "httpx>=0.27",' + text[start:])
        await until(lambda: stale in user.rules(dockerfile))
        [found] = [item for item in user.diagnostics(dockerfile) if item.code == stale]
        assert found.range.start.line == 13
