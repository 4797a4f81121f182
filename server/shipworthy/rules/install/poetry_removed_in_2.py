"""A Poetry command uses what Poetry 2 no longer has.

## Why
Poetry 2.0 dropped `--no-dev` and `poetry lock --no-update`, and moved `poetry export` into a
plugin. An image that installs Poetry without a version gets 2, and the build stops with "The
option "--no-dev" does not exist".

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --no-dev
```
```toml file=pyproject.toml
[tool.poetry]
name = "app"
version = "0.1.0"
```
```text file=poetry.lock
[metadata]
lock-version = "2.1"
```
```diagnostics
Dockerfile:5:30: error[poetry-removed-in-2] Poetry 2, which this image installs, has no `--no-dev`: the build stops here; `--only main` means the same.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main
```

## Fix safety
Safe: the new spelling means the same, and the old one fails. Installing the export plugin is
manual.

## Sources
Poetry's history of changes (2.0.0); experiments with Poetry 2.5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import ManagerCommand, PipCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.poetry_version import poetry_major
from shipworthy.model.unknown import Unknown
from shipworthy.rules.lock_fixes import replace_word, word_at
from shipworthy.rules.rule import Report, rule

JA = """
Poetry 2 にはなくなったものを使うコマンドです。

## なぜ
Poetry 2.0 で `--no-dev` と `poetry lock --no-update` がなくなり、`poetry export` はプラグインに移りました。
バージョンを指定せずに Poetry を入れるイメージには 2 が入り、ビルドは「The option "--no-dev" does not exist」で
止まります。

## 代わりに
`--only main` を使います。

## 修正の安全性
安全です。新しい書き方は同じ意味で、古い書き方は失敗します。エクスポート用プラグインのインストールは自動では行いません。
"""

SYMPTOMS = (
    Text(
        en='`The option "--no-dev" does not exist`',
        ja='`The option "--no-dev" does not exist` と表示される',
    ),
    Text(
        en="`The requested command export does not exist.`",
        ja="`The requested command export does not exist.` と表示される",
    ),
)

REPLACED = Text(
    en="Poetry 2, which this image installs, has no `{old}`: the build stops here; `{new}` means the"
    " same.",
    ja="このイメージに入る Poetry 2 に `{old}` はなく、ビルドはここで止まります。`{new}` が同じ意味です。",
)
DROPPED = Text(
    en="Poetry 2, which this image installs, has no `--no-update`: the build stops here; `poetry"
    " lock` alone keeps the locked versions.",
    ja="このイメージに入る Poetry 2 に `--no-update` はなく、ビルドはここで止まります。`poetry"
    " lock` だけでも、ロック済みのバージョンは維持されます。",
)
EXPORT = Text(
    en="Poetry 2, which this image installs, has no `export` without `poetry-plugin-export`: the"
    " build stops here.",
    ja="このイメージに入る Poetry 2 の `export` には `poetry-plugin-export` が必要です。ビルドはここで"
    "止まります。",
)
PLUGIN = Text(
    en="Install `poetry-plugin-export` together with Poetry",
    ja="Poetry と一緒に `poetry-plugin-export` をインストールする",
)


@rule(severity=Severity.ERROR)
def poetry_removed_in_2(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for command in run.commands:
        tool = command.tool
        if not isinstance(tool, ManagerCommand) or tool.manager != "poetry" or command.conditional:
            continue
        major = poetry_major(db, run)
        if isinstance(major, Unknown) or major < 2:
            return
        yield from _of_command(db, run, command, tool)


def _of_command(
    db: Database, run: Run, command: Executed, tool: ManagerCommand
) -> Iterator[Report]:
    if tool.command in ("install", "sync", "export") and tool.has("--no-dev"):
        fixes = replace_word(db, command, "--no-dev", "--only main", Safety.SAFE)
        at = word_at(command, "--no-dev") or command.at
        yield Report(at, say(REPLACED, old="--no-dev", new="--only main"), fixes=fixes)
    elif tool.command == "lock" and tool.has("--no-update"):
        at = word_at(command, "--no-update") or command.at
        yield Report(at, say(DROPPED))
    elif tool.command == "export" and not _has_plugin(db, run):
        fix = Fix(say(PLUGIN), (), Safety.MANUAL)
        yield Report(word_at(command, "export") or command.at, say(EXPORT), fixes=(fix,))


def _has_plugin(db: Database, run: Run) -> bool:
    """Whether a command of the stage names the plugin, however it installs it."""
    made = image(db, run.unit.id)
    return made is None or any(
        "poetry-plugin-export" in (word or "-r")
        or (isinstance(command.tool, PipCommand) and bool(command.tool.requirements))
        for stage in made.chain(run.stage)
        for step in stage.runs()
        for command in step.commands
        for word in command.words
    )
