"""Where the engine gets nodes and rules from: the model and the index of rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from importlib import import_module
from typing import Any, Protocol, cast

from shipworthy.db.database import Database
from shipworthy.model.files import home_of
from shipworthy.model.settings import Settings, settings
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import roots
from shipworthy.rules.rule import Listed, Rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class ScopeLike(Hashable, Protocol):
    """A part of the workspace that is judged on its own: a build, a run, a file, a project."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> Hashable: ...


class SettingsLike(Protocol):
    """The settings that the engine looks at."""

    @property
    def select(self) -> tuple[str, ...]: ...
    @property
    def ignore(self) -> tuple[str, ...]: ...
    @property
    def profile(self) -> str: ...
    @property
    def per_file_ignores(self) -> tuple[tuple[str, tuple[str, ...]], ...]: ...
    @property
    def severity(self) -> tuple[tuple[str, str], ...]: ...


class Source(NamedTuple):
    """The model's entry points and the rules; tests bring tiny ones."""

    roots: Callable[[Database], tuple[str, ...]]
    """Absolute, without a final slash."""
    scopes: Callable[[Database], tuple[Any, ...]]
    nodes: Callable[[Database, Any], Iterable[tuple[str, Any]]]
    """Class name and node, in a deterministic order."""
    unresolved: Callable[[Database], tuple[tuple[Anchor, Unknown], ...]]
    settings: Callable[[Database], SettingsLike]
    rules: tuple[Listed, ...]
    load: Callable[[Listed], Rule]


def standard_source() -> Source:
    """The real model with all rules of the index."""
    # Imported here so that whoever brings a source of their own loads neither.
    from shipworthy.model import visits  # noqa: PLC0415
    from shipworthy.rules import index  # noqa: PLC0415

    return Source(
        roots,
        visits.scopes,
        visits.nodes,
        visits.unresolved,
        _settings_of_first_root,
        index.RULES,
        load,
    )


def _settings_of_first_root(db: Database) -> SettingsLike:
    found = roots(db)
    return settings(db, found[0]) if found else Settings()


_LOADED: dict[str, Rule] = {}


def load(listed: Listed) -> Rule:
    """The rule behind a line of the index; imports its module."""
    found = _LOADED.get(listed.module)
    if found is None:
        module = import_module(listed.module)
        found = _LOADED[listed.module] = getattr(module, listed.module.rpartition(".")[2])
    return found


def source_of(db: Database) -> Source:
    """The source that the database's host was made with."""
    return cast(Source, db.setting("source"))


def roots_of(db: Database) -> tuple[str, ...]:
    """The workspace roots, without a final slash."""
    return source_of(db).roots(db)


def relative_to(roots: tuple[str, ...], path: str) -> str:
    """A path relative to the first root that holds it; a path outside all roots stays absolute."""
    path = home_of(path)
    for root in roots:
        prefix = root.rstrip("/") + "/"
        if path.startswith(prefix):
            return path[len(prefix) :]
        if path == root:
            return "."
    return path
