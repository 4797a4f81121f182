"""What the instructions of a build take from its context that an image should not hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import Found, ignore_rules, survey
from shipworthy.model.environment_parts import environment_parts
from shipworthy.model.host_environments import HostEnvironment, host_environments
from shipworthy.model.ignoring import IgnoreRules, Visible, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy
from shipworthy.text.records import NamedTuple

ExposedKind: TypeAlias = Literal[
    "environment", "node_modules", "secret", "git", "cache", "bytecode"
]

CODE_BUDGET = 3_000
"""Entries that `code_folders` looks at before it stops."""
_ENOUGH_FOLDERS = 20
_PROBES = {"environment": "/pyvenv.cfg", "node_modules": "/.package-lock.json", "git": "/HEAD"}
_SKIPPED = frozenset({".git", "node_modules", "__pycache__", "site-packages"})


class Exposed(NamedTuple):
    """One thing that a COPY takes from its context."""

    kind: ExposedKind
    path: str
    """Relative to the context."""
    on_disk: bool
    """False for an environment that a machine may have, beside a manifest."""
    copy: Copy


@query
def context_copies(db: Database, unit_id: str) -> tuple[Copy, ...]:
    """The COPY and ADD instructions of needed stages that read a folder of this disk."""
    made = image(db, unit_id)
    return tuple(
        copy
        for stage in (made.judged_stages() if made is not None else ())
        if stage.reachable
        for copy in stage.copies()
        if copy.origin == "context" and copy.context is not None
    )


@query
def exposed(db: Database, unit_id: str) -> tuple[Exposed, ...]:
    """What a build takes from its contexts by accident, each path with the first COPY of it.

    What a literal source names itself is no accident and not listed.
    """
    found: dict[tuple[str | None, str], Exposed] = {}
    for copy in context_copies(db, unit_id):
        for item in _of_copy(db, copy):
            found.setdefault((copy.context, item.path), item)
    return tuple(found.values())


def exposed_under(db: Database, unit: BuildUnit, ignore_path: str | None) -> tuple[Exposed, ...]:
    """The same, only for what one ignore file decides."""
    return tuple(item for item in exposed(db, unit.id) if item.copy.ignore == ignore_path)


def hides(rules: IgnoreRules, item: Exposed, path: str | None = None) -> bool:
    """Whether rules keep the thing or its content out; broken rules hide nothing.

    `path` is where to look for it when the rules belong to another folder than the context.
    """
    if rules.error is not None:
        return False
    here = item.path if path is None else path
    return not (shows(rules, here) and shows(rules, f"{here}{_PROBES.get(item.kind, '')}"))


def shows(rules: IgnoreRules, path: str) -> bool:
    """Whether rules let the path through."""
    return isinstance(visible(rules, path), Visible)


def taken(db: Database, copy: Copy, *kinds: ExposedKind) -> tuple[Found, ...]:
    """What the survey found of these kinds that the COPY takes without naming it."""
    if copy.origin != "context" or copy.context is None or copy.destination is None:
        return ()
    named = {source.path for source in copy.sources if not source.wildcard}
    return tuple(
        item
        for item in survey(db, copy.context, copy.ignore).found
        if item.kind in kinds
        and item.path not in named
        and copy.lands(f"{item.path}/x" if item.is_dir else item.path) is not None
    )


def _of_copy(db: Database, copy: Copy) -> Iterable[Exposed]:
    kinds: tuple[tuple[Literal["venv", "node"], ExposedKind], ...] = (
        ("venv", "environment"),
        ("node", "node_modules"),
    )
    for host_kind, kind in kinds:
        for environment in host_environments(db, copy, host_kind):
            yield _environment(environment, kind, copy)
    for part in environment_parts(db, copy):
        yield _environment(part.environment, "environment", copy)
    for item in taken(db, copy, "secret", "git", "cache", "bytecode"):
        if item.kind in ("secret", "git", "cache", "bytecode"):
            yield Exposed(item.kind, item.path, True, copy)


def _environment(environment: HostEnvironment, kind: ExposedKind, copy: Copy) -> Exposed:
    return Exposed(kind, environment.path, environment.on_disk, copy)


@query
def code_folders(db: Database, context: str, ignore_path: str | None) -> tuple[str, ...]:
    """Folders below a context's root that hold Python files and are sent, the highest first.

    These are where Python writes `__pycache__`. At most twenty, and only as far as a search of
    `CODE_BUDGET` entries comes.
    """
    rules = ignore_rules(db, ignore_path)
    found: list[str] = []
    seen = 0
    level = [("", rules.root())]
    while level and seen < CODE_BUDGET and len(found) < _ENOUGH_FOLDERS:
        below = []
        for folder, state in level:
            names = db.names(context, f"{context}/{folder}" if folder else context)
            seen += len(names)
            if folder and any(name == "pyvenv.cfg" for name, _ in names):
                continue
            holds = any(kind == "file" and name.endswith(".py") for name, kind in names)
            if folder and holds and not state.excluded:
                found.append(folder)
            for name, kind in names:
                if kind == "dir" and name not in _SKIPPED:
                    inner = state.enter(name)
                    if not inner.prunable:
                        below.append((f"{folder}/{name}" if folder else name, inner))
        level = below
    return tuple(found[:_ENOUGH_FOLDERS])
