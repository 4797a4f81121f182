"""pip leaves its download cache in a layer of the image.

## Why
pip keeps each archive it downloads below `~/.cache/pip`. In an image nothing reads it again, and
it stays in the layer, often as large as the packages themselves.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY requirements.txt ./
RUN pip install -r requirements.txt
```
```text file=requirements.txt
idna==3.10
```
```toml file=shipworthy.toml
profile = "strict"
```
```diagnostics
Dockerfile:3:5: hint[install-cache-left-in-layer] pip leaves its download cache in this layer, where nothing reads it again.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
```

## Fix safety
Safe: what is installed is the same.

## Sources
pip's documentation of caching; experiments with `docker history`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import PipCommand
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule

JA = """
pip のダウンロードキャッシュが、イメージのレイヤーに残ります。

## なぜ
pip はダウンロードしたアーカイブを `~/.cache/pip` に残します。イメージではもう読まれることがないのに、パッケージ本体と
同じくらいの大きさでレイヤーに残ることがあります。

## 代わりに
`--no-cache-dir` を付けるか、キャッシュマウントを使います。

## 修正の安全性
安全です。インストールされるものは同じです。
"""

SYMPTOMS = (
    Text(
        en="the image is larger than its packages",
        ja="イメージがパッケージの合計より大きい",
    ),
)

LEFT = Text(
    en="pip leaves its download cache in this layer, where nothing reads it again.",
    ja="pip のダウンロードキャッシュがこのレイヤーに残り、もう読まれることはありません。",
)
NO_CACHE = Text(en="Add `--no-cache-dir`", ja="`--no-cache-dir` を追加する")


@rule(severity=Severity.HINT, on=False, same_as=("DL3042",))
def install_cache_left_in_layer(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None or made.target is None or not run.complete:
        return
    shipped = {stage.number for stage in made.chain(made.target)}
    cached = any(mount.type == "cache" for mount in run.mounts)
    if run.stage not in shipped or cached or any(c.program == "rm" for c in run.commands):
        return
    for command in run.commands:
        tool = command.tool
        if not isinstance(tool, PipCommand) or tool.command != "install" or not tool.known:
            continue
        if tool.no_cache.on is False and command.script is None and not command.conditional:
            yield Report(command.at, say(LEFT), fixes=tuple(_fixes(db, run, command)))
            return


def _fixes(db: Database, run: Run, command: Executed) -> Iterator[Fix]:
    start = text_at(db, command.at).find("pip install ")
    if start >= 0 and run.unit.inline is None:
        place = start + len("pip install")
        edit = Edit(command.at.narrow(place, place), " --no-cache-dir")
        yield Fix(say(NO_CACHE), (edit,), Safety.SAFE)
