"""System packages are installed below a COPY, so a changed file installs them again.

## Why
A layer is taken from the cache only while everything above it is the same. System packages do
not depend on the files of the repository, but below a COPY of the manifests they are downloaded
and installed again with each change of a dependency; below a COPY of the source, with each
change at all.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
RUN pip install --no-cache-dir -r requirements.txt
COPY main.py ./
CMD ["python", "main.py"]
```
```text file=requirements.txt
idna==3.10
```
```python file=main.py
```
```diagnostics
Dockerfile:4:1: info[system-packages-after-copy] These system packages are installed again whenever a file of `COPY requirements.txt ./` on line 3 changes, though they do not depend on it.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY main.py ./
CMD ["python", "main.py"]
```

## Fix safety
Safe: only a RUN that consists of the package manager's commands alone is moved, and nothing
between its old and its new place can take part in them.

## Sources
Docker's guide to the build cache ("Order your layers").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.image.steps import Copy, Run, Setting, Stage
from shipworthy.model.reinstalls import LateSystem, late_system_packages
from shipworthy.rules.dockerfile_edits import move_before
from shipworthy.rules.rule import Report, rule

JA = """
COPY の後にシステムパッケージを入れているため、ファイルが変わるたびに入れ直しになります。

## なぜ
レイヤーのキャッシュが使えるのは、それより上がすべて同じ間だけです。システムパッケージはリポジトリのファイルに
依存しませんが、マニフェストの COPY より下にあると依存関係を変えるたびに、ソースの COPY より下にあると何かを
変えるたびに、ダウンロードとインストールをやり直します。

## 代わりに
システムパッケージの `RUN` を最初の `COPY` より上に置きます。

## 修正の安全性
安全です。移すのはパッケージマネージャーのコマンドだけからなる `RUN` で、移動前後の間にある命令はその結果に
関わりません。
"""

SYMPTOMS = (
    Text(
        en="`apt-get` runs again in builds that only changed a dependency",
        ja="依存関係を変えただけのビルドで `apt-get` がもう一度実行される",
    ),
)

AGAIN = Text(
    en="These system packages are installed again whenever a file of `{copy}` on line {line}"
    " changes, though they do not depend on it.",
    ja="このシステムパッケージは {line} 行目の `{copy}` に依存しませんが、そのファイルが変わるたびに"
    "入れ直されます。",
)
BEFORE = Text(en="Copied here.", ja="ここでコピーされます。")
MOVE = Text(
    en="Move this RUN above the COPY on line {line}",
    ja="この RUN を {line} 行目の COPY より上に移す",
)


@rule(severity=Severity.INFO)
def system_packages_after_copy(stage: Stage, db: Database) -> Iterator[Report]:
    if not stage.reachable:
        return
    for late in late_system_packages(stage):
        copy = " ".join(late.copy.instruction.source.replace("\\\n", " ").split())
        yield Report(
            at=late.run.at._replace(span=late.run.instruction.keyword_span),
            message=say(AGAIN, copy=copy, line=Line(late.copy.at)),
            related=(Related(late.copy.at, say(BEFORE)),),
            fixes=tuple(_fixes(db, stage, late)),
        )


def _fixes(db: Database, stage: Stage, late: LateSystem) -> Iterator[Fix]:
    between = [s for s in stage.steps if late.copy.ordinal <= s.ordinal < late.run.ordinal]
    if any(not _harmless(step) for step in between):
        return
    edits = move_before(db, late.run, late.copy)
    if edits:
        yield Fix(say(MOVE, line=Line(late.copy.at)), edits, Safety.SAFE)


def _harmless(step: Copy | Run | Setting) -> bool:
    """Whether an instruction cannot take part in what the package manager does."""
    if isinstance(step, Setting):
        return step.instruction.keyword in ("WORKDIR", "EXPOSE", "LABEL")
    if isinstance(step, Run):
        return False
    return step.destination is not None and not step.destination.startswith(("/etc", "/usr"))
