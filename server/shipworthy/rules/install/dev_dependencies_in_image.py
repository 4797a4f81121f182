"""An image for production gets the development dependencies too.

## Why
`uv sync` and `uv run` include the `dev` group (and every group of `tool.uv.default-groups`) unless
they are told not to. The image is then larger, takes longer to build, and carries test and debug
tools into production.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY app ./app
CMD [".venv/bin/python", "-m", "app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[dependency-groups]
dev = ["pytest"]
```
```toml file=uv.lock
version = 1
```
```python file=app/__init__.py
```
```diagnostics
Dockerfile:5:5: warning[dev-dependencies-in-image] `uv sync --locked` installs `dev` too (pytest): without `--no-dev`, uv includes the default groups in the image.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_NO_DEV=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY app ./app
CMD [".venv/bin/python", "-m", "app"]
```

## Fix safety
Unsafe: whoever runs the tests in this image needs the group.

## Sources
uv's documentation of dependency groups and of `UV_NO_DEV` (0.8.7).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import final_environments
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of, uv_installs
from shipworthy.model.production import develops_by_name, purpose
from shipworthy.model.projects import key_anchor
from shipworthy.model.uv_version import uv_version
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag, insert_line

JA = """
本番用のイメージに開発用の依存パッケージも入ります。

## なぜ
`uv sync` と `uv run` は、指定しない限り `dev` グループ（と `tool.uv.default-groups` のすべてのグループ）を
含めます。イメージは大きくなり、ビルドは遅くなり、テストやデバッグのツールが本番環境に入ります。

## 代わりに
`ENV UV_NO_DEV=1` を書くか、`uv sync` に `--no-dev` を付けます。

## 修正の安全性
安全とは限りません。このイメージでテストを実行している場合は、そのグループが必要です。
"""

SYMPTOMS = (
    Text(
        en="pytest and linters are installed in the production image",
        ja="本番イメージに pytest や linter がインストールされている",
    ),
)

INCLUDED = Text(
    en="`{command}` installs {groups} too ({packages}): without `--no-dev`, uv includes the default"
    " groups in the image.",
    ja="`{command}` は {groups}（{packages}）もインストールします。`--no-dev` がないと、uv は既定の"
    "グループをイメージに含めます。",
)
GROUP = Text(en="The group is declared here.", ja="グループはここで宣言されています。")
SET = Text(en="Set `UV_NO_DEV=1`", ja="`UV_NO_DEV=1` を設定する")
ADD_FLAG = Text(en="Add `--no-dev`", ja="`--no-dev` を追加する")

_SHOWN = 3


@rule(severity=Severity.WARNING)
def dev_dependencies_in_image(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None or not run.reachable:
        return
    meant = purpose(db, run.unit.id)
    named = any(develops_by_name(stage.shape.name or "") for stage in made.chain(run.stage))
    if meant == "development" or named:
        return
    for install in installs_of(db, run):
        groups = _by_default(install)
        if not groups or not install.certain or not _ships(db, install):
            continue
        if _first(db, install) != install:
            continue
        declared = install.chosen.dependency_groups
        names = [item.name for group in groups for item in declared[group]]
        key = install.chosen.group_keys.get(groups[0])
        related: tuple[Related, ...] = ()
        if key is not None:
            at = key_anchor(db, install.chosen_manifest, key, value=False)
            related = (Related(at, say(GROUP)),)
        more = "" if len(names) <= _SHOWN else ", ..."
        yield Report(
            at=install.command.at,
            message=say(
                INCLUDED,
                command=install.command.source,
                groups=Names(groups),
                packages=", ".join(names[:_SHOWN]) + more,
            ),
            related=related,
            fixes=tuple(_fixes(db, install)),
            severity=Severity.WARNING if meant == "production" else Severity.INFO,
        )


def _by_default(install: UvInstall) -> tuple[str, ...]:
    """The dev group, when it is installed although nothing asks for it."""
    groups = install.tool.groups
    if groups.dev or groups.all_groups or groups.only_groups or groups.only_dev or groups.groups:
        return ()
    if groups.no_dev.on is None or groups.no_default_groups.on is None:
        return ()
    facts = install.chosen
    return tuple(
        name
        for name in sorted(install.groups)
        if develops_by_name(name) and facts.dependency_groups.get(name)
    )


def _ships(db: Database, install: UvInstall) -> bool:
    """Whether the environment that the command fills is in the final image."""
    return any(
        made.command.at == install.command.at
        for environment in final_environments(db, install.run.unit.id)
        for made in environment.installs
    )


def _first(db: Database, install: UvInstall) -> UvInstall | None:
    """The first command that does so for the same environment: one finding is enough."""
    for other in uv_installs(db, install.run.unit.id):
        if other.project.environment == install.project.environment and _by_default(other):
            return other
    return None


def _fixes(db: Database, install: UvInstall) -> Iterator[Fix]:
    made = image(db, install.run.unit.id)
    version = uv_version(made, install.run.stage, install.run.ordinal) if made else None
    line = insert_line(install.run, "ENV UV_NO_DEV=1")
    if line is not None and (version is None or not version.before(0, 8, 7)):
        yield Fix(say(SET), (line,), Safety.UNSAFE)
    flag = insert_flag(install.command, "--no-dev", install.tool.command[0])
    if flag is not None:
        yield Fix(say(ADD_FLAG), (flag,), Safety.UNSAFE)
