"""A build tool is taken in whatever version is the newest on the day of the build.

## Why
`pip install uv`, `ghcr.io/astral-sh/uv:latest` and the installer scripts give today's release. A
rebuild of the same commit next month gets another resolver, another lock format or another
default, and nothing in the repository says which version made the image that works. The same
goes for Poetry, PDM and Pipenv.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
RUN pip install --no-cache-dir uv
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
CMD [".venv/bin/python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"

[tool.uv]
required-version = ">=0.12.5"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
```
```diagnostics
Dockerfile:3:32: info[uv-image-unpinned] `pip install uv` takes the newest uv on the day of the build; name a version so that a rebuild uses the same one.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY main.py ./
CMD [".venv/bin/python", "main.py"]
```

## Fix safety
Unsafe: the version is taken from what the repository already names (`required-version`, CI,
pre-commit, `.tool-versions`, the header of poetry.lock), and it may differ from what is installed
today. Without such evidence the way to pin is only shown.

## Sources
uv's Docker guide ("Available images", "Installing uv"); Poetry's documentation ("CI
recommendations").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import File, Text, say
from shipworthy.model.base_image import understand
from shipworthy.model.builds import root_of_unit
from shipworthy.model.commands import Download, PipCommand, UvCommand, uv_installer
from shipworthy.model.files import text_at
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Run, Stage
from shipworthy.model.tool_pins import tool_pin
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.image_reference import parse
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

JA = """
ビルドツールを、ビルドした日の最新版で入れています。

## なぜ
`pip install uv`、`ghcr.io/astral-sh/uv:latest`、インストーラーのスクリプトは、その日の最新版を入れます。同じ
コミットを来月ビルドすると、リゾルバーもロックの形式も既定値も変わる可能性があり、動いているイメージがどの
バージョンで作られたかはリポジトリのどこにも残りません。Poetry、PDM、Pipenv も同じです。

## 代わりに
バージョンを書きます（例: `COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv`）。

## 修正の安全性
安全とは限りません。リポジトリがすでに名指ししているバージョン（`required-version`、CI、pre-commit、
`.tool-versions`、poetry.lock の先頭行）を使うため、今日入るバージョンと異なることがあります。根拠がない場合は
書き方を示すだけです。
"""

SYMPTOMS = (
    Text(
        en="a rebuild of an old commit fails or changes `uv.lock`, though nothing in it changed",
        ja="何も変えていない古いコミットを再ビルドすると、失敗したり `uv.lock` が変わったりする",
    ),
)

NEWEST = Text(
    en="`{source}` takes the newest {tool} on the day of the build; name a version so that a"
    " rebuild uses the same one.",
    ja="`{source}` はビルドした日の最新版を入れます。再ビルドでも同じ {tool} になるよう、"
    "バージョンを指定できます。",
)
PIN = Text(
    en="Name the {tool} version {version}, as `{file}` does",
    ja="`{file}` と同じ {tool} {version} を指定する",
)
NAME_ONE = Text(en="Name a version: `{example}`", ja="バージョンを指定する（`{example}`）")

_TOOLS = frozenset({"uv", "poetry", "pdm", "pipenv"})
_POETRY_INSTALLER = "install.python-poetry.org"


class _Floating(NamedTuple):
    at: Anchor
    source: str
    tool: str
    old: str
    new: str
    """With `{}` for the version."""
    severity: Severity = Severity.INFO


@rule(severity=Severity.INFO)
def uv_image_unpinned(stage: Stage, db: Database) -> Iterator[Report]:
    if not stage.reachable:
        return
    for found in _floating(stage):
        yield Report(
            at=found.at,
            message=say(NEWEST, source=found.source, tool=found.tool),
            fixes=(_fix(db, stage, found),),
            severity=found.severity,
        )


def _floating(stage: Stage) -> Iterator[_Floating]:
    if stage.shape.parent is None and stage.shape.reference is not None:
        yield from _image(stage.shape.at, stage.shape.reference)
    for step in stage.steps:
        if isinstance(step, Copy) and step.origin == "image" and step.from_text:
            flag = step.instruction.flag("from")
            if flag is not None and flag.value_span is not None:
                at = Anchor(step.at.path, step.ordinal, flag.value_span)
                yield from _image(at, step.from_text)
        elif isinstance(step, Run):
            for mount in step.mounts:
                if mount.origin == "image" and mount.option("from"):
                    yield from _image(mount.at, mount.option("from") or "")
            for command in step.commands:
                yield from _command(command)


def _image(at: Anchor, text: str) -> Iterator[_Floating]:
    reference = parse(text) if "$" not in text else None
    if reference is None or reference.digest is not None:
        return
    facts = understand(reference)
    if not facts.is_uv or facts.uv is not None:
        return
    name = text.partition(":")[0] if reference.tag is not None else text
    variant = facts.uv_variant or ""
    new = f"{name}:{{}}-{variant}" if variant else f"{name}:{{}}"
    yield _Floating(at, text, "uv", text, new, Severity.HINT if variant else Severity.INFO)


def _command(command: Executed) -> Iterator[_Floating]:
    tool = command.tool
    if isinstance(tool, PipCommand) and tool.command == "install":
        if tool.known and not tool.constraints:
            yield from _packages(command, "pip install")
    elif command.program == "pipx" and command.words[1:2] == ("install",):
        yield from _packages(command, "pipx install")
    elif isinstance(tool, UvCommand) and tool.command == ("tool", "install") and tool.known:
        yield from _packages(command, "uv tool install")
    elif isinstance(tool, Download):
        yield from _installers(command, tool)


def _packages(command: Executed, how: str) -> Iterator[_Floating]:
    for word in command.arguments:
        if word.text in _TOOLS and word is not command.arguments[0]:
            tool = word.text or ""
            yield _Floating(word.at, f"{how} {tool}", tool, tool, f"{tool}=={{}}")


def _installers(command: Executed, tool: Download) -> Iterator[_Floating]:
    for word in command.arguments:
        url = word.text
        if url is None or url not in tool.urls:
            continue
        if uv_installer(url) == "":
            new = url.replace("/uv/install.sh", "/uv/{}/install.sh")
            new = new.replace("/latest/download/", "/download/{}/")
            yield _Floating(word.at, url, "uv", url, new)
        elif _POETRY_INSTALLER in url and not command.env.sets("POETRY_VERSION"):
            yield _Floating(word.at, url, "poetry", "", "POETRY_VERSION={}")


def _fix(db: Database, stage: Stage, found: _Floating) -> Fix:
    pin = tool_pin(db, root_of_unit(db, stage.unit), found.tool)
    text = text_at(db, found.at)
    start = text.find(found.old) if found.old else -1
    if pin is None or start < 0:
        version = pin.version if pin is not None else "X.Y.Z"
        return Fix(say(NAME_ONE, example=found.new.format(version)), (), Safety.MANUAL)
    at = found.at.narrow(start, start + len(found.old))
    title = say(PIN, tool=found.tool, version=pin.version, file=File(pin.path))
    return Fix(title, (Edit(at, found.new.format(pin.version)),), Safety.UNSAFE)
