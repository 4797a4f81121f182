"""The build context of a unit: its ignore file, what is visible, what lies in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.db.inputs import Kind
from shipworthy.model.builds import BuildUnit, all_units
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import (
    Hidden,
    IgnoreRules,
    PatternError,
    Visible,
    WalkState,
    compile_patterns,
    visible,
)
from shipworthy.model.unknown import Unknown
from shipworthy.text.records import NamedTuple

SURVEY_BUDGET = 200_000
"""Entries that a survey looks at before it gives up; what lies beyond is UNKNOWN."""

Notable: TypeAlias = Literal[
    "manifest", "environment", "node_modules", "git", "cache", "bytecode", "secret", "media"
]

_NOTABLE_NAMES: dict[str, Notable] = {
    "pyproject.toml": "manifest",
    "uv.lock": "manifest",
    "poetry.lock": "manifest",
    "pdm.lock": "manifest",
    "Pipfile": "manifest",
    "setup.py": "manifest",
    "package.json": "manifest",
    ".netrc": "secret",
    ".pypirc": "secret",
    "pip.conf": "secret",
    "id_rsa": "secret",
    "id_ed25519": "secret",
    "id_ecdsa": "secret",
    ".git-credentials": "secret",
    "credentials.json": "secret",
    "service-account.json": "secret",
    "service_account.json": "secret",
    "secrets.toml": "secret",
}
_CACHES = frozenset({".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".hypothesis"})
_NOT_SECRET = ("example", "template", "sample", "dist", "defaults", "schema")
_BYTECODE_ENDINGS = (".pyc", ".pyo")
_NOTABLE_ENDINGS = (".pem", ".p12", ".pfx", ".key", *_BYTECODE_ENDINGS)


class Found(NamedTuple):
    """Something notable in a context: its kind and its path relative to the context."""

    kind: Notable
    path: str
    is_dir: bool


class Survey(NamedTuple):
    """What lies where in a context, as far as it is sent; environments are not looked into."""

    found: tuple[Found, ...]
    hidden: tuple[Found, ...]
    """The same for what the ignore file keeps out, as far as the search saw it."""
    complete: bool

    def of(self, *kinds: Notable) -> tuple[Found, ...]:
        """The visible things of these kinds."""
        return tuple(item for item in self.found if item.kind in kinds)


class Sent(NamedTuple):
    """One entry of the full walk: path relative to the context, kind, size in bytes."""

    path: str
    kind: Kind
    size: int


@query
def dockerfile_ignore_path(db: Database, dockerfile: str) -> str | None:
    """`<Dockerfile>.dockerignore` beside a Dockerfile, when it can be read.

    Source: BuildKit dockerui/config.go ReadEntrypoint.
    """
    named = f"{dockerfile}.dockerignore"
    return named if db.text(named) is not None else None


def ignore_path_of(db: Database, unit: BuildUnit) -> str | Unknown | None:
    """The one ignore file that this build reads; None when there is none."""
    if isinstance(unit.dockerfile, Unknown):
        return unit.dockerfile
    if unit.inline is None:
        named = dockerfile_ignore_path(db, unit.dockerfile)
        if named is not None:
            return named
    if isinstance(unit.context, Unknown):
        return unit.context
    return context_ignore_path(db, unit.context)


@query
def readers(db: Database, ignore_path: str) -> tuple[BuildUnit, ...]:
    """The builds that read the ignore file."""
    return _readers_by_file(db).get(ignore_path, ())


@query
def _readers_by_file(db: Database) -> dict[str, tuple[BuildUnit, ...]]:
    found: dict[str, list[BuildUnit]] = {}
    for unit in all_units(db):
        path = ignore_path_of(db, unit)
        if isinstance(path, str):
            found.setdefault(path, []).append(unit)
    return {path: tuple(units) for path, units in found.items()}


@query
def context_ignore_path(db: Database, context: str) -> str | None:
    """`.dockerignore` at the root of a context, when it can be read."""
    path = f"{context}/.dockerignore"
    return path if db.text(path) is not None else None


@query
def ignore_rules(db: Database, path: str | None) -> IgnoreRules:
    """The compiled patterns of an ignore file; no patterns when there is no file."""
    tree = ignore_file(db, path) if path is not None else None
    return compile_patterns(tree.cleaned if tree is not None else ())


def rules_of(db: Database, unit: BuildUnit) -> IgnoreRules | Unknown:
    """The ignore rules of a build."""
    path = ignore_path_of(db, unit)
    return path if isinstance(path, Unknown) else ignore_rules(db, path)


def visibility(
    db: Database, unit: BuildUnit, path: str
) -> Visible | Hidden | PatternError | Unknown:
    """Whether the build's context holds the path (relative to the context, need not exist)."""
    rules = rules_of(db, unit)
    return rules if isinstance(rules, Unknown) else visible(rules, path)


def survey_of(db: Database, unit: BuildUnit) -> Survey | Unknown:
    """The survey of a build's context."""
    path = ignore_path_of(db, unit)
    if isinstance(path, Unknown):
        return path
    if isinstance(unit.context, Unknown):
        return unit.context
    return survey(db, unit.context, path)


@query
def survey(db: Database, context: str, ignore_path: str | None) -> Survey:
    """What lies where in a context; shared by all builds with that context and ignore file.

    Never descends into `.git`, `node_modules`, an environment or what the ignore file prunes.
    """
    rules = ignore_rules(db, ignore_path)
    found: list[Found] = []
    hidden: list[Found] = []
    seen = 0
    todo: list[tuple[str, WalkState]] = [("", rules.root())]
    while todo:
        db.checkpoint()
        folder, state = todo.pop()
        names = db.names(context, f"{context}/{folder}" if folder else context)
        seen += len(names)
        if seen > SURVEY_BUDGET:
            return Survey(tuple(sorted(found)), tuple(sorted(hidden)), False)
        is_environment = folder != "" and any(name == "pyvenv.cfg" for name, _ in names)
        if is_environment:
            (hidden if state.excluded else found).append(Found("environment", folder, True))
            continue
        for name, kind in names:
            path = f"{folder}/{name}" if folder else name
            if kind == "dir":
                below = state.enter(name)
                noted = notable_folder(name)
                if noted is not None:
                    (hidden if below.excluded else found).append(Found(noted, path, True))
                    if noted in ("git", "node_modules", "bytecode"):
                        continue
                if not below.prunable:
                    todo.append((path, below))
            else:
                noted = notable_file(name)
                if noted is not None:
                    (hidden if state.hides(name) else found).append(Found(noted, path, False))
    return Survey(tuple(sorted(found)), tuple(sorted(hidden)), True)


def notable_folder(name: str) -> Notable | None:
    """What a folder of that name is, when it is something that images should not hold."""
    if name == ".git":
        return "git"
    if name == "node_modules":
        return "node_modules"
    if name == "__pycache__":
        return "bytecode"
    return "cache" if name in _CACHES else None


def notable_file(name: str) -> Notable | None:
    """What a file of that name is, when the rules care."""
    noted = _NOTABLE_NAMES.get(name)
    if noted is not None:
        return noted
    # Two questions tell that nearly every name is none of these.
    if name.startswith((".env", "requirements")):
        if name.startswith(".env"):
            return "secret" if is_env_file(name) else None
        if name.endswith(".txt"):
            return "manifest"
    if name.endswith(_NOTABLE_ENDINGS):
        return "bytecode" if name.endswith(_BYTECODE_ENDINGS) else "secret"
    return None


def is_env_file(name: str) -> bool:
    """Whether the name is an environment file with values (`.env`, `.env.dev`, not a template)."""
    if name == ".env":
        return True
    if not name.startswith(".env."):
        return False
    return not any(part in _NOT_SECRET for part in name[5:].lower().split("."))


def walk(db: Database, context: str, ignore_path: str | None, folder: str = "") -> Iterator[Sent]:
    """Everything below a folder of the context that is sent, with sizes; not memoised.

    For `context`, hovers and what a fix gained: reads the whole tree that is not pruned.
    """
    rules = ignore_rules(db, ignore_path)
    state = rules.root()
    for part in folder.split("/") if folder else ():
        state = state.enter(part)
    todo: list[tuple[str, WalkState]] = [(folder, state)]
    while todo:
        db.checkpoint()
        below, at = todo.pop()
        shows_all = at.shows_all
        for name, kind, size in db.scan(context, f"{context}/{below}" if below else context):
            path = f"{below}/{name}" if below else name
            if kind == "dir":
                inner = at.enter(name)
                if not inner.excluded:
                    yield Sent(path, kind, 0)
                if not inner.prunable:
                    todo.append((path, inner))
            elif shows_all or not at.hides(name):
                yield Sent(path, kind, size)
