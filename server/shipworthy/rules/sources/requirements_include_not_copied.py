"""A requirements file includes another file that the image does not have.

## Why
`-r base.txt` and `-c constraints.txt` inside a requirements file are opened when pip runs, and so
are the folders of `-e ./lib`. Copying only the first file stops the build with "Could not open
requirements file".

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
```
```text file=requirements.txt
-r base.txt
gunicorn==23.0.0
```
```text file=base.txt
flask==3.1.0
```
```diagnostics
Dockerfile:4:20: error[requirements-include-not-copied] `requirements.txt` refers to `base.txt`, which is not in the image: pip looks for `/app/base.txt` and stops the build.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt base.txt ./
RUN pip install -r requirements.txt
```

## Fix safety
Safe: the build fails today, and the file is copied beside the one that names it.

## Sources
pip's requirements file format; experiments with pip.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.pip_installs import PipInstall, pip_installs_of
from shipworthy.model.requirement_includes import MissingInclude, missing_includes
from shipworthy.rules.lock_fixes import copy_too_fix, word_at
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
requirements ファイルが参照する別のファイルがイメージにありません。

## なぜ
requirements ファイルの中の `-r base.txt`、`-c constraints.txt`、`-e ./lib` のフォルダーは、pip の実行時に開かれます。
最初のファイルだけをコピーすると、ビルドは「Could not open requirements file」で止まります。

## 代わりに
参照されるファイルも一緒にコピーします。

## 修正の安全性
安全です。今は失敗しており、参照元の隣にコピーするだけです。
"""

SYMPTOMS = (
    Text(
        en="`Could not open requirements file: No such file or directory: 'base.txt'`",
        ja="`Could not open requirements file: No such file or directory: 'base.txt'` と表示される",
    ),
)

MISSING = Text(
    en="`{file}` refers to `{value}`, which is not in the image: pip looks for `{path}` and stops"
    " the build.",
    ja="`{file}` は `{value}` を参照しますが、イメージにありません。pip は `{path}` を探し、ビルドが"
    "止まります。",
)
NAMED = Text(en="It is named here.", ja="ここで参照されています。")


@rule(severity=Severity.ERROR)
def requirements_include_not_copied(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for install in pip_installs_of(db, run):
        if install.command.conditional:
            continue
        for missing in missing_includes(db, install)[:5]:
            message = say(
                MISSING,
                file=File(missing.file),
                value=missing.line.value,
                path=missing.path,
            )
            named = Anchor(missing.file, 0, missing.line.span)
            yield Report(
                at=word_at(install.command, missing.use.text) or install.command.at,
                message=message,
                related=(Related(named, say(NAMED)),),
                fixes=_fixes(db, install, missing),
            )


def _fixes(db: Database, install: PipInstall, missing: MissingInclude) -> tuple[Fix, ...]:
    made = image(db, install.run.unit.id)
    folder, _, name = missing.host.rpartition("/")
    beside, _, manifest = missing.file.rpartition("/")
    status = db.stat(missing.host)
    if made is None or folder != beside or status is None or status.kind == "dir":
        return ()
    found = copy_too_fix(db, made, install.run, manifest, missing.file, name)
    return tuple(fix._replace(safety=Safety.SAFE) for fix in found)
