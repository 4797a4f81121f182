"""A COPY puts secrets, or the history of the repository, into a layer.

## Why
What a COPY takes stays in its layer, for everybody who has the image, also when a later RUN deletes
it. `.env` files with values come along with `COPY . .` unless the ignore file names them, and a
file that git ignores is one that was meant to stay on this machine.

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
```text file=.env
SECRET_KEY=dummy
```
```text file=.gitignore
.env
.venv
```
```text file=.dockerignore
**/.venv
```
```diagnostics
Dockerfile:5:6: warning[secrets-or-git-in-context] `COPY . .` puts `.env`, which git ignores, into a layer: whoever has the image can read it, even after a later RUN deletes it.
```

## Use instead
```text file=.dockerignore
**/.venv
**/.env*
!**/.env*.example
```

## Fix safety
Unsafe: a frontend build or `load_dotenv()` may read the file from the image. For a file that the
COPY names, the way out is shown only (manual): pass it at run time or mount it as a build secret.

## Sources
Docker's documentation of build secrets; reports of `.env` files found in published images.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Names, Text, clause, say
from shipworthy.model.context import is_env_file
from shipworthy.model.image.steps import Copy
from shipworthy.model.next_commands import build_command
from shipworthy.model.private_files import (
    PrivateFile,
    history_source,
    is_in_final_image,
    private_files,
)
from shipworthy.rules.ignoring_fixes import exclude_fix, unnested
from shipworthy.rules.rule import Report, rule

JA = """
秘密情報やリポジトリの履歴が COPY でレイヤーに入ります。

## なぜ
COPY したものはレイヤーに残り、後の RUN で削除しても、イメージを持つ人なら誰でも読めます。値の入った `.env` は、
ignore ファイルに書かない限り `COPY . .` で一緒にコピーされます。git が無視するファイルは、そのマシンに留めて
おくはずのものです。

## 代わりに
`.dockerignore` で除外し、実行時に `env_file` や `--env-file` で渡します。

## 修正の安全性
安全とは限りません。フロントエンドのビルドや `load_dotenv()` がイメージ内のファイルを読むことがあります。COPY が名前を
挙げているファイルについては、提案だけにとどめます。
"""

SYMPTOMS = (
    Text(
        en="`docker run IMAGE cat .env` shows secrets",
        ja="`docker run IMAGE cat .env` で秘密情報が見える",
    ),
)

PRIVATE = Text(
    en="`{copy}` puts {files}, {why}, into a layer: whoever has the image can read it, even"
    " after a later RUN deletes it.",
    ja="`{copy}` は、{why} {files} をレイヤーに入れます。後の RUN で削除しても、イメージを"
    "持つ人は読めます。",
)
PRIVATE_CACHED = Text(
    en="`{copy}` puts {files}, {why}, into a layer of an intermediate stage: it stays in the"
    " build cache, and in what is copied from there.",
    ja="`{copy}` は、{why} {files} を中間ステージのレイヤーに入れます。ビルドキャッシュと、"
    "そこからコピーしたものに残ります。",
)
GIT_IGNORES = Text(en="which git ignores", ja="git が無視する")
FOR_CREDENTIALS = Text(en="a file for credentials", ja="認証情報用の")
NAMED_LIKE = Text(
    en="`{copy}` puts {files} into a layer: if it holds secrets, whoever has the image can read"
    " them.",
    ja="`{copy}` は {files} をレイヤーに入れます。秘密情報が含まれていれば、イメージを持つ人に"
    "読まれます。",
)
HISTORY = Text(
    en="`{copy}` also copies `.git`: the whole history goes into a layer, which every commit"
    " changes.",
    ja="`{copy}` は `.git` もコピーします。履歴全体がレイヤーに入り、コミットのたびにレイヤーが"
    "変わります。",
)
SHORT = Text(
    en="`{pattern}` does not match `{path}`: patterns are paths from the root of the context.",
    ja="`{pattern}` は `{path}` に一致しません。パターンはコンテキストのルートからのパスです。",
)
PASS_IT = Text(
    en="Pass it at run time (`env_file`, `--env-file`), or to one RUN with `--mount=type=secret`",
    ja="実行時に `env_file` や `--env-file` で渡すか、`--mount=type=secret` で RUN に渡す",
)


@rule(severity=Severity.WARNING, supersedes=("dockerignore-missing",))
def secrets_or_git_in_context(copy: Copy, db: Database) -> Iterator[Report]:
    found = private_files(db, copy)
    if not found:
        yield from _history(db, copy)
        return
    first = found[0]
    severity = Severity.WARNING if first.private and copy.reachable else Severity.INFO
    yield Report(
        at=first.source.at,
        message=_message(db, copy, found),
        related=tuple(_short_patterns(db, copy, found)),
        fixes=tuple(_fixes(db, copy, found)),
        severity=severity,
    )


def _message(db: Database, copy: Copy, found: tuple[PrivateFile, ...]) -> Message:
    first = found[0]
    alike = [item.path for item in found if item[1:3] == first[1:3]]
    files = Names(tuple(alike[:3]))
    written = " ".join(copy.instruction.source.replace("\\\n", " ").split())
    if not first.private:
        return say(NAMED_LIKE, copy=written, files=files)
    text = PRIVATE if is_in_final_image(db, copy) else PRIVATE_CACHED
    why = clause(GIT_IGNORES if first.ignored else FOR_CREDENTIALS)
    return say(text, copy=written, files=files, why=why)


def _history(db: Database, copy: Copy) -> Iterator[Report]:
    source = history_source(db, copy)
    if source is None:
        return
    yield Report(
        at=source.at,
        message=say(HISTORY, copy=" ".join(copy.instruction.source.replace("\\\n", " ").split())),
        fixes=exclude_fix(db, copy.unit, (".git",), Safety.UNSAFE),
        severity=Severity.HINT,
    )


def _short_patterns(db: Database, copy: Copy, found: tuple[PrivateFile, ...]) -> Iterator[Related]:
    """The patterns of the ignore file that name such files at the root only."""
    if copy.ignore is None:
        return
    for item in found[:3]:
        for at, text in unnested(db, copy.ignore, item.path):
            yield Related(at, say(SHORT, pattern=text, path=item.path))


def _fixes(db: Database, copy: Copy, found: tuple[PrivateFile, ...]) -> Iterator[Fix]:
    if any(item.named for item in found):
        yield Fix(say(PASS_IT), (), Safety.MANUAL)
        return
    patterns: dict[str, None] = {}
    for item in found:
        if is_env_file(item.path.rpartition("/")[2]):
            patterns.update({"**/.env*": None, "!**/.env*.example": None})
        else:
            patterns[item.path] = None
    afterwards = (build_command(db, copy.unit),)
    yield from exclude_fix(db, copy.unit, tuple(patterns), Safety.UNSAFE, afterwards)
