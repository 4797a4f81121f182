"""A folder is copied, and the build has no ignore file.

## Why
Without an ignore file the whole folder is sent and copied: environments, caches, logs, local data.
What differs from machine to machine differs in the image, and a file that changes for no reason
makes every later instruction run again.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY src ./src
CMD ["python", "-m", "src"]
```
```python file=src/__main__.py
print("hello")
```
```diagnostics
Dockerfile:3:6: info[dockerignore-missing] `COPY src ./src` takes a folder and the build has no ignore file: caches and local files go into the image and change it from machine to machine.
```

## Use instead
```text file=.dockerignore
**/.venv
**/__pycache__
**/*.py[cod]
**/.mypy_cache
**/.pytest_cache
**/.ruff_cache
```

## Fix safety
Safe: the new file names environments and tool caches only, which no correct build takes from its
context. Secrets and `.git` may be read by a build; other rules cover them.

## Sources
Docker's documentation of the build context; uv's Docker guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of
from shipworthy.model.exposures import context_copies, exposed
from shipworthy.model.image.steps import Copy, Source
from shipworthy.model.next_commands import build_command
from shipworthy.model.unknown import require
from shipworthy.rules.ignoring_fixes import exclude_fix
from shipworthy.rules.rule import Report, rule

JA = """
フォルダーをコピーしているのに、ビルドに ignore ファイルがありません。

## なぜ
ignore ファイルがないと、フォルダー全体が送られてコピーされます。仮想環境、キャッシュ、ログ、ローカルのデータも
含みます。マシンごとに違うものはイメージにも違いとして残り、意味のない変更で以降の命令がすべて再実行されます。

## 代わりに
ビルドコンテキストのルートに `.dockerignore` を作ります。

## 修正の安全性
安全です。新しいファイルに書くのは仮想環境とツールのキャッシュだけで、正しいビルドがコンテキストから取り込む
ことはありません。秘密情報や `.git` は別のルールが扱います。
"""

SYMPTOMS = (
    Text(
        en="`transferring context` takes long and sends hundreds of megabytes",
        ja="`transferring context` に時間がかかり、数百 MB が送られる",
    ),
)

MISSING = Text(
    en="`{copy}` takes a folder and the build has no ignore file: caches and local files go into"
    " the image and change it from machine to machine.",
    ja="`{copy}` はフォルダーをコピーしますが、このビルドには ignore ファイルがありません。キャッシュや"
    "ローカルのファイルがイメージに入り、マシンごとに中身が変わります。",
)


@rule(severity=Severity.INFO)
def dockerignore_missing(unit: BuildUnit, db: Database) -> Iterator[Report]:
    if require(ignore_path_of(db, unit)) is not None or require(unit.context) is None:
        return
    folders = [
        (copy, source)
        for copy in context_copies(db, unit.id)
        if copy.context == unit.context and not copy.exclude
        for source in copy.sources
        if _is_folder(db, copy, source)
    ]
    if not folders:
        return
    accidents = {item.copy.at for item in exposed(db, unit.id)}
    copy, source = min(folders, key=lambda pair: (pair[0].at not in accidents, pair[1].path != ""))
    yield Report(
        at=source.at,
        message=say(MISSING, copy=" ".join(copy.instruction.source.split())),
        fixes=exclude_fix(db, unit, ("**/.venv",), afterwards=(build_command(db, unit),)),
    )


def _is_folder(db: Database, copy: Copy, source: Source) -> bool:
    if source.kind != "path" or source.path is None or source.wildcard:
        return False
    if source.path == "":
        return True
    status = db.stat(f"{copy.context}/{source.path}")
    return status is not None and status.kind == "dir"
