"""A file that building the project reads is not in the image.

## Why
`readme` in `pyproject.toml` is part of the package's metadata: hatchling, uv_build, poetry-core,
flit and pdm-backend open the file when they build the project and stop when it is not there. A
`*.md` in `.dockerignore`, or a Dockerfile that copies the manifests and the package only, is
enough. The same holds for a version that is read from a file. setuptools does without a readme.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY src ./src
RUN uv sync --locked --no-dev
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
readme = "README.md"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
```
```toml file=uv.lock
version = 1
revision = 3
```
```text file=README.md
# app
```
```python file=src/app/__init__.py
```
```diagnostics
Dockerfile:6:5: error[build-file-excluded] `uv sync --locked --no-dev` builds the project, and `hatchling` reads `README.md` (`project.readme` in `pyproject.toml`), which is not in the image yet: the build stops.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
COPY src ./src
RUN uv sync --locked --no-dev
```

## Fix safety
Safe: the file that the build needs is copied or let through, nothing else changes.

## Sources
The reference pages of the build backends; experiments with trees that lack the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Line, Text, say
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import locate
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Source
from shipworthy.model.project_build import (
    MissingFile,
    ProjectBuild,
    builds_of,
    missing_files,
    missing_packages,
)
from shipworthy.model.projects import key_anchor
from shipworthy.rules.ignoring_fixes import append_lines
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
プロジェクトのビルドが読むファイルがイメージにありません。

## なぜ
`pyproject.toml` の `readme` はパッケージのメタデータの一部です。hatchling、uv_build、poetry-core、flit、
pdm-backend はビルド時にこのファイルを開き、なければ止まります。`.dockerignore` の `*.md` や、マニフェストと
パッケージだけをコピーする Dockerfile で起こります。バージョンをファイルから読む設定でも同じです。setuptools は
README がなくてもビルドできます。

## 代わりに
マニフェストと一緒に `README.md` もコピーします。`.dockerignore` で除外している場合は `!README.md` を加えます。

## 修正の安全性
安全です。ビルドに必要なファイルをコピーする、または除外から外すだけで、ほかは変わりません。
"""

SYMPTOMS = (
    Text(
        en="`Readme file does not exist: README.md` during `docker build`",
        ja="`docker build` 中に `Readme file does not exist: README.md` と出る",
    ),
)

NOT_COPIED = Text(
    en="`{command}` builds the project, and `{backend}` reads `{file}` (`{key}` in"
    " `pyproject.toml`), which is not in the image yet: the build stops.",
    ja="`{command}` はプロジェクトをビルドし、`{backend}` は `{file}`（`pyproject.toml` の `{key}`）"
    "を読みますが、コピーされていないためビルドが止まります。",
)
HIDDEN = Text(
    en="`{pattern}` keeps `{file}` out of the image, which `{backend}` reads when line {line}"
    " builds the project (`{key}` in `pyproject.toml`): the build stops.",
    ja="`{pattern}` により `{file}` がイメージに入りません。{line} 行目でプロジェクトをビルドす"
    "るときに `{backend}` がこれを読むため（`pyproject.toml` の `{key}`）、ビルドが止まります。",
)
NAMED_BY = Text(
    en="The project's metadata names `{file}`.",
    ja="プロジェクトのメタデータが `{file}` を指定しています。",
)
BUILDS = Text(en="The project is built here.", ja="プロジェクトはここでビルドされます。")
ADD_TO_COPY = Text(
    en="Copy `{file}` with the manifests", ja="マニフェストと一緒に `{file}` をコピーする"
)
LET_THROUGH = Text(en="Add `!{path}` to `{ignore}`", ja="`{ignore}` に `!{path}` を追加する")


@rule(severity=Severity.ERROR)
def build_file_excluded(run: Run, db: Database) -> Iterator[Report]:
    for install in builds_of(db, run):
        if missing_packages(db, install):
            continue
        for missing in missing_files(db, install):
            if not missing.named:
                yield _report(db, install, missing)


def _report(db: Database, install: ProjectBuild, missing: MissingFile) -> Report:
    file = missing.file
    key = ".".join(str(part) for part in file.key if isinstance(part, str))
    backend = install.facts.build.backend
    named = Related(key_anchor(db, install.manifest.host, file.key), say(NAMED_BY, file=file.path))
    severity = Severity.ERROR if install.run.reachable else Severity.INFO
    if missing.hidden_by is None:
        message = say(
            NOT_COPIED, command=install.command.source, backend=backend, file=file.path, key=key
        )
        fixes = tuple(_copy_fix(db, install, missing))
        return Report(install.command.at, message, (named,), fixes, severity)
    at = missing.hidden_by
    message = say(
        HIDDEN,
        pattern=_pattern_text(db, at),
        file=file.path,
        backend=backend,
        line=Line(install.command.at),
        key=key,
    )
    related = (Related(install.command.at, say(BUILDS)), named)
    return Report(at, message, related, tuple(_ignore_fix(db, install, missing)), severity)


def _pattern_text(db: Database, at: Anchor) -> str:
    place = locate(db, at)
    return place.span.of(db.text(place.path) or "")


def _copy_fix(db: Database, install: ProjectBuild, missing: MissingFile) -> Iterator[Fix]:
    """Name the file in the COPY that brings the manifest."""
    made = image(db, install.run.unit.id)
    manifest = install.manifest
    if made is None or manifest.mounted or made.unit.inline is not None:
        return
    for copy in made.stage(manifest.stage).copies():
        if copy.ordinal == manifest.ordinal and copy.into and not copy.parents:
            source = _manifest_source(copy)
            if source is None or missing.host.rpartition("/")[0] != install.host:
                return
            name = missing.host.rpartition("/")[2]
            text = source.text.removesuffix("pyproject.toml") + name
            end = source.at.span.end
            edit = Edit(Anchor(source.at.path, source.at.node, Span(end, end)), f" {text}")
            yield Fix(say(ADD_TO_COPY, file=missing.file.path), (edit,), Safety.SAFE)
            return


def _manifest_source(copy: Copy) -> Source | None:
    """The word that names the manifest literally, in the form without brackets."""
    if copy.instruction.json:
        return None
    for source in copy.sources:
        literal = source.text.endswith("pyproject.toml") and not source.wildcard
        if literal and "$" not in source.text and not source.text.startswith(("'", '"')):
            return source
    return None


def _ignore_fix(db: Database, install: ProjectBuild, missing: MissingFile) -> Iterator[Fix]:
    ignore = ignore_path_of(db, install.run.unit)
    context = install.run.unit.context
    if not isinstance(ignore, str) or not isinstance(context, str):
        return
    path = missing.host[len(context) + 1 :]
    title = say(LET_THROUGH, path=path, ignore=File(ignore))
    yield Fix(title, (append_lines(db, ignore, (f"!{path}",)),), Safety.SAFE)
