"""Snippets for completion: whole good examples, with tab stops as `${1:...}`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from shipworthy.findings.message import Text
from shipworthy.text.records import NamedTuple

Where: TypeAlias = Literal["dockerfile", "compose-service"]


class Snippet(NamedTuple):
    """A text in the snippet syntax of the Language Server Protocol, and where it fits."""

    where: Where
    body: str
    what: Text


_SYNTAX = "# syntax=docker/dockerfile:1\n"
_UV = "COPY --from=ghcr.io/astral-sh/uv:${2:0.9.9} /uv /bin/\n"
_ENV = (
    "ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never "
    "UV_PROJECT_ENVIRONMENT=/opt/venv\n"
)
_DEPENDENCIES = """RUN --mount=type=cache,target=/root/.cache/uv \\\\
    --mount=type=bind,source=uv.lock,target=uv.lock \\\\
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\\
    uv sync --locked --no-dev --no-install-project
"""
_PROJECT = """COPY . .
RUN --mount=type=cache,target=/root/.cache/uv \\\\
    uv sync --locked --no-dev${3: --no-editable}
"""

SNIPPETS: Final[dict[str, Snippet]] = {
    "uv-dockerfile": Snippet(
        "dockerfile",
        _SYNTAX
        + "FROM python:${1:3.13}-slim\n"
        + _UV
        + _ENV.rstrip("\n")
        + ' PATH="/opt/venv/bin:\\$PATH"\n'
        + "WORKDIR /app\n"
        + _DEPENDENCIES
        + _PROJECT
        + 'CMD ["${4:python}", "${5:-m}", "${6:app}"]\n',
        Text(
            en="One stage with uv: locked dependencies in a layer of their own, the environment"
            " outside of the source.",
            ja="uv を使う 1 ステージ構成。ロックした依存関係は別レイヤー、環境はソースの外です。",
        ),
    ),
    "uv-multi-stage": Snippet(
        "dockerfile",
        _SYNTAX
        + "FROM python:${1:3.13}-slim AS build\n"
        + _UV
        + _ENV
        + "WORKDIR /app\n"
        + _DEPENDENCIES
        + _PROJECT
        + "\nFROM python:${1:3.13}-slim\n"
        + "RUN useradd --create-home --uid 10001 app\n"
        + "COPY --from=build /opt/venv /opt/venv\n"
        + 'ENV PATH="/opt/venv/bin:\\$PATH" PYTHONUNBUFFERED=1\n'
        + "WORKDIR /app\nUSER app\n"
        + 'CMD ["${4:python}", "${5:-m}", "${6:app}"]\n',
        Text(
            en="Two stages: uv and the cache stay in the first, the second gets the environment"
            " alone and runs as a user without rights.",
            ja="2 ステージ構成。uv とキャッシュは最初のステージに残り、実行用は環境だけを受け取り"
            "一般ユーザーで動きます。",
        ),
    ),
    "uv-workspace": Snippet(
        "dockerfile",
        _SYNTAX
        + "FROM python:${1:3.13}-slim\n"
        + _UV
        + _ENV.rstrip("\n")
        + ' PATH="/opt/venv/bin:\\$PATH"\n'
        + "WORKDIR /app\n"
        + _DEPENDENCIES.replace(
            "uv sync --locked --no-dev --no-install-project",
            "uv sync --frozen --no-dev --no-install-workspace --package ${3:member}",
        )
        + "COPY . .\n"
        + "RUN --mount=type=cache,target=/root/.cache/uv \\\\\n"
        + "    uv sync --locked --no-dev --no-editable --package ${3:member}\n"
        + 'CMD ["${4:python}", "${5:-m}", "${6:app}"]\n',
        Text(
            en="A member of a uv workspace: what it needs first (frozen, since the members are not"
            " there yet), then the members.",
            ja="uv ワークスペースのメンバー。まず依存関係（メンバーがまだないので frozen）、次に"
            "メンバーを入れます。",
        ),
    ),
    "develop-watch": Snippet(
        "compose-service",
        "develop:\n"
        "  watch:\n"
        "    - action: sync\n"
        "      path: ${1:.}\n"
        "      target: ${2:/app}\n"
        "      ignore:\n"
        "        - .venv/\n"
        "    - action: rebuild\n"
        "      path: ${3:uv.lock}\n",
        Text(
            en="`docker compose watch` copies changed sources into the container and builds anew"
            " when the lock changes; nothing of the image is hidden.",
            ja="`docker compose watch` が変更したソースをコンテナにコピーし、ロックが変わると再ビ"
            "ルドします。イメージの内容は隠れません。",
        ),
    ),
}
