"""Pipenv installs without checking that Pipfile.lock fits the Pipfile.

## Why
`pipenv install` rewrites a lock that does not fit and installs the new versions, in the image
only. `--deploy` stops the build instead. `pipenv sync` installs the lock and never checks it. Where only
the Pipfile was copied, each build resolves all versions afresh.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install pipenv==2025.0.4
WORKDIR /app
COPY Pipfile Pipfile.lock ./
RUN pipenv install --system
```
```text file=Pipfile
[packages]
flask = "*"
```
```text file=Pipfile.lock
{"_meta": {}}
```
```diagnostics
Dockerfile:5:5: warning[pipenv-install-relocks] `pipenv install --system` locks again when `Pipfile` and `Pipfile.lock` disagree: the image then gets versions that nobody tested; `--deploy` stops the build instead.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install pipenv==2025.0.4
WORKDIR /app
COPY Pipfile Pipfile.lock ./
RUN pipenv install --deploy --system
```

## Fix safety
Unsafe: the build stops from now on when the lock is out of date.

## Sources
Pipenv's documentation of `--deploy`; experiments with pipenv 2026.10.3.
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
from shipworthy.model.pipfile_state import pipfile_drifted
from shipworthy.model.production import purpose
from shipworthy.rules.lock_fixes import append_after, copy_too_fix, relock_fix
from shipworthy.rules.lock_words import absent_lock
from shipworthy.rules.rule import Report, rule

JA = """
`Pipfile.lock` が `Pipfile` に合っているかを確認せずに Pipenv がインストールします。

## なぜ
`pipenv install` は合わないロックを書き換え、新しいバージョンをイメージにだけインストールします。`--deploy` なら
ビルドが止まります。`pipenv sync` はロックのとおりにインストールし、確認はしません。`Pipfile` だけをコピーすると、
ビルドのたびにすべてのバージョンを解決し直します。

## 代わりに
`pipenv install --deploy --system` を使います。

## 修正の安全性
ロックが古いとビルドが止まるようになるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`Pipfile.lock (...) out of date, updating to (...)`",
        ja="`Pipfile.lock (...) out of date, updating to (...)` と表示される",
    ),
)

RELOCKS = Text(
    en="`{command}` locks again when `Pipfile` and `Pipfile.lock` disagree: the image then gets"
    " versions that nobody tested; `--deploy` stops the build instead.",
    ja="`{command}` は `Pipfile` と `Pipfile.lock` が食い違うとロックし直します。そのとき、誰もテスト"
    "していないバージョンがイメージに入ります。`--deploy` ならビルドが止まります。",
)
STALE = Text(
    en="`Pipfile.lock` is out of date, so `{command}` locks again in each build: the image gets"
    " versions that nobody tested.",
    ja="`Pipfile.lock` が古いため、`{command}` はビルドのたびにロックし直します。誰もテストしていない"
    "バージョンがイメージに入ります。",
)
STALE_SYNC = Text(
    en="`Pipfile.lock` is out of date, and `{command}` does not check: the image lacks what was"
    " added to `Pipfile`.",
    ja="`Pipfile.lock` が古いのに `{command}` は確認しないため、`Pipfile` に追加したものがイメージに"
    "入りません。",
)
STALE_DEPLOY = Text(
    en="`Pipfile.lock` is out of date: `{command}` stops the build.",
    ja="`Pipfile.lock` が古いため、`{command}` でビルドが止まります。",
)


@rule(severity=Severity.WARNING)
def pipenv_install_relocks(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for use in uses_of(db, run):
        if use.manager != "pipenv" or not use.decided:
            continue
        report = _report(db, use) if isinstance(use.lock, Landed) else _without_lock(db, use)
        if report is None:
            continue
        if report.severity is None and purpose(db, run.unit.id) == "development":
            report = report._replace(severity=Severity.INFO)
        yield report


def _without_lock(db: Database, use: LockUse) -> Report | None:
    tool, made = use.tool, image(db, use.run.unit.id)
    if tool is None or use.requires_lock or tool.has("--skip-lock"):
        return None
    said = absent_lock(db, use)
    if said is None or made is None or use.manifest is None:
        return None
    fixes: tuple[Fix, ...] = ()
    if use.withheld is None:
        host = use.manifest.host
        fixes = tuple(copy_too_fix(db, made, use.run, "Pipfile", host, "Pipfile.lock"))
    return Report(use.command.at, said[0], said[1], fixes)


def _report(db: Database, use: LockUse) -> Report | None:
    tool, host, command = use.tool, use.host, use.command.source
    assert tool is not None
    assert host is not None
    stale = pipfile_drifted(db, host) and use.on_disk is not None
    at = use.command.at
    locked_again = (relock_fix(db, host, "pipenv lock"),)
    frozen = tool.has("--ignore-pipfile") or use.command.env.truthy("PIPENV_IGNORE_PIPFILE")
    if tool.command == "sync" or frozen:
        if not stale:
            return None
        return Report(at, say(STALE_SYNC, command=command), fixes=locked_again)
    if tool.has("--deploy"):
        if not stale:
            return None
        return Report(at, say(STALE_DEPLOY, command=command), (), locked_again, Severity.ERROR)
    if stale:
        return Report(at, say(STALE, command=command), fixes=locked_again)
    fixes = append_after(db, use.command, "install", "--deploy")
    return Report(at, say(RELOCKS, command=command), fixes=fixes)
