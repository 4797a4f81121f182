"""The project has a uv.lock, and the image is installed past it.

## Why
`uv pip install .`, `uv pip install -r pyproject.toml`, `uv pip compile` and `pip install .` read
the requirements of `pyproject.toml` and resolve them on the day of the build. They never look at
`uv.lock`, even when it is copied: the image gets other versions than everybody tested.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv pip install --system .
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["httpx"]
```
```toml file=uv.lock
version = 1
revision = 3
```
```diagnostics
Dockerfile:5:5: warning[lock-bypassed-by-uv-pip] `uv pip install --system .` does not read `uv.lock`: the dependencies are resolved afresh in each build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --locked --no-dev
```

## Fix safety
Manual: `uv sync` installs into `/app/.venv` (or where `UV_PROJECT_ENVIRONMENT` says), so the
start command has to change too. `uv export` keeps the packages where they are.

## Sources
uv's documentation of the pip interface; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.git import committed
from shipworthy.model.image.steps import Run
from shipworthy.model.pip_installs import lock_beside, pip_installs_of, uses_lock
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import whole_file

JA = """
プロジェクトに `uv.lock` があるのに、イメージはそれを使わずにインストールされます。

## なぜ
`uv pip install .`、`uv pip install -r pyproject.toml`、`uv pip compile`、`pip install .` は `pyproject.toml` の
依存関係を読み、ビルドした日に解決します。`uv.lock` がコピーされていても見ません。皆がテストしたものと
違うバージョンが入ります。

## 代わりに
`uv sync --locked` を使います。環境を変えたくないときは `uv export` の結果をインストールします。

## 修正の安全性
自動では直しません。`uv sync` は `/app/.venv`（または `UV_PROJECT_ENVIRONMENT` の場所）にインストールするため、起動コマンドも
変える必要があります。`uv export` ならパッケージの場所は変わりません。
"""

SYMPTOMS = (
    Text(
        en="the image has newer packages than `uv.lock`",
        ja="イメージのパッケージが `uv.lock` より新しい",
    ),
)

UNUSED = Text(
    en="`{command}` does not read `{lock}`: the dependencies are resolved afresh in each build.",
    ja="`{command}` は `{lock}` を読みません。依存関係はビルドのたびに解決し直されます。",
)
LOCK = Text(en="This lock is not used.", ja="このロックは使われません。")
SYNC = Text(
    en="Use `uv sync --locked --no-dev` and start from its environment",
    ja="`uv sync --locked --no-dev` を使い、その環境から起動する",
)
EXPORT = Text(
    en="Install what `uv export --locked --no-dev --no-emit-project` writes, then the project with"
    " `--no-deps`",
    ja="`uv export --locked --no-dev --no-emit-project` の出力をインストールし、プロジェクトは"
    " `--no-deps` でインストールする",
)


@rule(severity=Severity.WARNING)
def lock_bypassed_by_uv_pip(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable or uses_lock(db, run.unit.id):
        return
    root = root_of_unit(db, run.unit)
    for install in pip_installs_of(db, run):
        if install.constrained or not install.decided:
            continue
        for project in install.projects:
            lock = lock_beside(db, project, "uv.lock")
            if lock is None or not committed(db, root, lock):
                continue
            yield Report(
                at=install.command.at,
                message=say(UNUSED, command=install.command.source, lock=File(lock)),
                related=(Related(whole_file(lock), say(LOCK)),),
                fixes=(Fix(say(SYNC), (), Safety.MANUAL), Fix(say(EXPORT), (), Safety.MANUAL)),
            )
            break
