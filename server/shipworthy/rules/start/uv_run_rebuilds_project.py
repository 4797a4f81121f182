"""`uv run` builds the project again in the containers of a pulled image.

## Why
uv decides by the change time of pyproject.toml whether an installed project is up to date.
Pulling or loading an image gives every file a new change time, so the first `uv run` in each
container builds the project again, for which it needs the build backend and, unless that is
`uv_build`, the network. It never happens on the machine that built the image. `--frozen` and
`--locked` do not help.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --locked
CMD ["uv", "run", "app"]
```
```text file=.dockerignore
**/.venv
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[project.scripts]
app = "app:main"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=src/app/__init__.py
```
```diagnostics
Dockerfile:6:1: warning[uv-run-rebuilds-project] In every container of a pulled image `uv run` builds `app` again before it starts, and downloads its build backend `hatchling` for that: it fails offline.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --locked
ENV PATH="/app/.venv/bin:$PATH"
CMD ["app"]
```

## Fix safety
Unsafe: the container starts with what the build installed, not with what a sync would make of
sources that are mounted or changed later.

## Sources
uv issue 9191; experiments with `docker save` and `docker load`, uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.production import purpose
from shipworthy.model.run import RunUnit
from shipworthy.model.start_sync import StartSync, start_syncs
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import start_fixes

JA = """
pull したイメージのコンテナで、`uv run` がプロジェクトをビルドし直します。

## なぜ
uv は、インストール済みのプロジェクトが最新かどうかを pyproject.toml の変更時刻（ctime）で判断します。イメージを
pull や load すると全ファイルの変更時刻が新しくなるため、各コンテナの最初の `uv run` がプロジェクトをビルドし
直します。それにはビルドバックエンドが必要で、`uv_build` でなければネットワークも必要です。イメージをビルドした
マシンでは起きません。`--frozen` や `--locked` では防げません。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全とは限りません。マウントしたソースや後から変えたソースを同期した結果ではなく、ビルドでインストールしたもので
起動するようになります。
"""

SYMPTOMS = (
    Text(
        en="`Failed to build` or `Failed to fetch` for the build backend when a pulled image starts",
        ja="pull したイメージの起動時に、ビルドバックエンドの取得やビルドに失敗する",
    ),
)

DOWNLOADS = Text(
    en="In every container of a pulled image `uv run` builds `{project}` again before it starts,"
    " and downloads its build backend `{backend}` for that: it fails offline.",
    ja="pull したイメージのコンテナでは、`uv run` が起動前に毎回 `{project}` をビルドし直し、そのために"
    "ビルドバックエンド `{backend}` をダウンロードします。オフラインでは失敗します。",
)
REBUILDS = Text(
    en="In every container of a pulled image `uv run` builds `{project}` again before it starts.",
    ja="pull したイメージのコンテナでは、`uv run` が起動前に毎回 `{project}` をビルドし直します。",
)


@rule(severity=Severity.INFO, supersedes=("uv-run-at-container-start",))
def uv_run_rebuilds_project(run: RunUnit, db: Database) -> Iterator[Report]:
    if run.unit is None:
        return
    for sync in start_syncs(db, run):
        if sync.rebuilds and not sync.command.conditional:
            message, downloads = _message(sync)
            production = purpose(db, run.unit.id) == "production"
            yield Report(
                at=sync.command.at,
                message=message,
                fixes=tuple(start_fixes(db, run, sync)),
                severity=Severity.WARNING if downloads and production else Severity.INFO,
            )
            return


def _message(sync: StartSync) -> tuple[Message, bool]:
    name = sync.facts.written_name or sync.facts.name or ""
    requires = sync.facts.build.requires
    if sync.facts.build.backend == "uv_build":
        return say(REBUILDS, project=name), False
    backend = requires[0].name if requires else sync.facts.build.backend
    return say(DOWNLOADS, project=name, backend=backend), True
