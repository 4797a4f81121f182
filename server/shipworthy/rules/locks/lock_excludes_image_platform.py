"""The lock was made for platforms that do not include the image's.

## Why
`environments` in `[tool.uv]` limits what is resolved. A lock made for macOS or Windows alone has
nothing for Linux, and uv refuses it in the image: "The current Python platform is not compatible
with the lockfile's supported environments".

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[tool.uv]
environments = ["sys_platform == 'darwin'"]
```
```toml file=uv.lock
version = 1
revision = 3
supported-markers = [
    "sys_platform == 'darwin'",
]

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```
```diagnostics
pyproject.toml:6:16: error[lock-excludes-image-platform] `environments` leaves out `linux`, for which the image is built: `uv sync --locked` (line 5 of the Dockerfile) fails with `not compatible with the lockfile's supported environments`.
```

## Use instead
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[tool.uv]
environments = ["sys_platform == 'darwin'", "sys_platform == 'linux'"]
```
```toml file=uv.lock
version = 1
revision = 3
supported-markers = [
    "sys_platform == 'darwin'",
    "sys_platform == 'linux'",
]

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```

## Fix safety
Manual: the project has to be locked again for the other platform.

## Sources
uv's documentation of `environments` ("Limited resolution environments").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import File, Line, Text, say
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_platforms import excluded_platform
from shipworthy.model.projects import key_anchor
from shipworthy.model.python.pyproject import ENVIRONMENTS
from shipworthy.model.sync_inputs import syncs_of
from shipworthy.rules.lock_fixes import relock_fix
from shipworthy.rules.rule import Report, rule

JA = """
ロックの対象プラットフォームに、イメージのプラットフォームが含まれていません。

## なぜ
`[tool.uv]` の `environments` は解決の対象を限ります。macOS や Windows だけのロックには Linux 用のものがなく、uv は
イメージの中でそれを拒否します。

## 代わりに
`environments` に `sys_platform == 'linux'` を加え、`uv lock` を実行します。

## 修正の安全性
自動では直しません。そのプラットフォーム用にロックし直す必要があります。
"""

SYMPTOMS = (
    Text(
        en="`The current Python platform is not compatible with the lockfile's supported"
        " environments`",
        ja="`The current Python platform is not compatible with the lockfile's supported"
        " environments` と表示される",
    ),
)

LEAVES_OUT = Text(
    en="`environments` leaves out `{platform}`, for which the image is built: `{command}` (line"
    " {line} of the Dockerfile) fails with `not compatible with the lockfile's supported"
    " environments`.",
    ja="`environments` にはイメージのプラットフォーム `{platform}` がありません。"
    "`{command}`（Dockerfile の {line} 行目）は `not compatible with the lockfile's"
    " supported environments` で失敗します。",
)
LOCK_LEAVES_OUT = Text(
    en="`{lock}` was made without `{platform}`, for which the image is built: `{command}` fails"
    " with `not compatible with the lockfile's supported environments`.",
    ja="`{lock}` はイメージのプラットフォーム `{platform}` を含めずに作られています。"
    "`{command}` は `not compatible with the lockfile's supported environments` で失敗します。",
)
INSTALLS = Text(en="The image installs it here.", ja="イメージはここでインストールします。")


@rule(severity=Severity.ERROR)
def lock_excludes_image_platform(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for sync in syncs_of(db, run):
        platform = excluded_platform(db, sync)
        if platform is None or sync.command.conditional or sync.relocks or sync.host is None:
            continue
        command = sync.command.source
        fixes = (relock_fix(db, sync.host),)
        if sync.facts is not None and sync.facts.uv.environments:
            line = Line(sync.command.at)
            yield Report(
                at=key_anchor(db, f"{sync.host}/pyproject.toml", ENVIRONMENTS),
                message=say(LEAVES_OUT, platform=platform, command=command, line=line),
                related=(Related(sync.command.at, say(INSTALLS)),),
                fixes=fixes,
            )
        elif isinstance(sync.lock, Landed):
            lock = File(sync.lock.host)
            message = say(LOCK_LEAVES_OUT, lock=lock, platform=platform, command=command)
            yield Report(sync.command.at, message, fixes=fixes)
        return
