"""The Python of the base image is outside the project's `requires-python`.

## Why
uv looks for an interpreter that fits `requires-python`. When the image's own does not, it downloads
another one into the image, so that the base image's Python is never used; where downloads are
switched off, the build stops. A tag with a micro version (`3.13.11`) can be too old as well.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.13"
```
```toml file=uv.lock
version = 1
requires-python = ">=3.13"
```
```diagnostics
Dockerfile:1:6: error[requires-python-unsatisfied] `python:3.12-slim-bookworm` has Python 3.12, but `requires-python` is `>=3.13` and uv may not download another: `uv sync --locked` stops with `No interpreter found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Manual: which Python the project should run on is for people to decide.

## Sources
uv's documentation of Python versions; experiments with uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.model.projects import key_anchor
from shipworthy.model.python.pyproject import REQUIRES_PYTHON
from shipworthy.model.stage_python import (
    asked_python,
    image_python,
    may_download,
    meets,
    other_python,
    python_file,
    shown,
)
from shipworthy.model.unknown import require
from shipworthy.rules.rule import Report, rule

JA = """
ベースイメージの Python が、プロジェクトの `requires-python` の範囲外です。

## なぜ
uv は `requires-python` に合うインタープリターを探します。イメージの Python が合わないと別の Python を
イメージの中にダウンロードするので、ベースイメージの Python は使われません。ダウンロードが禁止されていれば
ビルドは止まります。`3.13.11` のようにマイクロバージョンまで書いたタグが古すぎることもあります。

## 代わりに
`requires-python` に合うタグのベースイメージを使います。

## 修正の安全性
自動では直しません。どの Python で動かすかは人が決めることです。
"""

SYMPTOMS = (
    Text(
        en="`No interpreter found for Python >=3.13 in search path` during `docker build`",
        ja="`docker build` 中に `No interpreter found for Python >=3.13 in search path` と出る",
    ),
)

STOPS = Text(
    en="`{image}` has Python {version}, but `requires-python` is `{requires}` and uv may not"
    " download another: `{command}` stops with `No interpreter found`.",
    ja="`{image}` の Python は {version} ですが、`requires-python` は `{requires}` で、uv は別の"
    " Python をダウンロードできません。`{command}` は `No interpreter found` で止まります。",
)
DOWNLOADS = Text(
    en="`{image}` has Python {version}, but `requires-python` is `{requires}`: `{command}` downloads"
    " another Python and the one of the base image is not used.",
    ja="`{image}` の Python は {version} ですが、`requires-python` は `{requires}` です。`{command}` は"
    "別の Python をダウンロードし、ベースイメージの Python は使われません。",
)
ASKED = Text(
    en="The project asks for `{requires}`.", ja="プロジェクトは `{requires}` を求めています。"
)
INSTALLS = Text(en="The environment is made here.", ja="環境はここで作られます。")
CHOOSE = Text(
    en="Choose a base image whose Python fits `{requires}`",
    ja="Python が `{requires}` に合うベースイメージを選ぶ",
)


@rule(severity=Severity.ERROR)
def requires_python_unsatisfied(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None or other_python(db, made, run):
        return
    for install in installs_of(db, run):
        report = _report(db, made, install)
        if report is not None:
            yield report
            return


def _report(db: Database, made: Image, install: UvInstall) -> Report | None:
    version = image_python(made, install.run.stage)
    requires = install.facts.requires_python
    if version is None or requires is None or install.command.conditional:
        return None
    if meets(version, requires) is not False or require(asked_python(install.tool)) is not None:
        return None
    file = require(python_file(db, made, install.run, install.project))
    if file is not None and (file.request is None or file.request.admits(shown(version)) is False):
        return None  # python-version-file-mismatch says so
    base = made.base(install.run.stage)
    downloads = require(may_download(install))
    message = say(
        DOWNLOADS if downloads else STOPS,
        image=base.reference or "",
        version=shown(version),
        requires=requires,
        command=install.command.source,
    )
    severity = Severity.WARNING if downloads else Severity.ERROR
    asked = key_anchor(db, install.manifest, REQUIRES_PYTHON)
    return Report(
        at=base.at,
        message=message,
        related=(
            Related(asked, say(ASKED, requires=requires)),
            Related(install.command.at, say(INSTALLS)),
        ),
        fixes=(Fix(say(CHOOSE, requires=requires), (), Safety.MANUAL),),
        severity=severity if install.run.reachable else Severity.INFO,
    )
