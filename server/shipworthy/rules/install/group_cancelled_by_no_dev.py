"""A command asks for the `dev` group that `UV_NO_DEV` or `--no-dev` takes out again.

## Why
An exclusion wins over every inclusion: with `UV_NO_DEV=1` in the environment,
`uv sync --group dev` and `uv sync --all-groups` install without the `dev` group, and say nothing.
Only `--dev` sets the variable aside.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm AS base
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_NO_DEV=1
WORKDIR /app
COPY pyproject.toml uv.lock ./

FROM base AS test
RUN uv sync --locked --group dev
CMD [".venv/bin/pytest"]
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
```diagnostics
Dockerfile:8:5: warning[group-cancelled-by-no-dev] `--group dev` has no effect here: `UV_NO_DEV` excludes `dev`, and the exclusion wins.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm AS base
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_NO_DEV=1
WORKDIR /app
COPY pyproject.toml uv.lock ./

FROM base AS test
RUN uv sync --locked --dev
CMD [".venv/bin/pytest"]
```

## Fix safety
Unsafe: more packages are installed.

## Sources
uv's documentation of dependency groups; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
コマンドが求めた `dev` グループが、`UV_NO_DEV` や `--no-dev` によって除外されます。

## なぜ
除外はどの指定よりも優先されます。`UV_NO_DEV=1` があると、`uv sync --group dev` も
`uv sync --all-groups` も、何も言わずに `dev` グループなしでインストールします。変数より優先されるのは
`--dev` だけです。

## 代わりに
`--group dev` の代わりに `--dev` を使います。

## 修正の安全性
安全とは限りません。インストールされるパッケージが増えます。
"""

SYMPTOMS = (
    Text(
        en="`pytest: not found` in a stage that was synced with `--group dev`",
        ja="`--group dev` で同期したステージで `pytest: not found` になる",
    ),
)

CANCELLED = Text(
    en="`{asked}` has no effect here: `{by}` excludes `dev`, and the exclusion wins.",
    ja="ここでは `{asked}` に効果がありません。`{by}` が `dev` を除外しており、除外のほうが優先"
    "されます。",
)
EXCLUDED = Text(en="`dev` is excluded here.", ja="`dev` はここで除外されています。")
USE_DEV = Text(en="Use `--dev`", ja="`--dev` を使う")
ADD_DEV = Text(en="Add `--dev`", ja="`--dev` を追加する")


@rule(severity=Severity.WARNING)
def group_cancelled_by_no_dev(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        groups = install.tool.groups
        if not groups.no_dev or not install.certain:
            continue
        if "dev" not in install.chosen.dependency_groups:
            continue
        by = groups.no_dev.by
        asked = "--group dev" if "dev" in groups.groups else "--all-groups"
        # `--all-groups --no-dev` is how one asks for all the others.
        if "dev" not in groups.groups and not (groups.all_groups and not by.startswith("-")):
            continue
        where = run.state.where(by)
        yield Report(
            at=install.command.at,
            message=say(CANCELLED, asked=asked, by=by),
            related=() if where is None else (Related(where, say(EXCLUDED)),),
            fixes=tuple(_fixes(install, by)),
            severity=Severity.WARNING if run.reachable else Severity.INFO,
        )


def _fixes(install: UvInstall, by: str) -> Iterator[Fix]:
    if by.startswith("-") or install.command.script is not None:
        return
    arguments = install.command.arguments
    for first, second in pairwise(arguments):
        if first.text == "--group" and second.text == "dev":
            span = Span(first.at.span.start, second.at.span.end)
            edit = Edit(Anchor(first.at.path, first.at.node, span), "--dev")
            yield Fix(say(USE_DEV), (edit,), Safety.UNSAFE)
            return
    flag = insert_flag(install.command, "--dev", install.tool.command[0])
    if flag is not None:
        yield Fix(say(ADD_DEV), (flag,), Safety.UNSAFE)
