"""Pull diagnostics: the same reports as pushed ones, and never both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, VS_CODE, editor, faulty_copy, until

pytestmark = pytest.mark.asyncio
LEAK = "copy-includes-host-venv"


async def pull(user: Any, path: Path, known: str | None = None) -> Any:
    return await user.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(
            types.TextDocumentIdentifier(path.as_uri()), previous_result_id=known
        )
    )


def pushed(user: Any, path: Path) -> list[Any]:
    return [item for item in user.published if item.uri == path.as_uri()]


async def test_who_pulls_a_document_is_not_told_about_it(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile = shop / "deploy/backend/Dockerfile.dev"
    compose = shop / "deploy/docker-compose.dev.yml"
    async with editor(VS_CODE, shop, pulls=True) as user:
        user.open(dockerfile)
        report = await pull(user, dockerfile)
        assert LEAK in {item.code for item in report.items}
        same = await pull(user, dockerfile, report.result_id)
        assert (same.kind, same.result_id) == ("unchanged", report.result_id)
        user.type(dockerfile, "FROM scratch\n")
        fresh = await pull(user, dockerfile, report.result_id)
        assert LEAK not in {item.code for item in fresh.items}
        await user.settled()
        # Told at most before it asked, and taken back since.
        assert not any(item.diagnostics for item in pushed(user, dockerfile)[-1:])
        # What it does not ask for, it is told; and what it closed.
        assert pushed(user, compose)
        user.close(dockerfile)
        await until(lambda: LEAK in user.rules(dockerfile))


async def test_who_pulls_the_workspace_is_told_nothing(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    dockerfile, ignore = shop / "deploy/backend/Dockerfile.dev", shop / ".dockerignore"

    async def ask(known: list[types.PreviousResultId]) -> dict[str, Any]:
        params = types.WorkspaceDiagnosticParams(known)
        answer = await user.client.workspace_diagnostic_async(params)
        return {item.uri: item for item in answer.items}

    async with editor(VS_CODE, shop, pulls=True) as user:
        reports = await ask([])
        assert LEAK in {item.code for item in reports[dockerfile.as_uri()].items}
        known = [types.PreviousResultId(uri, item.result_id) for uri, item in reports.items()]
        assert {item.kind for item in (await ask(known)).values()} == {"unchanged"}
        assert not any(user.diagnostics(uri) for uri in reports)
        before = len(user.published)
        ignore.write_text("**/.venv\n.git\n")
        user.changed_on_disk(ignore, types.FileChangeType.Changed)
        after = await ask(known)
        assert LEAK not in {item.code for item in after[dockerfile.as_uri()].items}
        assert len(user.published) == before
        assert user.refreshed


async def test_clients_that_cannot_pull_are_offered_nothing(tmp_path: Path) -> None:
    async with editor(EMACS, tmp_path) as user:
        assert user.offered.diagnostic_provider is None
