"""PDM installs without being held to its lock.

## Why
`pdm install` compares `pdm.lock` with `pyproject.toml` and locks again, in the image only, where
they disagree. `--check` stops the build instead; `--frozen-lockfile` does not look. Where
`pdm.lock` was not copied, each build resolves all versions afresh.

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
from shipworthy.findings.finding import Fix, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.model.production import purpose
from shipworthy.rules.lock_fixes import append_after, copy_too_fix
from shipworthy.rules.lock_words import absent_lock
from shipworthy.rules.rule import Report, rule

JA = """
PDM がロックに縛られずにインストールします。

## なぜ
`pdm install` は `pdm.lock` と `pyproject.toml` を比べ、食い違うとイメージの中でだけロックし直します。`--check` なら
ビルドが止まります。`--frozen-lockfile` は確認しません。`pdm.lock` をコピーしないと、ビルドのたびにすべてのバージョンを
解決し直します。

## 代わりに
`pdm install --check` を使います。

## 修正の安全性
ロックが古いとビルドが止まるようになるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`Lock file hash doesn't match pyproject.toml, regenerating the lock file`",
        ja="`Lock file hash doesn't match pyproject.toml, regenerating the lock file` と表示される",
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
        if held or use.command.env.sets("PDM_FROZEN_LOCKFILE"):
            continue
        if not isinstance(use.lock, Landed):
            said = absent_lock(db, use)
            if said is not None:
                severity = _graded(db, run)
                fixes = tuple(_copy_fix(db, use))
                yield Report(use.command.at, said[0], said[1], fixes, severity)
            continue
        fixes = append_after(db, use.command, "install", "--check")
        yield Report(use.command.at, say(UNLOCKED, command=use.command.source), fixes=fixes)


def _graded(db: Database, run: Run) -> Severity:
    development = purpose(db, run.unit.id) == "development"
    return Severity.INFO if development else Severity.WARNING


def _copy_fix(db: Database, use: LockUse) -> Iterator[Fix]:
    made = image(db, use.run.unit.id)
    if made is not None and use.manifest is not None and use.withheld is None:
        host = use.manifest.host
        yield from copy_too_fix(db, made, use.run, "pyproject.toml", host, "pdm.lock")
