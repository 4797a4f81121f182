"""Dockerfiles as editors show them: in compose files, with odd names on the disk, as they grow."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from e2e.sessions import EMACS, ENCODINGS, NEOVIM, VS_CODE, apply, editor

pytestmark = pytest.mark.asyncio
INLINE = """\
# 🐍 日本
services:
  web:
    build:
      context: .
      target: base
      dockerfile_inline: |
        FROM scratch AS base
        COPY "p q.txt" /🐍/
        FROM base
        RUN --mount=type=cache,target=/c,id=x true
"""


def document(path: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(path.as_uri())


def place(text: str, part: str, shift: int = 0) -> types.Position:
    """The position of a part; what stands before it on its line is ASCII."""
    at = text.index(part) + shift
    return types.Position(text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1)


@pytest.mark.parametrize("profile", [VS_CODE, NEOVIM, EMACS])
async def test_a_dockerfile_in_a_compose_file(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text(INLINE, encoding="utf-8")
    async with editor(profile, tmp_path) as user:
        user.open(path)
        client = user.client
        hover = await client.text_document_hover_async(
            types.HoverParams(document(path), place(INLINE, "type=cache"))
        )
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "under the id `x`" in hover.contents.value
        assert hover.range is not None
        assert hover.range.start == place(INLINE, "--mount")
        edit = await client.text_document_rename_async(
            types.RenameParams(document(path), place(INLINE, "AS base", 4), "first")
        )
        assert edit is not None
        apply(edit, ENCODINGS[profile])
        assert path.read_text(encoding="utf-8") == INLINE.replace("base", "first")


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("COPY  /x/", "COPY p?q.txt /x/"),
        ('COPY ["", "/x/"]', 'COPY ["p q.txt", "/x/"]'),
    ],
)
async def test_names_of_the_disk_are_written_as_the_build_reads_them(
    tmp_path: Path, line: str, after: str
) -> None:
    (tmp_path / "p q.txt").write_text("")
    path = tmp_path / "Dockerfile"
    text = f"FROM scratch\n{line}\n"
    path.write_text(text)
    async with editor(VS_CODE, tmp_path) as user:
        user.open(path)
        column = 7 if "[" in line else 5
        found = await user.client.text_document_completion_async(
            types.CompletionParams(document(path), types.Position(1, column))
        )
        assert isinstance(found, types.CompletionList)
        (item,) = (item for item in found.items if item.label == "p q.txt")
        assert isinstance(item.text_edit, types.TextEdit)
        apply(types.WorkspaceEdit(changes={path.as_uri(): [item.text_edit]}), "utf-16")
        assert path.read_text() == f"FROM scratch\n{after}\n"


async def test_the_forms_of_an_instruction(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    text = "FROM a AS b\nCOPY x y /z/\n"
    path.write_text(text)
    async with editor(VS_CODE, tmp_path, locale="ja") as user:
        user.open(path)
        found = await user.client.text_document_signature_help_async(
            types.SignatureHelpParams(document(path), place(text, "/z"))
        )
        assert found is not None
        (form,) = found.signatures
        assert form.label == "COPY [--FLAG...] SOURCE... DESTINATION"
        assert found.active_parameter == 2
        assert isinstance(form.documentation, types.MarkupContent)
        assert "ビルドコンテキスト" in form.documentation.value
