"""Ignore files that no build reads, and what their author took them for."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit, all_units
from shipworthy.model.context import context_ignore_path, ignore_path_of, readers
from shipworthy.model.exposures import context_copies
from shipworthy.model.files import ignore_file
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, root_of
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

UnreadKind: TypeAlias = Literal["elsewhere", "no-dockerfile", "replaced"]

_SUFFIX = ".dockerignore"
_BUILDS = regex(r"docker|buildah|podman|kaniko|context|\bbuild\b", re.IGNORECASE)


class Unread(NamedTuple):
    """An ignore file that no build found here reads.

    `elsewhere`: its folder is no build's context. `no-dockerfile`: it is named like a Dockerfile
    that does not exist. `replaced`: every build with that context reads a file of its own.
    """

    kind: UnreadKind
    path: str
    units: tuple[BuildUnit, ...]
    """The builds that it seems to be meant for, never empty; their contexts are known."""

    @property
    def folder(self) -> str:
        """The folder it lies in."""
        return self.path.rpartition("/")[0]


@query
def unread(db: Database, path: str) -> Unread | None:
    """Why no build reads the ignore file; None when one does, may do, or nothing is near it.

    Source: BuildKit dockerui/config.go ReadEntrypoint and dockerIgnorePatterns.
    """
    folder, _, name = path.rpartition("/")
    units = all_units(db)
    if not name.endswith(_SUFFIX) or readers(db, path):
        return None
    if any(_may_read(known, folder) for known in units):
        return None
    local = tuple(
        known
        for known in units
        if isinstance(known.context, str) and isinstance(known.dockerfile, str)
    )
    if name != _SUFFIX:
        return _named_for_nothing(db, path, local)
    inside = tuple(known for known in local if known.context == folder)
    if inside:
        return Unread("replaced", path, inside)
    near = tuple(known for known in local if _is_near(db, known, folder))
    if not near or _is_built_by_others(db, folder):
        return None
    return Unread("elsewhere", path, near)


def _named_for_nothing(db: Database, path: str, units: tuple[BuildUnit, ...]) -> Unread | None:
    folder, _, name = path.rpartition("/")
    meant = path.removesuffix(_SUFFIX)
    low = f"{folder}/{name.removesuffix(_SUFFIX).lower()}"
    if db.stat(meant) is not None or db.stat(low) is not None:
        return None
    near = tuple(
        known
        for known in units
        if known.inline is None and (_folder_of(known) == folder or known.context == folder)
    )
    return Unread("no-dockerfile", path, near) if near else None


def _folder_of(unit: BuildUnit) -> str:
    return unit.dockerfile.rpartition("/")[0] if isinstance(unit.dockerfile, str) else ""


def _may_read(unit: BuildUnit, folder: str) -> bool:
    if any(isinstance(value, Unknown) or value == folder for _, value in unit.named_contexts):
        return True
    if not isinstance(unit.context, Unknown) or unit.context.reason == "remote-context":
        return False
    if unit.origin != "inferred":
        return True
    return f"{unit.dockerfile}/".startswith(f"{folder}/")


def _is_near(db: Database, unit: BuildUnit, folder: str) -> bool:
    """Whether the Dockerfile or the compose file lies in the folder, or a COPY reads from it."""
    if unit.inline is None and _folder_of(unit) == folder:
        return True
    if unit.origin == "compose" and unit.origin_file.rpartition("/")[0] == folder:
        return True
    return any(
        source.kind == "path"
        and source.path is not None
        and f"{copy.context}/{source.path}/".startswith(f"{folder}/")
        and copy.context != folder
        for copy in context_copies(db, unit.id)
        for source in copy.sources
    )


def _is_built_by_others(db: Database, folder: str) -> bool:
    """Whether a workflow, script or platform file names the folder where it speaks of builds."""
    root = root_of(db, folder)
    found = inventory(db, root)
    relative = folder[len(root) + 1 :]
    named = rf"\./{re.escape(relative)}|{re.escape(relative)}" if relative else r"\.|\./"
    word = re.compile(rf"(?:^|[\s\"'=:])(?:{named})/?(?:$|[\s\"',;])")
    for path in (*found.callers, *found.platform_files):
        text = db.text(path) or ""
        for line in text.splitlines():
            if len(line) < 500 and _BUILDS.search(line) and word.search(line):
                return True
    return False


def moved_patterns(db: Database, dead: Unread) -> tuple[str, ...] | None:
    """The patterns as the root of the context would need them; None when that is not certain.

    An allow-list, or an exception, means something only as a whole and where it was written.
    """
    tree = ignore_file(db, dead.path)
    context = dead.units[0].context
    if tree is None or not isinstance(context, str):
        return None
    if any(pattern.negated or pattern.cleaned in ("*", "**") for pattern in tree.patterns):
        return None
    if dead.kind != "elsewhere":
        return tuple(dict.fromkeys(tree.cleaned))
    moved = [_moved(db, text, dead.folder, context) for text in tree.cleaned]
    return tuple(dict.fromkeys(text for text in moved if text is not None))


def _moved(db: Database, text: str, folder: str, context: str) -> str | None:
    first, slash, _ = text.partition("/")
    if first == "**":
        return text
    if not slash:
        return f"**/{text}"
    if folder.startswith(f"{context}/"):
        beside = db.stat(f"{folder}/{first}") is not None
        return f"{folder[len(context) + 1 :]}/{text}" if beside else text
    below = context[len(folder) + 1 :] + "/" if context.startswith(f"{folder}/") else ""
    return text[len(below) :] if below and text.startswith(below) else None


def effective_patterns(db: Database, unit: BuildUnit) -> frozenset[str]:
    """The cleaned patterns of the file that a build does read."""
    path = ignore_path_of(db, unit)
    tree = ignore_file(db, path) if isinstance(path, str) else None
    return frozenset(tree.cleaned) if tree is not None else frozenset()


def is_repeated(db: Database, dead: Unread) -> bool:
    """Whether every build it is meant for reads these patterns from its own file."""
    tree = ignore_file(db, dead.path)
    moved = moved_patterns(db, dead)
    if tree is None:
        return True
    return all(
        set(tree.cleaned) <= active or (moved is not None and set(moved) <= active)
        for active in (effective_patterns(db, known) for known in dead.units)
    )


def root_ignore_path(db: Database, unit: BuildUnit) -> str | None:
    """`.dockerignore` at the root of a build's context, when there is one."""
    return context_ignore_path(db, unit.context) if isinstance(unit.context, str) else None
