"""The start calls uv, Poetry, PDM or Pipenv, and the image does not have it.

## Why
A stage has what its base image, its COPY and its RUN instructions brought. The uv of a builder
stage stays in that stage, and a `RUN --mount=from=ghcr.io/astral-sh/uv` is gone after its RUN. The
build is green; the container stops as soon as it is started.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS builder
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=builder /app /app
COPY main.py ./
CMD ["uv", "run", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.13"
```
```toml file=uv.lock
version = 1
revision = 3
requires-python = ">=3.13"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```
```python file=main.py
print()
```
```text file=.dockerignore
.venv
```
```diagnostics
Dockerfile:10:1: error[start-manager-missing] The start calls `uv`, which is not in the image: `python:3.13-slim-trixie` does not have it and this stage does not bring it, so the container stops with `exec: "uv": executable file not found in $PATH`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS builder
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=builder /app /app
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "main.py"]
```

## Fix safety
Safe: the COPY that the other stage has brings the same program, and the start as it is cannot work.
To start the program of the environment itself is better still; that is a change to make by hand.

## Sources
uv's Docker guide ("Non-editable installs": the final image without uv); experiments with Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.missing_manager import MissingManager, missing_manager
from shipworthy.model.next_commands import build_command
from shipworthy.model.run import RunUnit
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.start_fixes import deciding

JA = """
uv、Poetry、PDM、Pipenv で起動しようとしていますが、イメージに入っていません。

## なぜ
ステージにあるのは、ベースイメージと、そのステージの COPY と RUN が入れたものだけです。ビルダーステージの uv は
そのステージに残り、`RUN --mount=from=ghcr.io/astral-sh/uv` の uv はその RUN が終わると消えます。ビルドは成功し、
コンテナは起動した瞬間に止まります。

## 代わりに
環境の `bin` を `PATH` に入れ、プログラムを直接起動します。

## 修正の安全性
安全です。ほかのステージと同じ COPY で同じプログラムを入れます。今のままでは起動できません。環境のプログラムを
直接起動するほうがさらによい方法ですが、それは手作業になります。
"""

SYMPTOMS = (
    Text(
        en='`exec: "uv": executable file not found in $PATH`',
        ja='`exec: "uv": executable file not found in $PATH` で起動しない',
    ),
)

EXEC = Text(
    en="The start calls `{program}`, which is not in the image: `{image}` does not have it and this"
    ' stage does not bring it, so the container stops with `exec: "{program}": executable file not'
    " found in $PATH`.",
    ja="起動に使う `{program}` がイメージにありません。`{image}` には含まれず、このステージでも入れて"
    'いないため、コンテナは `exec: "{program}": executable file not found in $PATH` で止まります。',
)
SHELL = Text(
    en="The start calls `{program}`, which is not in the image: `{image}` does not have it and this"
    " stage does not bring it, so the container stops with `{program}: not found`.",
    ja="起動に使う `{program}` がイメージにありません。`{image}` には含まれず、このステージでも入れて"
    "いないため、コンテナは `{program}: not found` で止まります。",
)
BROUGHT = Text(en="`{program}` comes into this stage.", ja="`{program}` はこのステージに入ります。")
ADD = Text(
    en="Copy `{program}` into this stage too, as line {line} does",
    ja="{line} 行目と同じように、このステージにも `{program}` をコピーする",
)


@rule(severity=Severity.ERROR)
def start_manager_missing(run: RunUnit, db: Database) -> Iterator[Report]:
    found = missing_manager(db, run)
    if found is None:
        return
    direct = found.command.script is None and not run.process.shell
    related: tuple[Related, ...] = ()
    if found.source is not None:
        related = (Related(found.source.at, say(BROUGHT, program=found.program)),)
    yield Report(
        at=found.command.at,
        message=say(EXEC if direct else SHELL, program=found.program, image=found.reference),
        related=related,
        fixes=tuple(_fixes(db, run, found)),
    )


def _fixes(db: Database, run: RunUnit, found: MissingManager) -> Iterator[Fix]:
    step = deciding(db, run)
    if found.source is None or step is None or run.unit is None:
        return
    edits = insert_before(run.unit, step, f"{found.source.instruction.source}\n")
    if edits:
        title = say(ADD, program=found.program, line=Line(found.source.at))
        yield Fix(title, edits, Safety.SAFE, (build_command(db, run.unit),))
