"""Both `--locked` and `--frozen` are asked for.

## Why
The two exclude each other: one checks the lock, the other promises not to look. Two flags, or
`UV_LOCKED` and `UV_FROZEN` both set, make uv stop. A flag against the other variable is an error for
uv up to 0.8; later ones take the flag and warn.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_LOCKED=1 UV_FROZEN=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync
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
Dockerfile:3:17: error[uv-lock-flag-conflict] `UV_LOCKED` and `UV_FROZEN` exclude each other: `uv sync` stops with an error.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_LOCKED=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync
```

## Fix safety
Safe where both variables are set: every such command fails as it is. Unsafe otherwise.

## Sources
Experiments with uv 0.8.24 and 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.uv_version import uv_version
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import replace_flag

JA = """
`--locked` と `--frozen` の両方が指定されています。

## なぜ
この 2 つは両立しません。一方はロックを確認し、もう一方は確認しないことを意味します。フラグを両方付けたり、
`UV_LOCKED` と `UV_FROZEN` を両方設定したりすると、uv は止まります。フラグともう一方の変数の組み合わせは、uv 0.8
まではエラーになり、それより新しい uv は警告を出してフラグに従います。

## 代わりに
どちらか一方だけを指定します。

## 修正の安全性
変数が両方設定されている場合は安全です。今のままではコマンドが必ず失敗します。それ以外は安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`the argument '--locked' cannot be used with '--frozen'` during `docker build`",
        ja="`docker build` 中に `the argument '--locked' cannot be used with '--frozen'` と出る",
    ),
)

BOTH = Text(
    en="`{one}` and `{other}` exclude each other: `{command}` stops with an error.",
    ja="`{one}` と `{other}` は両立しません。`{command}` はエラーで止まります。",
)
FLAG_WINS = Text(
    en="`{one}` overrides `{other}` here: newer uv warns and follows the flag, uv up to 0.8 stops.",
    ja="ここでは `{one}` が `{other}` より優先されます。新しい uv は警告を出してフラグに従い、0.8 までの"
    " uv は止まります。",
)
OTHER = Text(en="`{other}` is set here.", ja="`{other}` はここで設定されています。")
SWITCH_OFF = Text(en="Set `UV_FROZEN=0`", ja="`UV_FROZEN=0` に設定する")
DROP = Text(en="Remove `--frozen`", ja="`--frozen` を削除する")

_COMMANDS = frozenset({"sync", "run", "lock", "export", "add", "remove", "tree"})


@rule(severity=Severity.ERROR)
def uv_lock_flag_conflict(run: Run, db: Database) -> Iterator[Report]:
    for command in run.commands:
        tool = command.tool
        if isinstance(tool, UvCommand) and tool.command and tool.command[0] in _COMMANDS:
            report = _report(db, run, command, tool)
            if report is not None:
                yield report
                return


def _report(db: Database, run: Run, command: Executed, tool: UvCommand) -> Report | None:
    has = tool.options.has
    at = command.at
    severity = Severity.ERROR if run.reachable else Severity.INFO
    shown = command.source
    if has("--locked") and has("--frozen"):
        edit = replace_flag(command, "--frozen", "")
        fixes = () if edit is None else (Fix(say(DROP), (edit,), Safety.UNSAFE),)
        text = say(BOTH, one="--locked", other="--frozen", command=shown)
        return Report(at, text, (), fixes, severity)
    locked, frozen = command.env.truthy("UV_LOCKED"), command.env.truthy("UV_FROZEN")
    where = run.state.where("UV_FROZEN")
    if locked and frozen and not has("--locked", "--frozen", "--no-locked", "--no-frozen"):
        text = say(BOTH, one="UV_LOCKED", other="UV_FROZEN", command=shown)
        edits = () if where is None or run.unit.inline else (Edit(where, "UV_FROZEN=0"),)
        fixes = (Fix(say(SWITCH_OFF), edits, Safety.SAFE),) if edits else ()
        if where is None:
            return Report(at, text, (), (), severity)
        first = run.state.where("UV_LOCKED")
        related = (Related(first or at, say(OTHER, other="UV_LOCKED")),)
        return Report(where, text, related, fixes, severity)
    flag, variable = "--locked", "UV_FROZEN"
    if has("--frozen"):
        flag, variable = "--frozen", "UV_LOCKED"
    if not has(flag) or not command.env.truthy(variable):
        return None
    made = image(db, run.unit.id)
    version = uv_version(made, run.stage, run.ordinal) if made is not None else None
    old = version is not None and version.before(0, 9)
    text = say(FLAG_WINS, one=flag, other=variable)
    if old:
        text = say(BOTH, one=flag, other=variable, command=shown)
    place = run.state.where(variable)
    others = () if place is None else (Related(place, say(OTHER, other=variable)),)
    if not old and severity is Severity.ERROR:
        severity = Severity.WARNING
    return Report(at, text, others, (), severity)
