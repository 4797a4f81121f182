"""Credentials of a package index are written into the image or its history.

## Why
ENV is part of the image's configuration, the values of ARG and the text of RUN are part of its
history: `docker history --no-trunc` shows them to everybody who has the image. A secret mount exists
for one RUN only and leaves nothing behind.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
ENV UV_INDEX_INTERNAL_USERNAME=build \\
    UV_INDEX_INTERNAL_PASSWORD=dummy
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```text file=uv.lock
version = 1
```
```diagnostics
Dockerfile:5:5: error[index-credentials-in-layer] `UV_INDEX_INTERNAL_PASSWORD` becomes part of the image: `docker history` and `docker inspect` show it to everybody who has the image.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
ENV UV_INDEX_INTERNAL_USERNAME=build
COPY pyproject.toml uv.lock ./
RUN --mount=type=secret,id=index,env=UV_INDEX_INTERNAL_PASSWORD uv sync --locked
```

## Fix safety
Manual: the secret has to be given to the build (`--secret`, `secrets:` in compose), which no edit of
the Dockerfile does.

## Sources
Docker's documentation of build secrets; BuildKit's check `SecretsUsedInArgOrEnv`; uv's documentation
of index authentication.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.credentials import credentials_in, password_in
from shipworthy.model.image.steps import Run, Setting
from shipworthy.rules.rule import Report, rule

JA = """
パッケージインデックスの認証情報がイメージやその履歴に書き込まれます。

## なぜ
ENV はイメージの設定に、ARG の値と RUN の内容は履歴に残り、イメージを持つ人なら誰でも
`docker history --no-trunc` で読めます。シークレットマウントは 1 つの RUN の間だけ存在し、何も残しません。

## 代わりに
`RUN --mount=type=secret,id=...,env=...` で渡します。

## 修正の安全性
自動では直しません。シークレットをビルドに渡す設定（`--secret`、compose の `secrets:`）も必要です。
"""

SYMPTOMS = (
    Text(
        en="`docker history --no-trunc` shows the password of a package index",
        ja="`docker history --no-trunc` でパッケージインデックスのパスワードが見える",
    ),
)

IN_ENV = Text(
    en="`{name}` becomes part of the image: `docker history` and `docker inspect` show it to"
    " everybody who has the image.",
    ja="`{name}` がイメージの一部になります。イメージを持つ人なら誰でも `docker history` や"
    " `docker inspect` で読めます。",
)
IN_ARG = Text(
    en="The value of `{name}` becomes part of the image's history, which `docker history` shows to"
    " everybody who has the image.",
    ja="`{name}` の値がイメージの履歴に残ります。イメージを持つ人なら誰でも `docker history` で"
    "読めます。",
)
IN_RUN = Text(
    en="The password in this URL becomes part of the image's history, which `docker history` shows"
    " to everybody who has the image.",
    ja="この URL のパスワードがイメージの履歴に残ります。イメージを持つ人なら誰でも"
    " `docker history` で読めます。",
)
MOUNT = Text(
    en="Give it to the RUN that needs it: `--mount=type=secret,id=index,env={name}`",
    ja="必要な RUN に `--mount=type=secret,id=index,env={name}` で渡す",
)
MOUNT_FILE = Text(
    en="Give it to this RUN with `--mount=type=secret` instead",
    ja="代わりに `--mount=type=secret` でこの RUN に渡す",
)


@rule(
    severity=Severity.ERROR,
    supersedes=("secret-in-image-configuration",),
    same_as=("SecretsUsedInArgOrEnv",),
)
def index_credentials_in_layer(step: Setting | Run, db: Database) -> Iterator[Report]:
    del db
    if isinstance(step, Run):
        yield from _in_run(step)
        return
    for found in credentials_in(step):
        if found.kind == "index":
            text = IN_ENV if step.instruction.keyword == "ENV" else IN_ARG
            yield Report(
                at=found.at,
                message=say(text, name=found.name),
                fixes=(Fix(say(MOUNT, name=found.name), (), Safety.MANUAL),),
                severity=Severity.ERROR if step.reachable else Severity.INFO,
            )


def _in_run(run: Run) -> Iterator[Report]:
    for command in run.commands:
        for argument in command.arguments:
            written = argument.text
            if written is None or argument.at.path != run.at.path or command.script:
                continue
            if password_in(written) is not None and _is_written(run, written):
                yield Report(
                    at=argument.at,
                    message=say(IN_RUN),
                    fixes=(Fix(say(MOUNT_FILE), (), Safety.MANUAL),),
                    severity=Severity.ERROR if run.reachable else Severity.INFO,
                )


def _is_written(run: Run, text: str) -> bool:
    """Whether the password stands in the RUN itself, not in a variable of another instruction."""
    password = password_in(text)
    return password is not None and password in run.instruction.source
