"""`--no-dev` leaves out one group, and the other default groups stay.

## Why
`--no-dev` and `UV_NO_DEV` are about the group `dev` alone. With
`default-groups = ["dev", "lint", "test"]`, linters and test tools are still installed.
`--no-default-groups` leaves all of them out.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[dependency-groups]
dev = ["ipython"]
test = ["pytest"]

[tool.uv]
default-groups = ["dev", "test"]
```
```toml file=uv.lock
version = 1
```
```diagnostics
Dockerfile:5:5: warning[no-dev-keeps-other-default-groups] `--no-dev` leaves out `dev` only: `test` of `default-groups` is still installed.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups
```

## Fix safety
Unsafe: fewer packages are installed.

## Sources
uv's documentation of default groups; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.model.production import develops_by_name
from shipworthy.model.projects import key_anchor
from shipworthy.model.python.pyproject import DEFAULT_GROUPS
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag, replace_flag

JA = """
`--no-dev` が除外するのは 1 つのグループだけで、ほかの既定グループは残ります。

## なぜ
`--no-dev` と `UV_NO_DEV` の対象は `dev` グループだけです。`default-groups = ["dev", "lint", "test"]` の
場合、linter やテストツールはインストールされたままです。`--no-default-groups` ならすべて除外されます。

## 代わりに
`--no-dev` の代わりに `--no-default-groups` を使います。

## 修正の安全性
安全とは限りません。インストールされるパッケージが減ります。
"""

SYMPTOMS = (
    Text(
        en="pytest is in the image although it was synced with `--no-dev`",
        ja="`--no-dev` を付けて同期したのに、イメージに pytest が入っている",
    ),
)

STAYS = Text(
    en="`{flag}` leaves out `dev` only: {groups} of `default-groups` is still installed.",
    ja="`{flag}` が除外するのは `dev` だけです。`default-groups` の {groups} はインストールされます。",
)
DEFAULTS = Text(
    en="The default groups are set here.", ja="既定のグループはここで指定されています。"
)
USE = Text(en="Use `--no-default-groups`", ja="`--no-default-groups` を使う")


@rule(severity=Severity.WARNING)
def no_dev_keeps_other_default_groups(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        groups = install.tool.groups
        kept = _kept(install)
        if not groups.no_dev or not kept or not install.certain:
            continue
        flag = groups.no_dev.by
        edit = replace_flag(install.command, "--no-dev", "--no-default-groups")
        if edit is None:
            edit = insert_flag(install.command, "--no-default-groups", install.tool.command[0])
        defaults = key_anchor(db, install.chosen_manifest, DEFAULT_GROUPS)
        yield Report(
            at=install.command.at,
            message=say(STAYS, flag=flag, groups=Names(kept)),
            related=(Related(defaults, say(DEFAULTS)),),
            fixes=() if edit is None else (Fix(say(USE), (edit,), Safety.UNSAFE),),
            severity=Severity.WARNING if run.reachable else Severity.INFO,
        )


def _kept(install: UvInstall) -> tuple[str, ...]:
    """Groups for development that only `default-groups` asks for. Others are wanted there."""
    groups = install.tool.groups
    if groups.all_groups or groups.omits_project or groups.no_default_groups:
        return ()
    if groups.no_default_groups.on is None or "dev" not in install.chosen.default_groups:
        return ()
    asked = {name.lower().replace("_", "-") for name in groups.groups}
    return tuple(
        name
        for name in sorted(install.groups & frozenset(install.chosen.default_groups))
        if name != "dev"
        and name not in asked
        and develops_by_name(name)
        and install.chosen.dependency_groups.get(name)
    )
