"""The four layers of a service: build, run, reproduction of the environment, development.

Each layer passes or fails by the findings of its rules, with what the model knows as evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.findings.finding import BuildName, Finding, Severity
from shipworthy.findings.message import Field, File, Inner, Message, Names, Place, Text, say
from shipworthy.model.builds import BuildUnit, all_units, root_of_unit
from shipworthy.model.context import ignore_path_of, survey_of, visibility
from shipworthy.model.files import text_at
from shipworthy.model.ignoring import Hidden
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.lock_uses import lock_uses
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory
from shipworthy.rules.index import RULES
from shipworthy.text.records import NamedTuple
from shipworthy.views.layer_reproduction import Evidence, reproduction, words

LayerName: TypeAlias = Literal["build", "run", "reproduction", "development"]
State: TypeAlias = Literal["pass", "fail", "note", "unknown", "absent"]
LAYERS: tuple[LayerName, ...] = ("build", "run", "reproduction", "development")

_GROUPS: dict[str, LayerName] = {
    "start": "run",
    "mounts": "run",
    "locks": "reproduction",
    "python": "reproduction",
}
_RUN = frozenset(
    {"bind-mount-hides-node-modules", "command-not-in-environment", "editable-source-not-copied",
     "env-file-missing", "healthcheck-tool-missing", "managed-python-under-root-home",
     "uv-run-wrong-environment", "venv-interpreter-missing", "venv-relocated"}
)  # fmt: skip
"""What the build does not notice."""
_REPRODUCTION = frozenset(
    {"base-image-release-unpinned", "node-install-not-locked", "package-manager-unpinned",
     "uv-image-unpinned"}
)  # fmt: skip
_DEVELOPMENT = frozenset(
    {"devcontainer-mount-elsewhere", "devcontainer-shares-host-venv", "host-venv-made-by-container",
     "mount-point-created-as-root", "node-modules-volume-goes-stale",
     "readonly-bind-needs-venv-dir", "venv-volume-goes-stale", "watch-syncs-node-modules",
     "watch-syncs-venv", "watch-without-lock-rebuild"}
)  # fmt: skip
_EXCEPTIONS: tuple[tuple[frozenset[str], LayerName], ...] = (
    (_DEVELOPMENT, "development"),
    (_RUN, "run"),
    (_REPRODUCTION, "reproduction"),
)
_LAYER_OF: dict[str, LayerName] = {
    rule.name: next(
        (layer for names, layer in _EXCEPTIONS if rule.name in names),
        _GROUPS.get(rule.module.split(".")[-2], "build"),
    )
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
    en="The {type} on `{target}` ({where}) hides the environment `{path}` of the image.",
    ja="`{target}` の {type}（{where}）がイメージの環境 `{path}` を隠します。",
)
_KEPT = Text(
    en="The volume on `{target}` ({where}) holds the environment `{path}`; while it is new, Docker"
    " fills it from the image.",
    ja="`{target}` のボリューム（{where}）が環境 `{path}` を保持します。新しいボリュームには、"
    "Docker がイメージの内容をコピーします。",
)
_STARTED_ELSEWHERE = Text(
    en="What it starts is decided by the base image.",
    ja="何を起動するかはベースイメージで決まります。",
)
_PARTLY_READ = Text(
    en="Not all of what it starts could be read.", ja="起動するものの一部は読み取れません。"
)
_SOME_MOUNT = Text(
    en="What is mounted is decided outside of these files.",
    ja="何をマウントするかはこれらのファイルの外で決まります。",
)
_UNNAMED_BASE = Text(
    en="The base image `{words}` ({where}) is decided outside of these files.",
    ja="ベースイメージ `{words}`（{where}）はこれらのファイルの外で決まります。",
)
_UNNAMED_SOURCE = Text(
    en="What `{words}` ({where}) copies is decided outside of these files.",
    ja="`{words}`（{where}）が何をコピーするかはこれらのファイルの外で決まります。",
)
_LOCAL = Text(
    en="The environment of this machine, for the editor: {names}.",
    ja="このマシンの環境（エディタ用）: {names}",
)
_BIND = Text(
    en="{source} is mounted on `{target}` ({where}).",
    ja="{source} を `{target}` にマウントします（{where}）。",
)
_MOUNTS = {
    "bind": Text(en="bind mount", ja="バインドマウント"),
    "volume": Text(en="volume", ja="ボリューム"),
    "tmpfs": Text(en="tmpfs mount", ja="tmpfs マウント"),
}
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
    evidence = tuple(_EVIDENCE[name](db, unit))
    if not isinstance(unit.dockerfile, str):
        told = evidence if name == "development" else ()
        evidence = (*told, Evidence("unknown", say(_NOT_KNOWN)))
    states: set[State] = {item.state for item in evidence if item.state is not None}
    facts = tuple(item.fact for item in evidence)
    worst = max((finding.severity for finding in found), default=Severity.HINT)
    state: State = "pass"
    if worst >= Severity.WARNING or "fail" in states:
        state = "fail"
    elif "unknown" in states:
        state = "unknown"
    elif found:
        state = "note"
    elif "absent" in states:
        state = "absent"
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


def _build(db: Database, unit: BuildUnit) -> Iterator[Evidence]:
    ignore = ignore_path_of(db, unit)
    if not isinstance(unit.context, str) or isinstance(ignore, Unknown):
        yield Evidence("unknown", say(_NOT_KNOWN))
        return
    yield from _undecided(db, unit)
    if ignore is None:
        yield _fact(_NO_IGNORE, context=File(unit.context))
    else:
        yield _fact(_CONTEXT, context=File(unit.context), ignore=File(ignore))
    seen = survey_of(db, unit)
    start = unit.context.rstrip("/") + "/"
    # The survey does not look into what is left out as a whole; the inventory does.
    names = inventory(db, root_of_unit(db, unit)).environments
    below = [path.removeprefix(start) for path in names if path.startswith(start)]
    hidden = tuple(path for path in below if isinstance(visibility(db, unit, path), Hidden))
    if hidden:
        yield _fact(_KEPT_OUT, names=Names(hidden))
    elif not isinstance(seen, Unknown) and seen.complete and not seen.of("environment"):
        yield _fact(_NO_HOST_ENVIRONMENT)


def _fact(text: Text, **fields: Field) -> Evidence:
    return Evidence(None, say(text, **fields))


def _undecided(db: Database, unit: BuildUnit) -> Iterator[Evidence]:
    """What of the built stages is not said: base images, and what is copied from the context."""
    made = image(db, unit.id)
    if made is None:
        return
    for stage in made.stages:
        base = made.base(stage.number)
        if stage.reachable and base.reference is None:
            where, said = Place(base.at), text_at(db, base.at) or ""
            yield Evidence("unknown", say(_UNNAMED_BASE, words=said, where=where))
        for copy in stage.copies():
            unsaid = any(item.kind == "path" and item.path is None for item in copy.sources)
            if copy.reachable and copy.origin == "context" and unsaid:
                said = copy.instruction.source
                yield Evidence("unknown", say(_UNNAMED_SOURCE, words=said, where=Place(copy.at)))


def _run(db: Database, unit: BuildUnit) -> Iterator[Evidence]:
    for run in runs_of(db, unit.id):
        if run.process.words and run.commands:
            yield _fact(_STARTS, words=words(run.commands[-1]), where=Place(run.process.at))
        elif run.process.said_by == "none":
            yield Evidence("unknown", say(_STARTED_ELSEWHERE))
        if not run.complete:
            yield Evidence("unknown", say(_PARTLY_READ))
        if not run.mounts_known:
            yield Evidence("unknown", say(_SOME_MOUNT))
        for environment in final_environments(db, unit.id):
            if environment.kind != "system":
                yield Evidence(None, _seen(run, environment))


def _seen(run: RunUnit, environment: Environment) -> Message:
    mount = run.mount_over(environment.path)
    if mount is None:
        return say(_SEES, path=environment.path)
    where, path = Place(mount.at), environment.path
    if mount.type == "volume" and mount.target == environment.path:
        return say(_KEPT, target=mount.target, where=where, path=path)
    kind = Inner(_MOUNTS.get(mount.type, _MOUNTS["bind"]))
    return say(_COVERED, type=kind, target=mount.target, where=where, path=path)


def _development(db: Database, unit: BuildUnit) -> Iterator[Evidence]:
    services = [run for run in runs_of(db, unit.id) if run.service is not None]
    if not services:
        yield Evidence("absent", say(_NO_SERVICE))
    for run in services:
        binds = [item for item in run.mounts if item.type == "bind" and item.source]
        for mount in binds:
            source = File(mount.source or "")
            yield _fact(_BIND, source=source, target=mount.target, where=Place(mount.at))
        watched = run.service.watch if run.service is not None else ()
        for watch in watched:
            if isinstance(watch.path, str) and isinstance(watch.action, str):
                path = File(watch.path)
                yield _fact(_WATCH, action=watch.action, path=path, where=Place(watch.at))
        if not binds and not watched and run.mounts_known:
            yield _fact(_REBUILD)
    local = tuple(dict.fromkeys(_local_environments(db, unit)))
    if local:
        yield _fact(_LOCAL, names=Names(local))


def _local_environments(db: Database, unit: BuildUnit) -> Iterator[str]:
    """The environments beside the manifests that the image installs, below the root."""
    root = root_of_unit(db, unit)
    known = inventory(db, root).environments
    for use in lock_uses(db, unit.id):
        path = f"{use.host}/.venv"
        if path in known:
            yield path.removeprefix(f"{root}/")


_EVIDENCE: dict[LayerName, Callable[[Database, BuildUnit], Iterator[Evidence]]] = {
    "build": _build,
    "run": _run,
    "reproduction": reproduction,
    "development": _development,
}
