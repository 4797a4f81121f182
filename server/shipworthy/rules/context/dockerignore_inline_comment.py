"""A comment after a pattern is part of the pattern.

## Why
In an ignore file `#` starts a comment only in the first column. `*.log  # logs` is one pattern that
matches names ending in `.log  # logs`, so nothing is excluded, and nothing says so.

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
**/.venv   # local environments
```
```diagnostics
.dockerignore:1:1: warning[dockerignore-inline-comment] The comment is part of this pattern, since `#` starts one only in the first column: `**/.venv` is not excluded.
```

## Use instead
```text file=.dockerignore
# local environments
**/.venv
```

## Fix safety
Unsafe: the pattern was never active, and what it hides from now on may be needed (`*.md` hides the
README that a build backend reads).

## Sources
moby/patternmatcher `ignorefile`; experiments with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.context import ignore_rules
from shipworthy.model.exposures import Exposed, exposed_under, hides
from shipworthy.model.ignoring import compile_patterns
from shipworthy.model.next_commands import build_command
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import pattern_at, rewritten
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.dockerignore import Pattern, parse
from shipworthy.text.patterns import regex

JA = """
パターンの後ろのコメントがパターンの一部になっています。

## なぜ
ignore ファイルで `#` がコメントになるのは行の先頭だけです。`*.log  # logs` は 1 つのパターンで、
`.log  # logs` で終わる名前に一致します。何も除外されず、警告も出ません。

## 代わりに
コメントを前の行に移します。

## 修正の安全性
安全とは限りません。これまで効いていなかったパターンが効き始め、必要なファイルを隠すことがあります（`*.md` は
ビルドバックエンドが読む README を隠します）。
"""

SYMPTOMS = (
    Text(
        en="a `.dockerignore` pattern with a comment after it has no effect",
        ja="`.dockerignore` で、後ろにコメントを付けたパターンが効かない",
    ),
)

EXCLUDES = Text(
    en="The comment is part of this pattern, since `#` starts one only in the first column:"
    " `{pattern}` is not excluded.",
    ja="`#` がコメントになるのは行の先頭だけなので、このコメントはパターンの一部です。`{pattern}` は"
    "除外されません。",
)
INCLUDES = Text(
    en="The comment is part of this exception, since `#` starts one only in the first column:"
    " `{pattern}` includes nothing again.",
    ja="`#` がコメントになるのは行の先頭だけなので、このコメントは例外パターンの一部です。"
    "`{pattern}` で再び含めるはずのものは、除外されたままです。",
)
TAKES = Text(
    en="This takes `{path}`, which the pattern was to exclude.",
    ja="このパターンが除外するはずの `{path}` をコピーします。",
)
MOVE = Text(
    en="Move the comment above `{pattern}`",
    ja="コメントを `{pattern}` の前の行に移す",
)

_INLINE = regex(r"[ \t]#")


@rule(severity=Severity.WARNING)
def dockerignore_inline_comment(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    for number, pattern in enumerate(view.tree.patterns):
        found = _INLINE.search(pattern.text)
        if found is None or pattern.text.startswith("#") or _is_a_name(db, view, pattern):
            continue
        meant = pattern.text[: found.start()].rstrip()
        text = f"{pattern.text[found.end() - 1 :]}\n{meant}"
        yield Report(
            at=pattern_at(view, number),
            message=_message(pattern, meant),
            related=tuple(
                Related(item.copy.at, say(TAKES, path=item.path))
                for item in _meant_for(db, view, meant)
            )[:3],
            fixes=(
                Fix(
                    say(MOVE, pattern=meant),
                    (rewritten(view, number, text),),
                    Safety.UNSAFE,
                    tuple(build_command(db, unit) for unit in view.units[:1]),
                ),
            ),
            severity=Severity.WARNING if view.units else Severity.INFO,
        )


def _message(pattern: Pattern, meant: str) -> Message:
    return say(INCLUDES if pattern.negated else EXCLUDES, pattern=meant)


def _is_a_name(db: Database, view: IgnoreFileView, pattern: Pattern) -> bool:
    """Whether something in a context really has ` #` in its name, as the pattern says."""
    rules = compile_patterns((pattern.cleaned.removeprefix("!"),))
    for unit in view.units:
        folder = pattern.cleaned.removeprefix("!").rpartition("/")[0]
        if not isinstance(unit.context, str) or "*" in folder:
            continue
        where = f"{unit.context}/{folder}" if folder else unit.context
        for name, _ in db.entries(where) or ():
            path = f"{folder}/{name}" if folder else name
            if "#" in name and rules.error is None and rules.at(path).excluded:
                return True
    return False


def _meant_for(db: Database, view: IgnoreFileView, meant: str) -> Iterator[Exposed]:
    rules = compile_patterns(parse(meant).tree.cleaned)
    if ignore_rules(db, view.path).error is not None:
        return
    for unit in view.units:
        for item in exposed_under(db, unit, view.path):
            if hides(rules, item):
                yield item
