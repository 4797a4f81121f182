"""A pattern for environments covers the root of the context only.

## Why
Patterns of an ignore file are anchored at the root of the build context. Unlike in `.gitignore`, a
name without a slash does not match at any depth: `.venv` is `/.venv`, and the environment of the
project in `backend/` is sent.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /srv
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
```
```text file=requirements.txt
flask==3.1.0
```
```text file=.dockerignore
.git
.venv
```
```toml file=backend/pyproject.toml
[project]
name = "backend"
version = "0.1.0"
```
```ini file=backend/.venv/pyvenv.cfg
home = /usr/bin
```
```diagnostics
.dockerignore:2:1: warning[dockerignore-venv-not-nested] `.venv` matches only at the root of the context (unlike in `.gitignore`): `backend/.venv` is still sent to the build of `Dockerfile`.
```

## Use instead
```text file=.dockerignore
.git
**/.venv
```

## Fix safety
Safe for `.venv` and `node_modules`: nothing else has these names. Unsafe for `venv` and `env`,
which may be folders of sources below the root.

## Sources
Docker's documentation of `.dockerignore` (patterns match "relative to the root of the context");
moby/patternmatcher; experiments with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.context import ignore_rules
from shipworthy.model.exposures import Exposed, exposed_under
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.next_commands import build_command
from shipworthy.model.visits import IgnoreFileView
from shipworthy.rules.ignore_patterns import body, pattern_at, rewritten
from shipworthy.rules.rule import Report, rule

JA = """
仮想環境のパターンがコンテキスト直下にしか効きません。

## なぜ
ignore ファイルのパターンは、ビルドコンテキストのルートを起点とします。`.gitignore` とは異なり、スラッシュのない
名前がどの深さにも一致することはありません。`.venv` は `/.venv` の意味なので、`backend/` にあるプロジェクトの
仮想環境は送られます。

## 代わりに
`**/.venv` と書きます。

## 修正の安全性
`.venv` と `node_modules` では安全です。この名前のものは他にありません。`venv` と `env` はソースのフォルダーの
こともあるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`.dockerignore` lists `.venv`, yet `backend/.venv` is in the image",
        ja="`.dockerignore` に `.venv` があるのに、`backend/.venv` がイメージに入る",
    ),
)

SENT = Text(
    en="`{pattern}` matches only at the root of the context (unlike in `.gitignore`): `{missed}` is"
    " still sent to the build of `{build}`.",
    ja="`{pattern}` が一致するのはコンテキスト直下だけです（`.gitignore` とは異なります）。"
    "`{missed}` は `{build}` のビルドに送られます。",
)
WOULD_BE_SENT = Text(
    en="`{pattern}` matches only at the root of the context (unlike in `.gitignore`): from a machine"
    " that has `{missed}`, it is sent to the build of `{build}`.",
    ja="`{pattern}` が一致するのはコンテキスト直下だけです（`.gitignore` とは異なります）。"
    "`{missed}` のあるマシンでは、それが `{build}` のビルドに送られます。",
)
ONE_LEVEL = Text(
    en="`{pattern}` matches exactly one folder below the root of the context: `{missed}` is still"
    " sent to the build of `{build}`.",
    ja="`{pattern}` が一致するのはコンテキスト直下のフォルダーの中だけです。`{missed}` は `{build}` の"
    "ビルドに送られます。",
)
TAKES = Text(en="This takes `{missed}`.", ja="ここで `{missed}` をコピーします。")
REPLACE = Text(
    en="Replace `{pattern}` with `{better}`",
    ja="`{pattern}` を `{better}` に置き換える",
)

_NAMES = frozenset({".venv", "venv", "env", "node_modules"})
_ONE_MEANING = frozenset({".venv", "node_modules"})


@rule(severity=Severity.WARNING)
def dockerignore_venv_not_nested(view: IgnoreFileView, db: Database) -> Iterator[Report]:
    for number, pattern in enumerate(view.tree.patterns):
        one_level = body(pattern).startswith("*/")
        name = body(pattern).removeprefix("*/")
        if pattern.negated or name not in _NAMES:
            continue
        missed = sorted(_missed(db, view, name), key=lambda item: (not item.on_disk, item.path))
        if one_level:
            missed = [item for item in missed if item.on_disk]
        if not missed:
            continue
        first = missed[0]
        yield Report(
            at=pattern_at(view, number),
            message=say(
                ONE_LEVEL if one_level else SENT if first.on_disk else WOULD_BE_SENT,
                pattern=pattern.text,
                missed=first.path,
                build=_build(first),
            ),
            related=tuple(
                Related(item.copy.at, say(TAKES, missed=item.path)) for item in missed[:3]
            ),
            fixes=(_fix(db, view, number, name, first),),
            severity=_severity(first),
        )


def _missed(db: Database, view: IgnoreFileView, name: str) -> Iterator[Exposed]:
    """The environments of that name that are sent, and not by an exception."""
    rules = ignore_rules(db, view.path)
    for unit in view.units:
        for item in exposed_under(db, unit, view.path):
            if item.kind in ("environment", "node_modules") and f"/{item.path}".endswith(
                f"/{name}"
            ):
                verdict = visible(rules, item.path)
                if isinstance(verdict, Visible) and verdict.by is None:
                    yield item


def _severity(first: Exposed) -> Severity:
    """A package of a Node workspace rarely has modules of its own."""
    likely = first.on_disk or first.kind == "environment"
    return Severity.WARNING if likely else Severity.INFO


def _build(item: Exposed) -> str | File:
    unit = item.copy.unit
    return unit.service or File(str(unit.dockerfile))


def _fix(db: Database, view: IgnoreFileView, number: int, name: str, first: Exposed) -> Fix:
    better = f"**/{name}"
    title = say(REPLACE, pattern=view.tree.patterns[number].text, better=better)
    safety = Safety.SAFE if name in _ONE_MEANING else Safety.UNSAFE
    afterwards = (build_command(db, first.copy.unit),)
    return Fix(title, (rewritten(view, number, better),), safety, afterwards)
