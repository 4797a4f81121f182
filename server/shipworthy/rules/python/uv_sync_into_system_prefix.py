"""`uv sync` into the system's prefix removes packages that were installed there before.

## Why
`uv sync` is exact: what the lock does not name is removed from the environment. With
`UV_PROJECT_ENVIRONMENT=/usr/local` that environment is the system's Python, so packages that an
earlier `pip install` put there are gone afterwards. `--inexact` keeps them; an environment of its own
keeps both apart.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PROJECT_ENVIRONMENT=/usr/local
RUN pip install gunicorn
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
CMD ["gunicorn", "app:app"]
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
Dockerfile:7:5: warning[uv-sync-into-system-prefix] `uv sync --locked` syncs `/usr/local` exactly and removes `gunicorn`, installed there before.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PROJECT_ENVIRONMENT=/usr/local
RUN pip install gunicorn
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --inexact
CMD ["gunicorn", "app:app"]
```

## Fix safety
Unsafe: packages that were removed so far stay.

## Sources
uv's documentation of the project environment; experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.commands import PipCommand, UvCommand, wanted
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import SYSTEM_PREFIXES
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag

JA = """
システムのプレフィックスへの `uv sync` が、先にインストールしたパッケージを削除します。

## なぜ
`uv sync` は環境をロックと完全に一致させます。ロックにないものは環境から削除されます。
`UV_PROJECT_ENVIRONMENT=/usr/local` の場合、その環境はシステムの Python なので、先の `pip install` で入れた
パッケージはなくなります。`--inexact` を付けると残ります。専用の環境を使えば両者は混ざりません。

## 代わりに
`uv sync` に `--inexact` を付けるか、専用の環境を使います。

## 修正の安全性
安全とは限りません。これまで削除されていたパッケージが残ります。
"""

SYMPTOMS = (
    Text(
        en="a program that `pip install` put into the image is gone after `uv sync`",
        ja="`pip install` で入れたプログラムが `uv sync` の後になくなる",
    ),
)

REMOVES = Text(
    en="`{command}` syncs `{prefix}` exactly and removes {packages}, installed there before.",
    ja="`{command}` は `{prefix}` をロックと完全に一致させるため、先にインストールした {packages} を"
    "削除します。",
)
BEFORE = Text(en="Installed here.", ja="ここでインストールされています。")
INEXACT = Text(en="Add `--inexact`", ja="`--inexact` を追加する")

_KEPT = frozenset({"pip", "uv", "setuptools", "wheel"})
_SHOWN = 3


@rule(severity=Severity.WARNING)
def uv_sync_into_system_prefix(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    for install in installs_of(db, run) if made is not None else ():
        prefix = (install.project.environment or "").rstrip("/")
        if prefix not in SYSTEM_PREFIXES or install.tool.scope.inexact or not install.certain:
            continue
        before = _installed_before(made, install) if made is not None else None
        if before is None:
            continue
        command, names = before
        flag = insert_flag(install.command, "--inexact", "sync")
        yield Report(
            at=install.command.at,
            message=say(
                REMOVES,
                command=install.command.source,
                prefix=prefix,
                packages=Names(names[:_SHOWN]),
            ),
            related=(Related(command.at, say(BEFORE)),),
            fixes=() if flag is None else (Fix(say(INEXACT), (flag,), Safety.UNSAFE),),
            severity=Severity.WARNING if run.reachable else Severity.INFO,
        )
        return


def _installed_before(made: Image, install: UvInstall) -> tuple[Executed, tuple[str, ...]] | None:
    """The first earlier command that puts packages outside the lock into the system's prefix."""
    locked = install.lock.by_name if install.lock is not None else {}
    for stage in made.chain(install.run.stage):
        for run in stage.runs():
            if stage.number == install.run.stage and run.ordinal > install.run.ordinal:
                return None
            for command in run.commands:
                if command.at == install.command.at:
                    return None
                names = tuple(
                    name for name in _names(command) if name not in _KEPT and name not in locked
                )
                if names and not command.conditional:
                    return command, names
    return None


def _names(command: Executed) -> Iterator[str]:
    tool = command.tool
    if isinstance(tool, PipCommand):
        system = tool.command == "install" and not (tool.target or tool.user or tool.prefix)
        if system and "/" not in (command.words[0] or "/"):
            yield from (item.name.lower() for item in tool.packages if item.name)
    elif isinstance(tool, UvCommand) and tool.command == ("pip", "install") and tool.system:
        for word in tool.arguments:
            name = wanted(word).name if word else None
            if name:
                yield name.lower()
