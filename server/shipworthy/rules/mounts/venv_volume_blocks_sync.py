"""The start has to replace the environment, and cannot: a volume is mounted on it.

## Why
When a container's `uv sync` or `uv run` asks for another Python than the one the environment was
made with, uv deletes the environment and makes a new one. A mount point cannot be deleted: uv
before 0.9.30 stops with "Device or resource busy". It happens when a `.python-version` that the
build did not see comes into the container with a bind mount.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    command: sh -c "uv sync --locked && exec python main.py"
    volumes:
      - .:/app
      - /app/.venv
```
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.8.24 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.12"
```
```toml file=uv.lock
version = 1
revision = 3
```
```text file=.python-version
3.13
```
```python file=main.py
```
```diagnostics
compose.yaml:7:9: error[venv-volume-blocks-sync] `uv sync` asks for Python 3.13 at the start, but the image made `/app/.venv` with 3.12: uv 0.8.24 would have to delete it, and stops with `Device or resource busy` because this volume is mounted there.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
RUN uv sync --locked
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the environment moves to `/opt/venv`, where no mount lies over it, and the volume goes.

## Sources
Experiments with uv 0.5.10 to 0.13.9: "Resource busy" up to 0.8.24, replaced in place from 0.9.30.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.blocked_syncs import BlockedSync, blocked_sync
from shipworthy.model.next_commands import UP_RENEWED, compose_command
from shipworthy.model.run import Volume
from shipworthy.rules.compose_fixes import delete_item
from shipworthy.rules.moving_environment import move_fix
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import whole_file

JA = """
起動時に環境を置き換える必要がありますが、ボリュームがマウントされているためできません。

## なぜ
コンテナの `uv sync` や `uv run` が、環境を作ったときとは別の Python を求めると、uv は環境を削除して作り直します。
マウントポイントは削除できないため、0.9.30 より前の uv は "Device or resource busy" で止まります。ビルドから
見えなかった `.python-version` がバインドマウントでコンテナに入ると起こります。

## 代わりに
`.python-version` をビルドにも渡し、新しい uv を使います。

## 修正の安全性
環境が `/opt/venv` に移り、ボリュームがなくなるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`failed to remove directory /app/.venv: Device or resource busy`",
        ja="`failed to remove directory /app/.venv: Device or resource busy` になる",
    ),
)

BLOCKED = Text(
    en="`{command}` asks for Python {asked} at the start, but the image made `{path}` with"
    " {made}: {uv} would have to delete it, and stops with `Device or resource busy` because this"
    " volume is mounted there.",
    ja="`{command}` は起動時に Python {asked} を求めますが、イメージは `{path}` を {made} で"
    "作っています。{uv} はそれを削除する必要がありますが、このボリュームが"
    "マウントされているため `Device or resource busy` で止まります。",
)
FILE = Text(
    en="This file asks for another Python than the image's environment has.",
    ja="このファイルは、イメージの環境とは別の Python を求めています。",
)
COMMAND = Text(
    en="This command replaces the environment.",
    ja="このコマンドが環境を置き換えます。",
)


@rule(severity=Severity.ERROR, supersedes=("venv-volume-goes-stale",))
def venv_volume_blocks_sync(volume: Volume, db: Database) -> Iterator[Report]:
    blocked = blocked_sync(db, volume)
    if blocked is None or (blocked.uv is not None and not blocked.uv.before(0, 9, 30)):
        return
    message = say(
        BLOCKED,
        command=" ".join(word or "" for word in blocked.command.words[:2]),
        asked=blocked.request.text,
        path=blocked.environment.path,
        made=f"{blocked.made_for[0]}.{blocked.made_for[1]}",
        uv="uv" if blocked.uv is None else f"uv {blocked.uv.text}",
    )
    related = [Related(blocked.command.at, say(COMMAND))]
    if blocked.file is not None:
        related.append(Related(whole_file(blocked.file), say(FILE)))
    severity = Severity.WARNING if blocked.uv is None else Severity.ERROR
    fixes = tuple(_fixes(db, volume, blocked))
    yield Report(volume.mount.at, message, tuple(related), fixes, severity)


def _fixes(db: Database, volume: Volume, blocked: BlockedSync) -> Iterator[Fix]:
    edit = delete_item(db, volume.mount.at)
    if volume.run.unit is None or edit is None:
        return
    up = compose_command(db, volume.run.unit, UP_RENEWED)
    moved = move_fix(db, volume.run.unit.id, blocked.environment, (up,), (edit,))
    if moved is not None:
        yield moved
