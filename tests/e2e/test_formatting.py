"""Formatting is offered while its setting is on, and by nobody uninvited."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, VS_CODE, apply, editor

pytestmark = pytest.mark.asyncio
OPTIONS = types.FormattingOptions(2, True)


@pytest.mark.parametrize("profile", [VS_CODE, EMACS])
async def test_formatting_has_a_switch(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM  a\nCOPY  b  c\n")
    for on in (False, True):
        async with editor(profile, tmp_path, options={"format": on}) as user:
            user.open(path)
            await user.settled()
            offered = {item.method for item in user.registered}
            assert (types.TEXT_DOCUMENT_FORMATTING in offered) == (on and profile == VS_CODE)
            typing = [
                item.register_options
                for item in user.registered
                if item.method == types.TEXT_DOCUMENT_ON_TYPE_FORMATTING
            ]
            assert len(typing) == (on and profile == VS_CODE)
            assert all(repr("\n") in str(options) for options in typing)
            if profile == VS_CODE and not on:
                continue
            edits = await user.client.text_document_formatting_async(
                types.DocumentFormattingParams(types.TextDocumentIdentifier(path.as_uri()), OPTIONS)
            )
            ranged = await user.client.text_document_range_formatting_async(
                types.DocumentRangeFormattingParams(
                    types.TextDocumentIdentifier(path.as_uri()),
                    types.Range(types.Position(1, 0), types.Position(1, 3)),
                    OPTIONS,
                )
            )
            typed = await user.client.text_document_on_type_formatting_async(
                types.DocumentOnTypeFormattingParams(
                    types.TextDocumentIdentifier(path.as_uri()),
                    types.Position(1, 0),
                    "\n",
                    OPTIONS,
                )
            )
            assert (len(edits), len(ranged), len(typed or ())) == ((2, 1, 0) if on else (0, 0, 0))
            if on:
                apply(types.WorkspaceEdit(changes={path.as_uri(): edits}), "utf-16")
                assert path.read_text() == "FROM a\nCOPY b c\n"


async def test_the_switch_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM a\n")
    settings = tmp_path / "shipworthy.toml"
    async with editor(VS_CODE, tmp_path) as user:
        user.open(path)
        await user.settled()
        assert types.TEXT_DOCUMENT_FORMATTING not in {item.method for item in user.registered}
        user.open(settings, "toml", "format = true\n")
        await user.settled()
        assert types.TEXT_DOCUMENT_FORMATTING in {item.method for item in user.registered}
