"""uv is looked for where its installer no longer puts it.

## Why
Up to 0.4 the installer script put uv into `~/.cargo/bin`; since 0.5 it is `~/.local/bin`. It
changes PATH only for later login shells, so without `ENV PATH` no later RUN finds `uv` at all.
Guides and old Dockerfiles still name the old folder.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-trixie
RUN curl -LsSf https://astral.sh/uv/0.12.5/install.sh | sh
ENV PATH="/root/.cargo/bin:$PATH"
COPY requirements.txt ./
RUN uv pip install --system -r requirements.txt
```
```text file=requirements.txt
idna==3.10
```
```diagnostics
Dockerfile:5:5: error[uv-installer-path-outdated] Since uv 0.5.0 the installer on line 2 puts uv into `/root/.local/bin`, which is not on `PATH`: this fails with `uv: not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
COPY requirements.txt ./
RUN uv pip install --system -r requirements.txt
```

## Fix safety
Safe: the old folder does not exist, so that nothing can depend on it.

## Sources
uv's changelog of 0.5.0; uv's documentation of the installer.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.commands import Download, uv_installer
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.image.steps import Copy, Image, Run, Setting, Stage
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

JA = """
インストーラーがもう uv を置かない場所で uv を探しています。

## なぜ
インストーラーのスクリプトは、0.4 までは `~/.cargo/bin`、0.5 からは `~/.local/bin` に uv を置きます。PATH を
変えるのは以後のログインシェルだけなので、`ENV PATH` がなければ後の RUN から `uv` は見つかりません。古い記事や
Dockerfile には以前のフォルダーが残っています。

## 代わりに
`COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv` を使うか、`/root/.local/bin` を PATH に入れます。

## 修正の安全性
安全です。以前のフォルダーは存在しないため、それに頼るものはありません。
"""

SYMPTOMS = (
    Text(
        en="`/bin/sh: 1: uv: not found` right after the installer ran",
        ja="インストーラーの実行直後に `/bin/sh: 1: uv: not found` になる",
    ),
)

DIRECT = Text(
    en="Since uv 0.5.0 the installer on line {line} puts uv into `/root/.local/bin`: `{path}` does"
    " not exist.",
    ja="uv 0.5.0 以降、{line} 行目のインストーラーは uv を `/root/.local/bin` に置きます。`{path}` は"
    "存在しません。",
)
NOT_FOUND = Text(
    en="Since uv 0.5.0 the installer on line {line} puts uv into `/root/.local/bin`, which is"
    " not on `PATH`: this fails with `uv: not found`.",
    ja="uv 0.5.0 以降、{line} 行目のインストーラーは uv を `/root/.local/bin` に置きますが、そこ"
    "は `PATH` にありません。この行は `uv: not found` で失敗します。",
)
OLD_PATH = Text(
    en="The old folder is put on `PATH` here.", ja="ここで古いフォルダーが `PATH` に入ります。"
)
REPLACE = Text(
    en="Write `.local/bin` instead of `.cargo/bin`", ja="`.cargo/bin` を `.local/bin` に書き換える"
)
ADD = Text(en="Put `/root/.local/bin` on `PATH`", ja="`PATH` に `/root/.local/bin` を追加する")

_OLD = ".cargo/bin"
_ELSEWHERE = ("UV_INSTALL_DIR", "UV_UNMANAGED_INSTALL", "XDG_BIN_HOME", "CARGO_HOME", "rustup")


class _Use(NamedTuple):
    run: Run
    command: Executed
    direct: bool


@rule(severity=Severity.ERROR)
def uv_installer_path_outdated(stage: Stage, db: Database) -> Iterator[Report]:
    made = image(db, stage.unit.id)
    installer = _installer(made, stage) if made is not None else None
    if made is None or installer is None or not stage.reachable:
        return
    use = next(_uses(stage, installer), None)
    if use is None:
        return
    line = Line(installer.at)
    path = use.command.words[0] or ""
    olds = [step for step in stage.steps if _OLD in step.instruction.source]
    paths = [step for step in olds if isinstance(step, Setting)]
    yield Report(
        at=use.command.at,
        message=say(DIRECT, line=line, path=path) if use.direct else say(NOT_FOUND, line=line),
        related=tuple(Related(step.at, say(OLD_PATH)) for step in paths),
        fixes=tuple(_fixes(use, olds)),
    )


def _installer(made: Image, stage: Stage) -> Run | None:
    """The RUN that installs uv 0.5 or later with the script, into the default folder."""
    found = None
    for current in made.chain(stage.number):
        for step in current.steps:
            if isinstance(step, Copy) and "uv" in (step.destination or "").split("/"):
                return None
            if any(word in step.instruction.source for word in _ELSEWHERE):
                return None
            if isinstance(step, Run) and any(_installs(command) for command in step.commands):
                found = found or step
    return found


def _installs(command: Executed) -> bool:
    if not isinstance(command.tool, Download):
        return False
    versions = [uv_installer(url) for url in command.tool.urls]
    return any(
        version is not None and not version.startswith(("0.0.", "0.1.", "0.2.", "0.3.", "0.4."))
        for version in versions
    )


def _uses(stage: Stage, installer: Run) -> Iterator[_Use]:
    for run in stage.runs():
        if run.stage == installer.stage and run.ordinal < installer.ordinal:
            continue
        if "bin/env" in run.instruction.source or not run.complete:
            continue
        for command in run.commands:
            first = command.words[0] if command.words else None
            if first is None or command.script is not None:
                continue
            if first.endswith((f"/{_OLD}/uv", f"/{_OLD}/uvx")):
                yield _Use(run, command, True)
            elif first in ("uv", "uvx") and _off_path(command) and run.state.user in ("", "root"):
                yield _Use(run, command, False)


def _off_path(command: Executed) -> bool:
    path = command.env.get("PATH")
    entries = path_entries(path)
    if path is None or any(UNKNOWN_PIECE in entry or "$" in entry for entry in entries):
        return False
    return "/root/.local/bin" not in entries


def _fixes(use: _Use, olds: list[Copy | Run | Setting]) -> Iterator[Fix]:
    if use.run.unit.inline is not None:
        return
    edits = []
    for step in olds:
        source = step.instruction.source
        start = source.find(_OLD)
        while start >= 0:
            at = Anchor(step.at.path, step.ordinal, Span(start, start + len(_OLD)))
            edits.append(Edit(at, ".local/bin"))
            start = source.find(_OLD, start + 1)
    if edits:
        yield Fix(say(REPLACE), tuple(edits), Safety.SAFE)
    else:
        line = 'ENV PATH="/root/.local/bin:$PATH"\n'
        yield Fix(say(ADD), insert_before(use.run.unit, use.run, line), Safety.SAFE)
