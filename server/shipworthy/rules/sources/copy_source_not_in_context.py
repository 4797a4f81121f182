"""A COPY or a bind mount names a file that the build context does not have.

## Why
Sources are relative to the build context, which is not always the folder of the Dockerfile, and
`../` cannot leave it. Names are compared letter by letter on Linux, even if the disk where they were
written ignores case. What is not there stops the build.

## Example
```dockerfile file=docker/Dockerfile
FROM python:3.13-slim-trixie
COPY entrypoint.sh /entrypoint.sh
COPY app/ /app/
```
```text file=docker/entrypoint.sh
#!/bin/sh
```
```text file=app/main.py
```
```yaml file=compose.yaml
services:
  api:
    build:
      context: .
      dockerfile: docker/Dockerfile
```
```diagnostics
docker/Dockerfile:2:6: error[copy-source-not-in-context] `entrypoint.sh` is not in the build context `.`: the build stops here with `not found`; sources are relative to the context, where the file is `docker/entrypoint.sh`.
```

## Use instead
```dockerfile file=docker/Dockerfile
FROM python:3.13-slim-trixie
COPY docker/entrypoint.sh /entrypoint.sh
COPY app/ /app/
```

## Fix safety
Unsafe: the path that exists is a guess at what was meant.

## Sources
Docker's build reference of `COPY`; experiments with BuildKit ("failed to compute cache key").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Field, File, Message, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.copy_sources import SourceState, source_states
from shipworthy.model.files import text_at
from shipworthy.model.source_hints import Hint, hint, may_be_made
from shipworthy.rules.lock_fixes import REPLACE
from shipworthy.rules.rule import Report, rule

JA = """
COPY やバインドマウントが、ビルドコンテキストにないファイルを指しています。

## なぜ
コピー元はビルドコンテキストからの相対パスです。コンテキストは Dockerfile のあるフォルダーとは限らず、`../` で外には
出られません。Linux では名前の大文字と小文字が区別されます（書いた人のディスクでは区別されなくても）。見つからなければ
ビルドはそこで止まります。

## 代わりに
コンテキストから見たパスを書きます。

## 修正の安全性
安全とは限りません。置き換えるパスは推測です。
"""

SYMPTOMS = (
    Text(
        en='`failed to compute cache key: "/entrypoint.sh": not found`',
        ja='`failed to compute cache key: "/entrypoint.sh": not found` と表示される',
    ),
)

ABSENT = Text(
    en="`{path}` is not in the build context `{context}`: the build stops here with `not found`.",
    ja="`{path}` はビルドコンテキスト `{context}` にないため、ビルドはここで `not found` と"
    "なって止まります。",
)
ELSEWHERE = Text(
    en="`{path}` is not in the build context `{context}`: the build stops here with `not found`;"
    " sources are relative to the context, where the file is `{meant}`.",
    ja="`{path}` はビルドコンテキスト `{context}` にないため、ビルドはここで `not found` と"
    "なって止まります。コピー元はコンテキストからの相対パスで、このファイルは `{meant}` です。",
)
CASE = Text(
    en="`{path}` is not in the build context `{context}`, where the file is called `{meant}`:"
    " the build stops here with `not found` on every case-sensitive file system.",
    ja="`{path}` はビルドコンテキスト `{context}` になく、ファイル名は `{meant}` です。大文字と"
    "小文字を区別するファイルシステムでは、ビルドはここで `not found` となって止まります。",
)
OUTSIDE = Text(
    en="`{path}` is not in the build context `{context}`: the file is `{meant}`, and a build"
    " cannot leave its context, so it stops here with `not found`.",
    ja="`{path}` はビルドコンテキスト `{context}` にありません。ファイルは `{meant}` に"
    "ありますが、ビルドはコンテキストの外のファイルを使えないため、ここで `not found` と"
    "なって止まります。",
)
CONTEXT = Text(en="The context is set here.", ja="コンテキストはここで指定されています。")


@rule(severity=Severity.ERROR)
def copy_source_not_in_context(unit: BuildUnit, db: Database) -> Iterator[Report]:
    inferred = unit.origin == "inferred"
    for state in source_states(db, unit.id):
        if state.status != "missing" or may_be_made(db, state):
            continue
        meant = hint(db, state)
        where = unit.context_at
        yield Report(
            at=state.source.at,
            message=_message(state, meant),
            related=(Related(where, say(CONTEXT)),) if where is not None else (),
            fixes=_fixes(db, state, meant),
            severity=Severity.WARNING if inferred else Severity.ERROR,
        )


def _message(state: SourceState, meant: Hint | None) -> Message:
    fields: dict[str, Field] = {"path": state.source.text, "context": File(state.context)}
    if meant is None:
        return say(ABSENT, **fields)
    if meant.meant == "outside":
        return say(OUTSIDE, meant=File(meant.path), **fields)
    return say(CASE if meant.meant == "case" else ELSEWHERE, meant=meant.path, **fields)


def _fixes(db: Database, state: SourceState, meant: Hint | None) -> tuple[Fix, ...]:
    text = text_at(db, state.source.at)
    plain = text == state.source.text and not set(text) & set("$\"'\\")
    if meant is None or meant.meant == "outside" or not plain:
        return ()
    new = meant.path + ("/" if text.endswith("/") else "")
    title = say(REPLACE, old=text, new=new)
    return (Fix(title, (Edit(state.source.at, new),), Safety.UNSAFE),)
