"""Every request at any place of any Dockerfile is answered, whatever is typed there."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from e2e.raw_client import RawClient

REFUSED = -32803
"""RequestFailed: how a rename says why it is none."""
BASE = """\
# syntax=docker/dockerfile:1
# escape=\\
ARG PY=3.13
FROM --platform=$BUILDPLATFORM python:${PY}-slim AS build
ENV PATH="/app/.venv/bin:$PATH" \\
    # why
    NAME=🐳
WORKDIR /app
COPY --chown=1000:1000 ["p q.txt", "it's", "./"]
RUN --mount=type=cache,target=/root/.cache/uv,id=uv \\
    --mount=type=bind,source=uv.lock,target=uv.lock \\
    uv sync --locked && echo "${NAME}" 日本
COPY src/*.py ./🐍/
RUN <<EOF
echo $NAME
EOF
ONBUILD COPY --from=build . /x
FROM scratch
COPY --from=build /app /app
HEALTHCHECK --interval=3s CMD ["true"]
EXPOSE 80/tcp
"""
SPICE = ["\\\n", "\r\n", "<<EOF\n", "$", "${", '"', "'", "[", "--mount=", "--from=", "\t", "🐳",
         "\ufeff", "\x00", "FROM ", "COPY ", "RUN ", "=", ",", "#", "`", "/", "é"]  # fmt: skip
AT = (
    "hover", "definition", "documentHighlight", "completion", "prepareRename", "signatureHelp",
)  # fmt: skip
WHOLE = ("documentLink", "documentSymbol", "foldingRange", "semanticTokens/full", "codeLens")


def damaged(chance: random.Random) -> str:
    """The Dockerfile with pieces lost, doubled, moved and strewn in."""
    text = BASE
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randrange(40))
        piece = chance.choice(["", text[at:end] * 2, chance.choice(SPICE), chance.choice(SPICE)])
        text = text[:at] + piece + text[end:]
    return text[chance.randrange(3) :]


def position(chance: random.Random, text: str, encoding: str) -> dict[str, int]:
    lines = text.split("\n")
    line = chance.randrange(len(lines) + 1)
    width = len(lines[line].encode(encoding)) if line < len(lines) else 0
    character = chance.randrange(width // (2 if encoding.startswith("utf-16") else 1) + 2)
    return {"line": line, "character": character}


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore", "compose.yaml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_request_is_answered(tmp_path: Path, name: str, encoding: str) -> None:
    chance = random.Random(f"{name} {encoding}")
    for file in ("p q.txt", "it's", "uv.lock", "src/🐍.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("")
    uri = (tmp_path / name).as_uri()
    document = {"textDocument": {"uri": uri}}
    with RawClient() as client:
        general = {"general": {"positionEncodings": [encoding]}}
        options = {"format": True, "lenses": True, "inlay-hints": True}
        client.initialize(
            rootUri=tmp_path.as_uri(), capabilities=general, initializationOptions=options
        )
        item = {"uri": uri, "languageId": "dockerfile", "version": 0, "text": ""}
        client.notify("textDocument/didOpen", {"textDocument": item})
        for version in range(1, 9):
            text = damaged(chance)
            if name == "compose.yaml":
                lines = text.replace("$", "$$").split("\n")
                head = "services:\n  web:\n    build:\n      dockerfile_inline: |\n"
                text = head + "\n".join(f"        {line}" for line in lines)
            client.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [{"text": text}],
                },
            )
            for method, params in asked(chance, text, document, f"{encoding}-le"):
                answer = client.request(f"textDocument/{method}", params)
                refused = answer.get("error", {}).get("code") == REFUSED and "ename" in method
                assert refused or "error" not in answer, (method, params, text, answer)


def asked(
    chance: random.Random, text: str, document: dict[str, Any], encoding: str
) -> list[tuple[str, dict[str, Any]]]:
    """One request of each kind, at places of their own."""
    encoding = "utf-8" if encoding.startswith("utf-8") else encoding

    def place() -> dict[str, int]:
        return position(chance, text, encoding)

    here = {**document, "range": {"start": place(), "end": place()}}
    style = {"options": {"tabSize": 4, "insertSpaces": True}}
    return [
        *((method, {**document, "position": place()}) for method in AT),
        *((method, document) for method in WHOLE),
        ("references", {**document, "position": place(), "context": {"includeDeclaration": True}}),
        ("rename", {**document, "position": place(), "newName": "fresh"}),
        ("selectionRange", {**document, "positions": [place(), place()]}),
        ("semanticTokens/range", here),
        ("inlayHint", here),
        ("codeAction", {**here, "context": {"diagnostics": []}}),
        ("formatting", {**document, **style}),
        ("rangeFormatting", {**here, **style}),
    ]
