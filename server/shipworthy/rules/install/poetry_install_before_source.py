"""Poetry installs the project before its source is in the image.

## Why
`poetry install` also installs the project itself. In a layer that has the manifests only, Poetry 2
stops ("could not be installed: Readme path ... does not exist", or "No file/folder found for
package"); Poetry 1 prints a warning and goes on without the project.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --only main
COPY . .
```
```toml file=pyproject.toml
[tool.poetry]
name = "app"
version = "0.1.0"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
```
```text file=poetry.lock
[metadata]
lock-version = "2.1"
```
```text file=app/__init__.py
```
```diagnostics
Dockerfile:5:5: error[poetry-install-before-source] `poetry install --only main` also installs the project, and `app` is not in the image yet: Poetry 2 stops the build here.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --only main --no-root
COPY . .
RUN poetry install --only main
```

## Fix safety
Safe: with Poetry 2 the build fails today. With Poetry 1 the fix only silences the warning. The
project itself has to be installed after its source is copied, if it is imported as a package.

## Sources
Poetry's FAQ on Docker; experiments with Poetry 1.8.5 and 2.5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import find_during
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.model.poetry_version import poetry_major
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.unknown import Unknown
from shipworthy.rules.lock_fixes import append_after
from shipworthy.rules.rule import Report, rule

JA = """
ソースがイメージに入る前に、Poetry がプロジェクト自身をインストールします。

## なぜ
`poetry install` はプロジェクト自身もインストールします。マニフェストしかないレイヤーでは、Poetry 2 は止まり、Poetry 1 は
警告を出してプロジェクトなしで続けます。

## 代わりに
依存関係のレイヤーでは `--no-root` を付け、ソースをコピーしてからもう一度 `poetry install` を実行します。

## 修正の安全性
安全です。Poetry 2 では今は失敗しています。Poetry 1 では警告が出なくなるだけです。パッケージとして import するなら、
ソースをコピーした後にプロジェクトのインストールが必要です。
"""

SYMPTOMS = (
    Text(
        en="`The current project could not be installed: No file/folder found for package app`",
        ja="`The current project could not be installed: No file/folder found for package app` "
        "と表示される",
    ),
)

STOPS = Text(
    en="`{command}` also installs the project, and `{missing}` is not in the image yet: Poetry 2"
    " stops the build here.",
    ja="`{command}` はプロジェクト自身もインストールしますが、`{missing}` はまだイメージにありません。"
    "Poetry 2 ではビルドがここで止まります。",
)
LEAVES_OUT = Text(
    en="`{command}` also installs the project, and `{missing}` is not in the image yet: Poetry 1"
    " warns and leaves the project out.",
    ja="`{command}` はプロジェクト自身もインストールしますが、`{missing}` はまだイメージにありません。"
    "Poetry 1 は警告を出し、プロジェクトを入れません。",
)


@rule(severity=Severity.ERROR)
def poetry_install_before_source(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for use in uses_of(db, run):
        tool = use.tool
        if use.manager != "poetry" or tool is None or not use.decided:
            continue
        if tool.has("--no-root", "--dry-run", "--help") or tool.command not in ("install", "sync"):
            continue
        missing = _missing(db, use)
        major = poetry_major(db, run)
        if missing is None or isinstance(major, Unknown):
            continue
        text, severity = (STOPS, Severity.ERROR) if major >= 2 else (LEAVES_OUT, Severity.WARNING)
        yield Report(
            at=use.command.at,
            message=say(text, command=use.command.source, missing=missing),
            fixes=append_after(db, use.command, tool.command, "--no-root", Safety.SAFE),
            severity=severity,
        )


def _missing(db: Database, use: LockUse) -> str | None:
    """What the project's build needs and the image certainly lacks; None when it has it."""
    made = image(db, use.run.unit.id)
    facts = pyproject(db, use.manifest.host) if use.manifest is not None else None
    if made is None or not isinstance(facts, ProjectFacts) or use.host is None:
        return None
    poetry = facts.poetry
    if facts.name is None or (poetry is not None and not poetry.package_mode):
        return None
    folder = (use.command.cwd or "").rstrip("/")
    for readme in facts.build.readmes:
        if find_during(db, made, use.run, f"{folder}/{readme.path}") is None:
            return readme.path
    on_disk = [
        path for path in facts.build.package_candidates if db.stat(f"{use.host}/{path}") is not None
    ]
    for path in on_disk:
        target = path if path.endswith(".py") else f"{path}/__init__.py"
        if db.stat(f"{use.host}/{target}") is None:
            return None
        if find_during(db, made, use.run, f"{folder}/{target}") is not None:
            return None
    return on_disk[0] if on_disk else None
