"""A uv command of the build may resolve again instead of installing what uv.lock says.

## Why
Without `--locked`, `uv sync` compares `uv.lock` with `pyproject.toml` and resolves anew where
they disagree, or where there is no lock at all. The new lock exists in the image only: nobody
reviewed it, and the next build may get other versions. `--locked` installs the same packages and
stops the build instead.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --no-dev
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
Dockerfile:5:5: warning[uv-sync-not-locked] `uv sync` resolves again when `pyproject.toml` and `uv.lock` disagree: the image then gets versions that are in nobody's `uv.lock`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
```

## Fix safety
Unsafe: a build that resolved again so far stops from now on. In a layer that has only a part of a
workspace's manifests `--frozen` is added, because `--locked` needs them all. A lock that is
missing or out of date has to be made first, so that advice is manual.

## Sources
uv's guide on locking and syncing; experiments with uv 0.13.9 (a bind-mounted lock cannot be
replaced: "Device or resource busy").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Severity
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.git import git_ignored
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.production import purpose
from shipworthy.model.sync_inputs import SyncInputs, drifts_of, locks_of, syncs_of
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import root_of
from shipworthy.rules.drift_words import drift_clause, drift_related, worst_first
from shipworthy.rules.lock_fixes import append_after, copy_too_fix, relock_fix
from shipworthy.rules.rule import Report, rule

JA = """
ビルドの uv コマンドが、`uv.lock` のとおりにインストールせず、解決をやり直すことがあります。

## なぜ
`--locked` のない `uv sync` は `uv.lock` と `pyproject.toml` を比べ、食い違うとき（またはロックがないとき）に
依存関係を解決し直します。新しいロックはイメージの中にしかなく、誰も確認していません。次のビルドでは別の
バージョンになるかもしれません。`--locked` なら同じパッケージが入り、食い違うときはビルドが止まります。

## 代わりに
`uv.lock` をコピーし、`uv sync --locked` を使います。

## 修正の安全性
これまで解決し直していたビルドは止まるようになるため、安全とは限りません。ワークスペースのマニフェストが
一部しかないレイヤーでは、`--locked` にはすべてが必要なので `--frozen` を付けます。ロックがない、または
古いときは先に作る必要があるため、自動では直しません。
"""

SYMPTOMS = (
    Text(
        en="the image has other versions than `uv.lock`",
        ja="イメージのバージョンが `uv.lock` と違う",
    ),
    Text(
        en="`failed to rename file ... Device or resource busy (os error 16)`",
        ja="`failed to rename file ... Device or resource busy (os error 16)` と表示される",
    ),
)

RESOLVES = Text(
    en="`{command}` resolves again when `pyproject.toml` and `uv.lock` disagree: the image then"
    " gets versions that are in nobody's `uv.lock`.",
    ja="`{command}` は `pyproject.toml` と `uv.lock` が食い違うと解決し直します。そのとき、誰の"
    " `uv.lock` にもないバージョンがイメージに入ります。",
)
DISAGREE = Text(
    en="{drift}, so `{command}` resolves again in each build: the image gets versions that are in"
    " nobody's `uv.lock`.",
    ja="{drift}。そのため `{command}` はビルドのたびに解決し直し、誰の `uv.lock` にもないバージョンが"
    "イメージに入ります。",
)
BUSY = Text(
    en="{drift}, so `{command}` tries to write a new lock, but the mounted `{lock}` cannot be"
    " replaced: the build stops with `Device or resource busy`.",
    ja="{drift}。そのため `{command}` は新しいロックを書こうとしますが、マウントされた `{lock}`"
    " は置き換えられません。ビルドは `Device or resource busy` で止まります。",
)
NOT_COPIED = Text(
    en="`{lock}` exists, but no instruction before this brings it into the image: `{command}`"
    " resolves all versions afresh in each build.",
    ja="`{lock}` はありますが、ここまでのどの命令もイメージに入れていません。`{command}` はビルドの"
    "たびにすべてのバージョンを解決し直します。",
)
HIDDEN = Text(
    en="`{ignore}` keeps `{lock}` out of the image: `{command}` resolves all versions afresh in"
    " each build.",
    ja="`{ignore}` が `{lock}` をイメージから除外しているため、`{command}` はビルドのたびにすべての"
    "バージョンを解決し直します。",
)
NO_LOCK = Text(
    en="There is no `{lock}`: `{command}` resolves all versions afresh in each build.",
    ja="`{lock}` がないため、`{command}` はビルドのたびにすべてのバージョンを解決し直します。",
)
PATTERN = Text(en="This pattern excludes the lock.", ja="このパターンがロックを除外しています。")


@rule(severity=Severity.WARNING)
def uv_sync_not_locked(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for lock in locks_of(db, run):
        # A project without a lock of its own may well make one; here a reviewed one is passed over.
        unused = lock.lock is None and lock.on_disk is not None and not lock.relocks
        if unused and lock.host is not None and lock.decided:
            said = _without_lock(db, lock, "uv lock", lock.host)
            if said is not None:
                development = purpose(db, run.unit.id) == "development"
                severity = Severity.INFO if development else said[1]
                yield Report(lock.command.at, said[0], said[2], tuple(_fixes(db, lock)), severity)
                return
    for sync in syncs_of(db, run):
        tool = sync.tool
        loose = tool.locked.on is False and tool.frozen.on is False and tool.no_sync.on is False
        if not loose or tool.check or sync.relocks or not sync.decided:
            continue
        said = _said(db, sync)
        if said is None:
            continue
        message, severity, related = said
        if severity is Severity.WARNING and purpose(db, run.unit.id) == "development":
            severity = Severity.INFO
        yield Report(
            at=sync.command.at,
            message=message,
            related=related,
            fixes=tuple(_fixes(db, sync)),
            severity=severity,
        )
        return


def _said(db: Database, sync: SyncInputs) -> tuple[Message, Severity, tuple[Related, ...]] | None:
    """The message; None while the lock or the manifest cannot be seen."""
    command = " ".join(word or "" for word in ("uv", *sync.tool.command))
    lock = sync.lock
    if isinstance(lock, Unknown) or sync.host is None:
        return None
    if lock is None:
        return _without_lock(db, sync, command, sync.host)
    drifts = worst_first(drifts_of(db, sync))
    if not drifts:
        return say(RESOLVES, command=command), Severity.WARNING, ()
    drift = drift_clause(drifts[0], sync.host)
    related = drift_related(db, drifts, sync.host)
    if lock.mounted and _is_file_mount(sync):
        message = say(BUSY, drift=drift, command=command, lock=File(lock.host))
        return message, Severity.ERROR, related
    return say(DISAGREE, drift=drift, command=command), Severity.WARNING, related


def _is_file_mount(sync: SyncInputs) -> bool:
    target = f"{sync.project.workspace.rstrip('/')}/uv.lock"
    return any(mount.type == "bind" and mount.target == target for mount in sync.run.mounts)


def _without_lock(
    db: Database, sync: SyncInputs, command: str, host: str
) -> tuple[Message, Severity, tuple[Related, ...]] | None:
    path = f"{host}/uv.lock"
    if sync.withheld is not None:
        message = say(
            HIDDEN,
            ignore=File(sync.withheld.ignore),
            lock=File(sync.withheld.host),
            command=command,
        )
        return message, Severity.WARNING, (Related(sync.withheld.pattern, say(PATTERN)),)
    if sync.on_disk is not None:
        return say(NOT_COPIED, lock=File(path), command=command), Severity.WARNING, ()
    if sync.facts is None or git_ignored(db, root_of(db, path), path, False):
        return None
    return say(NO_LOCK, lock=File(path), command=command), Severity.WARNING, ()


def _fixes(db: Database, sync: SyncInputs) -> Iterator[Fix]:
    if sync.host is None:
        return
    if isinstance(sync.lock, Landed):
        if drifts_of(db, sync):
            yield relock_fix(db, sync.host)
            return
        flag = "--frozen" if _partial(sync) else "--locked"
        yield from append_after(db, sync.command, sync.tool.command[-1], flag)
        return
    if sync.withheld is not None:
        return
    made = image(db, sync.run.unit.id)
    if sync.on_disk is None:
        yield relock_fix(db, sync.host)
    elif made is not None:
        manifest = f"{sync.host}/pyproject.toml"
        yield from copy_too_fix(db, made, sync.run, "pyproject.toml", manifest, "uv.lock")


def _partial(sync: SyncInputs) -> bool:
    """Whether `--locked` would stop the build for want of what it reads."""
    facts = sync.facts
    dynamic = facts is not None and bool({"dependencies", "optional-dependencies"} & facts.dynamic)
    return dynamic or not sync.all_members
