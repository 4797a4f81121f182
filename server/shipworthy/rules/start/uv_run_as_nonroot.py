"""`uv run` syncs, as a user who may not write to it, an environment that root owns.

## Why
The environment was made before `USER`, so it belongs to root. As long as there is nothing to do
`uv run` starts. As soon as its sync wants to change one file (another selection of groups, a
project to build again, a newer lock) it ends with "Permission denied" and the container does not
start.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN useradd --create-home app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY main.py ./
USER app
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
Dockerfile:9:1: error[uv-run-as-nonroot] `uv run` as `app` tries to add `dev` to `/app/.venv`, which root made on line 6: the start fails with `Permission denied`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN useradd --create-home app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY main.py ./
USER app
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the container starts with what the build installed, which is what a root-owned environment
is for, but no longer with what the sync would have added.

## Sources
uv-docker-example issue 82; experiments with Docker and uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import Field, Line, Message, Names, Text, say
from shipworthy.model.image.build import image
from shipworthy.model.run import RunUnit
from shipworthy.model.start_sync import StartSync, start_syncs
from shipworthy.model.users import is_root, owner, user_name
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import start_fixes

JA = """
root が所有する環境を、書き込めないユーザーの `uv run` が同期します。

## なぜ
環境は `USER` より前に作られたため、root のものです。することがない間は `uv run` で起動できますが、同期が
ファイルを 1 つでも変えようとすると（グループの選択の違い、プロジェクトの再ビルド、新しいロック）、
「Permission denied」で失敗し、コンテナは起動しません。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全とは限りません。ビルドでインストールしたもので起動するようになり、同期が追加していたものは入りません。
"""

SYMPTOMS = (
    Text(
        en="`error: failed to remove file ... Permission denied (os error 13)` when the container"
        " starts",
        ja="コンテナの起動時に `error: failed to remove file ... Permission denied (os"
        " error 13)` で失敗する",
    ),
)

ADDS = Text(
    en="`uv run` as `{user}` tries to add {groups} to `{path}`, which root made on line {line}:"
    " the start fails with `Permission denied`.",
    ja="`{user}` の `uv run` は `{path}` に {groups} を追加しようとしますが、この環境は {line}"
    " 行目で root が作ったものです。起動は `Permission denied` で失敗します。",
)
REPLACES = Text(
    en="`uv run` as `{user}` tries to install the project again in `{path}`, which root made on"
    " line {line}: the start fails with `Permission denied`.",
    ja="`{user}` の `uv run` は `{path}` にプロジェクトをインストールし直そうとしますが、"
    "この環境は {line} 行目で root が作ったものです。起動は `Permission denied` で失敗します。",
)
REBUILDS = Text(
    en="`uv run` as `{user}` builds the project again in every container of a pulled image, but"
    " root made `{path}` on line {line}: there the start fails with `Permission denied`.",
    ja="`{user}` の `uv run` は、pull したイメージのコンテナではプロジェクトをビルドし直しますが"
    "、`{path}` は {line} 行目で root が作ったものです。その場合、起動は `Permission denied` で"
    "失敗します。",
)
MAY = Text(
    en="`uv run` as `{user}` cannot change `{path}`, which root made on line {line}: the container"
    " starts only while there is nothing to sync.",
    ja="`{user}` の `uv run` は、{line} 行目で root が作った `{path}` を変更できません。コンテナが起動"
    "するのは、同期するものがない間だけです。",
)
MADE = Text(en="Made by root here.", ja="ここで root が作っています。")


@rule(
    severity=Severity.ERROR,
    supersedes=(
        "uv-run-at-container-start",
        "uv-run-changes-environment",
        "uv-run-rebuilds-project",
    ),
)
def uv_run_as_nonroot(run: RunUnit, db: Database) -> Iterator[Report]:
    if run.user is None or is_root(run.user) or run.unit is None or run.stage is None:
        return
    made = image(db, run.unit.id)
    syncs = sorted(start_syncs(db, run), key=lambda sync: not (sync.changes or sync.rebuilds))
    for sync in syncs:
        environment = sync.environment
        if made is None or environment is None or sync.command.user != run.user:
            continue
        held_by = owner(made, run.stage.number, environment)
        if held_by is None or not is_root(held_by):
            continue
        message, severity = _message(sync, user_name(run.user), environment.path)
        yield Report(
            at=sync.command.at,
            message=message,
            related=(Related(environment.at, say(MADE)),),
            fixes=tuple(start_fixes(db, run, sync)),
            severity=severity,
        )
        return


def _message(sync: StartSync, user: str, path: str) -> tuple[Message, Severity]:
    assert sync.environment is not None
    common: dict[str, Field] = {"user": user, "path": path, "line": Line(sync.environment.at)}
    if sync.added:
        return say(ADDS, groups=Names(tuple(sorted(sync.added))), **common), Severity.ERROR
    if sync.editable_again:
        return say(REPLACES, **common), Severity.ERROR
    if sync.rebuilds:
        return say(REBUILDS, **common), Severity.WARNING
    return say(MAY, **common), Severity.HINT
