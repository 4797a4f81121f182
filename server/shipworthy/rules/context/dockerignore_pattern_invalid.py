"""The build fails with a pattern of its ignore file.

## Why
The ignore file is read before the first instruction runs, and one pattern that cannot be read stops
the whole build: a lone `!`, a class without its `]`, a trailing `\\`. Others pass that check and fail
when the first path is compared with them, because the matcher makes a regular expression of every
pattern: `src\\pkg`, the Windows notation, is one.

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
logs/[0-9
```
```diagnostics
.dockerignore:2:1: error[dockerignore-pattern-invalid] The build stops at `logs/[0-9` with `syntax error in pattern`.
```

## Use instead
```text file=.dockerignore
**/.venv
logs/[0-9]*
```

## Fix safety
Safe for a lone `!`: it is removed, and no build that reads it succeeds. Unsafe for `\\`: it becomes
`/`, and the pattern hides something for the first time.

## Sources
moby/patternmatcher (`New`, `Pattern.compile`); BuildKit sends the patterns in gRPC headers, which
take no control characters; experiments with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.broken_patterns import Broken, broken_patterns
from shipworthy.model.next_commands import build_command
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import pattern_at, rewritten
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
ignore ファイルのパターンが原因でビルドが失敗します。

## なぜ
ignore ファイルは最初の命令より前に読まれ、読めないパターンが 1 つあるだけでビルド全体が止まります。単独の `!`、
`]` のない文字クラス、行末の `\\` がそうです。この検査を通っても、最初のパスと比べるときに失敗するものもあります。
パターンはすべて正規表現に変換されるためで、Windows 流の `src\\pkg` がその例です。

## 代わりに
パターンを正しい書き方に直します。

## 修正の安全性
単独の `!` では安全です。取り除くだけで、これを読むビルドは必ず失敗しています。`\\` を `/` に直す修正は、パターンが
初めて何かを隠すため安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en='`failed to solve: illegal exclusion pattern: "!"` or `syntax error in pattern`',
        ja='`failed to solve: illegal exclusion pattern: "!"` や `syntax error in pattern` になる',
    ),
)

ILLEGAL = Text(
    en="The build stops at `{pattern}` with `illegal exclusion pattern`: an exception (`!`)"
    " needs a path.",
    ja="ビルドは `{pattern}` で `illegal exclusion pattern` になって止まります。例外（`!`）には"
    "パスが必要です。",
)
SYNTAX = Text(
    en="The build stops at `{pattern}` with `syntax error in pattern`.",
    ja="ビルドは `{pattern}` で `syntax error in pattern` になって止まります。",
)
EXPRESSION = Text(
    en="The build stops when it compares a path with `{pattern}`, which cannot be turned into a"
    " regular expression.",
    ja="ビルドは `{pattern}` とパスを比べるときに止まります。正規表現に変換できないためです。",
)
CONTROL = Text(
    en="The build stops at a pattern with a control character, which cannot be sent to the builder.",
    ja="ビルドは制御文字を含むパターンで止まります。ビルダーに送れないためです。",
)
TOO_LONG = Text(
    en="The build stops at this line with `token too long`: a line has at most 65535 bytes.",
    ja="ビルドはこの行で `token too long` になって止まります。1 行は 65535 バイトまでです。",
)
REMOVE = Text(en="Remove `{pattern}`", ja="`{pattern}` を削除する")
SLASHES = Text(
    en="Replace `{pattern}` with `{better}`",
    ja="`{pattern}` を `{better}` に置き換える",
)


@rule(severity=Severity.ERROR)
def dockerignore_pattern_invalid(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    for broken in broken_patterns(db, view.path) if view.units else ():
        if broken.pattern is None:
            yield Report(Anchor(view.path, -1, broken.span), say(TOO_LONG))
            continue
        pattern = view.tree.patterns[broken.pattern]
        yield Report(
            at=pattern_at(view, broken.pattern),
            message=_message(broken, pattern.text),
            fixes=_fixes(db, view, broken, broken.pattern),
            # An exception is looked at only where something is excluded.
            severity=Severity.WARNING
            if broken.kind == "expression" and pattern.negated
            else Severity.ERROR,
        )


def _message(broken: Broken, pattern: str) -> Message:
    if broken.kind == "illegal-exclusion":
        return say(ILLEGAL, pattern=pattern)
    if broken.kind == "pattern-syntax":
        return say(SYNTAX, pattern=pattern)
    if broken.kind == "expression":
        return say(EXPRESSION, pattern=pattern)
    return say(CONTROL)


def _fixes(db: Database, view: IgnoreFileView, broken: Broken, number: int) -> tuple[Fix, ...]:
    afterwards = (build_command(db, view.units[0]),)
    pattern = view.tree.patterns[number].text
    if broken.kind == "illegal-exclusion":
        edits: tuple[Edit, ...] = (rewritten(view, number, ""),)
        return (Fix(say(REMOVE, pattern=pattern), edits, Safety.SAFE, afterwards),)
    if broken.kind == "expression" and "\\" in pattern:
        better = pattern.replace("\\", "/")
        title = say(SLASHES, pattern=pattern, better=better)
        return (Fix(title, (rewritten(view, number, better),), Safety.UNSAFE, afterwards),)
    return ()
