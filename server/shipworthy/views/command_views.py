"""What the commands of a RUN do, as understood: manifest, lock, environment, groups."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Place, Text, clause
from shipworthy.model.commands import (
    MakeEnvironment,
    ManagerCommand,
    PipCommand,
    SystemPackages,
    UvCommand,
)
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.environments import Environment, environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import installs_of
from shipworthy.model.sync_inputs import SyncInputs, drifts_of, syncs_of
from shipworthy.model.unknown import Unknown
from shipworthy.views.page import Part, code, codes, item, relative, text

COMMAND = Text(en="**{words}**", ja="**{words}**")
MAYBE = Text(en="**{words}** (may not run)", ja="**{words}**（実行されないことがあります）")
WHERE = Text(en="in {folder} as {user}", ja="{folder} で {user} として実行")
UNKNOWN_FOLDER = Text(en="a folder that is not known", ja="不明なフォルダー")
UNKNOWN_USER = Text(en="the user of the base image", ja="ベースイメージのユーザー")
MANIFEST = Text(en="manifest: {path} from {host}", ja="マニフェスト: {path}（{host} から）")
MANIFEST_MADE = Text(
    en="manifest: {path}, not from this disk", ja="マニフェスト: {path}（このディスク以外から）"
)
NO_MANIFEST = Text(
    en="manifest: none is in the image here", ja="マニフェスト: この時点のイメージにはありません"
)
LOCK_FROZEN = Text(
    en="lock: {path} is installed as it is (`{by}`), without a look at pyproject.toml",
    ja="ロック: {path} をそのまま使います（`{by}`）。pyproject.toml とは照合しません",
)
LOCK_LOCKED = Text(
    en="lock: {path} must agree with pyproject.toml (`{by}`), else the build fails",
    ja="ロック: {path} は pyproject.toml と一致が必要です（`{by}`）。違えばビルドは失敗します",
)
LOCK_FREE = Text(
    en="lock: {path} is used, and silently changed in the image where it is out of date",
    ja="ロック: {path} を使います。古ければイメージの中で黙って更新されます",
)
LOCK_NONE = Text(
    en="lock: none is in the image, so versions are resolved anew at each build",
    ja="ロック: イメージにないため、ビルドのたびにバージョンを解決し直します",
)
LOCK_NEEDED = Text(
    en="lock: none is in the image, and `{by}` needs one: the build fails",
    ja="ロック: イメージにありません。`{by}` には必要なのでビルドは失敗します",
)
LOCK_UNKNOWN = Text(
    en="lock: whether one is in the image is not decided by these files",
    ja="ロック: イメージにあるかどうかはこれらのファイルだけでは決まりません",
)
DRIFT = Text(en="the lock is out of date: {names}", ja="ロックが古くなっています: {names}")
CURRENT = Text(en="the lock agrees with the manifest", ja="ロックはマニフェストと一致しています")
ENVIRONMENT = Text(en="environment: {path}", ja="環境: {path}")
ENVIRONMENT_SET = Text(
    en="environment: {path}, by UV_PROJECT_ENVIRONMENT ({where})",
    ja="環境: {path}（UV_PROJECT_ENVIRONMENT、{where}）",
)
ENVIRONMENT_UNKNOWN = Text(
    en="environment: a path that these files do not decide",
    ja="環境: これらのファイルでは決まらないパス",
)
GROUPS = Text(en="groups: {names}", ja="グループ: {names}")
NO_GROUPS = Text(en="groups: none", ja="グループ: なし")
EXTRAS = Text(en="extras: {names}", ja="extra: {names}")
WITH_PROJECT = Text(en="the project itself is installed", ja="プロジェクト自身もインストールします")
WITHOUT_PROJECT = Text(
    en="dependencies only: the project itself is not installed",
    ja="依存関係だけです。プロジェクト自身はインストールしません",
)
STARTS = Text(en="starts {words}", ja="{words} を起動します")
INSTALLS = Text(en="installs {names}", ja="{names} をインストールします")
FROM_FILES = Text(
    en="installs what is listed in {names}", ja="{names} に書かれたものをインストールします"
)
INTO = Text(en="into {path} ({kind})", ja="{path}（{kind}）へ")
KINDS = {
    "venv": Text(en="virtual environment", ja="仮想環境"),
    "system": Text(en="the system's Python", ja="システムの Python"),
    "node": Text(en="node packages", ja="Node のパッケージ"),
}
MAKES = Text(en="makes the environment {path}", ja="環境 {path} を作ります")
NOT_ALL = Text(
    en="A part of this RUN was not understood.",
    ja="この RUN には理解できなかった部分があります。",
)
MOUNT = Text(en="mount {kind} at {target}", ja="マウント {kind}: {target}")

_INTERESTING = (UvCommand, PipCommand, ManagerCommand, MakeEnvironment, SystemPackages)


def run_parts(db: Database, made: Image, run: Run, at: int | None) -> tuple[Part, ...]:
    """The commands of a RUN that install; with `at`, the one at that offset alone.

    `at` counts from the start of the instruction, as the commands' places do.
    """
    chosen = [command for command in run.commands if isinstance(command.tool, _INTERESTING)]
    here = [c for c in chosen if at is not None and c.at.span.start <= at <= c.at.span.end]
    parts: list[Part] = []
    for command in here or chosen:
        parts.extend(_command_parts(db, made, run, command))
    if parts and not run.complete:
        parts.append(text(NOT_ALL))
    return tuple(parts)


def _command_parts(db: Database, made: Image, run: Run, command: Executed) -> Iterator[Part]:
    words = " ".join("…" if word is None else word for word in command.words)
    yield text(MAYBE if command.conditional else COMMAND, words=code(words))
    folder = code(command.cwd) if command.cwd is not None else clause(UNKNOWN_FOLDER)
    user: str | Inner = clause(UNKNOWN_USER)
    if command.user is not None:
        user = code(command.user or "root")
    yield item(WHERE, folder=folder, user=user)
    tool = command.tool
    if isinstance(tool, UvCommand):
        yield from _uv(db, made, run, command, tool)
    elif isinstance(tool, PipCommand):
        yield from _wanted(tuple(w.text for w in tool.packages), tool.requirements, tool.editables)
    elif isinstance(tool, SystemPackages) and tool.packages:
        yield item(INSTALLS, names=codes(tool.packages, 12))
    elif isinstance(tool, MakeEnvironment) and tool.directory:
        yield item(MAKES, path=code(tool.directory))
    environment = _environment(db, made, run, command)
    if environment is not None and not isinstance(tool, UvCommand):
        kind = clause(KINDS[environment.kind])
        yield item(INTO, path=code(environment.path), kind=kind)


def _wanted(
    packages: tuple[str, ...], requirements: tuple[str, ...], editables: tuple[str, ...]
) -> Iterator[Part]:
    if packages or editables:
        yield item(INSTALLS, names=codes((*packages, *(f"-e {path}" for path in editables))))
    if requirements:
        yield item(FROM_FILES, names=codes(requirements))


def _environment(db: Database, made: Image, run: Run, command: Executed) -> Environment | None:
    for environment in environments(db, made.unit.id, run.stage):
        for install in environment.installs:
            if install.run.ordinal == run.ordinal and install.command.at == command.at:
                return environment
    return None


def _uv(db: Database, made: Image, run: Run, command: Executed, tool: UvCommand) -> Iterator[Part]:
    inputs = next((i for i in syncs_of(db, run) if i.command.at == command.at), None)
    if inputs is not None:
        yield from _project(db, inputs)
    elif tool.command[:1] == ("pip",) or tool.command in (("add",), ("tool", "install")):
        packages = tuple(word for word in tool.arguments if word is not None)
        yield from _wanted(packages, tool.requirements, tool.editables)
        environment = _environment(db, made, run, command)
        if environment is not None:
            kind = clause(KINDS[environment.kind])
            yield item(INTO, path=code(environment.path), kind=kind)
    elif tool.command in (("sync",), ("run",)) and not (tool.run and tool.run.no_project):
        yield item(NO_MANIFEST)
    install = next((i for i in installs_of(db, run) if i.command.at == command.at), None)
    if install is not None:
        groups = sorted(install.groups)
        yield item(GROUPS, names=codes(groups)) if groups else item(NO_GROUPS)
        if install.extras:
            yield item(EXTRAS, names=codes(sorted(install.extras)))
        yield item(WITH_PROJECT if install.builds_project else WITHOUT_PROJECT)
    if tool.run is not None and tool.run.words:
        words = " ".join("…" if word is None else word for word in tool.run.words)
        yield item(STARTS, words=code(words))


def _project(db: Database, inputs: SyncInputs) -> Iterator[Part]:
    project, tool = inputs.project, inputs.tool
    manifest = f"{project.root.rstrip('/')}/pyproject.toml"
    if project.manifest is not None:
        host = code(relative(db, project.manifest.host))
        yield item(MANIFEST, path=code(manifest), host=host)
    else:
        yield item(MANIFEST_MADE, path=code(manifest))
    yield _lock(inputs)
    names = sorted({drift.name for drift in drifts_of(db, inputs) if drift.name})
    if names:
        yield item(DRIFT, names=codes(names))
    elif inputs.paired and not inputs.relocks and inputs.facts is not None:
        yield item(CURRENT)
    if tool.command in (("sync",), ("run",)):
        if project.environment is None:
            yield item(ENVIRONMENT_UNKNOWN)
        else:
            at = inputs.run.state.where("UV_PROJECT_ENVIRONMENT")
            if at is not None:
                yield item(ENVIRONMENT_SET, path=code(project.environment), where=Place(at))
            else:
                yield item(ENVIRONMENT, path=code(project.environment))


def _lock(inputs: SyncInputs) -> Part:
    tool = inputs.tool
    path = code(f"{inputs.project.workspace.rstrip('/')}/uv.lock")
    frozen, locked = tool.frozen.on is True, tool.locked.on is True
    by = tool.frozen.by if frozen else tool.locked.by
    if isinstance(inputs.lock, Landed):
        if frozen or locked:
            return item(LOCK_FROZEN if frozen else LOCK_LOCKED, path=path, by=by)
        return item(LOCK_FREE, path=path)
    if isinstance(inputs.lock, Unknown):
        return item(LOCK_UNKNOWN)
    return item(LOCK_NEEDED, by=by) if frozen or locked else item(LOCK_NONE)
