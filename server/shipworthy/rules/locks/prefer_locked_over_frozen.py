"""The last sync of a stage uses --frozen where --locked would work.

## Why
Both flags install exactly what `uv.lock` says. `--frozen` does it without looking at
`pyproject.toml`, so a lock that somebody forgot to renew goes unnoticed until an import fails in
the container. `--locked` compares the two first and stops the build.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```
```diagnostics
Dockerfile:5:13: hint[prefer-locked-over-frozen] `--frozen` installs what `uv.lock` says without checking it against `pyproject.toml`; `--locked` installs the same and stops the build when they disagree.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Unsafe: from now on the build stops when the lock is out of date.

## Sources
uv's reference of `uv sync`; experiments with uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.steps import Stage
from shipworthy.model.sync_inputs import SyncInputs, drifts_of, syncs
from shipworthy.model.unknown import Unknown
from shipworthy.rules.lock_fixes import replace_word, word_at
from shipworthy.rules.rule import Report, rule

JA = """
ステージの最後の sync が、`--locked` を使える場所で `--frozen` を使っています。

## なぜ
どちらも `uv.lock` のとおりにインストールします。`--frozen` は `pyproject.toml` を見ないため、更新し忘れた
ロックはコンテナで import が失敗するまで気付かれません。`--locked` は先に両者を比べ、ビルドを止めます。

## 代わりに
`--frozen` を `--locked` に置き換えます。

## 修正の安全性
ロックが古いとビルドが止まるようになるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="a new dependency is missing in the container, and the build said nothing",
        ja="追加した依存関係がコンテナになく、ビルドでは何も言われなかった",
    ),
)

UNCHECKED = Text(
    en="`--frozen` installs what `uv.lock` says without checking it against `pyproject.toml`;"
    " `--locked` installs the same and stops the build when they disagree.",
    ja="`--frozen` は `pyproject.toml` との食い違いを確認せずに `uv.lock` のとおりインストールします。"
    "`--locked` なら結果は同じで、食い違うときだけビルドが止まります。",
)


@rule(severity=Severity.HINT)
def prefer_locked_over_frozen(stage: Stage, db: Database) -> Iterator[Report]:
    if not stage.reachable:
        return
    mine = [sync for sync in syncs(db, stage.unit.id) if sync.run.stage == stage.number]
    if any(sync.tool.locked for sync in mine):
        return
    for sync in reversed(mine):
        if sync.tool.command != ("sync",):
            continue
        at = word_at(sync.command, "--frozen")
        if at is not None and sync.tool.frozen and _can_be_locked(db, sync):
            fixes = replace_word(db, sync.command, "--frozen", "--locked")
            yield Report(at, say(UNCHECKED), fixes=fixes)
        return


def _can_be_locked(db: Database, sync: SyncInputs) -> bool:
    """Whether `--locked` would succeed here as far as the files show."""
    if not sync.paired or not sync.decided or sync.relocks or sync.facts is None:
        return False
    if sync.tool.offline.on is not False or not sync.all_members or drifts_of(db, sync):
        return False
    if isinstance(sync.members, Unknown):
        return False
    everyone = (sync.facts, *(here.member.facts for here in sync.members))
    return not any({"dependencies", "optional-dependencies"} & facts.dynamic for facts in everyone)
