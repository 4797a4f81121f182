"""A package comes from a private index, and the RUN has no credentials for it.

## Why
An index with `authenticate = "always"`, or one of a service that never serves without login, needs a
user name and a password while the image is built. Those of the machine that builds are not in the
image: they have to be passed in, best as a secret mount, which leaves nothing in a layer.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["inner"]

[[tool.uv.index]]
name = "company"
url = "https://index.example/private/simple"
authenticate = "always"
```
```toml file=uv.lock
version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "inner" },
]

[[package]]
name = "inner"
version = "1.0"
source = { registry = "https://index.example/private/simple" }
wheels = [
    { url = "https://index.example/inner-1.0-py3-none-any.whl", hash = "sha256:00", size = 1 },
]
```
```diagnostics
Dockerfile:5:5: warning[private-index-without-secret] `uv sync --locked` takes packages from the private index `company`, but this RUN has no secret mount and no `UV_INDEX_COMPANY_PASSWORD`: the index answers `401 Unauthorized`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=secret,id=index,env=UV_INDEX_COMPANY_PASSWORD \
    UV_INDEX_COMPANY_USERNAME=build uv sync --locked
```

## Fix safety
Manual: which secret it is, and who passes it, is not in the files.

## Sources
uv's documentation of index authentication; Docker's documentation of build secrets.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import installs_of
from shipworthy.model.private_indexes import private_index
from shipworthy.model.projects import key_anchor
from shipworthy.rules.rule import Report, rule

JA = """
パッケージが非公開のインデックスから来ますが、RUN に認証情報がありません。

## なぜ
`authenticate = "always"` のインデックスや、ログインなしでは使えないサービスのインデックスには、イメージのビルド中に
ユーザー名とパスワードが必要です。ビルドするマシンの認証情報はイメージの中にはないので、渡す必要があります。
レイヤーに何も残らないシークレットマウントが最適です。

## 代わりに
`RUN --mount=type=secret,id=index,env=UV_INDEX_名前_PASSWORD` で渡します。

## 修正の安全性
自動では直しません。どのシークレットを誰が渡すかは、ファイルからは分かりません。
"""

SYMPTOMS = (
    Text(
        en="`401 Unauthorized` from the company's index during `docker build`",
        ja="`docker build` 中に社内のインデックスから `401 Unauthorized` が返る",
    ),
)

NO_SECRET = Text(
    en="`{command}` takes packages from the private index `{index}`, but this RUN has no secret mount"
    " and no `{variable}`: the index answers `401 Unauthorized`.",
    ja="`{command}` は非公開のインデックス `{index}` からパッケージを取得しますが、この RUN には"
    "シークレットマウントも `{variable}` もありません。インデックスは `401 Unauthorized` を返します。",
)
INDEX = Text(en="The index is defined here.", ja="インデックスはここで定義されています。")
PASS = Text(
    en="Pass the password with `--mount=type=secret,id=index,env={variable}`",
    ja="`--mount=type=secret,id=index,env={variable}` でパスワードを渡す",
)


@rule(severity=Severity.WARNING)
def private_index_without_secret(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        index = private_index(db, install)
        if index is None:
            continue
        shown = index.name or index.url
        name = (index.name or "NAME").upper().replace("-", "_").replace(".", "_")
        variable = f"UV_INDEX_{name}_PASSWORD"
        yield Report(
            at=install.command.at,
            message=say(NO_SECRET, command=install.command.source, index=shown, variable=variable),
            related=(Related(key_anchor(db, install.manifest, index.key), say(INDEX)),),
            fixes=(Fix(say(PASS, variable=variable), (), Safety.MANUAL),),
            severity=Severity.WARNING if run.reachable else Severity.INFO,
        )
        return
