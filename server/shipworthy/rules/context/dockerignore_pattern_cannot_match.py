"""A pattern cannot match what it was written for.

## Why
A pattern is a path from the root of the context, in the notation of Go: `../`, `~`, `$HOME`,
`{a,b}` and quotes are taken literally, and a name that is one character off matches nothing. A
pattern that matches nothing is not an error: the build works and sends what it should not.

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
.git
venv
```
```ini file=.venv/pyvenv.cfg
home = /usr/bin
```
```diagnostics
.dockerignore:2:1: warning[dockerignore-pattern-cannot-match] `venv` does not match `.venv`, which is in the context and sent: did you mean `**/.venv`?
```

## Use instead
```text file=.dockerignore
.git
**/.venv
```

## Fix safety
Safe when the better pattern is the exact name of an environment or a tool cache; else unsafe: what
it hides from now on may be needed.

## Sources
Docker's documentation of `.dockerignore`; moby/patternmatcher; Go's `filepath.Match`; reports of
patterns such as `./venv` and `../.venv` that had no effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Names, Text, say
from shipworthy.model.broken_patterns import broken_patterns
from shipworthy.model.missed_patterns import Missed, missed
from shipworthy.model.next_commands import build_command
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import body, pattern_at, rewritten
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.dockerignore import Pattern

JA = """
パターンが、意図したものに一致しません。

## なぜ
パターンはコンテキストのルートからのパスで、Go の書き方に従います。`../`、`~`、`$HOME`、`{a,b}`、引用符は文字
どおりに扱われ、1 文字違いの名前は何にも一致しません。一致しないパターンはエラーにならず、ビルドは成功して、
送るべきでないものを送ります。

## 代わりに
コンテキストのルートからのパスを正しく書きます。

## 修正の安全性
直したパターンが仮想環境やツールのキャッシュの名前そのものなら安全です。それ以外は、必要なファイルを隠すことが
あるため安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="a `.dockerignore` pattern has no effect, and nothing warns about it",
        ja="`.dockerignore` のパターンが効かず、警告も出ない",
    ),
)

TYPO = Text(
    en="`{pattern}` does not match `{path}`, which is in the context and sent: did you mean"
    " `{better}`?",
    ja="`{pattern}` は、コンテキストにあって送られる `{path}` に一致しません。`{better}` の誤りでは"
    "ありませんか。",
)
ELSEWHERE_SENT = Text(
    en="`{pattern}` matches nothing, since patterns start at the root of the context, which has no"
    " `{first}`: `{path}` is sent.",
    ja="パターンはコンテキストのルートからの相対パスですが、そこに `{first}` はないため、"
    "`{pattern}` は何にも一致しません。`{path}` は送られます。",
)
OUTSIDE = Text(
    en="`{pattern}` can match nothing: patterns are relative to the root of the context, not to"
    " this file, and nothing above it is sent anyway.",
    ja="`{pattern}` は何にも一致しません。パターンはこのファイルではなくコンテキストのルートから"
    "の相対パスで、ルートより上のものはそもそも送られません。",
)
OUTSIDE_SENT = Text(
    en="`{pattern}` can match nothing, since patterns are relative to the root of the context, not"
    " to this file: `{path}` is sent.",
    ja="パターンはこのファイルではなくコンテキストのルートからの相対パスなので、`{pattern}` は何"
    "にも一致しません。`{path}` は送られます。",
)
LITERAL = Text(
    en="No shell reads this file, so {part} in `{pattern}` is literal: it matches only a file of"
    " exactly that name.",
    ja="このファイルはシェルを通らないため、`{pattern}` の {part} は文字どおりに扱われ、その名前"
    "のファイルにしか一致しません。",
)
LITERAL_SENT = Text(
    en="No shell reads this file, so {part} in `{pattern}` is literal: `{path}` is sent.",
    ja="このファイルはシェルを通らないため、`{pattern}` の {part} は文字どおりに扱われます。"
    "`{path}` は送られます。",
)
BACKSLASH = Text(
    en="In `{pattern}`, `\\` is an escape, not a path separator: write `{better}`.",
    ja="`{pattern}` の `\\` はパスの区切りではなくエスケープです。`{better}` と書きます。",
)
TAKES = Text(en="This takes `{path}`.", ja="ここで `{path}` をコピーします。")
REPLACE = Text(
    en="Replace `{pattern}` with {better}",
    ja="`{pattern}` を {better} に置き換える",
)

_PARTS = {"home": "`~`", "variable": "`$`", "braces": "`{}`"}
_HARMLESS = frozenset({"environment", "cache", "bytecode"})


@rule(severity=Severity.WARNING)
def dockerignore_pattern_cannot_match(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    broken = {item.pattern for item in broken_patterns(db, view.path)}
    for number, pattern in enumerate(view.tree.patterns):
        miss = missed(db, view.path, pattern, view.units) if view.units else None
        if miss is None or number in broken:
            continue
        yield Report(
            at=pattern_at(view, number),
            message=_message(miss, pattern),
            related=tuple(
                Related(item.copy.at, say(TAKES, path=item.path)) for item in miss.sent[:3]
            ),
            fixes=_fixes(db, view, number, miss),
            severity=Severity.WARNING if miss.serious else Severity.INFO,
        )


def _message(miss: Missed, written: Pattern) -> Message:
    pattern = written.text
    sent = miss.sent[0].path if miss.sent else ""
    better = miss.better[0] if miss.better else ""
    if miss.kind == "typo":
        return say(TYPO, pattern=pattern, path=miss.path, better=better)
    if miss.kind == "elsewhere":
        first = body(written).partition("/")[0]
        return say(ELSEWHERE_SENT, pattern=pattern, first=first, path=sent)
    if miss.kind == "backslash":
        return say(BACKSLASH, pattern=pattern, better=better)
    if miss.kind == "outside":
        if not sent:
            return say(OUTSIDE, pattern=pattern)
        return say(OUTSIDE_SENT, pattern=pattern, path=sent)
    part = _PARTS.get(miss.kind) or f"`{body(written)[:1]}`"
    if not sent:
        return say(LITERAL, pattern=pattern, part=part)
    return say(LITERAL_SENT, pattern=pattern, part=part, path=sent)


def _fixes(db: Database, view: IgnoreFileView, number: int, miss: Missed) -> tuple[Fix, ...]:
    if not miss.better:
        return ()
    exact = all("*" not in text.removeprefix("**/") for text in miss.better)
    harmless = bool(miss.sent) and all(item.kind in _HARMLESS for item in miss.sent)
    title = say(REPLACE, pattern=view.tree.patterns[number].text, better=Names(miss.better))
    edit = rewritten(view, number, "\n".join(miss.better))
    safety = Safety.SAFE if exact and harmless else Safety.UNSAFE
    return (Fix(title, (edit,), safety, (build_command(db, view.units[0]),)),)
