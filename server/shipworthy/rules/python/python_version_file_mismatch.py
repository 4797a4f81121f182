"""A `.python-version` asks for another Python than the image has.

## Why
uv follows the `.python-version` beside `pyproject.toml`. When the file reaches the image (`COPY .`
takes it along, a bind mount shows it), uv does not use the image's Python: it downloads the version
that the file names and builds the environment anew, also one that an earlier layer made. Where
downloads are switched off, it stops.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.10"
```
```toml file=uv.lock
version = 1
requires-python = ">=3.10"
```
```text file=.python-version
3.10
```
```diagnostics
Dockerfile:1:6: warning[python-version-file-mismatch] `.python-version` asks for Python 3.10, but `python:3.12-slim-bookworm` has 3.12: `uv sync --locked` downloads 3.10 and makes the environment with it.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.10-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --locked
```

## Fix safety
Unsafe: another tag of the base image, like hiding the file, changes the Python that runs.

## Sources
uv's documentation of Python versions; experiments with files that arrive in a later layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.base_image import PythonVersion
from shipworthy.model.commands import UvCommand
from shipworthy.model.files import locate
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import UvProject
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import SYNCS, UvInstall, installs_of, uv_installs
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.python_ranges import PythonRequest
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import runtime_look, runtime_project, started
from shipworthy.model.stage_python import (
    PythonFile,
    asked_python,
    brings_other_python,
    image_python,
    may_download,
    may_fetch,
    other_python,
    place,
    python_file,
    python_file_at,
    shown,
)
from shipworthy.model.unknown import require
from shipworthy.rules.ignoring_fixes import exclude_fix
from shipworthy.rules.rule import Report, rule

JA = """
`.python-version` が、イメージのものと違う Python を求めています。

## なぜ
uv は `pyproject.toml` の隣の `.python-version` に従います。このファイルがイメージに入ると（`COPY .` で
一緒に入る、バインドマウントで見える）、uv はイメージの Python を使わず、ファイルに書かれたバージョンを
ダウンロードして環境を作り直します。前のレイヤーで作った環境も作り直されます。ダウンロードが禁止されていれば
止まります。

## 代わりに
ベースイメージのタグと `.python-version` のバージョンを合わせます。

## 修正の安全性
安全とは限りません。ベースイメージのタグを変えても、ファイルを除外しても、動作する Python が変わります。
"""

SYMPTOMS = (
    Text(
        en="`Removed virtual environment at: .venv` in a later layer of `docker build`",
        ja="`docker build` の後のレイヤーで `Removed virtual environment at: .venv` と出る",
    ),
)

REBUILDS = Text(
    en="`{file}` asks for Python {wanted}, but `{image}` has {version}: `{command}` downloads"
    " {wanted} and makes the environment with it.",
    ja="`{file}` は Python {wanted} を求めていますが、`{image}` は {version} です。`{command}` は"
    " {wanted} をダウンロードし、それで環境を作ります。",
)
STOPS = Text(
    en="`{file}` asks for Python {wanted}, but `{image}` has {version} and uv may not download"
    " another: `{command}` stops with `No interpreter found`.",
    ja="`{file}` は Python {wanted} を求めていますが、`{image}` は {version} で、uv は別の Python を"
    "ダウンロードできません。`{command}` は `No interpreter found` で止まります。",
)
ASKED = Text(en="The version is asked for here.", ja="バージョンはここで指定されています。")
READS = Text(en="uv reads the file here.", ja="uv はここでこのファイルを読みます。")
ALIGN = Text(en="Use `{image}`", ja="`{image}` を使う")


@rule(severity=Severity.WARNING)
def python_version_file_mismatch(node: Run | RunUnit, db: Database) -> Iterator[Report]:
    if isinstance(node, RunUnit):
        yield from _started(node, db)
        return
    made = image(db, node.unit.id)
    if made is None or other_python(db, made, node):
        return
    for install in installs_of(db, node):
        found = _mismatch(db, made, install)
        if found is not None:
            yield _report(db, made, install, *found)
            return


def _mismatch(
    db: Database, made: Image, install: UvInstall
) -> tuple[PythonFile, PythonVersion] | None:
    version = image_python(made, install.run.stage)
    if version is None or install.command.conditional:
        return None
    if require(asked_python(install.tool)) is not None:
        return None
    file = require(python_file(db, made, install.run, install.project))
    if file is None or file.request is None or not _differs(file.request, version):
        return None
    return file, version


def _started(run: RunUnit, db: Database) -> Iterator[Report]:
    """`uv run` at the start sees a file that no command of the build saw."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None or brings_other_python(db, made, run.stage.number):
        return
    version = image_python(made, run.stage.number)
    for command in started(run):
        tool = command.tool
        if not isinstance(tool, UvCommand) or tool.command not in SYNCS or tool.no_sync:
            continue
        if version is None or command.conditional or require(asked_python(tool)) is not None:
            continue
        project = runtime_project(db, run, command, tool)
        if not isinstance(project, UvProject) or project.manifest is None:
            continue
        facts = pyproject(db, project.manifest.host)
        file = require(python_file_at(db, runtime_look(db, run), project))
        if not isinstance(facts, ProjectFacts) or file is None or file.request is None:
            continue
        if not _differs(file.request, version) or _seen_by_build(db, made, file):
            continue
        downloads = require(may_fetch(tool, facts))
        yield Report(
            at=place(db, file),
            message=say(
                REBUILDS if downloads else STOPS,
                file=File(file.host),
                wanted=file.request.text,
                image=made.base(run.stage.number).reference or "",
                version=shown(version),
                command=" ".join(word or "" for word in command.words),
            ),
            related=(Related(run.process.at, say(READS)),),
            fixes=tuple(_align(db, made, run.stage.number, file.request, version)),
            severity=Severity.WARNING if downloads else Severity.ERROR,
        )
        return


def _seen_by_build(db: Database, made: Image, file: PythonFile) -> bool:
    """Whether the build meets the same file, so that it is said there."""
    for install in uv_installs(db, made.unit.id):
        seen = python_file(db, made, install.run, install.project)
        if isinstance(seen, PythonFile) and seen.host == file.host:
            return True
    return False


def _differs(request: PythonRequest, version: PythonVersion) -> bool:
    if request.implementation != "cpython" or request.freethreaded:
        return False
    return request.admits(shown(version)) is False


def _report(
    db: Database, made: Image, install: UvInstall, file: PythonFile, version: PythonVersion
) -> Report:
    base = made.base(install.run.stage)
    downloads = require(may_download(install))
    wanted = file.request.text if file.request is not None else ""
    message = say(
        REBUILDS if downloads else STOPS,
        file=File(file.host),
        wanted=wanted,
        image=base.reference or "",
        version=shown(version),
        command=install.command.source,
    )
    severity = Severity.WARNING if downloads else Severity.ERROR
    return Report(
        at=base.at,
        message=message,
        related=(
            Related(place(db, file), say(ASKED)),
            Related(install.command.at, say(READS)),
        ),
        fixes=tuple(_fixes(db, made, install, file, version)),
        severity=severity if install.run.reachable else Severity.INFO,
    )


def _fixes(
    db: Database, made: Image, install: UvInstall, file: PythonFile, version: PythonVersion
) -> Iterator[Fix]:
    if file.request is not None:
        yield from _align(db, made, install.run.stage, file.request, version)
    context = made.unit.context
    if isinstance(context, str) and file.host.startswith(context + "/"):
        path = file.host[len(context) + 1 :]
        yield from exclude_fix(db, made.unit, (path,), Safety.UNSAFE, extra=())


def _align(
    db: Database, made: Image, stage: int, request: PythonRequest, version: PythonVersion
) -> Iterator[Fix]:
    """Write the file's version in the tag of the base image, when that is written out."""
    base = made.base(stage)
    where = locate(db, base.at)
    text = where.span.of(db.text(where.path) or "")
    old = shown(version)
    literal = text == base.reference and text.count(old) == 1 and made.unit.inline is None
    if literal and len(request.release) >= 2:
        new = text.replace(old, ".".join(map(str, request.release)))
        yield Fix(say(ALIGN, image=new), (Edit(base.at, new),), Safety.UNSAFE)
