"""The start names a program of the environment, and PATH does not lead to the environment.

## Why
`uv sync` and `python -m venv` change no variable of the image. `CMD ["gunicorn", ...]` looks for
`gunicorn` in the folders of `PATH` and finds nothing; `CMD ["python", ...]` finds the system's
Python, which has none of the packages.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
CMD ["python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["idna"]
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
import idna
```
```diagnostics
Dockerfile:7:1: error[venv-not-on-path] `python` is the system's own: `/app/.venv/bin` is not on `PATH`, so the packages installed on line 5 are not found (`ModuleNotFoundError`).
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Safe: `ENV PATH` just before the start changes nothing that is built, and the start as it is
cannot find what it needs.

## Sources
uv's Docker guide ("Using the environment"); experiments with Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Field, Line, Message, Text, say
from shipworthy.model.image.environments import Environment
from shipworthy.model.run import RunUnit
from shipworthy.model.unfound_programs import Unfound, unfound_program
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import deciding

JA = """
環境のプログラムで起動しようとしていますが、PATH に環境が入っていません。

## なぜ
`uv sync` も `python -m venv` も、イメージの環境変数は変えません。`CMD ["gunicorn", ...]` は `PATH` のフォルダー
から `gunicorn` を探して見つけられず、`CMD ["python", ...]` はパッケージの入っていないシステムの Python を
見つけます。

## 代わりに
`ENV PATH="/app/.venv/bin:$PATH"` を書きます。

## 修正の安全性
安全です。起動の直前の `ENV PATH` はビルドの内容を変えません。今のままでは必要なものが見つかりません。
"""

SYMPTOMS = (
    Text(
        en='`exec: "gunicorn": executable file not found in $PATH`',
        ja='`exec: "gunicorn": executable file not found in $PATH` で起動しない',
    ),
    Text(
        en="`ModuleNotFoundError` at the start, though the build installed the package",
        ja="ビルドでインストールしたのに、起動時に `ModuleNotFoundError` になる",
    ),
)

SYSTEM = Text(
    en="`{program}` is the system's own: `{bin}` is not on `PATH`, so the packages installed on"
    " line {line} are not found (`ModuleNotFoundError`).",
    ja="`{program}` はシステムのものが使われます。`PATH` に `{bin}` が入っていないため、{line}"
    " 行目で入れたパッケージが見つかりません（`ModuleNotFoundError`）。",
)
MISSING = Text(
    en="`{program}` lies in `{bin}` (made on line {line}), which is not on `PATH`: the start"
    " fails with `executable file not found in $PATH`.",
    ja="`{program}` は {line} 行目で作った `{bin}` にありますが、そこは `PATH` に"
    "入っていません。起動は `executable file not found in $PATH` で失敗します。",
)
MADE = Text(en="The environment is made here.", ja="環境はここで作られます。")
STARTED = Text(en="The script is started here.", ja="スクリプトはここで起動されます。")
ADD = Text(
    en="Put `{bin}` on `PATH`",
    ja="`PATH` に `{bin}` を追加する",
)


@rule(severity=Severity.ERROR)
def venv_not_on_path(run: RunUnit, db: Database) -> Iterator[Report]:
    found = unfound_program(db, run)
    if found is None:
        return
    yield Report(
        at=found.command.at,
        message=_message(found),
        related=tuple(_related(run, found)),
        fixes=tuple(_fixes(db, run, found.environment)),
    )


def _related(run: RunUnit, found: Unfound) -> Iterator[Related]:
    yield Related(found.environment.at, say(MADE))
    if found.command.script is not None:
        yield Related(run.process.at, say(STARTED))


def _message(found: Unfound) -> Message:
    common: dict[str, Field] = {
        "program": found.command.program or "",
        "bin": found.environment.bin,
        "line": Line(found.environment.at),
    }
    return say(SYSTEM if found.system else MISSING, **common)


def _fixes(db: Database, run: RunUnit, environment: Environment) -> Iterator[Fix]:
    step = deciding(db, run)
    if step is not None:
        edits = insert_before(step.unit, step, f'ENV PATH="{environment.bin}:$PATH"\n')
        if edits:
            yield Fix(say(ADD, bin=environment.bin), edits, Safety.SAFE)
