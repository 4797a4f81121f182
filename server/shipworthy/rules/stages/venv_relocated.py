"""An environment is copied to another path than the one it was made for.

## Why
The programs in an environment's `bin` begin with the absolute path of its Python:
`#!/build/.venv/bin/python`. Copied to `/app/.venv` they still ask for `/build/.venv/bin/python`,
which the final stage does not have, and the kernel says "no such file or directory" although the
script is there. `python -m` still works, so the fault shows only where a script is started.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN uv sync --locked

FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=build /build/.venv /app/.venv
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["uvicorn", "main:app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["uvicorn"]
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
```
```diagnostics
Dockerfile:9:1: error[venv-relocated] The environment was made in `/build/.venv` (line 5) and moves to `/app/.venv`: its scripts still start with `#!/build/.venv/bin/python`, so `uvicorn` fails with `no such file or directory`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked

FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY main.py ./
ENV PATH="/app/.venv/bin:$PATH"
CMD ["uvicorn", "main:app"]
```

## Fix safety
Unsafe: the environment of the build stage lies elsewhere afterwards; what names its old path in
other files is not rewritten.

## Sources
The Python documentation of `venv` ("inherently non-portable"); uv's `--relocatable`; experiments
with multi-stage builds.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Field, Line, Message, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.run import runs_of
from shipworthy.model.run_environments import run_environments
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
環境が、作られたときとは違うパスにコピーされます。

## なぜ
環境の `bin` にあるプログラムの先頭には、その Python の絶対パス（`#!/build/.venv/bin/python`）が書かれています。
`/app/.venv` にコピーしても参照先は `/build/.venv/bin/python` のままで、最終ステージにはありません。スクリプトは
あるのに「no such file or directory」になります。`python -m` は動くため、スクリプトを起動するところでだけ
壊れます。

## 代わりに
ビルドステージでも最終ステージと同じパスに環境を作ります。

## 修正の安全性
安全とは限りません。ビルドステージの環境の場所が変わりますが、ほかのファイルに書かれた古いパスは書き換えません。
"""

SYMPTOMS = (
    Text(
        en="`exec /app/.venv/bin/uvicorn: no such file or directory`, though the file is there",
        ja="ファイルはあるのに `exec /app/.venv/bin/uvicorn: no such file or directory` になる",
    ),
)

STARTS = Text(
    en="The environment was made in `{old}` (line {line}) and moves to `{new}`: its scripts"
    " still start with `#!{old}/bin/python`, so `{program}` fails with `no such file or"
    " directory`.",
    ja="{line} 行目で `{old}` に作られた環境が `{new}` に移ります。スクリプトの先頭は"
    " `#!{old}/bin/python` のままなので、`{program}` は `no such file or directory` で"
    "失敗します。",
)
MOVES = Text(
    en="The environment was made in `{old}` (line {line}) and moves to `{new}`: the scripts in its"
    " `bin` still start with `#!{old}/bin/python`; only `python -m` works.",
    ja="{line} 行目で `{old}` に作られた環境が `{new}` に移ります。`bin` のスクリプトの先頭は"
    " `#!{old}/bin/python` のままで、動くのは `python -m` だけです。",
)
MADE = Text(en="The environment is made here.", ja="環境はここで作られます。")
MAKE_THERE = Text(
    en="Make it in `{new}` in the build stage too (`UV_PROJECT_ENVIRONMENT`)",
    ja="ビルドステージでも `{new}` に作る（`UV_PROJECT_ENVIRONMENT`）",
)


@rule(severity=Severity.ERROR)
def venv_relocated(unit: BuildUnit, db: Database) -> Iterator[Report]:
    for environment in final_environments(db, unit.id):
        if environment.kind != "venv" or environment.relocatable:
            continue
        moving = _moving(environment)
        if moving is None or environment.path == environment.made_at:
            continue
        message, severity = _message(db, unit, environment)
        yield Report(
            at=moving,
            message=message,
            related=(Related(environment.at, say(MADE)),),
            fixes=tuple(_fixes(db, unit, environment)),
            severity=severity,
        )


def _moving(environment: Environment) -> Anchor | None:
    """The `mv` or the COPY that takes it away from where it was made."""
    if environment.moved_at is not None:
        return environment.moved_at
    for copy in environment.copies:
        if copy.lands_folder(environment.made_at.lstrip("/")) != environment.made_at:
            return copy.at
    return environment.copies[-1].at if environment.copies else None


def _message(db: Database, unit: BuildUnit, environment: Environment) -> tuple[Message, Severity]:
    common: dict[str, Field] = {
        "old": environment.made_at,
        "new": environment.path,
        "line": Line(environment.at),
    }
    for run in runs_of(db, unit.id):
        for seen in run_environments(db, run):
            if seen.environment != environment or seen.user is None:
                continue
            program = seen.user.program or ""
            if seen.use in ("path", "PATH") and not program.startswith("python"):
                return say(STARTS, program=program, **common), Severity.ERROR
    return say(MOVES, **common), Severity.WARNING


def _fixes(db: Database, unit: BuildUnit, environment: Environment) -> Iterator[Fix]:
    made = image(db, unit.id)
    if made is None or environment.manager != "uv" or len(environment.copies) != 1:
        return
    copy = environment.copies[0]
    first = environment.installs[0].run if environment.installs else None
    source = copy.sources[0] if len(copy.sources) == 1 else None
    if first is None or source is None or f"/{source.path}" != environment.made_at:
        return
    if text_at(db, source.at).rstrip("/") != environment.made_at or first.stage == copy.stage:
        return
    project = environment.project
    if project is None or project.environment_at is not None:
        return
    inserted = insert_before(unit, first, f"ENV UV_PROJECT_ENVIRONMENT={environment.path}\n")
    if inserted:
        edits = (*inserted, Edit(source.at, environment.path))
        yield Fix(say(MAKE_THERE, new=environment.path), edits, Safety.UNSAFE)
