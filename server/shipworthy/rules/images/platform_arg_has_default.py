"""An ARG gives one of BuildKit's platform variables a value of its own.

## Why
BuildKit sets `TARGETARCH`, `TARGETPLATFORM` and the like for each platform it builds, but an
`ARG TARGETARCH=amd64` in a stage decides before that. A build for arm64 then downloads amd64
programs, which fail in the container with "exec format error".

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
ARG TARGETARCH=amd64
ADD https://downloads.example/tool-linux-${TARGETARCH} /usr/local/bin/tool
```
```diagnostics
Dockerfile:2:5: warning[platform-arg-has-default] The default `amd64` wins over the value that BuildKit gives `TARGETARCH`: on every other platform the image gets files for `amd64`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
ARG TARGETARCH
ADD https://downloads.example/tool-linux-${TARGETARCH} /usr/local/bin/tool
```

## Fix safety
Unsafe: the classic builder and other tools set no value, so the variable would be empty there.

## Sources
BuildKit's reference ("Automatic platform ARGs in the global scope"); BuildKit's dockerfile2llb
(dispatchArg).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.states import PREDEFINED_ARGS
from shipworthy.model.image.steps import Setting
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
BuildKit のプラットフォーム変数に、ARG で独自の値を与えています。

## なぜ
BuildKit は、ビルドするプラットフォームごとに `TARGETARCH` や `TARGETPLATFORM` を設定しますが、ステージに
`ARG TARGETARCH=amd64` があるとそちらが優先されます。arm64 向けのビルドでも amd64 のプログラムをダウンロードし、
コンテナで「exec format error」になります。

## 代わりに
既定値なしで `ARG TARGETARCH` と書きます。

## 修正の安全性
安全とは限りません。旧ビルダーなどは値を設定しないため、そこでは変数が空になります。
"""

SYMPTOMS = (
    Text(
        en="`exec format error` on arm64 for a program that the build downloaded",
        ja="ビルドでダウンロードしたプログラムが arm64 で `exec format error` になる",
    ),
)

WINS = Text(
    en="The default `{value}` wins over the value that BuildKit gives `{name}`: on every other"
    " platform the image gets files for `{value}`.",
    ja="既定値 `{value}` が、BuildKit の設定する `{name}` より優先されます。ほかのプラットフォームでも、"
    "イメージには `{value}` 用のファイルが入ります。",
)
REMOVE = Text(en="Remove the default", ja="既定値を削除する")


@rule(severity=Severity.WARNING)
def platform_arg_has_default(setting: Setting, db: Database) -> Iterator[Report]:
    del db
    if setting.instruction.keyword != "ARG" or not setting.reachable:
        return
    for word in setting.instruction.args:
        name, equals, value = word.text.partition("=")
        if name not in PREDEFINED_ARGS or name == "TARGETSTAGE" or not value.strip("\"'"):
            continue
        if not equals or "$" in value:
            continue
        at = Anchor(setting.at.path, setting.ordinal, word.span)
        fixes: tuple[Fix, ...] = ()
        if setting.unit.inline is None:
            start = word.span.start + len(name)
            edit = Edit(Anchor(at.path, at.node, Span(start, word.span.end)), "")
            fixes = (Fix(say(REMOVE), (edit,), Safety.UNSAFE),)
        yield Report(at, say(WINS, name=name, value=value.strip("\"'")), fixes=fixes)
