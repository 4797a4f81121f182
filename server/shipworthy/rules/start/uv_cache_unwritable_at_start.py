"""uv is started by a user who has no place for uv's cache.

## Why
uv opens its cache before it does anything, also with `--no-sync`. By default it lies in
`$HOME/.cache/uv`. A user without a home (`useradd` without `--create-home`, a bare number in `USER`
or `user:`) or a read-only file system has none, and the container stops with "Failed to initialize
cache".

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN useradd app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
USER app
CMD ["uv", "run", "--no-sync", "python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
```
```diagnostics
Dockerfile:9:1: error[uv-cache-unwritable-at-start] `app` has no home that it can write to (`/home/app`), so `uv run` fails with `Failed to initialize cache at /home/app/.cache/uv`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN useradd app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
USER app
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Safe: `UV_NO_CACHE=1` makes uv use a temporary folder; without it this start always fails.

## Sources
uv issue 17026; experiments with users without a home, numeric users and read-only containers.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Setting
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import started
from shipworthy.model.unknown import Unknown
from shipworthy.model.users import home, user_name
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule

JA = """
uv のキャッシュを置く場所がないユーザーで uv を起動しています。

## なぜ
uv は何をするよりも先にキャッシュを開きます（`--no-sync` でも同じです）。既定の場所は `$HOME/.cache/uv` です。
ホームのないユーザー（`--create-home` なしの `useradd`、`USER` や `user:` の数字だけの指定）や読み取り専用の
ファイルシステムにはその場所がなく、コンテナは「Failed to initialize cache」で失敗します。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全です。`UV_NO_CACHE=1` にすると uv は一時フォルダーを使います。これがなければ、この起動は必ず失敗します。
"""

SYMPTOMS = (
    Text(
        en="`error: Failed to initialize cache at /nonexistent/.cache/uv`",
        ja="`error: Failed to initialize cache at /nonexistent/.cache/uv` で起動しない",
    ),
)

NO_HOME = Text(
    en="`{user}` has no home that it can write to (`{home}`), so `{command}` fails with `Failed"
    " to initialize cache at {cache}`.",
    ja="`{user}` には書き込めるホームがない（`{home}`）ため、`{command}` は `Failed"
    " to initialize cache at {cache}` で失敗します。",
)
READ_ONLY = Text(
    en="The container is read-only and nothing writable is mounted over `{cache}`, so"
    " `{command}` fails with `Failed to initialize cache`.",
    ja="コンテナが読み取り専用で、`{cache}` に書き込めるマウントもないため、`{command}` は"
    " `Failed to initialize cache` で失敗します。",
)
NO_CACHE = Text(en="Set `UV_NO_CACHE=1` in the image", ja="イメージに `UV_NO_CACHE=1` を設定する")


@rule(
    severity=Severity.ERROR,
    supersedes=("uv-run-at-container-start", "uv-run-changes-environment", "uv-run-as-nonroot"),
)
def uv_cache_unwritable_at_start(run: RunUnit, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or not run.mounts_known:
        return
    for command in started(run):
        tool = command.tool
        if not isinstance(tool, UvCommand) or command.conditional or not tool.command:
            continue
        if tool.no_cache.on is not False or isinstance(tool.cache_dir, Unknown):
            return
        if command.user == run.user:
            message = _message(made, run, tool)
            if message is not None:
                yield Report(command.at, message, fixes=tuple(_fixes(made)))
        return


def _message(made: Image, run: RunUnit, tool: UvCommand) -> Message | None:
    cache = tool.cache_dir if isinstance(tool.cache_dir, str) else None
    base = run.get("XDG_CACHE_HOME")
    if cache is None and base:
        cache = f"{base}/uv"
    if cache is None and "XDG_CACHE_HOME" in run.env:
        return None
    place = home(made, run)
    given = cache is not None
    if cache is None:
        if place.path is None:
            return None
        cache = f"{place.path.rstrip('/')}/.cache/uv"
    if run.mount_over(cache) is not None:
        return None
    shown = "uv " + " ".join(tool.command)
    if _read_only(run):
        return say(READ_ONLY, cache=cache, command=shown)
    if not given and place.writable is False and run.user is not None:
        name = user_name(run.user)
        return say(NO_HOME, user=name, home=place.path or "", command=shown, cache=cache)
    return None


def _read_only(run: RunUnit) -> bool:
    service = run.service
    if service is None or service.read_only is not True:
        return False
    return "tmpfs" not in {key for key, _ in service.keys}


def _fixes(made: Image) -> Iterator[Fix]:
    final = made.final()
    for step in reversed(final.steps if final is not None else ()):
        if isinstance(step, Setting) and step.instruction.keyword in ("CMD", "ENTRYPOINT"):
            edits = insert_before(step.unit, step, "ENV UV_NO_CACHE=1\n")
            if edits:
                yield Fix(say(NO_CACHE), edits, Safety.SAFE)
            return
