"""The base image's tag names no Debian release, while Debian packages are installed on it.

## Why
`python:3.13-slim` moves to the next Debian release when there is one, in the middle of Python
3.13's life. The packages that `apt-get install` names are those of one release: `libgconf-2-4`
is gone in the next, `libssl1.1` becomes `libssl3`. On that day the same Dockerfile stops
building, or ships other system libraries.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
WORKDIR /app
COPY main.py ./
CMD ["python", "main.py"]
```
```python file=main.py
```
```diagnostics
Dockerfile:1:6: hint[base-image-release-unpinned] `python:3.13-slim` names no Debian release, but line 2 installs system packages: when the tag moves to the next release, they change or are no longer found.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
WORKDIR /app
COPY main.py ./
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: which release the tag means today is not in these files, so naming one may change the
system packages.

## Sources
docker-library's documentation of the `python` and `node` images ("Image Variants").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.commands import SystemPackages
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.lineage import stages_on
from shipworthy.model.image.steps import Image, Stage
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.image_reference import parse

JA = """
Debian のパッケージを入れているのに、ベースイメージのタグに Debian のリリース名がありません。

## なぜ
`python:3.13-slim` は、Python 3.13 の途中でも次の Debian リリースに移ります。`apt-get install` に書いた
パッケージは、あるリリースのものです（`libgconf-2-4` は次のリリースになく、`libssl1.1` は `libssl3` に
なります）。タグが移った日に、同じ Dockerfile がビルドできなくなるか、別のライブラリが入ります。

## 代わりに
`python:3.13-slim-trixie` のようにリリース名まで書きます。

## 修正の安全性
安全とは限りません。タグが今どのリリースを指すかはこれらのファイルからは分からないため、システムパッケージが
変わることがあります。
"""

SYMPTOMS = (
    Text(
        en="`E: Unable to locate package` in a Dockerfile that nobody changed",
        ja="誰も変更していない Dockerfile で `E: Unable to locate package` が出る",
    ),
)

FLOATS = Text(
    en="`{image}` names no Debian release, but line {line} installs system packages: when the"
    " tag moves to the next release, they change or are no longer found.",
    ja="`{image}` は Debian のリリースを指定していませんが、{line} 行目はシステムパッケージをイ"
    "ンストールします。タグが次のリリースに移ると、パッケージが変わるか、見つからなくなります。",
)
ANY_VERSION = Text(
    en="`{image}` names no minor version: a rebuild comes with the newest {program}, which the"
    " locked packages may not support.",
    ja="`{image}` はマイナーバージョンを指定していません。再ビルドすると最新の {program} になり、"
    "ロックしたパッケージが対応していないことがあります。",
)
NAME = Text(en="Name the release: `{image}`", ja="リリースを指定する（`{image}`）")

_NEWEST_FIRST = ("trixie", "bookworm")
_NODE = r"\d+|(?:erbium|fermium|gallium|hydrogen|iron|jod|krypton)\b"  # or an LTS line's name
_VERSIONS = {"python": ("Python", r"\d+\.\d+"), "node": ("Node.js", _NODE)}
_APT = frozenset({"apt", "apt-get", "aptitude"})


@rule(severity=Severity.HINT)
def base_image_release_unpinned(stage: Stage, db: Database) -> Iterator[Report]:
    facts, reference = stage.shape.image, stage.shape.reference
    program = _any_version(reference) if reference is not None else None
    if program is not None and stage.reachable:
        message = say(ANY_VERSION, image=reference or "", program=program)
        yield Report(stage.at, message, severity=Severity.INFO)
        return
    if not stage.reachable or facts is None or reference is None or not facts.release_floats:
        return
    parsed = parse(reference)
    if facts.distribution != "debian" or parsed is None or parsed.digest is not None:
        return
    made = image(db, stage.unit.id)
    command = _installing(made, stage) if made is not None else None
    if command is None:
        return
    yield Report(
        at=stage.at,
        message=say(FLOATS, image=reference, line=Line(command.at)),
        fixes=tuple(_fixes(db, stage, reference, parsed.tag)),
    )


def _any_version(reference: str) -> str | None:
    """The language whose version a tag leaves open (`python:3-slim`, `node:lts`, no tag)."""
    name, _, tag = reference.removeprefix("docker.io/").removeprefix("library/").partition(":")
    known = _VERSIONS.get(name)
    if known is None or "@" in reference:
        return None
    return known[0] if not re.match(known[1], tag) else None


def _installing(made: Image, base: Stage) -> Executed | None:
    """The first command that installs Debian packages on that base."""
    for stage in stages_on(made, base):
        if not stage.reachable:
            continue
        for run in stage.runs():
            for command in run.commands:
                tool = command.tool
                if isinstance(tool, SystemPackages) and _is_apt(tool) and not command.script:
                    return command
    return None


def _is_apt(tool: SystemPackages) -> bool:
    return tool.manager in _APT and tool.action == "install"


def _fixes(db: Database, stage: Stage, reference: str, tag: str | None) -> Iterator[Fix]:
    if tag is None or tag == "latest" or text_at(db, stage.at) != reference:
        return
    facts = stage.shape.image
    order = _NEWEST_FIRST if facts is not None and facts.node is None else _NEWEST_FIRST[::-1]
    for release in order:
        named = f"{reference}-{release}"
        yield Fix(say(NAME, image=named), (Edit(stage.at, named),), Safety.UNSAFE)
