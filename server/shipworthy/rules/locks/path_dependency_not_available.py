"""The project depends on a folder that the image does not have when uv needs it.

## Why
A path in `[tool.uv.sources]` is written into `uv.lock` and followed again in the image. A folder
beside the project, outside the build context, can never be copied; one inside has to be copied
before the sync. uv stops with "Distribution not found at".

## Example
```dockerfile file=backend/Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project
```
```yaml file=compose.yaml
services:
  api:
    build: backend
```
```toml file=backend/pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["thing"]

[tool.uv.sources]
thing = { path = "../thing" }
```
```toml file=thing/pyproject.toml
[project]
name = "thing"
version = "0.1.0"
```
```toml file=backend/uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "thing" },
]

[package.metadata]
requires-dist = [{ name = "thing", directory = "../thing" }]

[[package]]
name = "thing"
version = "0.1.0"
source = { directory = "../thing" }
```
```diagnostics
backend/uv.lock:18:1: error[path-dependency-not-available] `thing` is locked to `../thing`, which lies outside the build context `backend`: `uv sync --locked --no-install-project` (line 5 of the Dockerfile) fails with `Distribution not found at: file:///thing`.
```

## Use instead
```yaml file=compose.yaml
services:
  api:
    build:
      context: .
      dockerfile: backend/Dockerfile
```
```dockerfile file=backend/Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /src/backend
COPY thing /src/thing
COPY backend/pyproject.toml backend/uv.lock ./
RUN uv sync --locked --no-install-project
```

## Fix safety
Manual: widening the context changes all sources of the Dockerfile and the ignore file that
counts.

## Sources
uv's documentation of path dependencies; experiments with uv 0.13.9 and BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Field, File, Line, Text, say
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.local_packages import LocalNeed, local_needs, lock_line
from shipworthy.model.projects import key_anchor, pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.sync_inputs import SyncInputs, syncs_of
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
プロジェクトの依存先のフォルダーが、uv が必要とする時点でイメージにありません。

## なぜ
`[tool.uv.sources]` のパスは `uv.lock` に書かれ、イメージの中でもたどられます。ビルドコンテキストの外にある隣の
フォルダーはコピーできません。中にあるものは sync の前にコピーする必要があります。どちらの場合も uv は
「Distribution not found at」で止まります。

## 代わりに
両方を含むフォルダーをコンテキストにし、依存先を先にコピーします。

## 修正の安全性
自動では直しません。コンテキストを広げると、Dockerfile のすべてのコピー元と、有効な ignore ファイルが変わります。
"""

SYMPTOMS = (
    Text(
        en="`Distribution not found at: file:///thing`",
        ja="`Distribution not found at: file:///thing` と表示される",
    ),
)

OUTSIDE = Text(
    en="`{name}` is locked to `{source}`, which lies outside the build context `{context}`:"
    " `{command}` (line {line} of the Dockerfile) fails with `Distribution not found at:"
    " file://{path}`.",
    ja="`{name}` のロック先 `{source}` はビルドコンテキスト `{context}` の外にあります。"
    "`{command}`（Dockerfile の {line} 行目）は `Distribution not found at: file://{path}` で"
    "失敗します。",
)
NOT_YET = Text(
    en="`{name}` is locked to `{source}`, and no instruction before this brings that folder to"
    " `{path}`: `{command}` fails with `Distribution not found at: file://{path}`.",
    ja="`{name}` のロック先は `{source}` ですが、ここまでのどの命令もそのフォルダーを `{path}`"
    " に入れていません。`{command}` は `Distribution not found at: file://{path}` で失敗します。",
)
INSTALLS = Text(en="The build installs it here.", ja="ビルドはここでインストールします。")
SOURCE = Text(en="The path is given here.", ja="パスはここで指定されています。")
LOCKED = Text(en="The lock has the path here.", ja="ロックのこの行にパスがあります。")
PATTERN = Text(en="This pattern excludes it.", ja="このパターンが除外しています。")
WIDEN = Text(
    en="Build with a context that holds both folders, and copy `{source}` before the sync",
    ja="両方のフォルダーを含むコンテキストでビルドし、sync の前に `{source}` をコピーする",
)
COPY = Text(
    en="Copy the folder to `{path}` before this",
    ja="これより前にフォルダーを `{path}` へコピーする",
)


@rule(severity=Severity.ERROR)
def path_dependency_not_available(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for sync in syncs_of(db, run):
        if sync.command.conditional or sync.relocks or not sync.tool.known:
            continue
        for need in local_needs(db, sync):
            if need.here is None and not need.member:
                yield _report(db, sync, need)


def _report(db: Database, sync: SyncInputs, need: LocalNeed) -> Report:
    assert isinstance(sync.lock, Landed)
    at = lock_line(db, sync.lock.host, need.package)
    source = need.package.source.value
    fields: dict[str, Field] = {
        "name": need.package.name,
        "source": source,
        "path": need.path,
        "command": sync.command.source,
    }
    declared = tuple(Related(place, say(SOURCE)) for place in _declared(db, sync, need))
    context = sync.run.unit.context
    if not need.inside and isinstance(context, str):
        return Report(
            at=at,
            message=say(OUTSIDE, context=File(context), line=Line(sync.command.at), **fields),
            related=(Related(sync.command.at, say(INSTALLS)), *declared),
            fixes=(Fix(say(WIDEN, source=source), (), Safety.MANUAL),),
        )
    hidden = need.withheld
    pattern = (Related(hidden.pattern, say(PATTERN)),) if hidden is not None else ()
    return Report(
        at=sync.command.at,
        message=say(NOT_YET, **fields),
        related=(*pattern, Related(at, say(LOCKED)), *declared),
        fixes=(Fix(say(COPY, path=need.path), (), Safety.MANUAL),),
    )


def _declared(db: Database, sync: SyncInputs, need: LocalNeed) -> Iterator[Anchor]:
    landed = (sync.project.manifest, sync.project.workspace_manifest)
    manifests = {item.host for item in landed if item is not None}
    for path in sorted(manifests):
        facts = pyproject(db, path)
        if isinstance(facts, ProjectFacts):
            for name, _, key in facts.local_sources:
                if name == need.package.name:
                    yield key_anchor(db, path, key)
