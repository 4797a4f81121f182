"""`UV_SYSTEM_PYTHON` is set, and `uv sync` makes a `.venv` all the same.

## Why
`UV_SYSTEM_PYTHON` and `--system` are about `uv pip`. `uv sync` and `uv run` always work on the project's
environment, so that the interpreter of `PATH` finds none of the packages.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_SYSTEM_PYTHON=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
CMD ["python", "-m", "app"]
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
Dockerfile:3:5: warning[uv-system-python-no-effect] `UV_SYSTEM_PYTHON` has no effect on `uv sync --locked --no-dev` (line 6): the packages go to `/app/.venv`, and the system's Python has none of them.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "app"]
```

## Fix safety
Unsafe: with the environment on `PATH`, the image runs other packages than before.

## Sources
uv's documentation of Python environments; experiments with uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Setting
from shipworthy.model.installed import UvInstall, uv_installs
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.model.run_environments import run_environments
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
`UV_SYSTEM_PYTHON` を設定しても、`uv sync` は `.venv` を作ります。

## なぜ
`UV_SYSTEM_PYTHON` と `--system` は `uv pip` のための設定です。`uv sync` と `uv run` は常にプロジェクトの
環境を使うため、`PATH` のインタープリターからはパッケージが見つかりません。

## 代わりに
`.venv` の `bin` を `PATH` に加えるか、`UV_PROJECT_ENVIRONMENT` を設定します。

## 修正の安全性
安全とは限りません。環境を `PATH` に加えると、動作するパッケージが変わります。
"""

SYMPTOMS = (
    Text(
        en="`ModuleNotFoundError` from the system Python after `uv sync` with UV_SYSTEM_PYTHON",
        ja="UV_SYSTEM_PYTHON を設定して `uv sync` した後、システムの Python で"
        " `ModuleNotFoundError` になる",
    ),
)

NO_EFFECT = Text(
    en="`UV_SYSTEM_PYTHON` has no effect on `{command}` (line {line}): the packages go to"
    " `{environment}`, and the system's Python has none of them.",
    ja="`UV_SYSTEM_PYTHON` は `{command}`（{line} 行目）には効果がありません。パッケージは"
    " `{environment}` に入り、システムの Python からは使えません。",
)
INSTALLS = Text(en="The environment is made here.", ja="環境はここで作られます。")
STARTS = Text(
    en="This starts from the system's Python.", ja="ここではシステムの Python から起動します。"
)
ON_PATH = Text(
    en="Put `{environment}/bin` on `PATH` instead",
    ja="代わりに `{environment}/bin` を `PATH` に追加する",
)


@rule(severity=Severity.WARNING)
def uv_system_python_no_effect(setting: Setting, db: Database) -> Iterator[Report]:
    made = image(db, setting.unit.id)
    where = setting.after.where("UV_SYSTEM_PYTHON")
    if made is None or setting.instruction.keyword != "ENV" or where is None:
        return
    if where.node != setting.ordinal or not setting.after.environment().truthy("UV_SYSTEM_PYTHON"):
        return
    install = _misled(db, made, setting, where)
    if install is None or install.project.environment is None:
        return
    runs = runs_of(db, setting.unit.id)
    needs = [run for run in runs if _needs_packages(db, run, install)]
    related = [Related(install.command.at, say(INSTALLS))]
    related.extend(Related(run.process.at, say(STARTS)) for run in needs)
    yield Report(
        at=where,
        message=say(
            NO_EFFECT,
            command=install.command.source,
            line=Line(install.command.at),
            environment=install.project.environment,
        ),
        related=tuple(dict.fromkeys(related)),
        fixes=tuple(_fixes(setting, install)),
        severity=Severity.WARNING if needs and setting.reachable else Severity.INFO,
    )


def _misled(db: Database, made: Image, setting: Setting, where: Anchor) -> UvInstall | None:
    """The first project command under the variable, when no `uv pip` is there to follow it."""
    for stage in made.judged_stages():
        for run in stage.runs():
            if run.state.where("UV_SYSTEM_PYTHON") != where:
                continue
            for command in run.commands:
                if isinstance(command.tool, UvCommand) and command.tool.command[:1] == ("pip",):
                    return None
    for install in uv_installs(db, setting.unit.id):
        under = install.run.state.where("UV_SYSTEM_PYTHON") == where
        moved = install.command.env.sets("UV_PROJECT_ENVIRONMENT") or install.tool.active
        if under and not moved and install.certain:
            return install
    return None


def _needs_packages(db: Database, run: RunUnit, install: UvInstall) -> bool:
    """Whether a container starts Python, or a program, from outside the environment."""
    return any(
        seen.use == "none" and seen.environment.path == install.project.environment
        for seen in run_environments(db, run)
    ) and any(command.words for command in run.commands)


def _fixes(setting: Setting, install: UvInstall) -> Iterator[Fix]:
    """PATH in the variable's place: it may lead to a folder that a later instruction makes."""
    where = setting.after.where("UV_SYSTEM_PYTHON")
    if where is None or setting.unit.inline is not None:
        return
    names = {word.text for word in setting.instruction.args[::3]}
    if "PATH" not in names:
        environment = install.project.environment or ""
        edit = Edit(where, f'PATH="{environment}/bin:$PATH"')
        yield Fix(say(ON_PATH, environment=environment), (edit,), Safety.UNSAFE)
