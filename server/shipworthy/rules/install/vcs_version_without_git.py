"""The project's version comes from git, and the image has no complete repository to ask.

## Why
hatch-vcs, setuptools-scm and the like ask git for the version whenever the project is built. Without
`.git` (usually excluded) or without the `git` program, the build stops with a `LookupError`. With
`.git` and only some of the tracked files, git sees the others as deleted: the tree is dirty, and a
tagged release is given the version of the next development state. Nothing fails then.

A version that is passed in (`SETUPTOOLS_SCM_PRETEND_VERSION`) needs neither.

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
dynamic = ["version"]

[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"

[tool.hatch.version]
source = "vcs"
```
```toml file=uv.lock
version = 1
```
```python file=src/app/__init__.py
```
```text file=.git/HEAD
ref: refs/heads/main
```
```diagnostics
Dockerfile:6:5: error[vcs-version-without-git] `uv sync --locked --no-dev` builds the project, whose version `hatch-vcs` takes from git, but `.git` is not in the image and no version is passed in: the build stops with a `LookupError`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY src ./src
ARG VERSION=0.0.0
ENV SETUPTOOLS_SCM_PRETEND_VERSION_FOR_APP=$VERSION
RUN uv sync --locked --no-dev
```

## Fix safety
Unsafe: the version is then what the build is told.

## Sources
The documentation of setuptools-scm and hatch-vcs; experiments with hatch-vcs and setuptools-scm.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Names, Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.model.project_build import built_by, missing_packages
from shipworthy.model.projects import key_anchor
from shipworthy.model.vcs_version import VcsVersion, pretend_variable, vcs_version
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_line

JA = """
プロジェクトのバージョンは git から取得しますが、イメージには完全なリポジトリがありません。

## なぜ
hatch-vcs や setuptools-scm などは、プロジェクトをビルドするたびに git にバージョンを尋ねます。`.git` がない
（多くの場合除外されています）、または `git` コマンドがないと、ビルドは `LookupError` で止まります。`.git` があっても
追跡対象のファイルの一部しかないと、git には残りが削除されたように見えます。ツリーは dirty と判定され、タグ付きの
リリースに次の開発版のバージョンが付きます。このときエラーは出ません。

バージョンを `SETUPTOOLS_SCM_PRETEND_VERSION` で渡せば、どちらも不要です。

## 代わりに
`ARG` で受け取ったバージョンを `ENV SETUPTOOLS_SCM_PRETEND_VERSION_FOR_APP` に設定します。

## 修正の安全性
安全とは限りません。バージョンはビルド時に渡した値になります。
"""

SYMPTOMS = (
    Text(
        en="`LookupError: setuptools-scm was unable to detect version` during `docker build`",
        ja="`docker build` 中に `LookupError: setuptools-scm was unable to detect version` と出る",
    ),
    Text(
        en="the image reports a `.dev0` version although it was built from a tag",
        ja="タグからビルドしたのに、イメージのバージョンが `.dev0` になる",
    ),
)

NO_REPOSITORY = Text(
    en="`{command}` builds the project, whose version `{tool}` takes from git, but `.git` is not in"
    " the image and no version is passed in: the build stops with a `LookupError`.",
    ja="`{command}` はプロジェクトをビルドし、`{tool}` はバージョンを git から取得しますが、`.git` は"
    "イメージになく、バージョンも渡されていません。ビルドは `LookupError` で止まります。",
)
NO_GIT = Text(
    en="`{command}` builds the project, whose version `{tool}` takes from git, but the image has no"
    " `git` program: the build stops with a `LookupError`.",
    ja="`{command}` はプロジェクトをビルドし、`{tool}` はバージョンを git から取得しますが、イメージに"
    " `git` コマンドがありません。ビルドは `LookupError` で止まります。",
)
PARTIAL = Text(
    en="`{tool}` asks this `.git` for the version, but {missing} is tracked and not in the image:"
    " git sees a dirty tree and the version is wrong.",
    ja="`{tool}` はこの `.git` からバージョンを求めますが、追跡対象の {missing} がイメージにあり"
    "ません。git からは作業ツリーが変更されているように見え、バージョンが正しくなりません。",
)
ASKED = Text(en="The version comes from git.", ja="バージョンは git から取得されます。")
BUILDS = Text(en="The project is built here.", ja="プロジェクトはここでビルドされます。")
PASS = Text(en="Pass the version in `{variable}`", ja="バージョンを `{variable}` で渡す")

_SHOWN = 3


@rule(severity=Severity.ERROR)
def vcs_version_without_git(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        built = built_by(install)
        if built is not None and missing_packages(db, built):
            continue
        found = vcs_version(db, install)
        if found is None:
            continue
        partial = found.problem == "partial"
        severity = Severity.WARNING if partial else Severity.ERROR
        asked = key_anchor(db, install.manifest, found.source.key)
        yield Report(
            at=found.at if found.at is not None else install.command.at,
            message=_message(install, found),
            related=(
                Related(asked, say(ASKED)),
                *((Related(install.command.at, say(BUILDS)),) if partial else ()),
            ),
            fixes=tuple(_fixes(install, found)),
            severity=severity if run.reachable else Severity.INFO,
        )
        return


def _message(install: UvInstall, found: VcsVersion) -> Message:
    tool = found.source.tool
    if found.problem == "partial":
        return say(PARTIAL, tool=tool, missing=Names(found.missing[:_SHOWN]))
    text = NO_GIT if found.problem == "no-git" else NO_REPOSITORY
    return say(text, tool=tool, command=install.command.source)


def _fixes(install: UvInstall, found: VcsVersion) -> Iterator[Fix]:
    variable = pretend_variable(found.source, install.facts.name)
    if variable is None:
        return
    line = insert_line(install.run, f"ARG VERSION=0.0.0\nENV {variable}=$VERSION")
    if line is not None:
        yield Fix(say(PASS, variable=variable), (line,), Safety.UNSAFE)
