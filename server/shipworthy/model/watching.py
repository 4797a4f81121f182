"""What `docker compose watch` would copy into a running container.

Source: docker/compose pkg/watch (LoadDockerIgnore, NewDockerPatternMatcher) and watch.go: the
ignore file's patterns count from the context, those of `ignore` and `include` from the watched
path, and an ignore file with a bare `*` loses all patterns that exclude.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.compose.types import Watch, Word
from shipworthy.model.context import context_ignore_path, dockerfile_ignore_path
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Visible, compile_copy_patterns, visible
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.run import RunUnit
from shipworthy.model.workspace import inventory, root_of
from shipworthy.syntax import dockerignore
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

SyncedKind: TypeAlias = Literal["venv", "node"]

_PYTHON = ("pyproject.toml", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile", "requirements.txt")
_NODE = ("package.json",)


class SyncedEnvironment(NamedTuple):
    """A host environment that a watch rule copies over one of the container's."""

    watch: Watch
    host: str
    """The folder on the host, which need not exist on this disk."""
    inside: str
    """The same, relative to the watched path."""
    environment: Environment
    newer: str | None
    """The Dockerfile's own ignore file when it excludes the folder: older Compose ignores it."""


def synced_environments(
    db: Database, run: RunUnit, kind: SyncedKind
) -> tuple[SyncedEnvironment, ...]:
    """For each sync rule of a service, the first host environment that it copies."""
    if run.service is None or run.unit is None:
        return ()
    made = [item for item in final_environments(db, run.unit.id) if item.kind == kind]
    found = []
    for watch in run.service.watch:
        synced = _of(db, run, watch, kind, made)
        if synced is not None:
            found.append(synced)
    return tuple(found)


def is_sync(watch: Watch) -> bool:
    """Whether the rule copies files into the container."""
    return isinstance(watch.action, str) and watch.action.startswith("sync")


def _of(
    db: Database, run: RunUnit, watch: Watch, kind: SyncedKind, made: list[Environment]
) -> SyncedEnvironment | None:
    if not is_sync(watch) or not isinstance(watch.path, str) or not isinstance(watch.target, str):
        return None
    if not _known(watch.ignore) or not _known(watch.include):
        return None
    for host in _candidates(db, watch.path, kind):
        inside = host[len(watch.path) + 1 :]
        target = f"{watch.target.rstrip('/')}/{inside}"
        environment = next((item for item in made if _meets(item.path, target)), None)
        if environment is None or not _sent(watch, inside):
            continue
        old, newer = _ignored(db, run, host)
        if not old:
            return SyncedEnvironment(watch, host, inside, environment, newer)
    return None


def _candidates(db: Database, path: str, kind: SyncedKind) -> list[str]:
    names, folder = (_PYTHON, ".venv") if kind == "venv" else (_NODE, "node_modules")
    listed = inventory(db, root_of(db, path))
    found = {
        f"{manifest.rpartition('/')[0]}/{folder}"
        for manifest in listed.manifests
        if manifest.rpartition("/")[2] in names and manifest.startswith(path + "/")
    }
    if kind == "venv":
        found.update(item for item in listed.environments if item.startswith(path + "/"))
    return sorted(found, key=lambda item: (item.count("/"), item))


def _meets(environment: str, target: str) -> bool:
    return (
        environment == target
        or environment.startswith(target + "/")
        or target.startswith(environment + "/")
    )


def _known(given: tuple[Word, ...]) -> bool:
    return all(isinstance(word.value, str) for word in given)


def _sent(watch: Watch, inside: str) -> bool:
    """Whether `ignore` and `include` let the folder's files through."""
    if watch.ignore and _matches(_texts(watch.ignore), inside):
        return False
    return not watch.include or _matches(_texts(watch.include), inside)


def _texts(given: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.value for word in given if isinstance(word.value, str))


def _matches(patterns: tuple[str, ...], folder: str) -> bool:
    cleaned = dockerignore.parse("\n".join(patterns)).tree.cleaned
    rules = compile_copy_patterns(cleaned)
    probes = (f"{folder}/pyvenv.cfg", f"{folder}/lib/python3/site-packages/a.py")
    return all(not isinstance(visible(rules, probe), Visible) for probe in probes)


def _ignored(db: Database, run: RunUnit, host: str) -> tuple[bool, str | None]:
    """Whether any Compose ignores the folder, and the file that only newer ones read."""
    unit = run.unit
    if unit is None or not isinstance(unit.context, str):
        return True, None
    if not host.startswith(unit.context + "/"):
        return False, None
    inside = host[len(unit.context) + 1 :]
    general = context_ignore_path(db, unit.context)
    own = None
    if isinstance(unit.dockerfile, str) and unit.inline is None:
        own = dockerfile_ignore_path(db, unit.dockerfile)
    in_general = general is not None and _matches(_watch_patterns(db, general), inside)
    if own is None:
        return in_general, None
    in_own = _matches(_watch_patterns(db, own), inside)
    return in_general and in_own, own if in_own else None


def _watch_patterns(db: Database, path: str) -> tuple[str, ...]:
    tree = ignore_file(db, path)
    patterns = tree.cleaned if tree is not None else ()
    if "*" in patterns:
        return tuple(pattern for pattern in patterns if pattern.startswith("!"))
    return patterns


class Unwatched(NamedTuple):
    """A service whose sources are synced, and whose lock is in no rebuild rule."""

    lock: str
    """Absolute path of the lock, or of the manifest where there is no lock."""
    at: Anchor
    """The sync rule."""
    last: Watch
    """The last rule of the list."""


def without_rebuild(db: Database, run: RunUnit) -> Unwatched | None:
    """The lock of a synced Python project that no rebuild rule watches."""
    if run.service is None or not all(isinstance(item.path, str) for item in run.service.watch):
        return None
    watches = run.service.watch
    rebuilds = [str(item.path) for item in watches if item.action == "rebuild"]
    for watch in watches:
        path = watch.path
        if not is_sync(watch) or not isinstance(path, str):
            continue
        lock = _lock_above(db, path)
        if lock is None:
            continue
        beside = lock.rpartition("/")[0]
        files = [f"{beside}/{name}" for name in _PYTHON if db.stat(f"{beside}/{name}")]
        if not any(_inside(file, rebuild) for file in files for rebuild in rebuilds):
            return Unwatched(lock, watch.at, watches[-1])
    return None


def _inside(file: str, folder: str) -> bool:
    return file == folder or file.startswith(folder.rstrip("/") + "/")


def _lock_above(db: Database, path: str) -> str | None:
    """The lock (else the manifest) of the project that a folder belongs to."""
    root = root_of(db, path)
    folder = path
    while True:
        for name in ("uv.lock", "poetry.lock", "pdm.lock", "requirements.txt", "pyproject.toml"):
            if db.stat(f"{folder}/{name}") is not None:
                return f"{folder}/{name}"
        if folder == root or not folder.startswith(root + "/"):
            return None
        folder = folder.rpartition("/")[0]
