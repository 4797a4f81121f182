"""A RUN activates an environment, and nothing after it uses it.

## Why
`activate` sets variables of the shell that reads it. Each RUN has a shell of its own, and the
container another one: when the RUN ends, the activation is gone. The next `pip install` goes to
the system's Python.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /opt/venv
RUN . /opt/venv/bin/activate
RUN pip install --no-cache-dir -r requirements.txt
```
```text file=requirements.txt
idna==3.10
```
```diagnostics
Dockerfile:5:5: warning[activate-does-not-persist] The activation ends with this RUN: later instructions and the container do not use `/opt/venv`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN pip install --no-cache-dir -r requirements.txt
```

## Fix safety
Unsafe: what is installed after it goes into the environment, and no longer into the system's
Python.

## Sources
The Python documentation of `venv`; experiments with Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.execution import join
from shipworthy.model.image.states import path_entries
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule

JA = """
RUN で環境を有効化していますが、その後には効きません。

## なぜ
`activate` が設定するのは、それを読み込んだシェルの変数です。RUN ごとに別のシェルが使われ、コンテナのシェルも
別なので、RUN が終われば有効化もなくなります。次の `pip install` はシステムの Python に入ります。

## 代わりに
`ENV PATH="/opt/venv/bin:$PATH"` を書きます。

## 修正の安全性
安全とは限りません。それ以降のインストール先が、システムの Python から環境に変わります。
"""

SYMPTOMS = (
    Text(
        en="packages land in the system's Python though the environment was activated",
        ja="環境を有効化したのに、パッケージがシステムの Python に入る",
    ),
)

ENDS = Text(
    en="The activation ends with this RUN: later instructions and the container do not use"
    " `{path}`.",
    ja="有効化はこの RUN で終わります。以降の命令もコンテナも `{path}` を使いません。",
)
SET_PATH = Text(
    en="Write `ENV PATH` instead of the activation", ja="有効化の代わりに `ENV PATH` を書く"
)


@rule(severity=Severity.WARNING)
def activate_does_not_persist(run: Run, db: Database) -> Iterator[Report]:
    del db
    commands = [command for command in run.commands if not command.substitution]
    if not commands or not run.reachable or not run.complete:
        return
    last = commands[-1]
    words = last.words
    if words[0] not in ("source", ".") or len(words) < 2 or last.conditional or last.script:
        return
    path = join(last.cwd, words[1])
    if path is None or not path.endswith("/bin/activate"):
        return
    folder = path.removesuffix("/bin/activate")
    if f"{folder}/bin" in path_entries(run.state.get("PATH")):
        return
    fixes: tuple[Fix, ...] = ()
    if len(commands) == 1 and run.unit.inline is None and not run.instruction.heredocs:
        edit = Edit(run.at, f'ENV PATH="{folder}/bin:$PATH"')
        fixes = (Fix(say(SET_PATH), (edit,), Safety.UNSAFE),)
    yield Report(last.at, say(ENDS, path=folder), fixes=fixes)
