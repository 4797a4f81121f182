"""A `uv sync` builds the project before its source is in the image.

## Why
A project with a `[build-system]` is built and installed by `uv sync` like any other package. When
only the manifests have been copied so far, hatchling, uv_build and poetry-core stop the build;
setuptools packs whatever it finds, which is nothing, and the image has an empty package.

`--no-install-project` makes the early layer install the dependencies only; a second `uv sync`
after the source was copied adds the project.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY src ./src
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=src/app/__init__.py
```
```diagnostics
Dockerfile:5:5: error[project-installed-before-source] `uv sync --locked --no-dev` also builds the project, but `src/app` is not in the image yet: `hatchling` stops the build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project
COPY src ./src
RUN uv sync --locked --no-dev
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "app"]
```

## Fix safety
Safe where the project is installed later, or the fix adds that step after the COPY of the source.
Unsafe where nothing here installs it later: then the project's own scripts do not exist.

## Sources
uv's Docker guide ("Intermediate layers"); experiments with hatchling, uv_build, poetry-core and
setuptools.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Names, Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, uv_installs
from shipworthy.model.project_build import (
    FAILS_WITHOUT_PACKAGE,
    brings_later,
    builds_of,
    later_installs,
    missing_files,
    missing_packages,
)
from shipworthy.model.projects import key_anchor
from shipworthy.model.python.pyproject import BUILD_SYSTEM
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
プロジェクトのソースがイメージに入る前に、`uv sync` がプロジェクトをビルドします。

## なぜ
`[build-system]` のあるプロジェクトは、`uv sync` がほかのパッケージと同じようにビルドしてインストールします。
まだマニフェストしかコピーされていないと、hatchling、uv_build、poetry-core ではビルドが止まります。
setuptools は見つかったものだけ、つまり空のパッケージを作るので、イメージには中身のないパッケージが入ります。

`--no-install-project` を付けると、先のレイヤーでは依存パッケージだけがインストールされます。ソースをコピーした後の
2 回目の `uv sync` がプロジェクトを追加します。

## 代わりに
先の `uv sync` に `--no-install-project` を付け、ソースの COPY の後でもう一度 `uv sync` を実行します。

## 修正の安全性
後でプロジェクトがインストールされる場合や、修正が COPY の後にその手順を追加する場合は安全です。どこでもインストール
されない場合は、プロジェクト自身のスクリプトがなくなるため安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`Unable to determine which files to ship inside the wheel` during `docker build`",
        ja="`docker build` 中に `Unable to determine which files to ship inside the wheel` と出る",
    ),
    Text(
        en="`Expected a Python module at: src/app/__init__.py` during `docker build`",
        ja="`docker build` 中に `Expected a Python module at: src/app/__init__.py` と出る",
    ),
)

FAILS = Text(
    en="`{command}` also builds the project, but {missing} is not in the image yet: `{backend}`"
    " stops the build.",
    ja="`{command}` はプロジェクトもビルドしますが、{missing} はまだイメージにありません。"
    "`{backend}` がビルドを止めます。",
)
EMPTY = Text(
    en="`{command}` also builds the project, but {missing} is not in the image yet: `{backend}`"
    " installs a package without its code.",
    ja="`{command}` はプロジェクトもビルドしますが、{missing} はまだイメージにありません。"
    "`{backend}` はコードのないパッケージをインストールします。",
)
PACKAGED = Text(
    en="With a `[build-system]`, uv builds and installs the project itself.",
    ja="`[build-system]` があるため、uv はプロジェクト自体もビルドしてインストールします。",
)
ADD_FLAG = Text(en="Add `--no-install-project`", ja="`--no-install-project` を追加する")
ADD_BOTH = Text(
    en="Add `--no-install-project`, and run `{command}` after line {line}",
    ja="`--no-install-project` を追加し、{line} 行目の後で `{command}` を実行する",
)


@rule(severity=Severity.ERROR)
def project_installed_before_source(run: Run, db: Database) -> Iterator[Report]:
    for install in builds_of(db, run):
        missing = missing_packages(db, install)
        if not missing:
            continue
        build = install.facts.build
        files = tuple(file.file.path for file in missing_files(db, install))
        fails = build.backend in FAILS_WITHOUT_PACKAGE or build.packages_declared or bool(files)
        if install.by_uv is None and not fails:
            # Without its code on purpose: a layer of dependencies, the code is found by its path.
            continue
        related = []
        if build.declared and install.by_uv is not None:
            at = key_anchor(db, install.manifest.host, BUILD_SYSTEM, value=False)
            related.append(Related(at, say(PACKAGED)))
        yield Report(
            at=install.command.at,
            message=say(
                FAILS if fails else EMPTY,
                command=install.command.source,
                missing=Names((*missing, *files)),
                backend=build.backend,
            ),
            related=tuple(related),
            fixes=tuple(_fixes(db, install.by_uv, missing[0])) if install.by_uv else (),
            severity=_severity(run, fails),
        )


def _severity(run: Run, fails: bool) -> Severity:
    if not run.reachable:
        return Severity.INFO
    return Severity.ERROR if fails else Severity.WARNING


def _fixes(db: Database, install: UvInstall, missing: str) -> Iterator[Fix]:
    flag = insert_flag(install.command, "--no-install-project", install.tool.command[0])
    made = image(db, install.run.unit.id)
    if flag is None or made is None or made.unit.inline is not None:
        return
    stage = made.stage(install.run.stage)
    if later_installs(stage, install, uv_installs(db, made.unit.id)):
        yield Fix(say(ADD_FLAG), (flag,), Safety.SAFE)
        return
    later = brings_later(db, made, install, missing)
    following = None if later is None else later.ordinal + 1
    if later is None or following is None or following >= stage.shape.end:
        yield Fix(say(ADD_FLAG), (flag,), Safety.UNSAFE)
        return
    command = install.command.source
    line = Edit(Anchor(later.at.path, following, Span(0, 0)), f"RUN {command}\n")
    title = say(ADD_BOTH, command=command, line=Line(later.at))
    yield Fix(title, (flag, line), Safety.SAFE)
