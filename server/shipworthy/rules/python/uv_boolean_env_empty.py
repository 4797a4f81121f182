"""A boolean `UV_` variable has a value that is neither true nor false.

## Why
uv stops with `expected a boolish value` when a variable such as `UV_NO_DEV` is empty or is not one
of `1`, `0`, `true`, `false`, `yes`, `no`, `on`, `off`. An empty build argument is enough:
`ENV UV_NO_DEV=$NO_DEV` without a value for `NO_DEV`.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ARG NO_DEV=
ENV UV_NO_DEV=$NO_DEV
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
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
Dockerfile:4:5: error[uv-boolean-env-empty] `UV_NO_DEV` is empty here: `uv sync --locked` stops with `expected a boolish value`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ARG NO_DEV=
ENV UV_NO_DEV=${NO_DEV:-0}
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Safe: `0` is uv's default, and the command fails as it is.

## Sources
Experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.files import locate
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.run import RunUnit
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
真偽値を取る `UV_` 変数の値が、真でも偽でもありません。

## なぜ
`UV_NO_DEV` などの変数が空、または `1`、`0`、`true`、`false`、`yes`、`no`、`on`、`off` 以外だと、uv は
`expected a boolish value` で止まります。ビルド引数が空なだけでも起こります。`NO_DEV` に値がないときの
`ENV UV_NO_DEV=$NO_DEV` がその例です。

## 代わりに
`${NO_DEV:-0}` のように既定値を付けます。

## 修正の安全性
安全です。`0` は uv の既定値で、今のままではコマンドが失敗します。
"""

SYMPTOMS = (
    Text(
        en="`error: invalid value '' for ...: expected a boolish value`",
        ja="`error: invalid value '' for ...: expected a boolish value` と出る",
    ),
)

REJECTED = Text(
    en="`{variable}` is `{value}` here: `{command}` stops with `expected a boolish value`.",
    ja="ここでは `{variable}` の値が `{value}` です。`{command}` は `expected a boolish value` で止まります。",
)
EMPTY = Text(
    en="`{variable}` is empty here: `{command}` stops with `expected a boolish value`.",
    ja="ここでは `{variable}` が空です。`{command}` は `expected a boolish value` で止まります。",
)
STOPS = Text(en="This command stops.", ja="このコマンドが止まります。")
WRITE = Text(en="Write `{pair}`", ja="`{pair}` と書く")


@rule(severity=Severity.ERROR)
def uv_boolean_env_empty(node: Run | RunUnit, db: Database) -> Iterator[Report]:
    said: set[Anchor] = set()
    for command in node.commands:
        tool = command.tool
        if not isinstance(tool, UvCommand) or not tool.command:
            continue
        for name in tool.invalid_environment:
            at = _where(node, name)
            if at is None or at in said or command.env.get(name) is None:
                continue
            said.add(at)
            yield _report(db, node, command, name, at)


def _where(node: Run | RunUnit, name: str) -> Anchor | None:
    if isinstance(node, Run):
        return node.state.where(name)
    value = node.env.get(name)
    return value.at if value is not None else None


def _report(db: Database, node: Run | RunUnit, command: Executed, name: str, at: Anchor) -> Report:
    value = command.env.get(name) or ""
    shown = " ".join(word or "" for word in command.words)
    text = say(REJECTED, variable=name, value=value, command=shown)
    if not value:
        text = say(EMPTY, variable=name, command=shown)
    reachable = node.reachable if isinstance(node, Run) else True
    return Report(
        at=at,
        message=text,
        related=(Related(command.at, say(STOPS)),),
        fixes=tuple(_fixes(db, node, name, at)),
        severity=Severity.ERROR if reachable else Severity.INFO,
    )


def _fixes(db: Database, node: Run | RunUnit, name: str, at: Anchor) -> Iterator[Fix]:
    """Give the pair of an ENV or ARG a default, or 0."""
    unit = node.units[0] if node.units else None
    if unit is None or unit.inline is not None or at.path != unit.dockerfile:
        return
    place = locate(db, at)
    written = place.span.of(db.text(place.path) or "")
    _, _, value = written.partition("=")
    value = value.strip("\"'")
    text = f"{name}=0"
    if value.startswith("$") and value[1:].isidentifier():
        text = f"{name}=${{{value[1:]}:-0}}"
    yield Fix(say(WRITE, pair=text), (Edit(at, text),), Safety.SAFE)
