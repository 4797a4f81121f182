"""PDM installs without being held to its lock.

## Why
`pdm install` compares `pdm.lock` with `pyproject.toml` and locks again, in the image only, where
they disagree. `--check` stops the build instead; `--frozen-lockfile` does not look.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install pdm==2.22.3
WORKDIR /app
COPY pyproject.toml pdm.lock ./
RUN pdm install --prod --no-self
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```text file=pdm.lock
[metadata]
lock_version = "4.5.0"
```
```diagnostics
Dockerfile:5:5: hint[pdm-unlocked] `pdm install --prod --no-self` locks again when `pyproject.toml` and `pdm.lock` disagree; `--check` stops the build instead.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install pdm==2.22.3
WORKDIR /app
COPY pyproject.toml pdm.lock ./
RUN pdm install --check --prod --no-self
```

## Fix safety
Unsafe: the build stops from now on when the lock is out of date.

## Sources
PDM's documentation ("Use PDM in a multi-stage Dockerfile").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import uses_of
from shipworthy.rules.lock_fixes import append_after
from shipworthy.rules.rule import Report, rule

JA = """
PDM がロックに縛られずにインストールします。

## なぜ
`pdm install` は `pdm.lock` と `pyproject.toml` を比べ、食い違うとイメージの中でだけロックし直します。`--check` なら
ビルドが止まります。`--frozen-lockfile` は確認しません。

## 代わりに
`pdm install --check` を使います。

## 修正の安全性
ロックが古いとビルドが止まるようになるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="Lock file hash doesn't match pyproject.toml, regenerating the lock file",
        ja="「Lock file hash doesn't match pyproject.toml, regenerating the lock file」と表示される",
    ),
)

UNLOCKED = Text(
    en="`{command}` locks again when `pyproject.toml` and `pdm.lock` disagree; `--check` stops the"
    " build instead.",
    ja="`{command}` は `pyproject.toml` と `pdm.lock` が食い違うとロックし直します。`--check` なら"
    "ビルドが止まります。",
)


@rule(severity=Severity.HINT)
def pdm_unlocked(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for use in uses_of(db, run):
        tool = use.tool
        if use.manager != "pdm" or tool is None or tool.command != "install" or not use.decided:
            continue
        held = tool.has("--check", "--frozen-lockfile", "--no-lock", "--dry-run")
        if held or not isinstance(use.lock, Landed):
            continue
        if use.command.env.sets("PDM_FROZEN_LOCKFILE"):
            continue
        fixes = append_after(db, use.command, "install", "--check")
        yield Report(use.command.at, say(UNLOCKED, command=use.command.source), fixes=fixes)
