"""Hover, navigation and rename in a real session."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, ENCODINGS, NEOVIM, VS_CODE, Editor, apply, editor, until

pytestmark = pytest.mark.asyncio
TREE = {
    "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      target: base\n"
    "      args: {TAG: '3'}\n    volumes: ['.:/app']\n",
    "Dockerfile": "# 🐍 é\nARG TAG=1\nFROM x:${TAG} AS base\nWORKDIR /app\n"
    "COPY app.py hidden.log ./\n"
    "FROM base\nCOPY --from=base /x /y\n",
    ".dockerignore": "*.log\n",
    "app.py": "print()\n",
    "hidden.log": "x\n",
}


def tree(folder: Path) -> Path:
    root = folder / "shop"
    root.mkdir()
    for name, text in TREE.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def place(name: str, text: str) -> types.Position:
    """The position of a text; what stands before it on its line is ASCII."""
    before = TREE[name][: TREE[name].index(text)]
    return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


def document(path: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(path.as_uri())


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM, EMACS])
async def test_hover_definition_and_rename(tmp_path: Path, profile: str) -> None:
    root = tree(tmp_path)
    docker = root / "Dockerfile"
    async with editor(profile, root) as session:
        session.open(docker)
        client = session.client
        hover = await client.text_document_hover_async(
            types.HoverParams(document(docker), place("Dockerfile", "app.py"))
        )
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "brings 1 file" in hover.contents.value
        pattern = await client.text_document_definition_async(
            types.DefinitionParams(document(docker), place("Dockerfile", "hidden"))
        )
        assert isinstance(pattern, list)
        assert [Path(str(item.uri)).name for item in pattern] == [".dockerignore", "hidden.log"]
        prepared = await client.text_document_prepare_rename_async(
            types.PrepareRenameParams(document(docker), place("Dockerfile", "base"))
        )
        assert prepared is not None
        edit = await client.text_document_rename_async(
            types.RenameParams(document(docker), place("Dockerfile", "base"), "first")
        )
        assert edit is not None
        apply(edit, ENCODINGS[profile])
    text = docker.read_text(encoding="utf-8")
    assert text == TREE["Dockerfile"].replace("base", "first")
    assert "target: first" in (root / "compose.yaml").read_text(encoding="utf-8")


async def test_a_refusal_says_why(tmp_path: Path) -> None:
    root = tree(tmp_path)
    docker = root / "Dockerfile"
    async with editor(VS_CODE, root) as session:
        session.open(docker)
        with pytest.raises(Exception, match="not a valid name"):
            await session.client.text_document_rename_async(
                types.RenameParams(document(docker), place("Dockerfile", "base"), "x:y z")
            )


async def test_the_structure_of_a_file(tmp_path: Path) -> None:
    root = tree(tmp_path)
    docker, compose = root / "Dockerfile", root / "compose.yaml"
    async with editor(VS_CODE, root) as session:
        session.open(docker)
        session.open(compose, "yaml")
        client = session.client
        symbols = await client.text_document_document_symbol_async(
            types.DocumentSymbolParams(document(docker))
        )
        assert [item.name for item in symbols or ()] == ["ARG", "base", "base"]
        found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("web"))
        assert [item.name for item in found or ()] == ["web"]
        links = await client.text_document_document_link_async(
            types.DocumentLinkParams(document(docker))
        )
        assert [Path(str(link.target)).name for link in links or ()] == ["app.py", "hidden.log"]
        tokens = await client.text_document_semantic_tokens_full_async(
            types.SemanticTokensParams(document(docker))
        )
        assert tokens is not None
        assert len(tokens.data) % 5 == 0
        assert tokens.data
        whole = types.Range(types.Position(0, 0), types.Position(99, 0))
        part = await client.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(document(docker), whole)
        )
        assert part is not None
        assert part.data == tokens.data
        ranges = await client.text_document_selection_range_async(
            types.SelectionRangeParams(document(docker), [place("Dockerfile", "app.py")])
        )
        assert ranges is not None
        assert ranges[0].parent is not None
        folds = await client.text_document_folding_range_async(
            types.FoldingRangeParams(document(compose))
        )
        assert folds
        used = await client.text_document_references_async(
            types.ReferenceParams(
                types.ReferenceContext(True), document(compose), place("compose.yaml", "TAG")
            )
        )
        assert len(used or ()) == 3
        marks = await client.text_document_document_highlight_async(
            types.DocumentHighlightParams(document(docker), place("Dockerfile", "TAG}"))
        )
        assert len(marks or ()) == 2


async def test_lenses_and_hints_are_off_until_asked_for(tmp_path: Path) -> None:
    root = tree(tmp_path)
    docker = root / "Dockerfile"
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    for wanted in (False, True):
        settings = {"lenses": wanted, "inlayHints": wanted}
        async with editor(VS_CODE, root, options=settings) as session:
            session.open(docker)
            lenses = await session.client.text_document_code_lens_async(
                types.CodeLensParams(document(docker))
            )
            hints = await session.client.text_document_inlay_hint_async(
                types.InlayHintParams(document(docker), whole)
            )
        titles = [lens.command.title for lens in lenses or () if lens.command]
        assert ("built by web" in titles) is wanted
        assert ("= 3" in [hint.label for hint in hints or ()]) is wanted


async def lenses_of(session: Editor, path: Path) -> dict[str, types.Command]:
    found = await session.client.text_document_code_lens_async(types.CodeLensParams(document(path)))
    return {lens.command.title: lens.command for lens in found or () if lens.command}


async def test_lenses_lead_somewhere_where_the_client_can_show_it(tmp_path: Path) -> None:
    root = tree(tmp_path)
    docker, compose = root / "Dockerfile", root / "compose.yaml"
    own = ["shipworthy.showReferences", "shipworthy.showBuildContext"]
    for commands in ([], own):
        async with editor(VS_CODE, root, options={"lenses": True, "commands": commands}) as session:
            session.open(docker)
            found = await lenses_of(session, docker)
        [builds] = [command for title, command in found.items() if title == "built by web"]
        [context] = [command for title, command in found.items() if title.startswith("context: ")]
        assert [builds.command, context.command] == (commands or ["", ""])
    uri, at, places = list(builds.arguments or ())
    assert uri == docker.as_uri()
    assert at == {"line": 1, "character": 0}
    assert isinstance(places, list)
    [(place, line)] = [(item["uri"], item["range"]["start"]["line"]) for item in places]
    assert place == compose.as_uri()
    assert compose.read_text().splitlines()[line] == "  web:"
    assert list(context.arguments or ()) == [docker.as_uri()]


async def test_an_edit_of_another_file_renews_the_lenses(tmp_path: Path) -> None:
    root = tree(tmp_path)
    docker, compose = root / "Dockerfile", root / "compose.yaml"
    async with editor(VS_CODE, root, options={"lenses": True}) as session:
        session.open(docker)
        assert "built by web" in await lenses_of(session, docker)
        session.open(compose, "yaml")
        await session.settled()
        session.refreshed.clear()
        session.type(compose, compose.read_text().replace("  web:", "  site:"))
        await until(lambda: types.WORKSPACE_CODE_LENS_REFRESH in session.refreshed)
        assert "built by site" in await lenses_of(session, docker)
        assert types.WORKSPACE_INLAY_HINT_REFRESH not in session.refreshed
