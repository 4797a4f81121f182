"""`uv run` at the start installs something else than the build did.

## Why
What the build chose with `--no-dev` or `--no-editable` counts for that command only. `uv run` in
the container syncs with its own selection: it adds the `dev` group, or replaces the built project
by a link to its source. Every new container does so before it starts, which takes time, and
fails where there is no network. `--frozen` and `--locked` do not help: they are about the lock.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY main.py ./
CMD ["uv", "run", "python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[dependency-groups]
dev = ["pytest"]
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
```
```diagnostics
Dockerfile:7:1: warning[uv-run-changes-environment] The image was synced without `dev` on line 5, but `uv run` includes it: each new container installs it before it starts, and fails offline.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the container no longer gets the packages that the start added, and `UV_NO_DEV=1` also
reaches `docker compose run ... uv run pytest`.

## Sources
uv's documentation of `uv run` and of dependency groups; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import Line, Message, Names, Text, say
from shipworthy.model.production import purpose
from shipworthy.model.run import RunUnit
from shipworthy.model.start_sync import StartSync, start_syncs
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import start_fixes

JA = """
起動時の `uv run` が、ビルドとは違うものをインストールします。

## なぜ
ビルドで指定した `--no-dev` や `--no-editable` は、そのコマンドにしか効きません。コンテナの `uv run` は自分の
選択で同期し、`dev` グループを追加したり、ビルドしたプロジェクトをソースへのリンクに置き換えたりします。新しい
コンテナは起動前に毎回これを行うため、時間がかかり、ネットワークがなければ失敗します。`--frozen` や `--locked`
はロックについてのフラグなので、防げません。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全とは限りません。起動時に追加されていたパッケージは入らなくなります。`UV_NO_DEV=1` は
`docker compose run ... uv run pytest` にも効きます。
"""

SYMPTOMS = (
    Text(
        en="the container installs pytest and other dev packages when it starts",
        ja="コンテナが起動時に pytest などの開発用パッケージをインストールする",
    ),
)

ADDS = Text(
    en="The image was synced without {groups} on line {line}, but `uv run` includes it: each new"
    " container installs it before it starts, and fails offline.",
    ja="イメージは {line} 行目で {groups} なしで同期されていますが、`uv run` はそれを含めます。"
    "新しいコンテナは起動前に毎回インストールし、オフラインでは失敗します。",
)
EDITABLE = Text(
    en="The image holds the project built with `--no-editable` (line {line}), but `uv run` installs"
    " it again as editable: each new container replaces it before it starts.",
    ja="イメージのプロジェクトは {line} 行目で `--no-editable` を付けてインストールされています"
    "が、`uv run` は editable としてインストールし直します。新しいコンテナは起動前に"
    "毎回置き換えます。",
)
SYNCED = Text(en="The build syncs here.", ja="ビルドはここで同期します。")


@rule(
    severity=Severity.WARNING, supersedes=("uv-run-at-container-start", "uv-run-rebuilds-project")
)
def uv_run_changes_environment(run: RunUnit, db: Database) -> Iterator[Report]:
    for sync in start_syncs(db, run):
        if sync.changes and sync.install is not None and run.unit is not None:
            develops = purpose(db, run.unit.id) == "development"
            yield Report(
                at=sync.command.at,
                message=_message(sync),
                related=(Related(sync.install.command.at, say(SYNCED)),),
                fixes=tuple(start_fixes(db, run, sync)),
                severity=Severity.INFO if develops else Severity.WARNING,
            )
            return


def _message(sync: StartSync) -> Message:
    assert sync.install is not None
    line = Line(sync.install.command.at)
    if sync.added:
        return say(ADDS, groups=Names(tuple(sorted(sync.added))), line=line)
    return say(EDITABLE, line=line)
