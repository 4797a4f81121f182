"""Poetry installs without the poetry.lock that the project has.

## Why
Without a lock in the image `poetry install` resolves all versions, writes a lock of its own, and
exits with 0. Nobody sees that the image differs from what was tested.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml ./
RUN poetry install --no-root --only main
```
```toml file=pyproject.toml
[tool.poetry]
name = "app"
version = "0.1.0"
```
```text file=poetry.lock
[metadata]
lock-version = "2.1"
```
```diagnostics
Dockerfile:5:5: warning[poetry-lock-missing] `poetry.lock` exists, but no instruction before this brings it into the image: `poetry install --no-root --only main` resolves all versions afresh in each build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main
```

## Fix safety
Unsafe: the image gets the locked versions, and the build stops when the lock is out of date.

## Sources
Experiments with Poetry 2.5.1 (exit 0 without a lock, exit 1 with a stale one).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Severity
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.git import git_ignored
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.model.production import purpose
from shipworthy.rules.lock_fixes import copy_too_fix, relock_fix
from shipworthy.rules.lock_words import absent_lock
from shipworthy.rules.rule import Report, rule

JA = """
プロジェクトの `poetry.lock` なしで Poetry がインストールします。

## なぜ
イメージにロックがないと、`poetry install` はすべてのバージョンを解決し、自分でロックを書き、終了コード 0 で終わります。
テストしたものとイメージが違うことに誰も気付きません。

## 代わりに
`poetry.lock` を `pyproject.toml` と一緒にコピーします。

## 修正の安全性
ロックされたバージョンが入り、ロックが古いとビルドが止まるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`Writing lock file` in the output of the build",
        ja="ビルドの出力に `Writing lock file` と出る",
    ),
)

NO_LOCK = Text(
    en="There is no `{lock}`: `{command}` resolves all versions afresh in each build.",
    ja="`{lock}` がないため、`{command}` はビルドのたびにすべてのバージョンを解決し直します。",
)


@rule(severity=Severity.WARNING)
def poetry_lock_missing(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for use in uses_of(db, run):
        if use.manager != "poetry" or use.lock is not None or use.command.conditional:
            continue
        said = absent_lock(db, use) if use.on_disk is not None else _no_lock(db, use)
        if said is None:
            continue
        severity = Severity.WARNING
        if purpose(db, run.unit.id) == "development":
            severity = Severity.INFO
        yield Report(
            at=use.command.at,
            message=said[0],
            related=said[1],
            fixes=tuple(_fixes(db, use)),
            severity=severity,
        )
        return


def _no_lock(db: Database, use: LockUse) -> tuple[Message, tuple[Related, ...]] | None:
    lock = f"{use.host}/poetry.lock"
    if git_ignored(db, root_of_unit(db, use.run.unit), lock, False):
        return None
    return say(NO_LOCK, lock=File(lock), command=use.command.source), ()


def _fixes(db: Database, use: LockUse) -> Iterator[Fix]:
    made = image(db, use.run.unit.id)
    if use.withheld is not None or use.manifest is None or made is None:
        return
    if use.on_disk is None:
        yield relock_fix(db, use.manifest.host.rpartition("/")[0], "poetry lock")
        return
    host = use.manifest.host
    yield from copy_too_fix(db, made, use.run, "pyproject.toml", host, "poetry.lock")
