"""A RUN has a cache mount for a tool whose cache it switches off or empties.

## Why
`--no-cache-dir` and `UV_NO_CACHE` keep a cache out of the layer. A cache mount does that already,
and lives on for the next build. Both together download everything each time, and the mount stays
empty. pip's variable counts with any value: `PIP_NO_CACHE_DIR=0` switches the cache off as well.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r requirements.txt
```
```text file=requirements.txt
idna==3.10
```
```diagnostics
Dockerfile:3:48: info[cache-mount-defeated] `--no-cache-dir` switches off the cache that the mount on `/root/.cache/pip` is meant to keep: each build downloads everything again.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
```

## Fix safety
Safe: the mount keeps the cache out of the image, whether it is used or not.

## Sources
BuildKit's reference of `RUN --mount=type=cache`; pip's and uv's documentation of caching;
experiments with pip.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.files import text_at
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule

JA = """
キャッシュマウントのある RUN で、そのツールのキャッシュを無効にするか空にしています。

## なぜ
`--no-cache-dir` や `UV_NO_CACHE` は、キャッシュをレイヤーに残さないためのものです。キャッシュマウントはそれだけで
同じことを実現し、次のビルドにも引き継がれます。両方を使うと毎回すべてをダウンロードし、マウントは空のままです。
pip の変数は値を問いません。`PIP_NO_CACHE_DIR=0` でもキャッシュは無効になります。

## 代わりに
キャッシュマウントだけを使います。

## 修正の安全性
安全です。使われるかどうかにかかわらず、マウントの内容はイメージに入りません。
"""

SYMPTOMS = (
    Text(
        en="a cache mount is there, and every build downloads everything",
        ja="キャッシュマウントがあるのに、ビルドのたびにすべてダウンロードされる",
    ),
)

SWITCHED_OFF = Text(
    en="`{by}` switches off the cache that the mount on `{target}` is meant to keep: each build"
    " downloads everything again.",
    ja="`{by}` が、`{target}` のマウントで残すはずのキャッシュを無効にしています。ビルドのたびにすべて"
    "ダウンロードし直します。",
)
REMOVE = Text(en="Remove `{flag}`", ja="`{flag}` を削除する")


@rule(severity=Severity.INFO)
def cache_mount_defeated(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    targets = [m.target for m in run.mounts if m.type == "cache" and m.target is not None]
    for command in run.commands:
        by, tool = _switched_off(command)
        target = next((t for t in targets if _is_cache_of(t, tool)), None)
        if by and target is not None and not command.conditional:
            yield Report(
                at=command.at if command.script is None else run.at,
                message=say(SWITCHED_OFF, by=by, target=target),
                fixes=tuple(_fixes(db, run, command, by)),
            )
            return


def _switched_off(command: Executed) -> tuple[str, str]:
    """What switches the cache off, and whose cache it is."""
    tool = command.tool
    if isinstance(tool, PipCommand) and tool.no_cache.on:
        return tool.no_cache.by, "pip"
    if isinstance(tool, UvCommand):
        if tool.no_cache.on:
            return tool.no_cache.by, "uv"
        if tool.command == ("cache", "clean"):
            return "uv cache clean", "uv"
    if command.program == "rm":
        for word in command.words[1:]:
            for name in ("pip", "uv"):
                if word is not None and word.rstrip("/*").endswith(f".cache/{name}"):
                    return "rm", name
    return "", ""


def _is_cache_of(target: str, tool: str) -> bool:
    folders = {"pip": ("/.cache", "/.cache/pip"), "uv": ("/.cache", "/.cache/uv")}
    return target.rstrip("/").endswith(folders.get(tool, ("\n",)))


def _fixes(db: Database, run: Run, command: Executed, flag: str) -> Iterator[Fix]:
    if not flag.startswith("--") or command.script is not None or run.unit.inline is not None:
        return
    text = text_at(db, command.at)
    start = text.find(f" {flag} ")
    if start >= 0:
        edit = Edit(command.at.narrow(start, start + len(flag) + 1), "")
        yield Fix(say(REMOVE, flag=flag), (edit,), Safety.SAFE)
