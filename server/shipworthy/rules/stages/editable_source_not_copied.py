"""The environment holds the project as editable, and its source stays in the build stage.

## Why
`uv sync` installs the project as editable: not its files, but a link to its source folder. The
environment alone is then not the whole program. In a stage that only gets the environment, the
link leads nowhere and the import fails.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY src ./src
RUN uv sync --locked

FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "app"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=src/app/__init__.py
```
```diagnostics
Dockerfile:10:1: error[editable-source-not-copied] The environment holds `app` as editable (line 6), a link to `/app`, but its source is not in this stage: `import app` fails with `ModuleNotFoundError`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY src ./src
RUN uv sync --locked --no-editable

FROM python:3.13-slim-trixie
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "app"]
```

## Fix safety
Unsafe: with `--no-editable` the code lies in site-packages, which moves what is computed from
`__file__` (Django's `BASE_DIR`). Copying the source puts files into the image that were left out.

## Sources
uv's Docker guide ("Non-editable installs"); experiments with multi-stage builds.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import text_at
from shipworthy.model.lost_sources import LostSource, lost_sources
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
環境にはプロジェクトが editable でインストールされていますが、ソースはビルドステージに残ったままです。

## なぜ
`uv sync` はプロジェクトを editable で、つまりファイルではなくソースフォルダーへの
リンクとしてインストールします。環境だけではプログラム全体になりません。環境だけを受け取るステージではリンクの
先がなく、import が失敗します。

## 代わりに
`--no-editable` を付けるか、ソースも同じパスにコピーします。

## 修正の安全性
安全とは限りません。`--no-editable` ではコードが site-packages に入るため、`__file__` から計算する値（Django の
`BASE_DIR`）が変わります。ソースをコピーすると、入れていなかったファイルがイメージに入ります。
"""

SYMPTOMS = (
    Text(
        en="`ModuleNotFoundError` for the project itself, in the final stage only",
        ja="最終ステージでだけ、プロジェクト自身が `ModuleNotFoundError` になる",
    ),
)

LOST = Text(
    en="The environment holds `{project}` as editable (line {line}), a link to `{folder}`, but"
    " its source is not in this stage: `import {module}` fails with `ModuleNotFoundError`.",
    ja="環境の `{project}` は {line} 行目で editable としてインストールされたもの（`{folder}`"
    " へのリンク）ですが、このステージにソースがありません。`import {module}` は"
    " `ModuleNotFoundError` で失敗します。",
)
SYNCED = Text(en="Installed as editable here.", ja="ここで editable としてインストールされます。")
COPY_SOURCE = Text(
    en="Copy `{source}` from the build stage too",
    ja="ビルドステージから `{source}` もコピーする",
)
NO_EDITABLE = Text(
    en="Add `--no-editable` to the sync on line {line}",
    ja="{line} 行目の sync に `--no-editable` を追加する",
)


@rule(severity=Severity.ERROR)
def editable_source_not_copied(unit: BuildUnit, db: Database) -> Iterator[Report]:
    for lost in lost_sources(db, unit.id):
        yield Report(
            at=lost.copy.at,
            message=say(
                LOST,
                project=lost.name,
                line=Line(lost.install.command.at),
                folder=lost.root,
                module=lost.module,
            ),
            related=(Related(lost.install.command.at, say(SYNCED)),),
            fixes=tuple(_fixes(db, unit, lost)),
        )


def _fixes(db: Database, unit: BuildUnit, lost: LostSource) -> Iterator[Fix]:
    if unit.inline is not None:
        return
    copy, install = lost.copy, lost.install
    flag = copy.instruction.flag("from")
    if lost.source is not None and flag is not None:
        end = len(copy.instruction.source)
        line = f"\nCOPY {flag.text} {lost.source} {lost.source}"
        edit = Edit(Anchor(copy.at.path, copy.ordinal, Span(end, end)), line)
        yield Fix(say(COPY_SOURCE, source=lost.source), (edit,), Safety.UNSAFE)
    text = text_at(db, install.command.at)
    start = text.find("uv sync")
    if start >= 0 and install.command.script is None:
        place = install.command.at.narrow(start + len("uv sync"), start + len("uv sync"))
        title = say(NO_EDITABLE, line=Line(install.command.at))
        yield Fix(title, (Edit(place, " --no-editable"),), Safety.UNSAFE)
