"""A lock file is given to pip as a requirements file.

## Why
`uv.lock`, `poetry.lock`, `pdm.lock` and `Pipfile.lock` have formats of their own. `pip install -r`
and `uv pip install -r` read lines of requirements, and fail at the first character.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv pip install --system -r uv.lock
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
```diagnostics
Dockerfile:5:32: error[lock-used-as-requirements] `uv.lock` is not a requirements file: `uv pip install` fails when it reads the first line.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project
```

## Fix safety
Manual: the packages go into another environment then.

## Sources
pip's requirements file format; uv's pip interface; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.pip_installs import pip_installs_of
from shipworthy.rules.lock_fixes import word_at
from shipworthy.rules.rule import Report, rule

JA = """
ロックファイルを requirements ファイルとして pip に渡しています。

## なぜ
`uv.lock`、`poetry.lock`、`pdm.lock`、`Pipfile.lock` はそれぞれ独自の形式です。`pip install -r` と
`uv pip install -r` は requirements の行を読むため、最初の文字で失敗します。

## 代わりに
そのロックを作ったツールの sync コマンドを使います。

## 修正の安全性
自動では直しません。パッケージの入る環境が変わります。
"""

SYMPTOMS = (
    Text(
        en="Couldn't parse requirement in `uv.lock` at position 0",
        ja="「Couldn't parse requirement in `uv.lock` at position 0」と表示される",
    ),
)

NOT_REQUIREMENTS = Text(
    en="`{file}` is not a requirements file: `{command}` fails when it reads the first line.",
    ja="`{file}` は requirements ファイルではありません。`{command}` は最初の行を読んだところで失敗します。",
)
USE = Text(en="Use `{command}` instead", ja="代わりに `{command}` を使う")

_INSTEAD = {
    "uv.lock": "uv sync --locked --no-install-project",
    "poetry.lock": "poetry install --no-root --only main",
    "pdm.lock": "pdm sync --prod --no-self",
    "Pipfile.lock": "pipenv sync --system",
}


@rule(severity=Severity.ERROR)
def lock_used_as_requirements(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for install in pip_installs_of(db, run):
        for use in install.requirements:
            name = use.text.rpartition("/")[2]
            if name not in _INSTEAD or install.command.conditional:
                continue
            yield Report(
                at=word_at(install.command, use.text) or install.command.at,
                message=say(NOT_REQUIREMENTS, file=use.text, command=_program(install.command)),
                fixes=(Fix(say(USE, command=_INSTEAD[name]), (), Safety.MANUAL),),
            )


def _program(command: Executed) -> str:
    """The command up to its sub-command."""
    shown: list[str] = []
    for word in command.words:
        if word is None or word.startswith("-"):
            break
        shown.append(word)
        if word in ("install", "sync", "compile"):
            break
    return " ".join(shown)
