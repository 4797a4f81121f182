"""What a container really starts: the command after all overrides, its program, user and folder."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Place, Text, clause
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.environments import final_environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.run import RunUnit, mount_over
from shipworthy.text.anchors import Anchor
from shipworthy.views.page import Part, code, item, text
from shipworthy.views.variable_views import shown_value

STARTS = Text(en="{service} starts {words}", ja="{service} は {words} を起動します")
IMAGE_STARTS = Text(en="The image starts {words}", ja="イメージは {words} を起動します")
IN_SHELL = Text(
    en="through `/bin/sh -c`: the shell, not the program, gets the stop signal",
    ja="`/bin/sh -c` 経由: 停止シグナルはプログラムではなくシェルに届きます",
)
DECIDED = Text(en="decided by {where}, not here", ja="{where} で決まり、ここではありません")
WHERE = Text(en="in {folder} as {user}", ja="{folder} で {user} として")
SOMEWHERE = Text(en="a folder that is not known", ja="不明なフォルダー")
SOMEBODY = Text(en="the user of the base image", ja="ベースイメージのユーザー")
PATH = Text(en="PATH = {path}", ja="PATH = {path}")
ON_PATH = Text(en="the environment {path} is on PATH", ja="環境 {path} は PATH にあります")
NOT_ON_PATH = Text(
    en="the environment {path} is not on PATH: its programs are found only by their full path or"
    " through `uv run`",
    ja="環境 {path} は PATH にありません。フルパスか `uv run` でなければ見つかりません",
)
HIDDEN = Text(
    en="the environment {path} of the image is hidden by the mount on {target} ({where})",
    ja="イメージの環境 {path} は {target} のマウント（{where}）に隠されます",
)
UV_RUN = Text(
    en="`uv run` first brings the environment up to date, at every start",
    ja="`uv run` は起動のたびにまず環境を更新します",
)
UV_RUN_AS_IS = Text(
    en="`uv run` takes the environment as it is (`{by}`)",
    ja="`uv run` は環境をそのまま使います（`{by}`）",
)
THEN = Text(en="then {words}", ja="次に {words}")
UNKNOWN = Text(
    en="What is started is decided outside these files (by the base image or a variable).",
    ja="何が起動されるかはこれらのファイルの外（ベースイメージや変数）で決まります。",
)
INCOMPLETE = Text(
    en="A part of the start script was not understood.",
    ja="起動スクリプトには理解できなかった部分があります。",
)
VARIABLES = Text(en="environment: {names}", ja="環境変数: {names}")
_MAX_COMMANDS = 5
_MAX_VARIABLES = 12
_SECRET = ("password", "passwd", "secret", "token", "key", "credential")


def start_parts(db: Database, run: RunUnit, here: Anchor | None) -> tuple[Part, ...]:
    """What a run unit starts; `here` is the instruction or key that is asked about."""
    return tuple(_parts(db, run, here))


def _parts(db: Database, run: RunUnit, here: Anchor | None) -> Iterator[Part]:
    process = run.process
    if process.said_by == "none" or not process.words:
        yield text(UNKNOWN)
        return
    words = code(" ".join(a.text if a.text is not None else "…" for a in process.words))
    if run.service is not None:
        yield text(STARTS, service=code(run.service.name), words=words)
    else:
        yield text(IMAGE_STARTS, words=words)
    at = process.at
    if here is not None and not _contributes(run, here):
        yield item(DECIDED, where=Place(at))
    if process.shell:
        yield item(IN_SHELL)
    folder = code(run.workdir) if run.workdir is not None else clause(SOMEWHERE)
    user: str | Inner = code(run.user or "root") if run.user is not None else clause(SOMEBODY)
    yield item(WHERE, folder=folder, user=user)
    shown = [command for command in run.commands if command.words][:_MAX_COMMANDS]
    if len(shown) > 1:
        for command in shown:
            yield item(THEN, words=code(_words(command)))
    for command in shown:
        if isinstance(command.tool, UvCommand) and command.tool.command == ("run",):
            yield _uv_run(command.tool)
    yield item(PATH, path=shown_value(run.get("PATH") or UNKNOWN_PIECE))
    yield from _environments(db, run)
    variables = [name for name, value in run.env.items() if value.at and name != "PATH"]
    if variables:
        pairs = (_pair(run, name) for name in variables[:_MAX_VARIABLES])
        rest = ", …" if len(variables) > _MAX_VARIABLES else ""
        yield item(VARIABLES, names=", ".join(code(pair) for pair in pairs) + rest)
    if not run.complete:
        yield text(INCOMPLETE)


def _contributes(run: RunUnit, here: Anchor) -> bool:
    """Whether the instruction is a part of what is started."""
    places = (run.process.at, *(argument.at for argument in run.process.words))
    return any(at.path == here.path and at.node == here.node for at in places)


def _pair(run: RunUnit, name: str) -> str:
    """A variable for people; what looks like a secret is not shown."""
    value = run.get(name)
    if value is None or any(part in name.lower() for part in _SECRET):
        return name
    return f"{name}={value.replace(UNKNOWN_PIECE, '…')}"


def _words(command: Executed) -> str:
    return " ".join("…" if word is None else word for word in command.words)


def _uv_run(tool: UvCommand) -> Part:
    if tool.no_sync.on is True:
        return item(UV_RUN_AS_IS, by=tool.no_sync.by)
    return item(UV_RUN)


def _environments(db: Database, run: RunUnit) -> Iterator[Part]:
    if run.unit is None:
        return
    entries = path_entries(run.get("PATH"))
    for environment in final_environments(db, run.unit.id):
        if environment.kind != "venv":
            continue
        over = mount_over(run.mounts, environment.path)
        if over is not None and over.type == "bind":
            fields = {"path": code(environment.path), "target": code(over.target)}
            yield item(HIDDEN, where=Place(over.at), **fields)
        on_path = environment.bin in entries
        yield item(ON_PATH if on_path else NOT_ON_PATH, path=code(environment.path))
