"""The uv of the image is not one that the project's `required-version` allows.

## Why
`required-version` under `[tool.uv]` makes every uv command stop when uv itself is another version.
The uv of an image is the one in the tag, and a variant tag that is no longer built
(`python3.11-bookworm-slim`) keeps an old one forever.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.9.30 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[tool.uv]
required-version = ">=0.10.2"
```
```toml file=uv.lock
version = 1
```
```diagnostics
Dockerfile:2:6: error[uv-required-version-unmet] The uv 0.9.30 in this image does not meet `required-version = ">=0.10.2"`: `uv sync --locked` stops with `Required uv version does not match the running version`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.10.2 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Unsafe: another uv builds the image.

## Sources
uv's settings reference (`required-version`); experiments with uv 0.9.30.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.files import locate
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import installs_of
from shipworthy.model.projects import key_anchor
from shipworthy.model.python.markers import specifiers
from shipworthy.model.python.pyproject import REQUIRED_VERSION
from shipworthy.model.uv_version import UvVersion, uv_version
from shipworthy.rules.rule import Report, rule
from shipworthy.text.patterns import regex

JA = """
イメージの uv が、プロジェクトの `required-version` を満たしていません。

## なぜ
`[tool.uv]` の `required-version` があると、uv 自体のバージョンが合わない場合にすべての uv コマンドが止まります。
イメージの uv はタグで決まります。もう更新されない種類のタグ（`python3.11-bookworm-slim` など）には、古い uv が
入ったままです。

## 代わりに
`required-version` を満たす uv のタグを使います。

## 修正の安全性
安全とは限りません。イメージをビルドする uv が変わります。
"""

SYMPTOMS = (
    Text(
        en="`Required uv version ... does not match the running version` during `docker build`",
        ja="`docker build` 中に `Required uv version ... does not match the running version` と出る",
    ),
)

UNMET = Text(
    en='The uv {version} in this image does not meet `required-version = "{required}"`:'
    " `{command}` stops with `Required uv version does not match the running version`.",
    ja='このイメージの uv {version} は `required-version = "{required}"` を満たしません。`{command}` は'
    " `Required uv version does not match the running version` で止まります。",
)
REQUIRED = Text(
    en="The project requires it here.", ja="プロジェクトはここでバージョンを指定しています。"
)
STOPS = Text(en="The first command that stops.", ja="最初に止まるコマンドです。")
USE = Text(en="Use uv {version}", ja="uv {version} を使う")

_LOWER = regex(r"(?:>=|==|~=)?\s*(\d+(?:\.\d+){1,2})\Z")


@rule(severity=Severity.ERROR)
def uv_required_version_unmet(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    for install in installs_of(db, run):
        required = install.facts.uv.required_version
        version = uv_version(made, run.stage, run.ordinal) if made is not None else None
        if required is None or version is None or install.command.conditional:
            continue
        if _may_meet(version, required) is not False:
            continue
        key = key_anchor(db, install.manifest, REQUIRED_VERSION)
        yield Report(
            at=version.at,
            message=say(
                UNMET, version=version.text, required=required, command=install.command.source
            ),
            related=(Related(key, say(REQUIRED)), Related(install.command.at, say(STOPS))),
            fixes=tuple(_fixes(db, version, required)),
            severity=Severity.ERROR if run.reachable else Severity.INFO,
        )
        return


def _may_meet(version: UvVersion, required: str) -> bool | None:
    """Whether some release of that uv fits; None where the requirement is no valid one."""
    allowed = specifiers(required if required[:1] in "<>=!~" else f"=={required}")
    if allowed is None:
        return None
    missing = 3 - len(version.release)
    tails = {0: [""], 1: [f".{n}" for n in range(100)]}.get(
        missing, [f".{minor}.{micro}" for minor in range(40) for micro in (0, 10, 50)]
    )
    return any(allowed.contains(version.text + tail) for tail in tails)


def _fixes(db: Database, version: UvVersion, required: str) -> Iterator[Fix]:
    """Write the lower end of the requirement where the version stands."""
    place = locate(db, version.at)
    text = place.span.of(db.text(place.path) or "")
    lower = next((m.group(1) for m in map(_LOWER.match, _parts(required)) if m), None)
    if lower is None or text.count(version.text) != 1 or version.how == "installer":
        return
    if "bookworm" in text:
        return  # those variants end before 0.10: another base image is needed
    edit = Edit(version.at, text.replace(version.text, lower))
    yield Fix(say(USE, version=lower), (edit,), Safety.UNSAFE)


def _parts(required: str) -> list[str]:
    return [part.strip() for part in required.split(",")]
