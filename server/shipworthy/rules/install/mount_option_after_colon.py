"""A `RUN --mount` writes an option after a colon, as `docker run -v` does.

## Why
`--mount` takes options separated by commas. In `target=uv.lock:rw` the colon belongs to the name:
BuildKit puts a file called `uv.lock:rw` there, `uv.lock` does not exist, and uv resolves anew.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN --mount=type=bind,source=uv.lock,target=uv.lock:rw \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync
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
Dockerfile:4:45: error[mount-option-after-colon] `--mount` has no `:rw`: BuildKit mounts a file named `uv.lock:rw`, and `uv.lock` is not there for this RUN.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --locked
```

## Fix safety
Safe: the file gets the name that was meant. What a RUN writes to a bind mount is discarded anyway.

## Sources
Docker's Dockerfile reference (`RUN --mount`); an experiment with BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.steps import Run
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
`RUN --mount` のオプションが、`docker run -v` のようにコロンの後に書かれています。

## なぜ
`--mount` のオプションはカンマで区切ります。`target=uv.lock:rw` ではコロンも名前の一部です。BuildKit は
`uv.lock:rw` という名前でマウントするので、`uv.lock` は存在せず、uv は依存関係を解決し直します。

## 代わりに
オプションはカンマの後に書きます。バインドマウントでは `rw` は不要です。

## 修正の安全性
安全です。ファイルが意図した名前になります。RUN がバインドマウントに書いた内容は、いずれにしても破棄されます。
"""

SYMPTOMS = (
    Text(
        en="the image has other versions than `uv.lock`, which is bind-mounted",
        ja="`uv.lock` をバインドマウントしているのに、イメージのバージョンがロックと違う",
    ),
)

COLON = Text(
    en="`--mount` has no `:{option}`: BuildKit mounts a file named `{written}`, and `{meant}` is not"
    " there for this RUN.",
    ja="`--mount` に `:{option}` という書き方はありません。BuildKit は `{written}` という名前でマウント"
    "するため、この RUN から `{meant}` は見えません。",
)
WRITE = Text(en="Write `{pair}`", ja="`{pair}` と書く")

_OPTION = regex(
    r"\b(?P<key>target|dst|destination|source|src)=(?P<path>[^,\s:]+)"
    r":(?P<option>ro|rw|z|Z|U|readonly|cached|delegated|consistent|nocopy)(?=,|\Z)"
)


@rule(severity=Severity.ERROR)
def mount_option_after_colon(run: Run, _db: Database) -> Iterator[Report]:
    for flag in run.instruction.flags:
        if flag.name != "mount" or flag.value is None or flag.value_span is None:
            continue
        text = flag.value_span.of(run.instruction.source)
        for found in _OPTION.finditer(text):
            start = flag.value_span.start + found.start("path")
            at = Anchor(run.at.path, run.ordinal, Span(start, flag.value_span.start + found.end()))
            path, option = found["path"], found["option"]
            new = f"{path},readonly" if option in ("ro", "readonly") else path
            yield Report(
                at=at,
                message=say(COLON, option=option, written=f"{path}:{option}", meant=path),
                fixes=_fixes(run, at, new),
                severity=Severity.ERROR if run.reachable else Severity.INFO,
            )


def _fixes(run: Run, at: Anchor, new: str) -> tuple[Fix, ...]:
    if run.unit.inline is not None:
        return ()
    return (Fix(say(WRITE, pair=new), (Edit(at, new),), Safety.SAFE),)
