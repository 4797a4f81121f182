"""A COPY takes files that git ignores: the image has what no clean checkout has.

## Why
What git ignores exists on one machine only: local databases, uploads, dumps, logs. An image built
there holds them, for everybody who has the image, and one that CI builds does not.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
```
```text file=requirements.txt
flask==3.1.0
```
```text file=.dockerignore
**/.venv
```
```text file=.gitignore
*.sqlite3
```
```text file=db.sqlite3
rows
```
```diagnostics
Dockerfile:5:6: warning[git-ignored-files-in-image] `COPY . .` also takes `db.sqlite3`, which git ignores: local data goes into the image, and an image that CI builds does not have it.
```

## Use instead
```text file=.dockerignore
**/.venv
**/*.sqlite3
```

## Fix safety
Unsafe: somebody may want the file in an image built on this machine.

## Sources
gitignore(5); Docker's documentation of the build context.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Names, Size, Text, say
from shipworthy.model.ignored_by_git import IgnoredFile, ignored_files
from shipworthy.model.image.steps import Copy
from shipworthy.model.next_commands import build_command
from shipworthy.model.private_files import taking_source
from shipworthy.rules.ignoring_fixes import exclude_fix
from shipworthy.rules.rule import Report, rule

JA = """
git が無視するファイルが COPY でイメージに入ります。

## なぜ
git が無視するものは 1 台のマシンにしかありません。ローカルのデータベース、アップロードされたファイル、ダンプ、
ログなどです。そのマシンでビルドしたイメージには入り、イメージを持つ人なら誰でも読めますが、CI がビルドした
イメージには入りません。

## 代わりに
`.dockerignore` でも除外します。

## 修正の安全性
安全とは限りません。そのマシンでビルドするイメージに入れたいファイルのこともあります。
"""

SYMPTOMS = (
    Text(
        en="a local database or uploaded files are in the image",
        ja="ローカルのデータベースやアップロードしたファイルがイメージに入っている",
    ),
)

DATA = Text(
    en="`{copy}` also takes {files}, which git ignores: local data goes into the image, and an"
    " image that CI builds does not have it.",
    ja="`{copy}` は、git が無視する {files} もコピーします。手元でビルドしたイメージには"
    "ローカルのデータが入り、CI がビルドしたイメージには入りません。",
)
FILES = Text(
    en="`{copy}` also takes {count} files ({size}) that git ignores, such as {files}: an image that"
    " CI builds does not have them.",
    ja="`{copy}` は、git が無視するファイルもコピーします（{count} 個、{size}。{files} など）。CI が"
    "ビルドしたイメージには入りません。",
)

SHOWN = 5


@rule(severity=Severity.INFO)
def git_ignored_files_in_image(copy: Copy, db: Database) -> Iterator[Report]:
    found = ignored_files(db, copy) if copy.reachable else ()
    source = taking_source(copy, found[0].path) if found else None
    if source is None:
        return
    data = tuple(item for item in found if item.is_data)
    chosen = data or found
    files = Names(tuple(item.path for item in chosen[:SHOWN]))
    written = " ".join(copy.instruction.source.replace("\\\n", " ").split())
    size = Size(sum(item.bytes for item in found))
    yield Report(
        at=source.at,
        message=say(DATA, copy=written, files=files)
        if data
        else say(FILES, copy=written, count=len(found), size=size, files=files),
        fixes=_fixes(db, copy, chosen),
        severity=Severity.WARNING if data else Severity.INFO,
    )


def _fixes(db: Database, copy: Copy, chosen: tuple[IgnoredFile, ...]) -> tuple[Fix, ...]:
    """Exclude what was named, when it is not too much to be listed."""
    if len(chosen) > SHOWN:
        return ()
    patterns = tuple(sorted(item.path for item in chosen))
    if any(char in path for path in patterns for char in "*?[\\!#"):
        return ()
    afterwards = (build_command(db, copy.unit),)
    return exclude_fix(db, copy.unit, patterns, Safety.UNSAFE, afterwards)
