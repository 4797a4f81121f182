"""A Node install of the build may resolve again although the project has a lock.

## Why
`npm install` rewrites a lock that does not fit `package.json` and resolves everything when the
lock is not in the image; `yarn install` and `pnpm install` do the same outside of CI. The image
then runs versions that nobody tested. `npm ci`, `--frozen-lockfile` and `--immutable` install the
lock or stop, and `npm ci` removes a `node_modules` that came from the host first.

## Example
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
```
```json file=package.json
{"name": "front", "version": "1.0.0"}
```
```json file=package-lock.json
{"name": "front", "version": "1.0.0", "lockfileVersion": 3}
```
```diagnostics
Dockerfile:4:5: warning[node-install-not-locked] `npm install` resolves again when `package.json` and `package-lock.json` disagree; `npm ci` installs what the lock says or stops the build.
```

## Use instead
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
```

## Fix safety
Unsafe: the build stops from now on when manifest and lock disagree.

## Sources
npm's pages on `npm ci` and `npm install`; pnpm's and Yarn's pages on `install`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Severity
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.git import committed
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.model.node_manifests import node_manifest
from shipworthy.model.production import purpose
from shipworthy.model.unknown import Unknown
from shipworthy.rules.lock_fixes import append_after, copy_too_fix, replace_word
from shipworthy.rules.rule import Report, rule

JA = """
プロジェクトにロックがあるのに、ビルドの Node パッケージのインストールが解決をやり直すことがあります。

## なぜ
`npm install` は `package.json` に合わないロックを書き換え、ロックがイメージになければすべてを解決し直します。
`yarn install` と `pnpm install` も CI 以外では同じです。すると、誰もテストしていないバージョンがイメージで動きます。
`npm ci`、`--frozen-lockfile`、`--immutable` はロックのとおりにインストールするか、止まります。`npm ci` はホストから
入った `node_modules` も先に削除します。

## 代わりに
ロックをコピーし、`npm ci` を使います。

## 修正の安全性
マニフェストとロックが食い違うとビルドが止まるようになるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="the image runs other versions than CI tested",
        ja="CI でテストしたものと違うバージョンがイメージで動く",
    ),
)

RESOLVES = Text(
    en="`{command}` resolves again when `package.json` and `{lock}` disagree; `{instead}`"
    " installs what the lock says or stops the build.",
    ja="`{command}` は `package.json` と `{lock}` が食い違うと解決し直します。`{instead}` なら、ロックの"
    "とおりにインストールするか、ビルドを止めます。",
)
NOT_COPIED = Text(
    en="`{lock}` exists, but no instruction before this brings it into the image: `{command}`"
    " resolves all versions afresh in each build; copy it and use `{instead}`.",
    ja="`{lock}` はありますが、ここまでのどの命令もイメージに入れていません。`{command}` はビルドの"
    "たびにすべてのバージョンを解決し直します。ロックをコピーして `{instead}` を使います。",
)
FAILS = Text(
    en="`{lock}` exists, but no instruction before this brings it into the image: `{command}`"
    " fails without it.",
    ja="`{lock}` はありますが、ここまでのどの命令もイメージに入れていません。`{command}` はこれがないと"
    "失敗します。",
)
PATTERN = Text(en="This pattern excludes the lock.", ja="このパターンがロックを除外しています。")
COPIED_AND = Text(
    en="Copy `{lock}` too and use `{instead}`", ja="`{lock}` もコピーし、`{instead}` を使う"
)


@rule(severity=Severity.WARNING)
def node_install_not_locked(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for use in uses_of(db, run):
        if use.manager not in ("npm", "pnpm", "yarn") or not use.decided:
            continue
        said = _said(db, use)
        if said is None:
            continue
        message, severity = said
        if severity is Severity.WARNING and purpose(db, run.unit.id) == "development":
            severity = Severity.INFO
        hidden = use.withheld
        related = (Related(hidden.pattern, say(PATTERN)),) if hidden is not None else ()
        yield Report(use.command.at, message, related, tuple(_fixes(db, use)), severity)


def _said(db: Database, use: LockUse) -> tuple[Message, Severity] | None:
    """The message; None where the lock is kept, cannot be seen, or there is none."""
    lock = use.lock
    if isinstance(lock, Unknown):
        return None
    command = use.command.source
    instead = _instead(db, use)
    if lock is not None:
        if use.requires_lock or _in_ci(use):
            return None
        shown = say(RESOLVES, command=command, lock=use.name, instead=instead)
        return shown, Severity.WARNING
    if use.on_disk is None or not committed(db, root_of_unit(db, use.run.unit), use.on_disk):
        return None
    if use.requires_lock:
        if use.withheld is not None:
            return None
        return say(FAILS, lock=File(use.on_disk), command=command), Severity.ERROR
    shown = say(NOT_COPIED, lock=File(use.on_disk), command=command, instead=instead)
    return shown, Severity.WARNING


def _in_ci(use: LockUse) -> bool:
    """pnpm and Yarn freeze the lock by themselves when `CI` is set."""
    return use.manager != "npm" and use.command.env.sets("CI")


def _instead(db: Database, use: LockUse) -> str:
    return "npm ci" if use.manager == "npm" else f"{use.manager} install {_flag(db, use)}"


def _flag(db: Database, use: LockUse) -> str:
    """The flag of that manager; Yarn renamed it in version 2."""
    if use.manager != "yarn" or use.manifest is None:
        return "--frozen-lockfile"
    facts = node_manifest(db, use.manifest.host)
    declared = facts.package_manager if facts is not None else None
    modern = declared is not None and declared.name == "yarn" and declared.version[:2] != "1."
    if modern or db.stat(f"{use.host}/.yarnrc.yml") is not None:
        return "--immutable"
    return "--frozen-lockfile"


def _fixes(db: Database, use: LockUse) -> Iterator[Fix]:
    frozen = _freeze(db, use)
    if isinstance(use.lock, Landed):
        yield from frozen
        return
    made = image(db, use.run.unit.id)
    if use.withheld is not None or made is None or use.manifest is None:
        return
    host = use.manifest.host
    for copied in copy_too_fix(db, made, use.run, "package.json", host, use.name):
        if use.requires_lock:
            yield copied
        for fix in frozen:
            changes = (*copied.changes, *fix.changes)
            title = say(COPIED_AND, lock=use.name, instead=_instead(db, use))
            yield Fix(title, changes, fix.safety)


def _freeze(db: Database, use: LockUse) -> tuple[Fix, ...]:
    if use.requires_lock:
        return ()
    words = [word for word in use.command.words[1:] if word in ("install", "i")]
    if use.manager == "npm":
        return replace_word(db, use.command, words[0] or "", "ci") if words else ()
    word = words[0] if words else use.command.words[0]
    return append_after(db, use.command, word or "", _flag(db, use))
