"""The container starts a program whose package was not installed.

## Why
The image's `uv sync` did not select the package: it belongs to an extra or to a group that was left
out, or it is not in the lock at all. The build succeeds; the container stops at once.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
ENV PATH="/app/.venv/bin:$PATH"
CMD ["gunicorn", "app:app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[project.optional-dependencies]
server = ["gunicorn"]
```
```toml file=uv.lock
version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }

[package.optional-dependencies]
server = [
    { name = "gunicorn" },
]

[[package]]
name = "gunicorn"
version = "23.0.0"
source = { registry = "https://index.example/simple" }
```
```diagnostics
Dockerfile:7:1: error[command-not-in-environment] `gunicorn` is started, but `uv sync --locked --no-dev` did not install `gunicorn` into `/app/.venv`: the container stops with `executable file not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --extra server
ENV PATH="/app/.venv/bin:$PATH"
CMD ["gunicorn", "app:app"]
```

## Fix safety
Unsafe: more packages are installed.

## Sources
uv's documentation of extras and dependency groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.run import RunUnit
from shipworthy.model.started_packages import MissingPackage, missing_program
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag

JA = """
コンテナが起動するプログラムのパッケージがインストールされていません。

## なぜ
イメージの `uv sync` がそのパッケージを選んでいません。extra や除外したグループに属しているか、そもそも
ロックにありません。ビルドは成功しますが、コンテナはすぐに停止します。

## 代わりに
`uv sync` に `--extra` や `--group` を付けます。

## 修正の安全性
安全とは限りません。インストールされるパッケージが増えます。
"""

SYMPTOMS = (
    Text(
        en='`exec: "gunicorn": executable file not found in $PATH` when the container starts',
        ja='コンテナの起動時に `exec: "gunicorn": executable file not found in $PATH` と出る',
    ),
)

MISSING = Text(
    en="`{program}` is started, but `{command}` did not install `{package}` into `{environment}`: the"
    " container stops with `executable file not found`.",
    ja="`{program}` を起動しますが、`{command}` は `{package}` を `{environment}` にインストールして"
    "いません。コンテナは `executable file not found` で停止します。",
)
INSTALLS = Text(en="The packages are chosen here.", ja="パッケージはここで選ばれています。")
ADD = Text(en="Add `{flag}` to `{command}`", ja="`{command}` に `{flag}` を追加する")


@rule(severity=Severity.ERROR)
def command_not_in_environment(run: RunUnit, db: Database) -> Iterator[Report]:
    found = missing_program(db, run)
    if found is None:
        return
    yield Report(
        at=run.process.at,
        message=say(
            MISSING,
            program=found.program,
            command=found.install.command.source,
            package=found.package,
            environment=found.environment.path,
        ),
        related=(Related(found.install.command.at, say(INSTALLS)),),
        fixes=tuple(_fixes(found)),
    )


def _fixes(found: MissingPackage) -> Iterator[Fix]:
    flag = None
    if found.extra is not None:
        flag = f"--extra {found.extra}"
    elif found.group is not None:
        flag = f"--group {found.group}"
    if flag is None:
        return
    command = found.install.command
    edit = insert_flag(command, flag, found.install.tool.command[0])
    if edit is not None:
        yield Fix(say(ADD, flag=flag, command=command.source), (edit,), Safety.UNSAFE)
