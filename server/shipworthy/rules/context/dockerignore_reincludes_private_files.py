"""An exception brings back more than it should: an environment, secrets, an excluded folder.

## Why
The last pattern that matches decides. `!backend` brings back everything below `backend`, the
environment too, whatever was excluded before; `!**/*.txt` brings back text files from folders that
are excluded, which `.gitignore` would not do.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY backend/requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY backend ./
```
```text file=backend/requirements.txt
flask==3.1.0
```
```ini file=backend/.venv/pyvenv.cfg
home = /usr/bin
```
```text file=.dockerignore
*
!backend
```
```diagnostics
.dockerignore:2:1: warning[dockerignore-reincludes-private-files] `!backend` also brings back `backend/.venv`, which line 1 excluded: the last pattern that matches decides.
```

## Use instead
```text file=.dockerignore
*
!backend
**/.venv
```

## Fix safety
Safe for environments: `**/.venv` after the exception hides nothing else. Unsafe for other files, which
somebody may need.

## Sources
moby/patternmatcher; fsutil's walk; experiments with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Line, Message, Names, Text, say
from shipworthy.model.next_commands import build_command
from shipworthy.model.reincluded import Reincluded, reincluded
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import pattern_at
from shipworthy.rules.ignoring_fixes import append_lines
from shipworthy.rules.rule import Report, rule

JA = """
例外パターンが、仮想環境、秘密情報、除外したフォルダーなどまで再び含めています。

## なぜ
最後に一致したパターンが有効です。`!backend` は、前に除外したものも含めて `backend` の下のすべてを戻します。仮想
環境も例外ではありません。`!**/*.txt` は、除外したフォルダーの中のテキストファイルも戻します。`.gitignore` では
起こらないことです。

## 代わりに
例外の後ろに `**/.venv` を書くか、例外の範囲を狭めます。

## 修正の安全性
仮想環境では安全です。例外の後ろの `**/.venv` は他のものを隠しません。それ以外のファイルは必要とされることがある
ため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="a file is in the image although `.dockerignore` excludes its folder",
        ja="`.dockerignore` でフォルダーを除外したのに、その中のファイルがイメージに入る",
    ),
)

BRINGS_BACK = Text(
    en="`{pattern}` also brings back `{path}`, which line {line} excluded: the last pattern that"
    " matches decides.",
    ja="`{pattern}` は、{line} 行目で除外した `{path}` も再び含めます。最後に一致したパターンが"
    "有効になるためです。",
)
WOULD_BRING_BACK = Text(
    en="`{pattern}` also brings back `{path}`, which line {line} excludes, from any machine that has"
    " one: the last pattern that matches decides.",
    ja="`{path}` のあるマシンでは、{line} 行目で除外したそのファイルを `{pattern}` が再び含めま"
    "す。最後に一致したパターンが有効になるためです。",
)
TAKES = Text(en="This takes `{path}`.", ja="ここで `{path}` をコピーします。")
ADD = Text(
    en="Add {patterns} after it in `{file}`",
    ja="`{file}` で、その後に {patterns} を追加する",
)


@rule(severity=Severity.WARNING)
def dockerignore_reincludes_private_files(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    for number, found in reincluded(db, view.path):
        first = found[0]
        yield Report(
            at=pattern_at(view, number),
            message=_message(view, number, first),
            related=tuple(Related(item.copy.at, say(TAKES, path=item.path)) for item in found[:3]),
            fixes=(_fix(db, view, found),),
            severity=Severity.WARNING if first.private else Severity.INFO,
        )


def _message(view: IgnoreFileView, number: int, first: Reincluded) -> Message:
    return say(
        BRINGS_BACK if first.on_disk else WOULD_BRING_BACK,
        pattern=view.tree.patterns[number].text,
        path=first.path,
        line=Line(pattern_at(view, first.excluded_by)),
    )


def _fix(db: Database, view: IgnoreFileView, found: tuple[Reincluded, ...]) -> Fix:
    patterns = tuple(dict.fromkeys(item.again for item in found))[:5]
    harmless = all(item.kind in ("environment", "node_modules") for item in found)
    return Fix(
        say(ADD, file=File(view.path), patterns=Names(patterns)),
        (append_lines(db, view.path, patterns),),
        Safety.SAFE if harmless else Safety.UNSAFE,
        (build_command(db, found[0].copy.unit),),
    )
