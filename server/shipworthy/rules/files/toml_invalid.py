"""A pyproject.toml or uv.lock is not valid TOML.

## Why
uv, pip and the build backends read the whole file first: `uv sync` ends with a parse error. In a
uv.lock it is usually a merge that was not finished.

## Example
```toml file=pyproject.toml
[project]
name = "app"
version = 0.1.0
```
```diagnostics
pyproject.toml:3:1: error[toml-invalid] `pyproject.toml` is not valid TOML from here on: every uv or pip command that reads it fails.
```

## Use instead
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```

## Fix safety
There is no fix for a manifest. A lock in the middle of a merge is solved by `uv lock`, manual.

## Sources
TOML 1.0; uv documentation, "Resolving merge conflicts" of the lock.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.projects import toml_problem
from shipworthy.model.visits import PythonProject
from shipworthy.model.workspace import root_of
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
pyproject.toml または uv.lock が TOML として正しくありません。

## なぜ
uv も pip もビルドバックエンドも、最初にファイル全体を読みます。そのため `uv sync` は解析エラーで止まります。
uv.lock の場合は、たいてい終わっていないマージが原因です。

## 代わりに
示された行を直します。ロックは `uv lock` で作り直します。

## 修正の安全性
マニフェストの自動修正はありません。マージの途中のロックは `uv lock` で解決します（手作業）。
"""

SYMPTOMS = (Text(en="`TOML parse error at line ...`", ja="`TOML parse error at line ...` になる"),)

BROKEN = Text(
    en="`{file}` is not valid TOML from here on: every uv or pip command that reads it fails.",
    ja="`{file}` はここから TOML として正しくないため、これを読む uv や pip のコマンドはすべて"
    "失敗します。",
)
CONFLICT = Text(
    en="A merge of `{file}` is unfinished: the conflict marker here is not TOML, so every"
    " command that reads the file fails.",
    ja="`{file}` のマージが終わっていません。ここにあるコンフリクトマーカーは TOML ではないため"
    "、このファイルを読むコマンドはすべて失敗します。",
)
LOCK = Text(
    en="Take one side and run `uv lock`",
    ja="どちらか一方を採用して `uv lock` を実行する",
)

_MARKER = regex(r"(?m)^<{7}(?: [^\r\n]*)?$")
_TEMPLATE = regex(r"\{%|\{\{")


@rule(severity=Severity.ERROR)
def toml_invalid(project: PythonProject, db: Database) -> Iterator[Report]:
    for name in ("pyproject.toml", "uv.lock"):
        path = f"{project.folder}/{name}"
        problem = toml_problem(db, path)
        text = db.text(path) or ""
        if problem is None or _TEMPLATE.search(text):
            continue
        marker = _MARKER.search(text)
        if marker is None:
            at = Anchor(path, -1, problem.span)
            yield Report(at, say(BROKEN, file=File(path)))
            continue
        at = Anchor(path, -1, Span(*marker.span()))
        fixes: tuple[Fix, ...] = ()
        if name == "uv.lock":
            folder = project.folder.removeprefix(root_of(db, path)).lstrip("/")
            command = f"uv lock --directory {shlex.quote(folder)}" if folder else "uv lock"
            fixes = (Fix(say(LOCK), (), Safety.MANUAL, (command,)),)
        yield Report(at, say(CONFLICT, file=File(path)), (), fixes)
