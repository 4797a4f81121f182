"""An ignore file lies where no build reads it.

## Why
A build reads one ignore file: `<Dockerfile name>.dockerignore` beside its Dockerfile, else
`.dockerignore` at the root of its *context*. A `.dockerignore` beside a Dockerfile in a folder
below the context, or beside the compose file, is never looked at, and nothing says so: the build
works and sends everything.

## Example
```yaml file=compose.yaml
services:
  web:
    build:
      context: .
      dockerfile: docker/Dockerfile
```
```dockerfile file=docker/Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
```
```text file=requirements.txt
flask==3.1.0
```
```text file=docker/.dockerignore
**/.venv
```
```ini file=.venv/pyvenv.cfg
home = /usr/bin
```
```diagnostics
docker/.dockerignore:1:1: warning[dockerignore-not-effective] No build found here reads this file: `web` is built with context `.` (compose.yaml:4), so only `.dockerignore` or `docker/Dockerfile.dockerignore` applies.
```

## Use instead
```text file=docker/.dockerignore absent
```
```text file=docker/Dockerfile.dockerignore
**/.venv
```

## Fix safety
Unsafe: patterns that were never active take effect, and one of them may hide a file that the build
needs. The patterns are added to the file that is read, or to a new one at the root of the context;
the file itself stays, since another tool may build from its folder.

## Sources
Docker's documentation of the build context ("Filename and location"); BuildKit
`frontend/dockerui/config.go`; experiments with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import CreateFile, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Message, Names, Place, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of, ignore_rules
from shipworthy.model.exposures import Exposed, exposed, hides
from shipworthy.model.next_commands import build_command
from shipworthy.model.unread_ignoring import (
    Unread,
    effective_patterns,
    is_repeated,
    moved_patterns,
    unread,
)
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignoring_fixes import append_lines
from shipworthy.rules.rule import Report, rule

JA = """
どのビルドも読まない場所に ignore ファイルがあります。

## なぜ
ビルドが読む ignore ファイルは 1 つだけです。Dockerfile の隣の `<Dockerfile 名>.dockerignore` か、それがなければ
ビルドコンテキストのルートの `.dockerignore` です。コンテキストより下のフォルダーで Dockerfile の隣に置いた
`.dockerignore` や、Compose ファイルの隣の `.dockerignore` は読まれず、警告も出ません。ビルドは成功し、すべてが
送られます。

## 代わりに
コンテキストのルートの `.dockerignore` か、`<Dockerfile 名>.dockerignore` に書きます。

## 修正の安全性
安全とは限りません。これまで効いていなかったパターンが効き始め、ビルドに必要なファイルを隠すことがあります。
パターンは実際に読まれるファイルに追加され、元のファイルは残ります。
"""

SYMPTOMS = (
    Text(
        en="`.dockerignore` has no effect: ignored files still end up in the image",
        ja="`.dockerignore` が効かず、除外したはずのファイルがイメージに入る",
    ),
)

ELSEWHERE_COMPOSE = Text(
    en="No build found here reads this file: `{service}` is built with context `{context}`"
    " ({place}), so only `{root}` or `{named}` applies.",
    ja="見つかったどのビルドもこのファイルを読みません。`{service}` のコンテキストは `{context}`"
    "（{place}）なので、有効なのは `{root}` か `{named}` だけです。",
)
ELSEWHERE = Text(
    en="No build found here reads this file: `{dockerfile}` is built with context `{context}`, so"
    " only `{root}` or `{named}` applies.",
    ja="見つかったどのビルドもこのファイルを読みません。`{dockerfile}` のコンテキストは"
    " `{context}` なので、有効なのは `{root}` か `{named}` だけです。",
)
INLINE = Text(
    en="No build found here reads this file: `{service}` is built with context `{context}`"
    " ({place}), so only `{root}` applies.",
    ja="見つかったどのビルドもこのファイルを読みません。`{service}` のコンテキストは `{context}`"
    "（{place}）なので、有効なのは `{root}` だけです。",
)
NO_DOCKERFILE = Text(
    en="No build found here reads this file: there is no `{meant}`; for `{dockerfile}` only"
    " `{named}` or `{root}` applies.",
    ja="見つかったどのビルドもこのファイルを読みません。`{meant}` がないためです。`{dockerfile}` に"
    "有効なのは `{named}` か `{root}` だけです。",
)
REPLACED = Text(
    en="No build found here reads this file: `{named}` takes its place for `{dockerfile}`, and the"
    " two are not merged.",
    ja="見つかったどのビルドもこのファイルを読みません。`{dockerfile}` では代わりに `{named}` が"
    "使われ、両者は統合されません。",
)
TAKES = Text(
    en="This takes `{path}`, which the unread file would exclude.",
    ja="読まれないファイルが除外するはずの `{path}` をコピーします。",
)
ADD = Text(
    en="Add {patterns} to `{file}`, which is read",
    ja="実際に読まれる `{file}` に {patterns} を追加する",
)
CREATE = Text(
    en="Create `{file}` with {patterns}",
    ja="{patterns} を書いた `{file}` を作成する",
)


@rule(severity=Severity.WARNING)
def dockerignore_not_effective(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    dead = unread(db, view.path)
    if dead is None or not view.tree.patterns or is_repeated(db, dead):
        return
    missed = tuple(_missed(db, dead))
    yield Report(
        at=view.at,
        message=_message(dead),
        related=tuple(Related(item.copy.at, say(TAKES, path=item.path)) for item in missed[:3]),
        fixes=_fixes(db, dead),
        severity=Severity.WARNING if missed else Severity.INFO,
    )


def _missed(db: Database, dead: Unread) -> Iterator[Exposed]:
    """What the builds take although the file, read from either folder, would hide it."""
    rules = ignore_rules(db, dead.path)
    for unit in dead.units:
        for item in exposed(db, unit.id):
            if item.kind not in ("environment", "node_modules", "secret"):
                continue
            whole = f"{item.copy.context}/{item.path}"
            below = whole.removeprefix(f"{dead.folder}/")
            if hides(rules, item) or (below != whole and hides(rules, item, below)):
                yield item


def _message(dead: Unread) -> Message:
    unit = dead.units[0]
    dockerfile, context = str(unit.dockerfile), str(unit.context)
    root, named = File(f"{context}/.dockerignore"), File(f"{dockerfile}.dockerignore")
    if dead.kind == "replaced":
        return say(REPLACED, named=named, dockerfile=File(dockerfile))
    if dead.kind == "no-dockerfile":
        meant = File(dead.path.removesuffix(".dockerignore"))
        return say(NO_DOCKERFILE, meant=meant, dockerfile=File(dockerfile), named=named, root=root)
    if unit.origin != "compose":
        return say(
            ELSEWHERE, dockerfile=File(dockerfile), context=File(context), root=root, named=named
        )
    place = Place(unit.context_at or unit.at)
    if unit.inline is not None:
        return say(INLINE, service=unit.service, context=File(context), place=place, root=root)
    return say(
        ELSEWHERE_COMPOSE,
        service=unit.service,
        context=File(context),
        place=place,
        root=root,
        named=named,
    )


def _fixes(db: Database, dead: Unread) -> tuple[Fix, ...]:
    moved = moved_patterns(db, dead)
    unit = dead.units[0]
    lines = tuple(text for text in moved or () if text not in effective_patterns(db, unit))
    if not lines:
        return ()
    effective = ignore_path_of(db, unit)
    if isinstance(effective, str):
        title = say(ADD, file=File(effective), patterns=Names(lines))
        change = append_lines(db, effective, lines)
        return (Fix(title, (change,), Safety.UNSAFE, _afterwards(db, unit)),)
    path = f"{unit.context}/.dockerignore"
    text = "".join(f"{line}\n" for line in lines)
    title = say(CREATE, file=File(path), patterns=Names(lines))
    return (Fix(title, (CreateFile(path, text),), Safety.UNSAFE, _afterwards(db, unit)),)


def _afterwards(db: Database, unit: BuildUnit) -> tuple[str, ...]:
    return (build_command(db, unit),)
