"""A pattern for caches covers the root of the context only.

## Why
Patterns of an ignore file are anchored at the root of the build context: `__pycache__` does not
match `app/__pycache__`. Bytecode of the host then goes into the image and changes the layer
whenever somebody runs the code, although nothing that matters has changed. Bytecode of a module
that was deleted stays importable where it lies beside the source (`*.pyc` outside of
`__pycache__`).

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /srv
COPY app ./app
CMD ["python", "-m", "app"]
```
```python file=app/__main__.py
print("hello")
```
```text file=.dockerignore
**/.venv
__pycache__
```
```diagnostics
.dockerignore:2:1: info[dockerignore-caches-root-anchored] `__pycache__` matches only at the root of the context (unlike in `.gitignore`): `app/__pycache__` is sent from any machine that has it.
```

## Use instead
```text file=.dockerignore
**/.venv
**/__pycache__
```

## Fix safety
Safe: the longer patterns hide caches only. All patterns of the file are prefixed at once.

## Sources
Docker's documentation of `.dockerignore`; moby/patternmatcher; 14 of 39 public Python projects have
this fault.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.cache_patterns import ShortPattern, short_cache_patterns
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import pattern_at, rewritten
from shipworthy.rules.rule import Report, rule

JA = """
キャッシュのパターンがコンテキスト直下にしか効きません。

## なぜ
ignore ファイルのパターンはビルドコンテキストのルートを起点とするので、`__pycache__` は `app/__pycache__` に
一致しません。ホストのバイトコードがイメージに入り、誰かがコードを実行するたびに、意味のある変更がなくても
レイヤーが変わります。ソースの隣にある（`__pycache__` の外の）`*.pyc` は、モジュールを削除しても import
できてしまいます。

## 代わりに
`**/__pycache__` のように書きます。

## 修正の安全性
安全です。新しいパターンが隠すのはキャッシュだけです。ファイル内の該当するパターンをまとめて直します。
"""

SYMPTOMS = (
    Text(
        en="the layer of `COPY . .` changes though no source file has",
        ja="ソースを変更していないのに `COPY . .` のレイヤーが変わる",
    ),
)

SENT = Text(
    en="`{pattern}` matches only at the root of the context (unlike in `.gitignore`): `{missed}` is"
    " still sent.",
    ja="`{pattern}` が一致するのはコンテキスト直下だけです（`.gitignore` とは異なります）。"
    "`{missed}` は送られます。",
)
WOULD_BE_SENT = Text(
    en="`{pattern}` matches only at the root of the context (unlike in `.gitignore`): `{missed}` is"
    " sent from any machine that has it.",
    ja="`{pattern}` が一致するのはコンテキスト直下だけです（`.gitignore` とは異なります）。"
    "`{missed}` のあるマシンでは、それが送られます。",
)
TAKES = Text(en="This takes `{missed}`.", ja="ここで `{missed}` をコピーします。")
PREFIX = Text(
    en="Write {patterns} to match at any depth",
    ja="どの深さにも一致する {patterns} に書き換える",
)


@rule(severity=Severity.INFO)
def dockerignore_caches_root_anchored(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    found = short_cache_patterns(db, view.path)
    for item in found:
        pattern = view.tree.patterns[item.number]
        yield Report(
            at=pattern_at(view, item.number),
            message=say(
                SENT if item.on_disk else WOULD_BE_SENT, pattern=pattern.text, missed=item.missed
            ),
            related=(Related(item.copy.at, say(TAKES, missed=item.missed)),),
            fixes=(_fix(view, found),),
            severity=Severity.INFO if item.kind == "bytecode" else Severity.HINT,
        )


def _fix(view: IgnoreFileView, found: tuple[ShortPattern, ...]) -> Fix:
    """One action for the whole file: who meets one of these meets them all."""
    better = [f"**/{view.tree.patterns[item.number].cleaned}" for item in found]
    edits = tuple(
        rewritten(view, item.number, text) for item, text in zip(found, better, strict=True)
    )
    return Fix(say(PREFIX, patterns=Names(tuple(better))), edits, Safety.SAFE)
