"""A service's `env_file` does not exist, or is missing in a fresh clone.

## Why
Compose reads every file of `env_file` before it does anything, and stops when one is missing. Env
files hold secrets, so they are git-ignored: on the machine of whoever wrote the compose file it
works, in a fresh clone and in CI `docker compose` stops with "env file ... not found". Where an
example lies beside it, copying that is a step the project knows of, and the finding is an info.

## Example
```yaml file=compose.yaml
services:
  web:
    image: python:3.13-slim-trixie
    env_file:
      - ./app/.env
```
```text file=.gitignore
.env
```
```ini file=app/.env.example
DATABASE_URL=
```
```diagnostics
compose.yaml:5:9: info[env-file-missing] `app/.env` does not exist, so Compose stops with `env file not found`: git ignores it, and a fresh clone has only `app/.env.example`.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    image: python:3.13-slim-trixie
    env_file:
      - path: ./app/.env
        required: false
```

## Fix safety
Copying the example is manual. `required: false` is unsafe: the container starts without the
variables. It needs Compose 2.24.

## Sources
compose-spec, `env_file`; compose-go `types/project.go`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.compose.types import EnvFile
from shipworthy.model.env_files import example_beside
from shipworthy.model.files import line_index, locate
from shipworthy.model.git import git_ignored
from shipworthy.model.run import RunUnit
from shipworthy.model.workspace import in_template, root_of
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import whole_file

JA = """
サービスの `env_file` が存在しないか、新しいクローンにはありません。

## なぜ
Compose は最初に `env_file` のすべてのファイルを読み、1 つでもないと止まります。環境変数ファイルには秘密情報が
入るため、git では無視されます。Compose ファイルを書いた人のマシンでは動き、新しいクローンや CI では
`docker compose` が "env file ... not found" で止まります。
サンプルファイルが隣にある場合は、それをコピーするのがそのプロジェクトの手順なので、情報として知らせるだけにします。

## 代わりに
`path:` と `required: false` で書くか、サンプルファイルをコピーするよう案内します。

## 修正の安全性
サンプルファイルのコピーは自動では行いません。`required: false` は、変数なしでコンテナが起動するため、安全とは
限りません。Compose 2.24 が必要です。
"""

SYMPTOMS = (
    Text(
        en="`env file /.../.env not found` from `docker compose up`",
        ja="`docker compose up` が `env file /.../.env not found` で終わる",
    ),
)

MISSING = Text(
    en="`{file}` does not exist, so Compose stops with `env file not found`.",
    ja="`{file}` が存在しないため、Compose は `env file not found` で止まります。",
)
IGNORED = Text(
    en="`{file}` does not exist, so Compose stops with `env file not found`: git ignores it, so"
    " no fresh clone has it.",
    ja="`{file}` が存在しないため、Compose は `env file not found` で止まります。git が無視して"
    "いるため、新しいクローンには入りません。",
)
EXAMPLE = Text(
    en="`{file}` does not exist, so Compose stops with `env file not found`: git ignores it, and"
    " a fresh clone has only `{example}`.",
    ja="`{file}` が存在しないため、Compose は `env file not found` で止まります。git が無視して"
    "いるため、新しいクローンにあるのは `{example}` だけです。",
)
COPIED = Text(
    en="`{file}` does not exist, so Compose stops with `env file not found`; `{example}` is"
    " beside it.",
    ja="`{file}` が存在しないため、Compose は `env file not found` で止まります。同じ場所に"
    " `{example}` があります。",
)
CLONE = Text(
    en="git ignores `{file}`: in a fresh clone, which has only `{example}`, Compose stops with"
    " `env file not found`.",
    ja="git は `{file}` を無視します。新しいクローンには `{example}` しかないため、Compose は"
    " `env file not found` で止まります。",
)
FROM_EXAMPLE = Text(en="The example file is here.", ja="サンプルファイルはここにあります。")
COPY = Text(
    en="Copy `{example}` to `{file}`",
    ja="`{example}` を `{file}` にコピーする",
)
OPTIONAL = Text(
    en="Make the file optional (`required: false`, Compose 2.24)",
    ja="ファイルを省略可能にする（`required: false`、Compose 2.24）",
)


@rule(severity=Severity.ERROR)
def env_file_missing(run: RunUnit, db: Database) -> Iterator[Report]:
    for file in run.service.env_file if run.service is not None else ():
        path = file.path
        if file.required is not True or not isinstance(path, str) or in_template(path):
            continue
        ignored = git_ignored(db, root_of(db, path), path, False)
        example = example_beside(db, path)
        here = db.stat(path) is not None
        if here and not (ignored and example):
            continue
        message = _message(path, example, ignored, here)
        related = () if example is None else (Related(whole_file(example), say(FROM_EXAMPLE)),)
        # An example beside it is how projects ask for this step: worth knowing, not an alarm.
        severity = Severity.INFO if here or example is not None else Severity.ERROR
        fixes = tuple(_fixes(db, file, path, example, here))
        yield Report(file.at, message, related, fixes, severity)


def _message(path: str, example: str | None, ignored: bool, here: bool) -> Message:
    if example is None:
        return say(IGNORED if ignored else MISSING, file=File(path))
    text = CLONE if here else EXAMPLE if ignored else COPIED
    return say(text, file=File(path), example=File(example))


def _fixes(
    db: Database, file: EnvFile, path: str, example: str | None, here: bool
) -> Iterator[Fix]:
    if example is not None and not here:
        root = root_of(db, file.at.path) + "/"
        words = ("cp", example.removeprefix(root), path.removeprefix(root))
        title = say(COPY, example=File(example), file=File(path))
        yield Fix(title, (), Safety.MANUAL, (shlex.join(words),))
    edit = _optional(db, file)
    if edit is not None:
        yield Fix(say(OPTIONAL), (edit,), Safety.UNSAFE)


def _optional(db: Database, file: EnvFile) -> Edit | None:
    """A plain list item in the long form."""
    text = db.text(file.at.path) or ""
    span = locate(db, file.at).span
    lines = line_index(db, file.at.path)
    first = lines.line_of(span.start)
    start = lines.line_start(first)
    head, item = text[start : span.start], span.of(text)
    plain = head.strip(" ") == "-" and "\n" not in item and not item.startswith(("{", "*", "&"))
    if not plain or item.startswith("path"):
        return None
    return Edit(file.at, f"path: {item}\n{' ' * len(head)}required: false")
