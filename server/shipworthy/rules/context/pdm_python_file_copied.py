"""A COPY takes `.pdm-python`, which names an interpreter of the machine that builds.

## Why
PDM writes the absolute path of the interpreter it uses into `.pdm-python`, and reads it again
before every command. Inside the image that path does not exist, or is another Python.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install pdm==2.22.3
WORKDIR /app
COPY . .
RUN pdm install --check --prod
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```text file=.pdm-python
/home/me/app/.venv/bin/python
```
```diagnostics
Dockerfile:4:6: warning[pdm-python-file-copied] `COPY . .` also copies `.pdm-python`, which no ignore file excludes: `pdm install` on line 5 looks for the interpreter of the machine that builds.
```

## Use instead
```text file=.dockerignore
**/.pdm-python
**/.venv
```

## Fix safety
Safe: no build needs the file, and PDM finds an interpreter by itself without it.

## Sources
PDM's documentation ("Don't commit `.pdm-python`").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.context import ignore_rules
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Source
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.rules.ignoring_fixes import exclude_fix
from shipworthy.rules.rule import Report, rule

JA = """
ビルドするマシンのインタープリターを指す `.pdm-python` が COPY でイメージに入ります。

## なぜ
PDM は使用するインタープリターの絶対パスを `.pdm-python` に書き、どのコマンドでもそれを読みます。イメージにそのパスはないか、
別の Python です。

## 代わりに
`.dockerignore` に `**/.pdm-python` を書きます。

## 修正の安全性
安全です。このファイルが必要なビルドはなく、なければ PDM が自分でインタープリターを見つけます。
"""

SYMPTOMS = (
    Text(
        en="`The saved Python interpreter doesn't exist, or is not compatible`",
        ja="`The saved Python interpreter doesn't exist, or is not compatible` と表示される",
    ),
)

COPIES = Text(
    en="`{copy}` also copies `{file}`, which no ignore file excludes: `{command}` on line {line}"
    " looks for the interpreter of the machine that builds.",
    ja="`{copy}` は、どの ignore ファイルでも除外されていない `{file}` もコピーします。{line} 行目の"
    " `{command}` は、ビルドするマシンのインタープリターを探します。",
)


@rule(severity=Severity.WARNING)
def pdm_python_file_copied(copy: Copy, db: Database) -> Iterator[Report]:
    if not copy.reachable or copy.origin != "context" or copy.context is None:
        return
    for use in _uses(db, copy.unit.id, copy.stage):
        tool = use.tool
        if tool is None or use.run.ordinal < copy.ordinal:
            continue
        found = _brings(db, copy, use)
        if found is None:
            continue
        source, path = found
        written = " ".join(copy.instruction.source.replace("\\\n", " ").split())
        there = db.stat(f"{copy.context}/{path}") is not None
        yield Report(
            at=source.at,
            message=say(
                COPIES,
                copy=written,
                file=path,
                command=f"pdm {tool.command}",
                line=Line(use.command.at),
            ),
            fixes=exclude_fix(db, copy.unit, ("**/.pdm-python",)),
            severity=Severity.WARNING if there else Severity.INFO,
        )
        return


@query
def _uses(db: Database, unit_id: str, stage: int) -> tuple[LockUse, ...]:
    """The commands of a stage that let PDM look for the interpreter."""
    made = image(db, unit_id)
    return tuple(
        use
        for run in (made.stage(stage).runs() if made is not None else ())
        for use in uses_of(db, run)
        if use.manager == "pdm" and not use.command.env.sets("PDM_PYTHON")
    )


def _brings(db: Database, copy: Copy, use: LockUse) -> tuple[Source, str] | None:
    """The folder that takes the file along, and the file's path in the context."""
    folder = use.command.cwd
    if folder is None or use.host is None or not f"{use.host}/".startswith(f"{copy.context}/"):
        return None
    path = f"{use.host}/.pdm-python"[len(copy.context or "") + 1 :]
    if copy.lands(path) != f"{folder.rstrip('/')}/.pdm-python":
        return None
    if not isinstance(visible(ignore_rules(db, copy.ignore), path), Visible):
        return None
    for source in copy.sources:
        known = source.path
        if known is not None and (known == "" or path.startswith(f"{known}/")):
            return source, path
    return None
