"""A locked package has no wheel that fits the base image, and the image cannot build it.

## Why
A wheel is made for a Python version, a processor and a C library. Alpine has musl: `manylinux`
wheels do not fit there. Without a fitting wheel uv builds the package from source, which takes a
compiler and often headers that slim images do not have. Without a source distribution in the lock
the package cannot be installed at all.

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
requires-python = ">=3.12"
dependencies = ["psycopg2"]
```
```toml file=uv.lock
version = 1
requires-python = ">=3.12"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "psycopg2" },
]

[[package]]
name = "psycopg2"
version = "2.9.11"
source = { registry = "https://index.example/simple" }
sdist = { url = "https://index.example/psycopg2-2.9.11.tar.gz", hash = "sha256:00", size = 1 }
```
```diagnostics
Dockerfile:5:5: error[no-wheel-for-base-image] `psycopg2 2.9.11` has no wheel for Python 3.12 on glibc in `uv.lock`, so `uv sync --locked` compiles it; `python:3.12-slim-bookworm` has no compiler: the build stops.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```

## Fix safety
Unsafe: system packages are added to the image. Another base image is only named: manual.

## Sources
The wheel tag specifications; the installation pages of the packages that need libraries.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Field, Names, Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.model.pip_installs import PipInstall, pip_installs_of
from shipworthy.model.python.wheels import NATIVE_SOURCES
from shipworthy.model.unbuilt_requirements import unbuilt_requirements
from shipworthy.model.unbuilt_wheels import NoWheel, Platform, unbuilt_wheels
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.uv_fixes import insert_line
from shipworthy.text.anchors import Anchor

JA = """
ロックされたパッケージに、ベースイメージに合う wheel がなく、イメージの中でビルドもできません。

## なぜ
wheel は Python のバージョン、CPU、C ライブラリごとに作られます。Alpine の C ライブラリは musl なので、
`manylinux` の wheel は使えません。合う wheel がないと uv はソースからビルドしますが、それには slim イメージにない
コンパイラーや、多くの場合ヘッダーも必要です。ロックにソース配布物もなければ、インストールできません。

## 代わりに
インストールの前にコンパイラーと必要なライブラリを入れるか、Debian ベースのイメージを使います。

## 修正の安全性
安全とは限りません。イメージにシステムパッケージが増えます。ベースイメージの変更は提案だけです（手動）。
"""

SYMPTOMS = (
    Text(
        en="`pg_config executable not found` or `gcc: not found` during `docker build`",
        ja="`docker build` 中に `pg_config executable not found` や `gcc: not found` と出る",
    ),
    Text(
        en="`doesn't have a source distribution or wheel for the current platform`",
        ja="`doesn't have a source distribution or wheel for the current platform` と出る",
    ),
)

IMPOSSIBLE = Text(
    en="{packages} in `uv.lock` has neither a wheel for Python {python} on {libc} nor a source"
    " distribution: it cannot be installed on `{image}`.",
    ja="`uv.lock` の {packages} には、{libc} の Python {python} 用の wheel もソース配布物もありません。"
    "`{image}` にはインストールできません。",
)
FAILS = Text(
    en="{packages} has no wheel for Python {python} on {libc} in `uv.lock`, so `{command}` compiles it;"
    " `{image}` has no compiler: the build stops.",
    ja="`uv.lock` の {packages} には {libc} の Python {python} 用の wheel がないため、`{command}` は"
    "コンパイルしますが、`{image}` にはコンパイラーがありません。ビルドが止まります。",
)
COMPILES = Text(
    en="{packages} has no wheel for Python {python} on {libc} in `uv.lock`, so `{command}` builds it"
    " from source; `{image}` has no compiler.",
    ja="`uv.lock` の {packages} には {libc} の Python {python} 用の wheel がないため、`{command}` は"
    "ソースからビルドしますが、`{image}` にはコンパイラーがありません。",
)
SOURCE_ONLY = Text(
    en="{packages} is published without a wheel for Linux, so `{command}` compiles it; `{image}`"
    " has no compiler: the build stops.",
    ja="{packages} は Linux 用の wheel が公開されていないため、`{command}` はコンパイルしますが、"
    "`{image}` にはコンパイラーがありません。ビルドが止まります。",
)
INSTALLS = Text(en="It is installed here.", ja="ここでインストールされます。")
LOCKED = Text(
    en="The locked wheels are listed here.", ja="ロックされている wheel はここにあります。"
)
INSTALL = Text(en="Install {packages} first", ja="先に {packages} をインストールする")
DEBIAN = Text(
    en="Use a Debian-based image or another version of the package",
    ja="Debian ベースのイメージか、パッケージの別のバージョンを使う",
)

_SHOWN = 3


@rule(severity=Severity.WARNING)
def no_wheel_for_base_image(run: Run, db: Database) -> Iterator[Report]:
    for install in installs_of(db, run):
        found = unbuilt_wheels(db, install)
        if found is None:
            continue
        platform, packages = found
        impossible = tuple(item for item in packages if item.outcome == "impossible")
        others = tuple(item for item in packages if item.outcome != "impossible")
        if impossible:
            yield _report(db, install, platform, impossible)
        if others:
            yield _report(db, install, platform, others)
    for command in pip_installs_of(db, run):
        names = unbuilt_requirements(db, command)
        if names:
            yield _source_only(db, command, names)


def _source_only(db: Database, install: PipInstall, names: tuple[str, ...]) -> Report:
    made, run = image(db, install.run.unit.id), install.run
    assert made is not None
    base = made.base(run.stage)
    distribution = base.image.distribution if base.image is not None else None
    libraries = tuple(name for item in names for name in NATIVE_SOURCES[item].packages)
    message = say(
        SOURCE_ONLY,
        packages=Names(names[:_SHOWN]),
        command=install.command.source,
        image=base.reference or "",
    )
    severity = Severity.ERROR if run.reachable else Severity.INFO
    fixes = tuple(_install_first(run, libraries, distribution))
    return Report(install.command.at, message, (), fixes, severity)


def _report(
    db: Database, install: UvInstall, platform: Platform, packages: tuple[NoWheel, ...]
) -> Report:
    made = image(db, install.run.unit.id)
    assert made is not None
    base = made.base(install.run.stage)
    impossible = packages[0].outcome == "impossible"
    certain = impossible or any(item.outcome == "fails" for item in packages)
    names = tuple(f"{item.package.name} {item.package.version}" for item in packages[:_SHOWN])
    common: dict[str, Field] = {
        "packages": Names(names),
        "python": f"{platform.python[0]}.{platform.python[1]}",
        "libc": platform.libc,
        "image": base.reference or "",
    }
    command = install.command.source
    if impossible:
        message = say(IMPOSSIBLE, **common)
    else:
        message = say(FAILS if certain else COMPILES, **common, command=command)
    related = [Related(install.command.at, say(INSTALLS))] if impossible else []
    span = packages[0].package.span
    if span is not None and install.lock_path is not None:
        related.append(Related(Anchor(install.lock_path, -1, span), say(LOCKED)))
    severity = Severity.ERROR if certain else Severity.WARNING
    return Report(
        at=base.at if impossible else install.command.at,
        message=message,
        related=tuple(related),
        fixes=tuple(_fixes(install, packages, base.image.distribution if base.image else None)),
        severity=severity if install.run.reachable else Severity.INFO,
    )


def _fixes(
    install: UvInstall, packages: tuple[NoWheel, ...], distribution: str | None
) -> Iterator[Fix]:
    if packages[0].outcome == "impossible":
        yield Fix(say(DEBIAN), (), Safety.MANUAL)
        return
    libraries = tuple(name for item in packages for name in item.libraries)
    yield from _install_first(install.run, libraries, distribution)


def _install_first(run: Run, libraries: tuple[str, ...], distribution: str | None) -> Iterator[Fix]:
    needed: tuple[str, ...]
    if distribution == "alpine":
        needed = ("build-base",)
        text = "RUN apk add --no-cache build-base"
    else:
        needed = ("build-essential", *dict.fromkeys(libraries))
        text = (
            "RUN apt-get update && apt-get install -y --no-install-recommends"
            f" {' '.join(needed)} && rm -rf /var/lib/apt/lists/*"
        )
    line = insert_line(run, text)
    if line is not None:
        yield Fix(say(INSTALL, packages=Names(needed)), (line,), Safety.UNSAFE)
