"""The four layers of a service: build, run, reproduction of the environment, development.

Each layer passes or fails by the findings of its rules, with what the model knows as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.findings.finding import BuildName, Finding, Severity
from shipworthy.findings.message import File, Message, Names, Place, Text, say
from shipworthy.model.builds import BuildUnit, all_units, root_of_unit
from shipworthy.model.context import ignore_path_of, survey_of, visibility
from shipworthy.model.ignoring import Hidden
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory
from shipworthy.rules.index import RULES
from shipworthy.text.records import NamedTuple

LayerName: TypeAlias = Literal["build", "run", "reproduction", "development"]
State: TypeAlias = Literal["pass", "fail", "note", "unknown", "absent"]
LAYERS: tuple[LayerName, ...] = ("build", "run", "reproduction", "development")

_GROUPS: dict[str, LayerName] = {
    "start": "run",
    "mounts": "run",
    "locks": "reproduction",
    "python": "reproduction",
}
_DEVELOPMENT = frozenset(
    {"devcontainer-mount-elsewhere", "devcontainer-shares-host-venv", "host-venv-made-by-container",
     "mount-point-created-as-root", "node-modules-volume-goes-stale",
     "readonly-bind-needs-venv-dir", "venv-volume-goes-stale", "watch-syncs-node-modules",
     "watch-syncs-venv", "watch-without-lock-rebuild"}
)  # fmt: skip
_LAYER_OF: dict[str, LayerName] = {
    rule.name: "development"
    if rule.name in _DEVELOPMENT
    else _GROUPS.get(rule.module.split(".")[-2], "build")
    for rule in RULES
}

_CONTEXT = Text(
    en="The context is {context}, the ignore file {ignore}.",
    ja="コンテキストは {context}、ignore ファイルは {ignore} です。",
)
_NO_IGNORE = Text(
    en="The context is {context}; it has no ignore file.",
    ja="コンテキストは {context} で、ignore ファイルはありません。",
)
_KEPT_OUT = Text(
    en="Environments of the host that are kept out: {names}.",
    ja="除外されているホストの環境: {names}",
)
_NO_HOST_ENVIRONMENT = Text(
    en="No environment of the host is sent.", ja="ホストの環境は送られません。"
)
_STARTS = Text(en="Starts `{words}` ({where}).", ja="`{words}` を起動します（{where}）。")
_SEES = Text(
    en="The container sees the environment `{path}` of the image.",
    ja="コンテナからはイメージの環境 `{path}` が見えます。",
)
_COVERED = Text(
    en="The mount on `{target}` ({where}) lies over the environment `{path}`.",
    ja="`{target}` のマウント（{where}）が環境 `{path}` の上に重なります。",
)
_INSTALLS = Text(
    en="`{words}` ({where}) makes `{path}`.", ja="`{words}`（{where}）が `{path}` を作ります。"
)
_LOCK = Text(en="The lock is {path}.", ja="ロックは {path} です。")
_BIND = Text(
    en="{source} is mounted on `{target}` ({where}).",
    ja="{source} を `{target}` にマウントします（{where}）。",
)
_WATCH = Text(
    en="`develop.watch` does `{action}` for {path} ({where}).",
    ja="`develop.watch` が {path} に `{action}` を行います（{where}）。",
)
_REBUILD = Text(
    en="No bind mount and no `develop.watch`: a changed source needs a new build.",
    ja="バインドマウントも `develop.watch` もないため、ソースの変更には再ビルドが必要です。",
)
_NO_SERVICE = Text(
    en="No compose service runs this image.",
    ja="このイメージを動かす Compose サービスはありません。",
)
_NOT_KNOWN = Text(
    en="This is decided outside of these files, so it was not judged.",
    ja="これらのファイルの外で決まるため、判定していません。",
)


class Layer(NamedTuple):
    """One layer of one service."""

    name: LayerName
    state: State
    findings: tuple[Finding, ...]
    facts: tuple[Message, ...]


class ServiceReport(NamedTuple):
    """A service, or a build that no service declares."""

    unit: BuildUnit
    layers: tuple[Layer, ...]


def reports(db: Database, analysis: Analysis) -> tuple[ServiceReport, ...]:
    """All builds of the workspace with their layers."""
    return tuple(
        ServiceReport(unit, tuple(_layer(db, analysis, unit, name) for name in LAYERS))
        for unit in all_units(db)
    )


def _layer(db: Database, analysis: Analysis, unit: BuildUnit, name: LayerName) -> Layer:
    found = tuple(
        finding
        for finding in analysis.findings
        if finding.severity >= Severity.INFO
        and _LAYER_OF.get(finding.rule) == name
        and _concerns(analysis, finding, unit)
    )
    facts = tuple(_FACTS[name](db, unit))
    worst = max((finding.severity for finding in found), default=None)
    state: State
    if worst is not None:
        state = "fail" if worst >= Severity.WARNING else "note"
    elif not _is_known(db, unit, name):
        state = "unknown"
        facts = (*facts, say(_NOT_KNOWN))
    elif name == "development" and not any(run.service for run in runs_of(db, unit.id)):
        state = "absent"
    else:
        state = "pass"
    return Layer(name, state, found, facts)


def _concerns(analysis: Analysis, finding: Finding, unit: BuildUnit) -> bool:
    if not finding.builds:
        return finding.at.path in (unit.dockerfile, unit.origin_file)
    compose, service, dockerfile, context = unit.name
    names = {
        BuildName(compose, service, dockerfile, context),
        BuildName(*(path and analysis.relative(path) if n != 1 else path
                    for n, path in enumerate(unit.name))),
    }  # fmt: skip
    return any(build in names for build in finding.builds)


def _is_known(db: Database, unit: BuildUnit, name: LayerName) -> bool:
    if name == "build":
        return isinstance(unit.context, str) and isinstance(unit.dockerfile, str)
    if not isinstance(unit.dockerfile, str):
        return False
    if name == "run":
        return all(run.mounts_known and run.complete for run in runs_of(db, unit.id))
    return True


def _build_facts(db: Database, unit: BuildUnit) -> Iterator[Message]:
    ignore = ignore_path_of(db, unit)
    if not isinstance(unit.context, str) or isinstance(ignore, Unknown):
        return
    if ignore is None:
        yield say(_NO_IGNORE, context=File(unit.context))
    else:
        yield say(_CONTEXT, context=File(unit.context), ignore=File(ignore))
    seen = survey_of(db, unit)
    start = unit.context.rstrip("/") + "/"
    # The survey does not look into what is left out as a whole; the inventory does.
    names = inventory(db, root_of_unit(db, unit)).environments
    below = [path.removeprefix(start) for path in names if path.startswith(start)]
    hidden = tuple(path for path in below if isinstance(visibility(db, unit, path), Hidden))
    if hidden:
        yield say(_KEPT_OUT, names=Names(hidden))
    elif not isinstance(seen, Unknown) and seen.complete and not seen.of("environment"):
        yield say(_NO_HOST_ENVIRONMENT)


def _run_facts(db: Database, unit: BuildUnit) -> Iterator[Message]:
    for run in runs_of(db, unit.id):
        if run.process.words and run.commands:
            yield say(_STARTS, words=_words(run.commands[-1]), where=Place(run.process.at))
        for environment in final_environments(db, unit.id):
            if environment.kind != "system":
                yield _seen(run, environment)


def _seen(run: RunUnit, environment: Environment) -> Message:
    mount = run.mount_over(environment.path)
    if mount is None:
        return say(_SEES, path=environment.path)
    return say(_COVERED, target=mount.target, where=Place(mount.at), path=environment.path)


def _reproduction_facts(db: Database, unit: BuildUnit) -> Iterator[Message]:
    locks: dict[str, None] = {}
    for environment in final_environments(db, unit.id):
        for install in environment.installs:
            words = _words(install.command)
            yield say(
                _INSTALLS, words=words, where=Place(install.command.at), path=environment.path
            )
            project = install.project
            manifest = project.workspace_manifest or project.manifest if project else None
            host = manifest.host if manifest is not None else None
            lock = f"{host.rpartition('/')[0]}/uv.lock" if host else ""
            if lock and db.stat(lock) is not None:
                locks[lock] = None
    for lock in locks:
        yield say(_LOCK, path=File(lock))


def _development_facts(db: Database, unit: BuildUnit) -> Iterator[Message]:
    services = [run for run in runs_of(db, unit.id) if run.service is not None]
    if not services:
        yield say(_NO_SERVICE)
    for run in services:
        binds = [item for item in run.mounts if item.type == "bind" and item.source]
        for mount in binds:
            source = File(mount.source or "")
            yield say(_BIND, source=source, target=mount.target, where=Place(mount.at))
        watched = run.service.watch if run.service is not None else ()
        for watch in watched:
            if isinstance(watch.path, str) and isinstance(watch.action, str):
                path = File(watch.path)
                yield say(_WATCH, action=watch.action, path=path, where=Place(watch.at))
        if not binds and not watched:
            yield say(_REBUILD)


_FACTS = {
    "build": _build_facts,
    "run": _run_facts,
    "reproduction": _reproduction_facts,
    "development": _development_facts,
}


def _words(command: Executed) -> str:
    return " ".join("…" if word is None else word for word in command.words)
