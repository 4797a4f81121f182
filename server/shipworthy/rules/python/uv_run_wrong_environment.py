"""`uv run` uses another environment than the one that was built.

## Why
`uv run` works on the environment of the project in the current folder: `.venv` beside its
`pyproject.toml`, or what `UV_PROJECT_ENVIRONMENT` says. An environment that was built elsewhere is not
looked at, even when `PATH` or `VIRTUAL_ENV` leads to it: uv makes a second one, with the default
groups, at build time or at every start.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
ENV PATH="/build/.venv/bin:$PATH"
WORKDIR /app
COPY . .
CMD ["uv", "run", "python", "-m", "app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
```
```diagnostics
Dockerfile:9:1: warning[uv-run-wrong-environment] `uv run python -m app` does not use the environment built in `/build/.venv`: uv takes `/app/.venv`, and makes it when it is not there.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
ENV PATH="/build/.venv/bin:$PATH"
WORKDIR /app
COPY . .
CMD ["python", "-m", "app"]
```

## Fix safety
Unsafe: with `UV_PROJECT_ENVIRONMENT`, `uv run` syncs the environment that was built.

## Sources
uv's documentation of the project environment; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.environments import Environment, UvProject, final_environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import path_entries
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import installs_of
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import runtime_project, uv_runs
from shipworthy.model.second_environments import built_before
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_line

JA = """
`uv run` が、ビルドした環境とは別の環境を使います。

## なぜ
`uv run` が使うのは、現在のフォルダーのプロジェクトの環境です。つまり `pyproject.toml` の隣の `.venv` か、
`UV_PROJECT_ENVIRONMENT` が指す場所です。別の場所に作った環境は、`PATH` や `VIRTUAL_ENV` が指していても
使われません。uv は 2 つ目の環境を、既定のグループも含めて、ビルド時または起動のたびに作ります。

## 代わりに
`PATH` に環境があれば `uv run` なしで起動します。`uv run` を使うなら `UV_PROJECT_ENVIRONMENT` を設定します。

## 修正の安全性
安全とは限りません。`UV_PROJECT_ENVIRONMENT` を設定すると、`uv run` はビルド済みの環境を同期します。
"""

SYMPTOMS = (
    Text(
        en="`Creating virtual environment at: .venv` when the container starts",
        ja="コンテナの起動時に `Creating virtual environment at: .venv` と出る",
    ),
    Text(
        en="`uv run` does not find a package that the image has",
        ja="イメージにあるパッケージを `uv run` が見つけられない",
    ),
)

SECOND = Text(
    en="`{command}` does not use the environment built in `{built}`: uv takes `{used}`, and makes it"
    " when it is not there.",
    ja="`{command}` は `{built}` に作った環境を使いません。uv は `{used}` を使い、なければ作ります。",
)
BUILT = Text(en="The environment is built here.", ja="環境はここで作られます。")
LEADS = Text(
    en="`{variable}` points to it, but uv ignores it here.",
    ja="`{variable}` はその環境を指していますが、uv はここではそれに従いません。",
)
SET = Text(
    en="Set `UV_PROJECT_ENVIRONMENT={built}`", ja="`UV_PROJECT_ENVIRONMENT={built}` を設定する"
)


@rule(severity=Severity.WARNING)
def uv_run_wrong_environment(node: Run | RunUnit, db: Database) -> Iterator[Report]:
    if isinstance(node, Run):
        yield from _built(node, db)
    else:
        yield from _started(node, db)


def _built(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        used = install.project.environment
        if used is None or not install.certain or install.command.env.get("VIRTUAL_ENV"):
            continue
        known = built_before(db, run)
        first = path_entries(install.command.env.get("PATH"))[:1]
        if any(environment.path == used for environment in known):
            continue
        for environment in known:
            if environment.kind == "venv" and first == (environment.bin,):
                line = insert_line(run, f"ENV UV_PROJECT_ENVIRONMENT={environment.path}")
                title = say(SET, built=environment.path)
                yield Report(
                    at=install.command.at,
                    message=say(
                        SECOND,
                        command=install.command.source,
                        built=environment.path,
                        used=used,
                    ),
                    related=(Related(environment.at, say(BUILT)),),
                    fixes=() if line is None else (Fix(title, (line,), Safety.UNSAFE),),
                    severity=Severity.WARNING if run.reachable else Severity.INFO,
                )
                return


def _started(run: RunUnit, db: Database) -> Iterator[Report]:
    if run.unit is None or not run.mounts_known:
        return
    known = final_environments(db, run.unit.id)
    for command, tool in uv_runs(run):
        project = runtime_project(db, run, command, tool)
        if not isinstance(project, UvProject) or project.environment is None:
            continue
        if project.manifest is None or command.conditional or not tool.known:
            continue
        used = project.environment.rstrip("/")
        if any(environment.path == used for environment in known):
            continue
        for environment in known:
            variable = _leads_to(command, environment)
            if variable is not None:
                yield _report(run, command, environment, variable, used)
                return


def _leads_to(command: Executed, environment: Environment) -> str | None:
    """The variable by which the start means the environment."""
    if environment.kind != "venv" or not environment.installs:
        return None
    if (command.env.get("VIRTUAL_ENV") or "").rstrip("/") == environment.path:
        return "VIRTUAL_ENV"
    first = path_entries(command.env.get("PATH"))[:1]
    return "PATH" if first == (environment.bin,) else None


def _report(
    run: RunUnit,
    command: Executed,
    environment: Environment,
    variable: str,
    used: str,
) -> Report:
    related = [Related(environment.at, say(BUILT))]
    value = run.env.get(variable)
    if value is not None and value.at is not None:
        related.append(Related(value.at, say(LEADS, variable=variable)))
    fixes = []
    first = environment.installs[0].run
    if run.stage is not None and first.stage == run.stage.number:
        line = insert_line(first, f"ENV UV_PROJECT_ENVIRONMENT={environment.path}")
        if line is not None:
            fixes.append(Fix(say(SET, built=environment.path), (line,), Safety.UNSAFE))
    message = say(
        SECOND,
        command=" ".join(word or "" for word in command.words),
        built=environment.path,
        used=used,
    )
    return Report(run.process.at, message, tuple(related), tuple(fixes))
