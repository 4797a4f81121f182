"""The build names a uv.lock that is not there, may be missing, or is not in every checkout.

## Why
`COPY uv.lock*` passes when there is no lock: a wildcard may match nothing. With `--frozen` or
`--locked` the sync then fails with "Unable to find lockfile"; without them uv silently resolves
all versions afresh. A lock that git does not have works on one machine and fails in CI.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock* ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```diagnostics
Dockerfile:4:21: error[lockfile-missing-or-optional] There is no `uv.lock`, and `uv.lock*` is allowed to match nothing: `uv sync --locked` on line 5 fails with `Unable to find lockfile`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```

## Fix safety
Safe: `uv.lock*` becomes `uv.lock`, when the lock exists and git has it. Making a lock, or letting
git track it, is manual.

## Sources
BuildKit `AllowEmptyWildcard` (a wildcard that matches nothing passes); uv's error message;
experiments with BuildKit and uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import File, Line, Message, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.copy_sources import SourceState, exists, source_states
from shipworthy.model.files import text_at
from shipworthy.model.git import git_ignored, tracked
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Stage
from shipworthy.model.lock_state import workspace_root
from shipworthy.model.sync_inputs import SyncInputs, syncs
from shipworthy.model.unknown import Unknown
from shipworthy.rules.lock_fixes import REPLACE, relock_fix
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex

JA = """
ビルドが名指しする `uv.lock` がない、なくても通る、またはチェックアウトによっては存在しません。

## なぜ
ワイルドカードは何にも一致しなくてよいため、`COPY uv.lock*` はロックがなくても通ります。その後、`--frozen` や
`--locked` があれば sync が「Unable to find lockfile」で失敗し、なければ uv が黙ってすべてのバージョンを解決し直します。
git にないロックは、あるマシンでは動き、CI では失敗します。

## 代わりに
`uv.lock` をコミットし、ワイルドカードを付けずにコピーします。

## 修正の安全性
安全です。ロックがあり git に入っているときだけ、`uv.lock*` を `uv.lock` にします。ロックを作ることと git に
追加することは自動では行いません。
"""

SYMPTOMS = (
    Text(
        en="Unable to find lockfile at `uv.lock`",
        ja="「Unable to find lockfile at `uv.lock`」と表示される",
    ),
    Text(
        en='`failed to compute cache key: "/uv.lock": not found`',
        ja='`failed to compute cache key: "/uv.lock": not found` と表示される',
    ),
)

GLOB_FAILS = Text(
    en="There is no `{lock}`, and `{source}` is allowed to match nothing: `{command}` on line"
    " {line} fails with `Unable to find lockfile`.",
    ja="`{lock}` がなく、`{source}` は何にも一致しなくても通ります。{line} 行目の `{command}` は"
    " `Unable to find lockfile` で失敗します。",
)
GLOB_RESOLVES = Text(
    en="There is no `{lock}`, and `{source}` is allowed to match nothing: the build goes on and"
    " uv resolves all versions afresh.",
    ja="`{lock}` がなく、`{source}` は何にも一致しなくても通ります。ビルドは続き、uv はすべての"
    "バージョンを解決し直します。",
)
GLOB_HERE = Text(
    en="`{source}` lets the build pass this line when the lock is missing; `{plain}` stops it here.",
    ja="`{source}` では、ロックがなくてもこの行を通過します。`{plain}` ならここで止まります。",
)
UNTRACKED = Text(
    en="`{lock}` is not in git: a fresh checkout, as in CI, builds without it.",
    ja="`{lock}` は git に入っていません。CI のような新しいチェックアウトでは、これがない状態でビルドされます。",
)
MISSING = Text(
    en="There is no `{lock}`: the build stops here with `not found`.",
    ja="`{lock}` がないため、ビルドはここで `not found` となって止まります。",
)
NOT_IN_IMAGE = Text(
    en="No instruction before this brings `{lock}` into the image: `{command}` fails with"
    " `Unable to find lockfile`.",
    ja="ここまでのどの命令も `{lock}` をイメージに入れていません。`{command}` は `Unable to"
    " find lockfile` で失敗します。",
)
TRACK = Text(en="Add `{lock}` to git", ja="`{lock}` を git に追加する")

_OPTIONAL = regex(r"(?:.*/)?uv\.loc(?:k?[*?]+|\[k\])")


@rule(severity=Severity.ERROR, supersedes=("copy-source-not-in-context",))
def lockfile_missing_or_optional(stage: Stage, db: Database) -> Iterator[Report]:
    if not stage.reachable:
        return
    reported = False
    for state in source_states(db, stage.unit.id):
        if state.step.stage == stage.number:
            for report in _of_source(db, stage, state):
                reported = True
                yield report
    if not reported:
        yield from _of_syncs(db, stage)


def _of_source(db: Database, stage: Stage, state: SourceState) -> Iterator[Report]:
    at = state.source.at
    if state.source.wildcard:
        if _OPTIONAL.fullmatch(state.path):
            yield from _of_glob(db, stage, state)
        return
    if state.path.rpartition("/")[2] != "uv.lock":
        return
    path = f"{state.context}/{state.path}"
    root = root_of_unit(db, state.unit)
    ignored = git_ignored(db, root, path, False)
    if state.status == "missing" and not ignored:
        yield Report(at, say(MISSING, lock=File(path)), fixes=_lock(db, state))
    elif state.status == "present" and ignored and tracked(db, root, path) is not True:
        yield _untracked(at, path)


def _of_glob(db: Database, stage: Stage, state: SourceState) -> Iterator[Report]:
    at = state.source.at
    folder = state.path.rpartition("/")[0]
    plain = f"{folder}/uv.lock" if folder else "uv.lock"
    path = f"{state.context}/{plain}"
    root = root_of_unit(db, state.unit)
    if state.status == "hidden-matches":
        return
    if not exists(db, state.context, plain):
        if git_ignored(db, root, path, False):
            return
        message, severity = _absent(db, stage, state, path)
        yield Report(at, message, fixes=_lock(db, state), severity=severity)
        return
    known = tracked(db, root, path)
    has = not git_ignored(db, root, path, False) if isinstance(known, Unknown) else known
    if not has:
        yield _untracked(at, path)
        return
    text = text_at(db, at)
    start = text.rfind("uv.loc")
    fixes: tuple[Fix, ...] = ()
    if start >= 0 and "$" not in text[start:]:
        edit = Edit(at.narrow(start, len(text)), "uv.lock")
        fixes = (Fix(say(REPLACE, old=text, new=text[:start] + "uv.lock"), (edit,), Safety.SAFE),)
    message = say(GLOB_HERE, source=state.source.text, plain=f"{text[:start]}uv.lock")
    yield Report(at, message, fixes=fixes, severity=Severity.HINT)


def _untracked(at: Anchor, path: str) -> Report:
    fix = Fix(say(TRACK, lock=File(path)), (), Safety.MANUAL)
    message = say(UNTRACKED, lock=File(path))
    return Report(at, message, fixes=(fix,), severity=Severity.WARNING)


def _absent(db: Database, stage: Stage, state: SourceState, path: str) -> tuple[Message, Severity]:
    for sync in syncs(db, stage.unit.id):
        if sync.run.stage != stage.number or sync.run.ordinal < state.step.ordinal:
            continue
        if _needs_lock(sync) and sync.lock is None:
            message = say(
                GLOB_FAILS,
                lock=File(path),
                source=state.source.text,
                command=sync.command.source,
                line=Line(sync.command.at),
            )
            return message, Severity.ERROR
    return say(GLOB_RESOLVES, lock=File(path), source=state.source.text), Severity.WARNING


def _needs_lock(sync: SyncInputs) -> bool:
    needs = bool(sync.tool.frozen) or bool(sync.tool.locked)
    return needs and not sync.command.conditional and not sync.relocks


def _of_syncs(db: Database, stage: Stage) -> Iterator[Report]:
    for sync in syncs(db, stage.unit.id):
        if sync.run.stage != stage.number or sync.host is None or sync.facts is None:
            continue
        if not _needs_lock(sync) or sync.withheld is not None:
            continue
        if isinstance(sync.lock, (Landed, Unknown)):
            continue
        path = f"{sync.host}/uv.lock"
        if sync.on_disk is None and git_ignored(db, root_of_unit(db, stage.unit), path, False):
            continue
        if sync.host != workspace_root(db, sync.host):
            continue
        message = say(NOT_IN_IMAGE, lock=File(path), command=sync.command.source)
        fixes = () if sync.on_disk is not None else (relock_fix(db, sync.host),)
        yield Report(sync.command.at, message, fixes=fixes)
        return


def _lock(db: Database, state: SourceState) -> tuple[Fix, ...]:
    folder = f"{state.context}/{state.path}".rpartition("/")[0]
    if not exists(db, folder, "pyproject.toml"):
        return ()
    return (relock_fix(db, folder),)
