"""The project has a lock of Poetry, PDM or Pipenv, and pip installs past it.

## Why
`pip install .` reads the requirements of `pyproject.toml` and resolves them on the day of the
build. It knows none of these locks, so that the image gets other versions than the developers.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY . .
RUN pip install .
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
Dockerfile:4:5: info[lock-bypassed-by-pip] `pip install .` does not read `poetry.lock`: the dependencies are resolved afresh in each build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY . .
RUN pip install poetry==2.1.3
RUN poetry install --only main
```

## Fix safety
Manual: the tool that wrote the lock has to be installed, or its export.

## Sources
pip's documentation of `pip install`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.git import committed
from shipworthy.model.image.steps import Run
from shipworthy.model.pip_installs import lock_beside, pip_installs_of, uses_lock, uses_managers
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import whole_file

JA = """
プロジェクトに Poetry、PDM、Pipenv のロックがあるのに、pip がそれを使わずにインストールします。

## なぜ
`pip install .` は `pyproject.toml` の依存関係を読み、ビルドした日に解決します。これらのロックは知らないため、
イメージには開発者と違うバージョンが入ります。

## 代わりに
ロックを書いたツールでインストールします。

## 修正の安全性
自動では直しません。ロックを書いたツール、またはそのエクスポートが必要です。
"""

SYMPTOMS = (
    Text(
        en="the image has newer packages than `poetry.lock`",
        ja="イメージのパッケージが `poetry.lock` より新しい",
    ),
)

UNUSED = Text(
    en="`{command}` does not read `{lock}`: the dependencies are resolved afresh in each build.",
    ja="`{command}` は `{lock}` を読みません。依存関係はビルドのたびに解決し直されます。",
)
LOCK = Text(en="This lock is not used.", ja="このロックは使われません。")
INSTEAD = Text(en="Install with `{command}`", ja="`{command}` でインストールする")

_TOOLS = {
    "poetry.lock": "poetry install --only main",
    "pdm.lock": "pdm sync --prod",
    "Pipfile.lock": "pipenv sync --system",
}


@rule(severity=Severity.INFO)
def lock_bypassed_by_pip(run: Run, db: Database) -> Iterator[Report]:
    unit = run.unit
    if not run.reachable or uses_lock(db, unit.id) or uses_managers(db, unit.id):
        return
    for install in pip_installs_of(db, run):
        if install.constrained or not install.decided:
            continue
        locks = [
            (name, lock)
            for project in install.projects
            if lock_beside(db, project, "uv.lock") is None
            for name in _TOOLS
            if (lock := lock_beside(db, project, name)) is not None
            and committed(db, root_of_unit(db, unit), lock)
        ]
        for name, lock in locks[:1]:
            yield Report(
                at=install.command.at,
                message=say(UNUSED, command=install.command.source, lock=File(lock)),
                related=(Related(whole_file(lock), say(LOCK)),),
                fixes=(Fix(say(INSTEAD, command=_TOOLS[name]), (), Safety.MANUAL),),
            )
