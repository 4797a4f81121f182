"""A Node package manager is taken in whatever version is the newest on the day of the build.

## Why
`npm install -g pnpm` and `corepack prepare pnpm@latest` give today's release. A new major version
reads the lock differently or refuses it, and the same commit stops building.

## Example
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
RUN npm install -g pnpm
```
```diagnostics
Dockerfile:2:20: info[package-manager-unpinned] `npm install -g pnpm` takes the newest pnpm on the day of the build; name a version so that a rebuild uses the same one.
```

## Use instead
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
RUN npm install -g pnpm@10.17.0
```

## Fix safety
Manual: which version the lock was written by is not looked at.

## Sources
Node's documentation of Corepack (`packageManager`); npm's documentation of `npm install`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule

JA = """
Node のパッケージマネージャーを、ビルドした日の最新版で入れています。

## なぜ
`npm install -g pnpm` や `corepack prepare pnpm@latest` は、その日の最新版を入れます。新しいメジャーバージョンは
ロックの読み方を変えたり受け付けなくなったりするため、同じコミットがビルドできなくなります。

## 代わりに
バージョンを書くか、package.json の `packageManager` で指定します。

## 修正の安全性
自動では直しません。ロックを書いたバージョンは確認しません。
"""

SYMPTOMS = (
    Text(
        en="`ERR_PNPM_LOCKFILE_BREAKING_CHANGE` in a build that worked yesterday",
        ja="昨日まで動いていたビルドで `ERR_PNPM_LOCKFILE_BREAKING_CHANGE` が出る",
    ),
)

NEWEST = Text(
    en="`{source}` takes the newest {tool} on the day of the build; name a version so that a"
    " rebuild uses the same one.",
    ja="`{source}` はビルドした日の最新版を入れます。再ビルドでも同じ {tool} になるよう、"
    "バージョンを指定できます。",
)
NAME = Text(
    en="Write `{tool}@VERSION`, or name it as `packageManager` in package.json",
    ja="`{tool}@バージョン` と書くか、package.json の `packageManager` で指定する",
)

_MANAGERS = ("pnpm", "yarn", "bun")
_NPM = frozenset({"install", "i", "add"})
_COREPACK = frozenset({"prepare", "install", "use", "up"})


@rule(severity=Severity.INFO)
def package_manager_unpinned(run: Run, db: Database) -> Iterator[Report]:
    del db
    if not run.reachable:
        return
    for command in run.commands:
        if not _installs(command):
            continue
        for argument in command.arguments[2:]:
            name, at, version = (argument.text or "").partition("@")
            if name in _MANAGERS and (not at or version in ("latest", "stable", "next")):
                yield Report(
                    at=argument.at if command.script is None else run.at,
                    message=say(NEWEST, source=command.source, tool=name),
                    fixes=(Fix(say(NAME, tool=name), (), Safety.MANUAL),),
                )


def _installs(command: Executed) -> bool:
    words = command.words
    if command.program == "npm":
        return words[1:2] != () and words[1] in _NPM and not {"-g", "--global"}.isdisjoint(words)
    return command.program == "corepack" and len(words) > 1 and words[1] in _COREPACK
