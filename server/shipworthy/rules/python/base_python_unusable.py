"""The install command finds no Python environment that it may use.

## Why
`uv pip install` works in a virtual environment and stops without one, unless `--system` is given.
The Python of Debian and Ubuntu is marked as externally managed: pip, and uv with `--system`, refuse
to install into it. `uv venv` refuses to replace an environment that is already there (uv 0.10 and
later).

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY requirements.txt ./
RUN uv pip install -r requirements.txt
```
```text file=requirements.txt
six==1.17.0
```
```diagnostics
Dockerfile:5:5: error[base-python-unusable] `uv pip install -r requirements.txt` needs a virtual environment or `--system`: it stops with `No virtual environment found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY requirements.txt ./
RUN uv pip install --system -r requirements.txt
```

## Fix safety
Safe: `--system` on an image made for one Python, and `--clear` for an environment that is made
anew; the commands fail as they are. `--break-system-packages` is unsafe.

## Sources
uv's documentation of `uv pip` environments; PEP 668; experiments with uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.model.usable_python import Unusable, unusable_python
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_flag

JA = """
インストールコマンドから使える Python 環境がありません。

## なぜ
`uv pip install` は仮想環境にインストールします。`--system` がなければ、仮想環境がないと止まります。Debian と
Ubuntu の Python は外部管理（externally managed）とされているため、pip も `--system` 付きの uv もインストールを
拒否します。`uv venv` は、すでにある環境を置き換えません（uv 0.10 以降）。

## 代わりに
`python` イメージでは `uv pip install --system` を使います。Debian の Python では仮想環境を作ります。

## 修正の安全性
`--system`（Python 用のイメージの場合）と `--clear` は安全です。今のままではコマンドが失敗します。
`--break-system-packages` は安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`No virtual environment found` during `docker build`",
        ja="`docker build` 中に `No virtual environment found` と出る",
    ),
    Text(
        en="`error: externally-managed-environment` during `docker build`",
        ja="`docker build` 中に `error: externally-managed-environment` と出る",
    ),
)

NO_ENVIRONMENT = Text(
    en="`{command}` needs a virtual environment or `--system`: it stops with `No virtual environment"
    " found`.",
    ja="`{command}` には仮想環境か `--system` が必要です。`No virtual environment found` で止まります。",
)
MANAGED = Text(
    en="`{command}` installs into the Python of `{image}`, which is externally managed: it stops with"
    " `externally-managed-environment`.",
    ja="`{command}` は `{image}` の Python にインストールしようとしますが、外部管理されているため"
    " `externally-managed-environment` で止まります。",
)
EXISTS = Text(
    en="`{command}` fails: there already is an environment in `{path}`, and uv replaces it only with"
    " `--clear`.",
    ja="`{command}` は失敗します。`{path}` にはすでに環境があり、uv は `--clear` なしでは置き換えません。",
)
MADE = Text(en="The environment comes from here.", ja="環境はここで入ります。")
ADD = Text(en="Add `{flag}`", ja="`{flag}` を追加する")


@rule(severity=Severity.ERROR)
def base_python_unusable(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None:
        return
    for command in run.commands:
        found = unusable_python(db, made, run, command)
        if found is None:
            continue
        base = made.base(run.stage)
        message = say(NO_ENVIRONMENT, command=command.source)
        if found.why == "managed":
            message = say(MANAGED, command=command.source, image=base.reference or "")
        elif found.why == "exists":
            message = say(EXISTS, command=command.source, path=found.path)
        yield Report(
            at=command.at,
            message=message,
            related=() if found.at is None else (Related(found.at, say(MADE)),),
            fixes=tuple(_fixes(command, found)),
            severity=Severity.ERROR if run.reachable else Severity.INFO,
        )
        return


def _fixes(command: Executed, found: Unusable) -> Iterator[Fix]:
    tool = command.tool
    word = tool.command[-1] if isinstance(tool, UvCommand) else ""
    flag, safety = "--clear", Safety.SAFE
    if isinstance(tool, PipCommand):
        word = tool.command
    if found.why == "none":
        flag, safety = "--system", Safety.SAFE if found.own_python else Safety.UNSAFE
    elif found.why == "managed":
        flag, safety = "--break-system-packages", Safety.UNSAFE
    edit = insert_flag(command, flag, word)
    if edit is not None:
        yield Fix(say(ADD, flag=flag), (edit,), safety)
