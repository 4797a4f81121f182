"""`uv sync` installs into the project's `.venv`, although VIRTUAL_ENV names another environment.

## Why
uv's project commands do not follow `VIRTUAL_ENV`: they warn and use `.venv` beside the project (only
`uv pip` follows it). When `PATH` leads to the other environment, the image starts from one that never
got the locked packages.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"
RUN uv venv /opt/venv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
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
Dockerfile:7:5: warning[virtual-env-ignored-by-uv] `uv sync --locked` installs into `/app/.venv`: uv ignores `VIRTUAL_ENV=/opt/venv` here, so that environment gets none of the locked packages.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PROJECT_ENVIRONMENT=/opt/venv PATH="/opt/venv/bin:$PATH"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
CMD ["python", "-m", "app"]
```

## Fix safety
Unsafe: the packages go to another folder.

## Sources
uv's documentation of the project environment; experiments with uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.states import path_entries
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_line

JA = """
VIRTUAL_ENV が別の環境を指していても、`uv sync` はプロジェクトの `.venv` にインストールします。

## なぜ
uv のプロジェクト用コマンドは `VIRTUAL_ENV` に従いません。警告を出して、プロジェクトの隣の `.venv` を使います
（従うのは `uv pip` だけです）。`PATH` がもう一方の環境を指していると、ロックされたパッケージが入っていない環境から
起動することになります。

## 代わりに
`VIRTUAL_ENV` の代わりに `UV_PROJECT_ENVIRONMENT` を設定します。

## 修正の安全性
安全とは限りません。パッケージのインストール先が変わります。
"""

SYMPTOMS = (
    Text(
        en="`VIRTUAL_ENV=/opt/venv does not match the project environment path` in the build's log",
        ja="ビルドログに `VIRTUAL_ENV=/opt/venv does not match the project environment path` と出る",
    ),
    Text(
        en="`ModuleNotFoundError` although `uv sync` installed the package",
        ja="`uv sync` でインストールしたはずなのに `ModuleNotFoundError` になる",
    ),
)

IGNORED = Text(
    en="`{command}` installs into `{environment}`: uv ignores `VIRTUAL_ENV={ignored}` here, so that"
    " environment gets none of the locked packages.",
    ja="`{command}` のインストール先は `{environment}` です。uv はここでは `VIRTUAL_ENV={ignored}` を"
    "無視するため、その環境にはロックされたパッケージが入りません。",
)
SET_HERE = Text(en="`VIRTUAL_ENV` is set here.", ja="`VIRTUAL_ENV` はここで設定されています。")
ON_PATH = Text(
    en="`PATH` looks in `{ignored}` first.", ja="`PATH` では `{ignored}` が最初に探されます。"
)
SET = Text(
    en="Set `UV_PROJECT_ENVIRONMENT={ignored}`", ja="`UV_PROJECT_ENVIRONMENT={ignored}` を設定する"
)


@rule(severity=Severity.WARNING)
def virtual_env_ignored_by_uv(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        ignored = _ignored(install)
        if ignored is None:
            continue
        line = insert_line(run, f"ENV UV_PROJECT_ENVIRONMENT={ignored}")
        title = say(SET, ignored=ignored)
        yield Report(
            at=install.command.at,
            message=say(
                IGNORED,
                command=install.command.source,
                environment=install.project.environment or "",
                ignored=ignored,
            ),
            related=tuple(_related(run, ignored)),
            fixes=() if line is None else (Fix(title, (line,), Safety.UNSAFE),),
            severity=Severity.WARNING if run.reachable else Severity.INFO,
        )
        return


def _ignored(install: UvInstall) -> str | None:
    """The value of VIRTUAL_ENV that uv does not follow."""
    env, environment = install.command.env, install.project.environment
    if install.tool.active or install.tool.active.on is None or environment is None:
        return None
    if not install.certain or not env.sets("VIRTUAL_ENV") or env.sets("UV_PROJECT_ENVIRONMENT"):
        return None
    value = env["VIRTUAL_ENV"]
    if not value or not value.startswith("/") or value.rstrip("/") == environment.rstrip("/"):
        return None
    return value.rstrip("/")


def _related(run: Run, ignored: str) -> Iterator[Related]:
    where = run.state.where("VIRTUAL_ENV")
    if where is not None:
        yield Related(where, say(SET_HERE))
    path = run.state.where("PATH")
    if path is not None and f"{ignored}/bin" in path_entries(run.state.get("PATH"))[:1]:
        yield Related(path, say(ON_PATH, ignored=ignored))
