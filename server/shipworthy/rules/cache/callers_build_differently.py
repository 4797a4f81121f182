"""One Dockerfile is built with different contexts or ignore files.

## Why
A COPY takes its sources from the context, and the ignore file decides what is there. When compose
builds a Dockerfile with one context and CI or a bake file with another, the images differ: what
is tested is not what is shipped, and a file that one of them lacks stops only that build.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY . .
```
```python file=main.py
```
```yaml file=compose.yaml
services:
  web:
    build: .
```
```yaml file=ci/compose.yaml
services:
  web:
    build:
      context: .
      dockerfile: ../Dockerfile
```
```diagnostics
ci/compose.yaml:4:16: info[callers-build-differently] `Dockerfile` is built with context `ci` here and with `.` elsewhere (compose.yaml:3): its COPY instructions copy different files.
```

## Use instead
```yaml file=ci/compose.yaml
services:
  web:
    build:
      context: ..
      dockerfile: Dockerfile
```

## Fix safety
Manual: which of the contexts is meant is not in these files.

## Sources
The Compose specification (`build.context`); BuildKit's search for the ignore file.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Place, Text, say
from shipworthy.model.builds import BuildUnit, root_of_unit, units_of_dockerfile
from shipworthy.rules.rule import Report, rule

JA = """
1 つの Dockerfile が、異なるコンテキストや ignore ファイルでビルドされています。

## なぜ
COPY はコンテキストからファイルを取り、何があるかは ignore ファイルが決めます。Compose と CI や bake
ファイルとでコンテキストが違えば、イメージも違います。テストしたものと出荷するものが異なり、
片方にないファイルがあると、そのビルドだけが失敗します。

## 代わりに
すべての呼び出し元で同じコンテキストを使います。

## 修正の安全性
自動では直しません。どのコンテキストが正しいかは、これらのファイルからは分かりません。
"""

SYMPTOMS = (
    Text(
        en="the build works with compose and fails in CI, or the other way round",
        ja="compose ではビルドできるのに CI では失敗する（またはその逆）",
    ),
)

DIFFERS = Text(
    en="`{dockerfile}` is built with context `{context}` here and with `{other}` elsewhere"
    " ({place}): its COPY instructions copy different files.",
    ja="`{dockerfile}` のコンテキストがここでは `{context}`、別の場所（{place}）では `{other}` "
    "なので、COPY が取り込むファイルが異なります。",
)
ELSEWHERE = Text(en="The other build.", ja="もう一方のビルドです。")
SAME = Text(en="Build with the same context in both places", ja="両方で同じコンテキストを使う")


@rule(severity=Severity.INFO)
def callers_build_differently(unit: BuildUnit, db: Database) -> Iterator[Report]:
    if unit.inline is not None or unit.origin == "inferred":
        return
    if not isinstance(unit.dockerfile, str) or not isinstance(unit.context, str):
        return
    for other in units_of_dockerfile(db, unit.dockerfile):
        if other.id == unit.id or other.origin == "inferred":
            return  # the first build is the measure of the others
        if isinstance(other.context, str) and other.context != unit.context:
            root = root_of_unit(db, unit)
            first = other.context_at or other.at
            yield Report(
                at=unit.context_at or unit.at,
                message=say(
                    DIFFERS,
                    dockerfile=File(unit.dockerfile),
                    context=unit.context.removeprefix(root).lstrip("/") or ".",
                    other=other.context.removeprefix(root).lstrip("/") or ".",
                    place=Place(first),
                ),
                related=(Related(first, say(ELSEWHERE)),),
                fixes=(Fix(say(SAME), (), Safety.MANUAL),),
            )
            return
