"""A Dockerfile's own ignore file replaces `.dockerignore`, and leaves out what that excludes.

## Why
`<Dockerfile name>.dockerignore` is read instead of the `.dockerignore` at the root of the context;
the two are not merged. What only the root file excludes is sent to this build.

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
docs
```
```text file=Dockerfile.dockerignore
tests
```
```ini file=.venv/pyvenv.cfg
home = /usr/bin
```
```diagnostics
Dockerfile.dockerignore:1:1: warning[dockerignore-shadowed] For `Dockerfile` only this file is read, and `.dockerignore`, which excludes `.venv`, is not merged: `.venv` is sent.
```

## Use instead
```text file=Dockerfile.dockerignore
tests
**/.venv
```

## Fix safety
Unsafe: the patterns were not active for this build, and one may hide what it needs.

## Sources
BuildKit `frontend/dockerui/config.go`; Docker's documentation of the build context ("Filename and
location").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Names, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_rules
from shipworthy.model.exposures import Exposed, exposed_under, hides
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, visible
from shipworthy.model.next_commands import build_command
from shipworthy.model.unread_ignoring import root_ignore_path
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignoring_fixes import append_lines
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import whole_file

JA = """
Dockerfile 専用の ignore ファイルが `.dockerignore` に取って代わり、そちらで除外していたものが漏れています。

## なぜ
`<Dockerfile 名>.dockerignore` があると、コンテキストのルートの `.dockerignore` は読まれません。両者は統合されない
ので、ルートのファイルだけが除外しているものは、このビルドに送られます。

## 代わりに
必要なパターンを専用のファイルにも書きます。

## 修正の安全性
安全とは限りません。このビルドでは効いていなかったパターンなので、必要なファイルを隠すことがあります。
"""

SYMPTOMS = (
    Text(
        en="after a `Dockerfile.dockerignore` was added, files that `.dockerignore` excludes are in"
        " the image",
        ja="`Dockerfile.dockerignore` を追加したら、`.dockerignore` で除外したファイルがイメージに入った",
    ),
)

SHADOWED = Text(
    en="For `{dockerfile}` only this file is read, and `{root}`, which excludes `{path}`, is not"
    " merged: `{path}` is sent.",
    ja="`{dockerfile}` ではこのファイルだけが読まれ、`{path}` を除外している `{root}` は統合されません。"
    "`{path}` は送られます。",
)
NOT_READ = Text(
    en="This is not read for `{dockerfile}`.",
    ja="これは `{dockerfile}` では読まれません。",
)
ADD = Text(
    en="Add {patterns} to `{file}`",
    ja="`{file}` に {patterns} を追加する",
)


@rule(severity=Severity.WARNING, supersedes=("dockerignore-not-effective",))
def dockerignore_shadowed(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    for unit in view.units:
        root = root_ignore_path(db, unit)
        if root is None or root == view.path:
            continue
        sent = tuple(_sent(db, view, unit, root))
        if sent:
            dockerfile = File(str(unit.dockerfile))
            yield Report(
                at=view.at,
                message=say(SHADOWED, dockerfile=dockerfile, root=File(root), path=sent[0].path),
                related=(Related(whole_file(root), say(NOT_READ, dockerfile=dockerfile)),),
                fixes=tuple(_fixes(db, view, unit, root, sent)),
            )
            return


def _sent(db: Database, view: IgnoreFileView, unit: BuildUnit, root: str) -> Iterator[Exposed]:
    rules = ignore_rules(db, root)
    found = exposed_under(db, unit, view.path)
    for item in sorted(found, key=lambda item: (not item.on_disk, item.path)):
        if item.kind in ("environment", "node_modules", "secret") and hides(rules, item):
            yield item


def _fixes(
    db: Database, view: IgnoreFileView, unit: BuildUnit, root: str, sent: tuple[Exposed, ...]
) -> Iterator[Fix]:
    """The patterns of the root's file that hide these things, unless it is an allow-list."""
    tree = ignore_file(db, root)
    rules = ignore_rules(db, root)
    verdicts = [visible(rules, item.path) for item in sent]
    if tree is None or rules.negations or not all(isinstance(one, Hidden) for one in verdicts):
        return
    numbers = dict.fromkeys(one.by for one in verdicts if isinstance(one, Hidden))
    patterns = tuple(tree.patterns[number].text for number in numbers)
    yield Fix(
        say(ADD, file=File(view.path), patterns=Names(patterns)),
        (append_lines(db, view.path, patterns),),
        Safety.UNSAFE,
        (build_command(db, unit),),
    )
