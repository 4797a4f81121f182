"""`docker compose watch` copies the host's environment over the container's.

## Why
A sync rule copies every file below its path that changes, and newer Compose all of them at the
start. When the path holds a virtual environment that nothing excludes, the next `uv sync` on the
host writes its interpreter links and compiled packages into the running container.

The ignore file at the root of the build context counts here too, but with a bare `*` in it Compose
drops all patterns that exclude; older versions do not read `<Dockerfile>.dockerignore`.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    develop:
      watch:
        - action: sync
          path: .
          target: /app
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY src src
CMD ["/app/.venv/bin/python", "-m", "src"]
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
```diagnostics
compose.yaml:7:17: warning[watch-syncs-venv] This sync rule also copies the host's `.venv` to `/app/.venv`, over the image's environment: nothing that Compose reads excludes it.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    develop:
      watch:
        - action: sync
          path: .
          ignore:
            - .venv/
          target: /app
```

## Fix safety
Safe: the environment is no longer copied, and nothing else changes.

## Sources
uv's Docker guide ("Configuring watch with docker compose"); compose-spec develop.md; docker/compose
`pkg/watch/dockerignore.go`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text
from shipworthy.model.run import RunUnit
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.synced_reports import synced_reports

JA = """
`docker compose watch` がホストの環境をコンテナの環境の上にコピーします。

## なぜ
sync ルールは、パスの下で変更されたすべてのファイルをコピーします。新しい Compose は起動時にもすべてコピーします。
除外されていない仮想環境がそのパスにあると、ホストでの次の `uv sync` で、ホスト用のインタープリターへのリンクや
コンパイル済みパッケージが動作中のコンテナに書き込まれます。

ここでもビルドコンテキストのルートの ignore ファイルが使われます。ただし、`*` だけの行があると Compose は除外
パターンをすべて捨て、古いバージョンは `<Dockerfile>.dockerignore` を読みません。

## 代わりに
ルールに `ignore: [.venv/]` を書きます。

## 修正の安全性
安全です。環境がコピーされなくなるだけです。
"""

SYMPTOMS = (
    Text(
        en="the container breaks after `uv sync` on the host while `docker compose watch` runs",
        ja="`docker compose watch` の実行中にホストで `uv sync` をするとコンテナが壊れる",
    ),
)

SYNCED = Text(
    en="This sync rule also copies the host's `{host}` to `{target}`, over the image's environment:"
    " nothing that Compose reads excludes it.",
    ja="この sync ルールはホストの `{host}` も `{target}` にコピーし、イメージの環境に上書きします。"
    "Compose が読むどのファイルもこれを除外していません。",
)
OLDER = Text(
    en="This sync rule also copies the host's `{host}` to `{target}`, over the image's environment:"
    " only `{file}` excludes it, which older versions of Compose do not read here.",
    ja="この sync ルールはホストの `{host}` も `{target}` にコピーし、イメージの環境に上書きします。"
    "除外しているのは `{file}` だけで、古いバージョンの Compose はここではそれを読みません。",
)
BUILT = Text(en="The image builds the environment here.", ja="イメージはここで環境を作ります。")


@rule(severity=Severity.WARNING)
def watch_syncs_venv(run: RunUnit, db: Database) -> Iterator[Report]:
    yield from synced_reports(db, run, "venv", (SYNCED, OLDER, BUILT))
