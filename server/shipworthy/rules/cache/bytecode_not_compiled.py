"""A production image compiles its packages anew at each start.

## Why
uv does not compile what it installs. Python compiles each module at its first import, and in a
container the result is lost with it: every start compiles everything again.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
CMD [".venv/bin/python"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3
```
```toml file=shipworthy.toml
profile = "strict"
```
```diagnostics
Dockerfile:5:5: hint[bytecode-not-compiled] uv does not compile what it installs, so each container compiles its packages when it starts; `UV_COMPILE_BYTECODE=1` does it once, in the build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_COMPILE_BYTECODE=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
CMD [".venv/bin/python"]
```

## Fix safety
Safe: the packages are the same; the image grows by the compiled files.

## Sources
uv's Docker guide ("Compiling bytecode"); experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.environments import final_environments
from shipworthy.model.production import purpose
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule

JA = """
本番用のイメージで、パッケージのコンパイルが起動のたびに行われます。

## なぜ
uv はインストール時にバイトコードへコンパイルしません。Python は最初の import でモジュールをコンパイルしますが、
コンテナではその結果がコンテナとともに失われるため、起動のたびにすべてコンパイルし直します。

## 代わりに
`ENV UV_COMPILE_BYTECODE=1` を書きます。

## 修正の安全性
安全です。パッケージは同じで、コンパイル済みのファイルの分だけイメージが大きくなります。
"""

SYMPTOMS = (
    Text(
        en="the container starts slowly, or its first request is slow",
        ja="コンテナの起動や最初のリクエストが遅い",
    ),
)

EACH_START = Text(
    en="uv does not compile what it installs, so each container compiles its packages when it"
    " starts; `UV_COMPILE_BYTECODE=1` does it once, in the build.",
    ja="uv はインストール時にバイトコードへコンパイルしないため、コンテナが起動のたびにパッケー"
    "ジをコンパイルします。`UV_COMPILE_BYTECODE=1` なら、ビルド時の一度だけで済みます。",
)
COMPILE = Text(en="Set `UV_COMPILE_BYTECODE=1`", ja="`UV_COMPILE_BYTECODE=1` を設定する")


@rule(severity=Severity.HINT, on=False)
def bytecode_not_compiled(unit: BuildUnit, db: Database) -> Iterator[Report]:
    if purpose(db, unit.id) != "production":
        return
    for environment in final_environments(db, unit.id):
        if environment.manager != "uv" or not environment.installs:
            continue
        tools = [install.command.tool for install in environment.installs]
        if not all(
            isinstance(tool, UvCommand) and tool.known and tool.compile_bytecode.on is False
            for tool in tools
        ):
            continue
        run, command = environment.installs[0].run, environment.installs[0].command
        edits = insert_before(unit, run, "ENV UV_COMPILE_BYTECODE=1\n")
        fixes = (Fix(say(COMPILE), edits, Safety.SAFE),) if edits else ()
        yield Report(command.at if command.script is None else run.at, say(EACH_START), fixes=fixes)
