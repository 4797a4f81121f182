"""An ENV or ARG instruction holds a secret value.

## Why
ENV is part of the image's configuration: every container has it, and `docker inspect` shows it to
everybody who has the image. The default of an ARG stands in the Dockerfile and in the history.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
ENV PAYMENT_API_KEY=dummy-not-real
COPY main.py ./
CMD ["python", "main.py"]
```
```python file=main.py
print("hello")
```
```diagnostics
Dockerfile:3:5: warning[secret-in-image-configuration] The value of `PAYMENT_API_KEY` is stored in the image's configuration: `docker inspect` shows it to everybody who has the image.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY main.py ./
CMD ["python", "main.py"]
```

## Fix safety
Manual: the value has to come from somewhere else, at run time (`env_file`, `--env-file`, `secrets:`)
or by a secret mount.

## Sources
Docker's documentation of build secrets; BuildKit's check `SecretsUsedInArgOrEnv`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.credentials import credentials_in
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Setting
from shipworthy.rules.rule import Report, rule

JA = """
ENV や ARG に秘密の値が書かれています。

## なぜ
ENV はイメージの設定の一部です。すべてのコンテナに渡り、イメージを持つ人なら誰でも `docker inspect` で読めます。
ARG の既定値は Dockerfile と履歴に残ります。

## 代わりに
実行時に `env_file`、`--env-file`、`secrets:` で渡すか、シークレットマウントを使います。

## 修正の安全性
自動では直しません。値を別の場所から渡す必要があります。
"""

SYMPTOMS = (
    Text(
        en="`docker inspect` shows an API key among the image's variables",
        ja="`docker inspect` で、イメージの環境変数に API キーが見える",
    ),
)

IN_ENV = Text(
    en="The value of `{name}` is stored in the image's configuration: `docker inspect` shows it"
    " to everybody who has the image.",
    ja="`{name}` の値がイメージの設定に入ります。イメージを持つ人なら誰でも `docker inspect` で"
    "読めます。",
)
IN_HISTORY = Text(
    en="The value of `{name}` stays in the Dockerfile and in the build's history.",
    ja="`{name}` の値が Dockerfile とビルドの履歴に残ります。",
)
PASSED = Text(
    en="What `--build-arg` gives for `{name}` is kept in the build's history and provenance.",
    ja="`--build-arg` で `{name}` に渡した値は、ビルドの履歴や来歴情報に残ります。",
)
PASS_IT = Text(
    en="Pass `{name}` at run time, or to one RUN with `--mount=type=secret,id=secret,env={name}`",
    ja="`{name}` を実行時に渡すか、`--mount=type=secret,id=secret,env={name}` で RUN に渡す",
)


@rule(severity=Severity.WARNING, same_as=("SecretsUsedInArgOrEnv",))
def secret_in_image_configuration(setting: Setting, db: Database) -> Iterator[Report]:
    for found in credentials_in(setting):
        if found.kind != "secret":
            continue
        is_env = setting.instruction.keyword == "ENV"
        shipped = is_env and _is_shipped(db, setting)
        if is_env and found.referred and not shipped:
            continue  # the ARG that it refers to says so
        text = PASSED if found.passed else IN_ENV if shipped else IN_HISTORY
        yield Report(
            at=found.at,
            message=say(text, name=found.name),
            fixes=(Fix(say(PASS_IT, name=found.name), (), Safety.MANUAL),),
            severity=Severity.WARNING if shipped else Severity.INFO,
        )


def _is_shipped(db: Database, setting: Setting) -> bool:
    """Whether the stage is one that the built image continues."""
    made = image(db, setting.unit.id)
    if made is None or made.target is None:
        return setting.reachable
    return any(stage.number == setting.stage for stage in made.chain(made.target))
