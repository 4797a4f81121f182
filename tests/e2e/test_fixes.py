"""Quick fixes as the editors get them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, ENCODINGS, NEOVIM, VS_CODE, apply, editor, faulty_copy, until
from shipworthy.engine.host import Host
from shipworthy.views.exemplary import ignore_text

pytestmark = pytest.mark.asyncio
LEAK = "copy-includes-host-venv"


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM, EMACS])
async def test_the_fix_edits_the_other_file(tmp_path: Path, profile: str) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"
    ignore.write_bytes("# \U0001f40d\r\n.git\r\n".encode())
    async with editor(profile, shop) as user:
        user.open(dockerfile)
        await until(lambda: LEAK in user.rules(dockerfile))
        [leak] = [item for item in user.diagnostics(dockerfile) if item.code == LEAK]
        actions = await user.actions(dockerfile, leak, ["quickfix"])
        assert [action.kind for action in actions] == ["quickfix"] * len(actions)
        preferred = [action for action in actions if action.is_preferred]
        assert preferred == actions[:1]
        assert "docker compose -f deploy/docker-compose.dev.yml up --build -V" in actions[0].title
        assert apply(await user.resolved(actions[0]), ENCODINGS[profile]) == [ignore]
        assert ignore.read_bytes() == "# \U0001f40d\r\n.git\r\n**/.venv\r\n".encode()
        user.changed_on_disk(ignore, types.FileChangeType.Changed)
        await until(lambda: LEAK not in user.rules(dockerfile))


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM, EMACS])
async def test_the_fix_creates_the_other_file(tmp_path: Path, profile: str) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"
    ignore.unlink()
    async with editor(profile, shop, options={"commands": ["shipworthy.afterwards"]}) as user:
        await until(lambda: LEAK in user.rules(dockerfile))
        [leak] = [item for item in user.diagnostics(dockerfile) if item.code == LEAK]
        actions = await user.actions(dockerfile, leak)
        first = actions[0]
        assert first.command is not None
        assert first.command.command == "shipworthy.afterwards"
        assert list(first.command.arguments or ()) == [
            ["docker compose -f deploy/docker-compose.dev.yml up --build -V"]
        ]
        edit = await user.resolved(first)
        kinds = [getattr(change, "kind", "edit") for change in edit.document_changes or ()]
        assert kinds == (["edit"] if profile == EMACS else ["create", "edit"])
        assert apply(edit, ENCODINGS[profile]) == [ignore]
        user.changed_on_disk(ignore, types.FileChangeType.Created)
        await until(lambda: LEAK not in user.rules(dockerfile))


async def test_fix_all_touches_the_asked_document_only(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"
    async with editor(VS_CODE, shop) as user:
        user.open(ignore, "plaintext")
        user.open(dockerfile)
        await until(lambda: LEAK in user.rules(dockerfile))
        [leak] = [item for item in user.diagnostics(dockerfile) if item.code == LEAK]
        nowhere = types.Diagnostic(types.Range(types.Position(0, 0), types.Position(0, 0)), "")
        [everything] = await user.actions(ignore, nowhere, ["source.fixAll"])
        edit = await user.resolved(everything)
        [change] = edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == ignore.as_uri()
        assert change.text_document.version == 1
        assert apply(edit, "utf-16") == [ignore]
        assert "**/.venv\n" in ignore.read_text()
        kinds = {action.kind for action in await user.actions(dockerfile, leak, ["source.fixAll"])}
        assert kinds <= {"source.fixAll.shipworthy"}


async def test_the_command_writes_the_exemplary_ignore_file(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    ignore = shop / ".dockerignore"
    ignore.unlink()
    async with editor(VS_CODE, shop) as user:
        edits: list[types.WorkspaceEdit] = []

        def take(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            edits.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        user.client.protocol.fm.features.pop(types.WORKSPACE_APPLY_EDIT, None)
        user.client.feature(types.WORKSPACE_APPLY_EDIT)(take)
        dockerfile = shop / "deploy/backend/Dockerfile.dev"
        command = types.ExecuteCommandParams("shipworthy.createIgnoreFile", [dockerfile.as_uri()])
        made = await user.client.workspace_execute_command_async(command)
        assert (made["uri"], made["created"]) == (ignore.as_uri(), True)
        await until(lambda: edits)
        assert apply(edits[0], "utf-16") == [ignore]
        text = ignore.read_text()
        assert text == ignore_text(Host([str(shop)]).db, str(shop))
        assert "**/.venv" in text.splitlines()
        user.changed_on_disk(ignore, types.FileChangeType.Created)
        again = await user.client.workspace_execute_command_async(command)
        assert again["created"] is False


async def test_ignoring_with_a_reason_and_explaining(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    async with editor(VS_CODE, shop) as user:
        user.open(dockerfile)
        await until(lambda: LEAK in user.rules(dockerfile))
        [leak] = [item for item in user.diagnostics(dockerfile) if item.code == LEAK]
        actions = await user.actions(dockerfile, leak)
        [ignore] = [action for action in actions if action.title.startswith("Ignore")]
        assert apply(await user.resolved(ignore), "utf-16") == [dockerfile]
        user.type(dockerfile, dockerfile.read_text())
        await until(lambda: LEAK not in user.rules(dockerfile))
        [explain] = [action for action in actions if action.command is not None]
        assert explain.command is not None
        page = await user.client.workspace_execute_command_async(
            types.ExecuteCommandParams(explain.command.command, explain.command.arguments)
        )
        assert page["markdown"].startswith(f"# {LEAK}")
        sent = await user.client.workspace_execute_command_async(
            types.ExecuteCommandParams("shipworthy.showContext", [dockerfile.as_uri()])
        )
        assert sent[0]["service"] == "backend"
        assert sent[0]["bytes"] > 96_000
