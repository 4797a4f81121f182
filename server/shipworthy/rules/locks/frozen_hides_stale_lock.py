"""The lock is out of date, and the image is built as if it were not.

## Why
`--frozen` means "do not check": uv installs what `uv.lock` says and never looks whether
`pyproject.toml` asks for more. A dependency that was added without `uv lock` is left out, the
build succeeds, and the import fails when the container runs. `--locked` installs the same but
compares first, and stops the build when the two disagree.

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
dependencies = ["packaging>=24"]
```
```toml file=uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = []
```
```diagnostics
Dockerfile:5:13: error[frozen-hides-stale-lock] `packaging` is in `pyproject.toml` but not in `uv.lock`, and `--frozen` does not check: the build succeeds without it and the import fails at run time.
```

## Use instead
```toml file=uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "packaging" },
]

[package.metadata]
requires-dist = [{ name = "packaging", specifier = ">=24" }]

[[package]]
name = "packaging"
version = "25.0"
source = { registry = "https://index.example/simple" }
```

## Fix safety
Manual: `uv lock` has to be run where the index can be reached; shipworthy runs no tools.

## Sources
uv's reference of `uv sync` and its guide on locking and syncing; experiments with uv 0.5.31 to
0.13.9, which exit with 0 on a stale lock under `--frozen`, and with 1 under `--locked`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import Line, Message, Text, say
from shipworthy.model.image.steps import Stage
from shipworthy.model.python.declared import parse_requirement
from shipworthy.model.python.markers import applies, linux
from shipworthy.model.python.staleness import Drift
from shipworthy.model.sync_inputs import SyncInputs, drifts_of, syncs
from shipworthy.rules.drift_words import drift_clause, drift_related, locked_at, worst_first
from shipworthy.rules.lock_fixes import relock_fix, word_at
from shipworthy.rules.rule import Report, rule

JA = """
ロックが古いのに、そのことに気付かないままイメージがビルドされます。

## なぜ
`--frozen` は「確認しない」という意味です。uv は `uv.lock` のとおりにインストールし、`pyproject.toml` が
ほかに何を求めているかは見ません。`uv lock` をせずに追加した依存関係は入らず、ビルドは成功し、コンテナの実行時に
import が失敗します。`--locked` は同じものをインストールしますが、先に比較し、食い違えばビルドを止めます。

## 代わりに
`uv lock` を実行し、新しい `uv.lock` をコミットします。

## 修正の安全性
自動では直しません。`uv lock` はインデックスに接続できる場所で実行する必要があり、shipworthy はツールを実行しません。
"""

SYMPTOMS = (
    Text(
        en="`ModuleNotFoundError` in the container for a package that `pyproject.toml` lists",
        ja="`pyproject.toml` にあるパッケージがコンテナで `ModuleNotFoundError` になる",
    ),
    Text(
        en="The lockfile at `uv.lock` needs to be updated, but `--locked` was provided",
        ja="「The lockfile at `uv.lock` needs to be updated, but `--locked` was provided」と表示される",
    ),
)

LEFT_OUT = Text(
    en="{drift}, and `--frozen` does not check: the build succeeds without it and the import"
    " fails at run time.",
    ja="{drift}。`--frozen` はこれを確認しないので、ビルドは成功し、実行時の import で失敗します。",
)
UNNOTICED = Text(
    en="{drift}, and `--frozen` does not check: the image gets what the old lock says.",
    ja="{drift}。`--frozen` はこれを確認しないので、イメージには古いロックの内容が入ります。",
)
STOPS = Text(
    en="{drift}: the build stops at `{command}` (line {line} of the Dockerfile), because the lock"
    " needs to be updated.",
    ja="{drift}。ロックの更新が必要なため、ビルドは `{command}`（Dockerfile の {line} 行目）で"
    "止まります。",
)
READ_HERE = Text(en="The build reads the lock here.", ja="ビルドはここでロックを読みます。")
LOCK_HERE = Text(en="The lock still has the old state here.", ja="ロックのこの部分が古いままです。")


@rule(severity=Severity.ERROR, supersedes=("prefer-locked-over-frozen",))
def frozen_hides_stale_lock(stage: Stage, db: Database) -> Iterator[Report]:
    if not stage.reachable:
        return
    frozen: dict[str, SyncInputs] = {}
    locked: dict[str, SyncInputs] = {}
    for sync in syncs(db, stage.unit.id):
        if sync.run.stage != stage.number or sync.host is None or sync.command.conditional:
            continue
        if sync.tool.locked or (sync.tool.check and sync.tool.command == ("sync",)):
            locked.setdefault(sync.host, sync)
        elif sync.tool.frozen:
            frozen[sync.host] = sync
    for host, sync in locked.items():
        drifts = worst_first(drifts_of(db, sync))
        if drifts:
            yield _stops(db, sync, host, drifts)
    for host, sync in frozen.items():
        drifts = worst_first(drifts_of(db, sync))
        if drifts and host not in locked:
            yield _unnoticed(db, sync, host, drifts)


def _stops(db: Database, sync: SyncInputs, host: str, drifts: tuple[Drift, ...]) -> Report:
    message = say(
        STOPS,
        drift=drift_clause(drifts[0], host),
        command=sync.command.source,
        line=Line(sync.command.at),
    )
    return Report(
        at=locked_at(db, drifts[0], host),
        message=message,
        related=(Related(sync.command.at, say(READ_HERE)), *drift_related(db, drifts, host)),
        fixes=(relock_fix(db, host),),
        severity=Severity.ERROR,
    )


def _unnoticed(db: Database, sync: SyncInputs, host: str, drifts: tuple[Drift, ...]) -> Report:
    message, severity = _frozen_message(sync, drifts[0], host)
    at = word_at(sync.command, "--frozen") or sync.command.at
    lock = Related(locked_at(db, drifts[0], host), say(LOCK_HERE))
    return Report(
        at=at,
        message=message,
        related=(*drift_related(db, drifts, host), lock),
        fixes=(relock_fix(db, host),),
        severity=severity,
    )


def _frozen_message(sync: SyncInputs, first: Drift, host: str) -> tuple[Message, Severity]:
    drift = drift_clause(first, host)
    needed = first.kind == "dependency-missing" and first.where == "dependencies"
    if needed and not sync.tool.groups.omits_project and _on_linux(first.declared):
        return say(LEFT_OUT, drift=drift), Severity.ERROR
    return say(UNNOTICED, drift=drift), Severity.WARNING


def _on_linux(declared: str) -> bool:
    requirement = parse_requirement(declared)
    if requirement is None or requirement.marker is None:
        return True
    marker = str(requirement.marker)
    return any(applies(marker, linux(f"3.{minor}")) for minor in range(9, 16))
