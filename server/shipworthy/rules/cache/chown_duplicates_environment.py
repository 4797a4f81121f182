"""A recursive chown after the install stores the environment a second time.

## Why
A layer holds whole files. `chown -R` changes every file below its folder, so that all of them are
stored again in its layer, the environment included: the image holds it twice, and pulls it twice.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
RUN useradd --create-home app && chown -R app:app /app
USER app
CMD [".venv/bin/python"]
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
Dockerfile:6:34: info[chown-duplicates-environment] `chown -R` over `/app` stores `/app/.venv`, installed on line 5, a second time: the image grows by its size.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
RUN useradd --create-home app
WORKDIR /app
RUN chown app:app /app
USER app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
CMD [".venv/bin/python"]
```

## Fix safety
Manual: switch the user before the install, or leave the environment to root and hand over only
the folders that the program writes to.

## Sources
The OCI image layer specification; experiments with `docker history`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.commands import ChangeOwner
from shipworthy.model.image.environments import Environment, environments
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule

JA = """
インストール後の再帰的な chown で、環境がイメージに二重に入ります。

## なぜ
レイヤーはファイルを丸ごと持ちます。`chown -R` はフォルダーより下の全ファイルを変更するため、環境も含めてすべてが
そのレイヤーにもう一度保存されます。イメージは環境を 2 つ持ち、pull も 2 回分になります。

## 代わりに
インストールの前に `USER` を切り替えるか、環境は root のままにします。

## 修正の安全性
自動では直しません。インストールの前にユーザーを切り替えるか、書き込みが必要なフォルダーだけ所有者を変えます。
"""

SYMPTOMS = (
    Text(
        en="`docker history` shows a `chown` layer as large as the install",
        ja="`docker history` で、`chown` のレイヤーがインストールと同じ大きさになっている",
    ),
)

TWICE = Text(
    en="`{program} -R` over `{folder}` stores `{path}`, installed on line {line}, a second time: the"
    " image grows by its size.",
    ja="`{folder}` への `{program} -R` により、{line} 行目でインストールした `{path}` がもう一度保存され、"
    "その分イメージが大きくなります。",
)
INSTALLED = Text(en="Installed here.", ja="ここでインストールされます。")
BEFORE = Text(
    en="Switch to the user before the install, or hand over only what the program writes to",
    ja="インストールの前にユーザーを切り替えるか、書き込むフォルダーだけ所有者を変える",
)


@rule(severity=Severity.INFO)
def chown_duplicates_environment(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for command in run.commands:
        found = _duplicated(db, run, command)
        if found is not None:
            environment, folder = found
            yield Report(
                at=command.at if command.script is None else run.at,
                message=say(
                    TWICE,
                    program=command.program or "",
                    folder=folder,
                    path=environment.path,
                    line=Line(environment.at),
                ),
                related=(Related(environment.at, say(INSTALLED)),),
                fixes=(Fix(say(BEFORE), (), Safety.MANUAL),),
            )
            return


def _duplicated(db: Database, run: Run, command: Executed) -> tuple[Environment, str] | None:
    """An environment of an earlier layer below a folder that the command changes."""
    tool = command.tool
    if not isinstance(tool, ChangeOwner) or not tool.recursive or command.conditional:
        return None
    for environment in environments(db, run.unit.id, run.stage):
        here = environment.made_in == run.stage or bool(environment.copies)
        if here and environment.ordinal >= run.ordinal:
            continue
        if any(item.run.ordinal >= run.ordinal for item in environment.installs[:1] if here):
            continue
        if not environment.installs or environment.kind == "system":
            continue
        for word in tool.paths:
            folder = join(command.cwd, word)
            if folder is not None and f"{environment.path}/".startswith(folder.rstrip("/") + "/"):
                return environment, folder
    return None
