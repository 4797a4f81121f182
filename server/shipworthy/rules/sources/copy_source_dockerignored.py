"""An ignore file hides a file that the build names or needs.

## Why
What an ignore file excludes is not sent, and a COPY or a bind mount that names it fails with "not
found" although the file is there. A wildcard, or a COPY of the whole folder, passes without it:
then `uv sync` finds no `uv.lock` and resolves all versions afresh, and no message says so.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```text file=.dockerignore
.venv
*.lock
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
```
```diagnostics
Dockerfile:4:21: error[copy-source-dockerignored] `uv.lock` is excluded by `*.lock` in `.dockerignore`: the build stops here with `not found`.
```

## Use instead
```text file=.dockerignore
.venv
*.lock
!uv.lock
```

## Fix safety
Safe when one build reads the ignore file: it fails today, and the exception brings back only what
it names. Where other builds read the same file the fix is unsafe, because they get the file too.

## Sources
BuildKit's check `CopyIgnoredFile`; experiments with BuildKit ("failed to compute cache key").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Line, Names, Text, say
from shipworthy.model.builds import BuildUnit, root_of_unit
from shipworthy.model.context import readers
from shipworthy.model.copy_sources import SourceState, source_states
from shipworthy.model.files import ignore_file
from shipworthy.model.git import committed
from shipworthy.model.lock_uses import LockUse, lock_uses
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
ビルドが名指しする、または必要とするファイルを ignore ファイルが隠しています。

## なぜ
ignore ファイルが除外したものは送られず、それを名指しする COPY やバインドマウントは、ファイルがあっても「not found」で
失敗します。ワイルドカードやフォルダー全体の COPY は、それがなくても通ります。すると `uv sync` は `uv.lock` を見つけられず、
何も言わずにすべてのバージョンを解決し直します。

## 代わりに
パターンの後に `!uv.lock` のような例外を書くか、パターンを狭めます。

## 修正の安全性
その ignore ファイルを読むビルドが一つなら安全です。今は失敗しており、例外は名指ししたものだけを戻します。ほかのビルドも
同じファイルを読むときは、そちらにも入るため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en='`failed to compute cache key: "/uv.lock": not found`',
        ja='`failed to compute cache key: "/uv.lock": not found` と表示される',
    ),
    Text(
        en="`CopyIgnoredFile: Attempting to Copy file that is excluded by .dockerignore`",
        ja="`CopyIgnoredFile: Attempting to Copy file that is excluded by .dockerignore` と"
        "表示される",
    ),
    Text(
        en="production has newer versions than `uv.lock`",
        ja="本番のバージョンが `uv.lock` より新しい",
    ),
)

EXCLUDED = Text(
    en="`{path}` is excluded by `{pattern}` in `{ignore}`: the build stops here with `not found`.",
    ja="`{path}` は `{ignore}` の `{pattern}` で除外されているため、ビルドはここで `not found`"
    " となって止まります。",
)
MATCHES_HIDDEN = Text(
    en="`{source}` matches only {matches}, which `{pattern}` in `{ignore}` excludes: nothing is"
    " copied, and the build goes on.",
    ja="`{source}` に一致するのは {matches} だけですが、`{ignore}` の `{pattern}` で除外されています。"
    "何もコピーされないまま、ビルドは続きます。",
)
HIDES_LOCK = Text(
    en="`{pattern}` keeps `{lock}` out of the image: `{command}` (line {line} of the Dockerfile)"
    " resolves all versions afresh in each build.",
    ja="`{pattern}` が `{lock}` をイメージから除外しています。`{command}`（Dockerfile の {line} 行目）は"
    "ビルドのたびにすべてのバージョンを解決し直します。",
)
HIDES_NEEDED = Text(
    en="`{pattern}` keeps `{lock}` out of the image: `{command}` (line {line} of the Dockerfile)"
    " fails without it.",
    ja="`{pattern}` が `{lock}` をイメージから除外しています。`{command}`（Dockerfile の {line} 行目）は"
    "これがないと失敗します。",
)
HERE = Text(en="This pattern excludes it.", ja="このパターンが除外しています。")
INSTALLS = Text(en="This command needs the lock.", ja="このコマンドにはロックが必要です。")
EXCEPT = Text(
    en="Add `{exception}` after `{pattern}`", ja="`{pattern}` の後に `{exception}` を追加する"
)


@rule(severity=Severity.ERROR)
def copy_source_dockerignored(unit: BuildUnit, db: Database) -> Iterator[Report]:
    for state in source_states(db, unit.id):
        pattern = state.pattern
        if pattern is None or state.ignore is None:
            continue
        related = (Related(pattern, say(HERE)),)
        if state.status == "hidden" and (state.on_disk or unit.origin != "inferred"):
            message = say(
                EXCLUDED,
                path=state.path,
                pattern=_text(db, pattern),
                ignore=File(state.ignore),
            )
            fixes = _except(db, pattern, (state.path,))
            yield Report(state.source.at, message, related, fixes)
        elif state.status == "hidden-matches":
            yield _glob(db, state, pattern, state.ignore)
    yield from _locks(db, unit)


def _glob(db: Database, state: SourceState, pattern: Anchor, ignore: str) -> Report:
    message = say(
        MATCHES_HIDDEN,
        source=state.source.text,
        matches=Names(state.matches[:3]),
        pattern=_text(db, pattern),
        ignore=File(ignore),
    )
    fixes = _except(db, pattern, state.matches) if len(state.matches) <= 3 else ()
    related = (Related(pattern, say(HERE)),)
    return Report(state.source.at, message, related, fixes, Severity.WARNING)


def _locks(db: Database, unit: BuildUnit) -> Iterator[Report]:
    named = {
        state.path
        for state in source_states(db, unit.id)
        if state.status in ("hidden", "hidden-matches")
    }
    seen: set[Anchor] = set()
    for use in lock_uses(db, unit.id):
        hidden = use.withheld
        if hidden is None or hidden.pattern in seen or not use.run.reachable:
            continue
        if not committed(db, root_of_unit(db, unit), hidden.host):
            continue
        if use.command.conditional or any(hidden.host.endswith(f"/{path}") for path in named):
            continue
        seen.add(hidden.pattern)
        yield _hidden_lock(db, unit, use, hidden.pattern)


def _hidden_lock(db: Database, unit: BuildUnit, use: LockUse, pattern: Anchor) -> Report:
    hidden = use.withheld
    assert hidden is not None
    message = say(
        HIDES_NEEDED if use.requires_lock else HIDES_LOCK,
        pattern=_text(db, pattern),
        lock=File(hidden.host),
        command=use.command.source,
        line=Line(use.command.at),
    )
    context = unit.context if isinstance(unit.context, str) else ""
    inside = hidden.host.startswith(f"{context}/")
    path = hidden.host[len(context) + 1 :]
    return Report(
        at=pattern,
        message=message,
        related=(Related(use.command.at, say(INSTALLS)),),
        fixes=_except(db, pattern, (path,)) if inside and context else (),
    )


def _text(db: Database, pattern: Anchor) -> str:
    tree = ignore_file(db, pattern.path)
    return tree.patterns[pattern.node].text if tree is not None else ""


def _except(db: Database, pattern: Anchor, paths: tuple[str, ...]) -> tuple[Fix, ...]:
    if any(set(path) & set("*?[]\\\n") for path in paths):
        return ()
    alone = len(readers(db, pattern.path)) <= 1
    lines = "".join(f"\n!{path}" for path in paths)
    end = Anchor(pattern.path, pattern.node, Span(pattern.span.end, pattern.span.end))
    title = say(EXCEPT, exception=f"!{paths[0]}", pattern=_text(db, pattern))
    return (Fix(title, (Edit(end, lines),), Safety.SAFE if alone else Safety.UNSAFE),)
