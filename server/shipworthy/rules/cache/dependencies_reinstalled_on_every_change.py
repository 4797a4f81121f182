"""The dependencies are installed after the source was copied, so every change installs them again.

## Why
A layer is taken from the cache only while everything above it is the same. With the whole source
above the install, a change of one line of code downloads and installs all packages again.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "main.py"]
```
```text file=requirements.txt
idna==3.10
```
```python file=main.py
```
```text file=.dockerignore
**/.venv
```
```diagnostics
Dockerfile:4:5: info[dependencies-reinstalled-on-every-change] `COPY . .` on line 3 copies the source before the packages are installed: each change to a file installs all of them again.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: an install that reads more than its manifest (a local package, a file that the manifest
includes) would miss it above the COPY.

## Sources
Docker's guide to the build cache ("Order your layers"); uv's Docker guide ("Intermediate
layers").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Names, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import Run
from shipworthy.model.reinstalls import Reinstall, reinstalls
from shipworthy.rules.dockerfile_edits import delete_instruction, insert_before
from shipworthy.rules.rule import Report, rule

JA = """
ソースをコピーした後に依存関係をインストールしているため、変更のたびに入れ直しになります。

## なぜ
レイヤーのキャッシュが使えるのは、それより上がすべて同じ間だけです。インストールより上でソース全体をコピー
すると、コードを 1 行変えるだけで、すべてのパッケージをダウンロードしてインストールし直します。

## 代わりに
マニフェストとロックだけを先にコピーし、インストールしてから残りをコピーします。

## 修正の安全性
安全とは限りません。マニフェスト以外（ローカルのパッケージや、マニフェストが読み込むファイル）も必要な
インストールでは、`COPY` より上に移すとそれが足りなくなります。
"""

SYMPTOMS = (
    Text(
        en="every build installs all packages again, though no dependency changed",
        ja="依存関係を変えていないのに、ビルドのたびに全パッケージがインストールし直される",
    ),
)

AFTER = Text(
    en="`{copy}` on line {line} copies the source before the packages are installed: each change"
    " to a file installs all of them again.",
    ja="パッケージのインストールより前に {line} 行目の `{copy}` がソースをコピーするため、ファイ"
    "ルを 1 つ変えるたびにすべてインストールし直されます。",
)
SOURCE = Text(en="The source is copied here.", ja="ソースはここでコピーされます。")
FIRST = Text(
    en="Copy only {files} and install, then copy the rest",
    ja="{files} だけを先にコピーしてインストールし、残りはその後でコピーする",
)


@rule(severity=Severity.INFO)
def dependencies_reinstalled_on_every_change(unit: BuildUnit, db: Database) -> Iterator[Report]:
    for found in reinstalls(db, unit.id):
        run, command = found.install.run, found.install.command
        copy = " ".join(found.copy.instruction.source.replace("\\\n", " ").split())
        yield Report(
            at=command.at if command.script is None else run.at,
            message=say(AFTER, copy=copy, line=Line(found.copy.at)),
            related=(Related(found.copy.at, say(SOURCE)),),
            fixes=tuple(split_fixes(db, found)),
        )


def split_fixes(db: Database, found: Reinstall) -> Iterator[Fix]:
    """The fix that gives the dependencies a layer of their own; none where it is not certain."""
    run, command, copy = found.install.run, found.install.command, found.copy
    if copy.stage != run.stage or len(run.commands) != 1 or command.script is not None:
        return
    if run.state.workdir != copy.state.workdir or copy.context is None:
        return
    tool = command.tool
    lines = run.instruction.source
    if isinstance(tool, PipCommand) and tool.known and not tool.editables:
        names = tool.requirements
    elif isinstance(tool, UvCommand) and tool.command == ("sync",) and tool.known:
        names = ("pyproject.toml", "uv.lock")
        lines += " --no-install-project"
    else:
        return
    sources = _sources(db, run, command, names, copy.context)
    if sources is None or "\n" in lines:
        return
    edits = insert_before(run.unit, copy, f"COPY {' '.join(sources)} ./\n{lines}\n")
    if edits and isinstance(tool, PipCommand):
        edits = (*edits, *delete_instruction(db, run))
    if edits:
        yield Fix(say(FIRST, files=Names(sources)), edits, Safety.UNSAFE)


def _sources(
    db: Database, run: Run, command: Executed, names: tuple[str, ...], context: str
) -> tuple[str, ...] | None:
    """The files in the context that land in the working directory under these names."""
    made = image(db, run.unit.id)
    found = []
    for name in names:
        path = join(command.cwd, name)
        if made is None or path is None or path.rpartition("/")[0] != run.state.workdir:
            return None
        landed = find_during(db, made, run, path)
        if not isinstance(landed, Landed) or not landed.host.startswith(context + "/"):
            return None
        found.append(landed.host[len(context) + 1 :])
    return None if any(" " in name for name in found) else tuple(found)
