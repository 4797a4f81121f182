"""A stage that runs commands is built on the uv image that holds nothing but uv.

## Why
`ghcr.io/astral-sh/uv:0.12.5` is made to be copied from: it has no shell and no Python. The first
RUN in a stage on it ends with "/bin/sh: no such file or directory". The images that a stage can
be built on have a system in their tag: `0.12.5-python3.13-trixie-slim`.

## Example
```dockerfile file=Dockerfile
FROM ghcr.io/astral-sh/uv:0.12.5
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
revision = 3
```
```diagnostics
Dockerfile:1:6: error[distroless-uv-as-base] `ghcr.io/astral-sh/uv:0.12.5` holds only uv, no shell: the RUN on line 4 fails with `/bin/sh: no such file or directory`.
```

## Use instead
```dockerfile file=Dockerfile
FROM ghcr.io/astral-sh/uv:0.12.5-python3.13-trixie-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Unsafe: which Python and which system the image should have is not in these files.

## Sources
uv's Docker guide ("Available images").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.lineage import stages_on
from shipworthy.model.image.steps import Image, Run, Stage
from shipworthy.rules.rule import Report, rule

JA = """
コマンドを実行するステージが、uv しか入っていない uv イメージをベースにしています。

## なぜ
`ghcr.io/astral-sh/uv:0.12.5` はコピー元として使うもので、シェルも Python もありません。その上の最初の RUN は
「/bin/sh: no such file or directory」で失敗します。ベースにできるのは、`0.12.5-python3.13-trixie-slim` のように
タグにシステム名のあるイメージです。

## 代わりに
`0.12.5-python3.13-trixie-slim` のようなタグを使うか、`COPY --from` で uv だけをコピーします。

## 修正の安全性
安全とは限りません。どの Python とシステムにすべきかは、これらのファイルからは分かりません。
"""

SYMPTOMS = (
    Text(
        en="`exec /bin/sh: no such file or directory` in the first RUN on the uv image",
        ja="uv イメージ上の最初の RUN で `exec /bin/sh: no such file or directory` になる",
    ),
)

NO_SHELL = Text(
    en="`{image}` holds only uv, no shell: the RUN on line {line} fails with `/bin/sh: no such"
    " file or directory`.",
    ja="`{image}` には uv しかなく、シェルがありません。{line} 行目の RUN は `/bin/sh: no such"
    " file or directory` で失敗します。",
)
VARIANT = Text(en="Use `{image}` as the base image", ja="`{image}` をベースイメージにする")

_SYSTEM = "python3.13-trixie-slim"


@rule(severity=Severity.ERROR)
def distroless_uv_as_base(stage: Stage, db: Database) -> Iterator[Report]:
    facts, reference = stage.shape.image, stage.shape.reference
    if facts is None or not facts.distroless_uv or reference is None or not stage.reachable:
        return
    made = image(db, stage.unit.id)
    run = _shell_run(made, stage) if made is not None else None
    if run is None:
        return
    fixes: tuple[Fix, ...] = ()
    if facts.uv is not None and text_at(db, stage.at) == reference and "@" not in reference:
        named = f"{reference}-{_SYSTEM}"
        fixes = (Fix(say(VARIANT, image=named), (Edit(stage.at, named),), Safety.UNSAFE),)
    yield Report(stage.at, say(NO_SHELL, image=reference, line=Line(run.at)), fixes=fixes)


def _shell_run(made: Image, base: Stage) -> Run | None:
    """The first RUN on that base that needs a shell."""
    for stage in stages_on(made, base):
        if not stage.reachable:
            continue
        for run in stage.runs():
            if not run.instruction.json and run.state.shell[:1] == ("/bin/sh",):
                return run
    return None
