"""The container is started by `uv run`, which syncs the environment every time.

## Why
`uv run` is a command for development: before it starts anything it checks the lock against
pyproject.toml and brings the environment up to date. In a container that happens at every start,
after the image was built and tested, with the flags of the start and not of the build. It needs
uv, a writable cache and sometimes the network at a moment when nobody looks.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
CMD ["uv", "run", "python", "main.py"]
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
```python file=main.py
```
```diagnostics
Dockerfile:7:1: info[uv-run-at-container-start] `uv run` checks the lock and syncs the environment at every start, so the container can differ from the image it was started from.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: whoever relies on the sync at the start (a volume or a mount with newer sources) would
start with older packages. While a volume lies on the environment no fix is offered here.

## Sources
uv's Docker guide ("Using the environment"); uv's documentation of `uv run`; experiments with
uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.run import RunUnit
from shipworthy.model.start_sync import StartSync, start_syncs
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import start_fixes

JA = """
コンテナを `uv run` で起動しているため、起動のたびに環境が同期されます。

## なぜ
`uv run` は開発用のコマンドです。何かを起動する前に、ロックを pyproject.toml と照合し、環境を最新の状態に
します。コンテナでは、イメージをビルドしてテストした後、起動のたびにこれが行われ、使われるのはビルド時では
なく起動時のフラグです。誰も見ていないときに、uv と書き込めるキャッシュ、場合によってはネットワークが必要に
なります。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全とは限りません。起動時の同期に頼っている場合（ボリュームやマウントで新しいソースを使う場合）は、古い
パッケージで起動するようになります。環境にボリュームがある間は、修正を提案しません。
"""

SYMPTOMS = (
    Text(
        en="the container downloads packages, or needs the network, when it starts",
        ja="コンテナが起動時にパッケージをダウンロードする、またはネットワークを必要とする",
    ),
)

EVERY_START = Text(
    en="`uv run` checks the lock and syncs the environment at every start, so the container can"
    " differ from the image it was started from.",
    ja="`uv run` は起動のたびにロックの確認と環境の同期を行うため、コンテナの中身が元のイメージと"
    "変わることがあります。",
)


@rule(severity=Severity.INFO)
def uv_run_at_container_start(run: RunUnit, db: Database) -> Iterator[Report]:
    for sync in start_syncs(db, run)[:1]:
        yield Report(
            at=sync.command.at,
            message=say(EVERY_START),
            fixes=tuple(start_fixes(db, run, sync)),
            severity=Severity.HINT if _mounts_project(run, sync) else Severity.INFO,
        )


def _mounts_project(run: RunUnit, sync: StartSync) -> bool:
    """Whether the container works on the sources of this disk, where a sync has its place."""
    return run.host_path(f"{sync.project.root.rstrip('/')}/pyproject.toml") is not None
