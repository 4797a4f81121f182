"""The uv image's tag names a system that uv no longer publishes images for.

## Why
With 0.10 uv stopped building images on Debian bookworm, on Alpine 3.20 and 3.21 and for Python 3.8.
A tag without a version (`python3.12-bookworm-slim`) stays at the last uv of the 0.9 line forever,
without a word. A tag with a newer version (`0.12-python3.12-bookworm-slim`) was never published,
and the build cannot pull it.

## Example
```dockerfile file=Dockerfile
FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim
WORKDIR /app
```
```diagnostics
Dockerfile:1:6: info[uv-image-discontinued-variant] `python3.12-bookworm-slim` is no longer built: this tag stays at the last uv of the 0.9 line.
```

## Use instead
```dockerfile file=Dockerfile
FROM ghcr.io/astral-sh/uv:0.12-python3.12-trixie-slim
WORKDIR /app
```

## Fix safety
Unsafe: the system below changes, and with it its packages; a final stage on another image has to
follow.

## Sources
uv's changelog of 0.10.0 (images on Debian bookworm were dropped).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.files import text_at
from shipworthy.model.image.steps import Stage
from shipworthy.rules.rule import Report, rule
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex

JA = """
uv イメージのタグが、もう公開されていないシステムを指しています。

## なぜ
uv は 0.10 で、Debian bookworm、Alpine 3.20 と 3.21、Python 3.8 のイメージの提供をやめました。バージョンのないタグ
（`python3.12-bookworm-slim`）は、何の警告もなく 0.9 系の最後の uv のままになります。新しいバージョンの付いたタグ
（`0.12-python3.12-bookworm-slim`）は公開されたことがなく、ビルドは取得に失敗します。

## 代わりに
`trixie` のタグを使います。

## 修正の安全性
安全とは限りません。土台のシステムとそのパッケージが変わり、別のイメージを使う最終ステージも合わせる必要があります。
"""

SYMPTOMS = (
    Text(
        en="the image's uv is old although nothing pins it",
        ja="固定していないのに、イメージの uv が古い",
    ),
    Text(
        en="`manifest unknown` for a tag of the uv image",
        ja="uv イメージのタグが `manifest unknown` になる",
    ),
)

FROZEN = Text(
    en="`{variant}` is no longer built: this tag stays at the last uv of the 0.9 line.",
    ja="`{variant}` はもうビルドされていません。このタグは 0.9 系の最後の uv のままです。",
)
NEVER = Text(
    en="There is no uv {version} image on `{variant}`, which was dropped in 0.10: the build"
    " cannot pull this tag.",
    ja="`{variant}` のイメージは 0.10 で廃止されたため、uv {version} のものはありません。ビルドはこのタグを"
    "取得できません。",
)
USE = Text(en="Use `{image}`", ja="`{image}` を使う")

_DROPPED = regex(r"bookworm|alpine3\.2[01](?!\d)|python3\.8-")


@rule(severity=Severity.INFO)
def uv_image_discontinued_variant(stage: Stage, db: Database) -> Iterator[Report]:
    facts, reference = stage.shape.image, stage.shape.reference
    if facts is None or not facts.is_uv or reference is None or "@" in reference:
        return
    variant = facts.uv_variant or ""
    if not stage.reachable or not _DROPPED.search(variant):
        return
    fixes: tuple[Fix, ...] = ()
    if "bookworm" in variant and text_at(db, stage.at) == reference:
        named = reference.replace("bookworm", "trixie")
        fixes = (Fix(say(USE, image=named), (Edit(stage.at, named),), Safety.UNSAFE),)
    if facts.uv is None:
        yield Report(stage.at, say(FROZEN, variant=variant), fixes=fixes)
        return
    numbers = [number(part) for part in facts.uv.split(".")]
    if len(numbers) > 1 and (numbers[0] > 0 or numbers[1] >= 10):
        message = say(NEVER, version=facts.uv, variant=variant)
        yield Report(stage.at, message, fixes=fixes, severity=Severity.ERROR)
