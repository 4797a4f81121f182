"""`docker compose watch` syncs the sources, and a changed lock changes nothing.

## Why
A sync rule copies changed sources into the running container. A new dependency needs more: the
image must be built again. Without a rebuild rule for the lock, the copied code imports what the
container does not have.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    develop:
      watch:
        - action: sync
          path: ./src
          target: /app/src
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY src src
CMD ["/app/.venv/bin/python", "-m", "src"]
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
```python file=src/__main__.py
```
```diagnostics
compose.yaml:6:11: hint[watch-without-lock-rebuild] The sources are synced, but no rule rebuilds the image when `uv.lock` changes: new dependencies do not reach the container.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    develop:
      watch:
        - action: sync
          path: ./src
          target: /app/src
        - action: rebuild
          path: ./uv.lock
```

## Fix safety
Safe: watch rebuilds the image when the lock changes, and does nothing else.

## Sources
The compose file of uv's Docker example; compose-spec develop.md.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.files import line_index, locate
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import uv_runs
from shipworthy.model.watching import Unwatched, without_rebuild
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
`docker compose watch` はソースを同期しますが、ロックが変わっても何も起こりません。

## なぜ
sync ルールは、変更されたソースを動作中のコンテナにコピーします。依存関係の追加にはイメージの再ビルドが必要です。
ロックの rebuild ルールがないと、コピーされたコードはコンテナにないパッケージを import します。

## 代わりに
ロックに `action: rebuild` のルールを追加します。

## 修正の安全性
安全です。ロックが変わったときに watch がイメージを再ビルドするだけです。
"""

SYMPTOMS = (
    Text(
        en="`ModuleNotFoundError` after adding a dependency while `docker compose watch` runs",
        ja="`docker compose watch` の実行中に依存関係を追加すると `ModuleNotFoundError` になる",
    ),
)

MISSING = Text(
    en="The sources are synced, but no rule rebuilds the image when `{file}` changes: new"
    " dependencies do not reach the container.",
    ja="ソースは同期されますが、`{file}` の変更でイメージを再ビルドするルールがありません。新しい"
    "依存関係はコンテナに届きません。",
)
ADD = Text(
    en="Rebuild when `{path}` changes",
    ja="`{path}` の変更で再ビルドする",
)


@rule(severity=Severity.HINT)
def watch_without_lock_rebuild(run: RunUnit, db: Database) -> Iterator[Report]:
    found = without_rebuild(db, run)
    if found is None or not run.complete or _syncs_itself(run):
        return
    message = say(MISSING, file=File(found.lock))
    yield Report(found.at, message, (), tuple(_fixes(db, run, found)))


def _syncs_itself(run: RunUnit) -> bool:
    """Whether `uv run` brings the environment up to date after a restart."""
    return any(not tool.no_sync for _, tool in uv_runs(run))


def _fixes(db: Database, run: RunUnit, found: Unwatched) -> Iterator[Fix]:
    if run.project is None:
        return
    path = posixpath.relpath(found.lock, run.project.directory)
    path = path if path.startswith(".") else f"./{path}"
    at = found.last.at
    text = db.text(at.path) or ""
    place = locate(db, at)
    lines = line_index(db, at.path)
    first = lines.line_start(lines.line_of(place.span.start))
    head = text[first : place.span.start]
    if head.strip(" ") != "-" or text[place.span.start : place.span.start + 1] == "{":
        return
    body = text[place.span.start : place.span.end].rstrip()
    end = lines.line_end(lines.line_of(place.span.start + max(0, len(body) - 1)))
    dash = head[: head.index("-")]
    inner = " " * len(head)
    added = f"\n{dash}- action: rebuild\n{inner}path: {path}"
    edit = Edit(Anchor(at.path, -1, Span(end, end)), added)
    yield Fix(say(ADD, path=path), (edit,), Safety.SAFE)
