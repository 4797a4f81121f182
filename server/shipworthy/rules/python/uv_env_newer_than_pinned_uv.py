"""A `UV_` variable is set that the uv of the image does not know yet.

## Why
uv does not look at variables it does not know: with `UV_NO_DEV=1` and uv 0.5.31, the dev group is
installed and nothing says so. Flags are different: an unknown flag is an error. A misspelt name is
not noticed either.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.5.31 /uv /bin/uv
ENV UV_NO_DEV=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
```
```diagnostics
Dockerfile:3:5: warning[uv-env-newer-than-pinned-uv] The uv 0.5.31 in this image ignores `UV_NO_DEV`, which uv reads only since 0.8.7: the setting has no effect.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_NO_DEV=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Unsafe: once its name is right, the setting takes effect.

## Sources
uv's own declaration of its variables with the version that added each.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import UV_ENVIRONMENT, UvCommand, boolean, is_uv_variable
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Image, Setting
from shipworthy.model.spelling import nearest
from shipworthy.model.uv_version import UvVersion, uv_version
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
イメージの uv がまだ知らない `UV_` 変数が設定されています。

## なぜ
uv は知らない変数を参照しません。uv 0.5.31 で `UV_NO_DEV=1` を設定しても dev グループはインストールされ、何の
表示もありません。知らないフラグならエラーになります。変数名のつづりの間違いにも気付けません。

## 代わりに
その変数に対応した uv を使うか、対応するフラグを使います。

## 修正の安全性
安全とは限りません。名前を正しく直すと、その設定が効くようになります。
"""

SYMPTOMS = (
    Text(
        en="the dev group is installed although `UV_NO_DEV=1` is set",
        ja="`UV_NO_DEV=1` を設定しているのに dev グループがインストールされる",
    ),
)

NEWER = Text(
    en="The uv {version} in this image ignores `{variable}`, which uv reads only since {since}:"
    " the setting has no effect.",
    ja="このイメージの uv {version} は `{variable}` を無視します。uv がこれを読むのは {since} からなので、"
    "この設定に効果はありません。",
)
UNKNOWN_NAME = Text(
    en="No uv reads `{variable}`: did you mean `{meant}`?",
    ja="`{variable}` を読む uv はありません。`{meant}` の誤りではありませんか。",
)
VERSION = Text(en="uv {version} comes from here.", ja="uv {version} はここで入ります。")
RENAME = Text(en="Write `{meant}`", ja="`{meant}` に直す")


@rule(severity=Severity.WARNING)
def uv_env_newer_than_pinned_uv(setting: Setting, db: Database) -> Iterator[Report]:
    made = image(db, setting.unit.id)
    if made is None or setting.instruction.keyword != "ENV" or not setting.reachable:
        return
    for word in setting.instruction.args[::3]:
        name = word.text
        value = setting.after.env.get(name)
        if not name.startswith("UV_") or value is None or value.at is None:
            continue
        if not is_uv_variable(name):
            yield from _misspelt(made, setting, name, value.at)
            continue
        since = UV_ENVIRONMENT.get(name)
        version = _version(made, setting)
        off = value.text is not None and (value.text == "" or boolean(value.text) is False)
        if since is None or version is None or off:
            continue
        if version.before(*(int(part) for part in since.split("."))):
            yield Report(
                at=value.at,
                message=say(NEWER, version=version.text, variable=name, since=since),
                related=(Related(version.at, say(VERSION, version=version.text)),),
            )


def _version(made: Image, setting: Setting) -> UvVersion | None:
    """The uv at the end of the stage: the variable may be set before uv is copied."""
    stage = made.stage(setting.stage)
    return uv_version(made, setting.stage, stage.shape.end)


def _misspelt(made: Image, setting: Setting, name: str, at: Anchor) -> Iterator[Report]:
    meant = nearest(name, UV_ENVIRONMENT, 2)
    source = setting.instruction.source
    mentioned = sum(f"${name}" in item or f"${{{name}" in item for item in _texts(made))
    if meant is None or mentioned or not _uses_uv(made, setting):
        return
    start = at.span.start
    edits: tuple[Fix, ...] = ()
    if source[start : start + len(name)] == name and setting.unit.inline is None:
        place = Anchor(at.path, at.node, Span(start, start + len(name)))
        edits = (Fix(say(RENAME, meant=meant), (Edit(place, meant),), Safety.UNSAFE),)
    yield Report(at=at, message=say(UNKNOWN_NAME, variable=name, meant=meant), fixes=edits)


def _texts(made: Image) -> Iterator[str]:
    return (step.instruction.source for stage in made.stages for step in stage.steps)


def _uses_uv(made: Image, setting: Setting) -> bool:
    return any(
        isinstance(command.tool, UvCommand)
        for run in made.stage(setting.stage).runs()
        for command in run.commands
    )
