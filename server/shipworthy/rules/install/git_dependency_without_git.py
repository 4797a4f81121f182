"""A dependency comes from a git repository, and the image has no git.

## Why
uv and pip run the `git` program to fetch a `git+https://` dependency, also when the lock names the
commit. Slim, Alpine and uv images have none.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["lib"]

[tool.uv.sources]
lib = { git = "https://git.example/lib" }
```
```toml file=uv.lock
version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "lib" },
]

[[package]]
name = "lib"
version = "1.0"
source = { git = "https://git.example/lib#0123456789012345678901234567890123456789" }
```
```diagnostics
Dockerfile:5:5: error[git-dependency-without-git] `uv sync --locked` fetches `lib` from a git repository, but `python:3.12-slim-bookworm` has no git: the build stops with `Git executable not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
RUN apt-get update && apt-get install -y --no-install-recommends git
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Safe: the build fails without it.

## Sources
Experiments with uv 0.13.9 in an image without git ("Git executable not found").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.git_dependencies import git_dependencies
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.system_packages import system_tools
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_line

JA = """
依存パッケージが git リポジトリから来ますが、イメージに git がありません。

## なぜ
uv と pip は `git+https://` の依存パッケージを取得するとき、ロックにコミットが書かれていても `git` コマンドを
実行します。slim、Alpine、uv のイメージには入っていません。

## 代わりに
インストールの前に git を入れます。

## 修正の安全性
安全です。git がなければビルドは失敗します。
"""

SYMPTOMS = (
    Text(
        en="`Git executable not found. Ensure that Git is installed` during `docker build`",
        ja="`docker build` 中に `Git executable not found. Ensure that Git is installed` と出る",
    ),
)

NO_GIT = Text(
    en="`{command}` fetches {packages} from a git repository, but `{image}` has no git: the"
    " build stops with `Git executable not found`.",
    ja="`{command}` は {packages} を git リポジトリから取得しますが、`{image}` に git がないため"
    "、ビルドは `Git executable not found` で止まります。",
)
INSTALL = Text(en="Install git first", ja="先に git をインストールする")

_SHOWN = 3
_APT = (
    "RUN apt-get update && apt-get install -y --no-install-recommends git"
    " && rm -rf /var/lib/apt/lists/*"
)


@rule(severity=Severity.ERROR)
def git_dependency_without_git(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None:
        return
    for command, names in git_dependencies(db, made, run):
        if system_tools(made, run, command).git is not False:
            continue
        base = made.base(run.stage)
        alpine = base.image is not None and base.image.distribution == "alpine"
        line = insert_line(run, "RUN apk add --no-cache git" if alpine else _APT)
        yield Report(
            at=command.at,
            message=say(
                NO_GIT,
                command=command.source,
                packages=Names(names[:_SHOWN]),
                image=base.reference or "",
            ),
            fixes=() if line is None else (Fix(say(INSTALL), (line,), Safety.SAFE),),
            severity=Severity.ERROR if run.reachable else Severity.INFO,
        )
        return
