"""Whether a uv.lock still is what its manifests ask for, without resolving anything.

The lock keeps what every local package declared when it was made; `uv lock --check` fails when
that differs from the manifests. Source: `Lock::satisfies` of uv's resolver (0.13), proven against
`uv lock --check`. What only an index or a build could decide is not judged.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias, TypeVar

from shipworthy.model.python import pyproject
from shipworthy.model.python.declared import Declared
from shipworthy.model.python.markers import same_marker, specifiers
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.python_ranges import same_python_bounds
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.uv_package import Package, Requested
from shipworthy.model.python.uv_settings import UvSource
from shipworthy.model.python.values import normalise, table
from shipworthy.syntax.toml import KeyPath
from shipworthy.text.numbers import has_huge_number
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

DriftKind: TypeAlias = Literal[
    "dependency-missing",
    "dependency-removed",
    "specifier",
    "extras",
    "marker",
    "source",
    "extra-missing",
    "extra-removed",
    "group-missing",
    "group-removed",
    "version",
    "requires-python",
    "member-missing",
    "member-removed",
    "packaged",
    "environments",
    "conflicts",
]


_Named = TypeVar("_Named", Declared, Requested)

_MAX_SAME_NAME = 20
"""Entries of one package beyond which only its name is compared: nobody writes so many."""


class Drift(NamedTuple):
    """One difference between a manifest and the lock.

    `name` is the package, extra, group or member that differs, `declared` what the manifest says
    and `locked` what the lock says ("" = nothing). `where` names the list: "dependencies",
    "extra NAME" or "group NAME". `manifest` is the manifest's folder, relative to the lock ("." =
    beside it), and `key` the place in it to point at (`()` where there is none).
    """

    kind: DriftKind
    name: str
    manifest: str
    key: KeyPath
    declared: str = ""
    locked: str = ""
    where: str = ""


def staleness(
    project: ProjectFacts, lock: UvLock, members: Mapping[str, ProjectFacts] | None = None
) -> tuple[Drift, ...]:
    """The differences that make `uv lock --check` fail; empty = up to date as far as one can see.

    `project` is the manifest beside the lock. `members` are all other manifests of its workspace
    by folder (relative to the lock, with `/`); `None` = not known, only `project` is compared.
    A lock with a `problem` gives no differences.
    """
    if lock.problem is not None or not project.uv.managed:
        return ()
    manifests = {".": project, **(members or {})}
    drifts = list(_membership(lock, manifests)) if members is not None else []
    for folder, manifest in manifests.items():
        drifts += _manifest_drift(manifest, folder, lock, project)
    drifts += _requires_python(manifests, lock, complete=members is not None or not lock.members)
    drifts += _settings(project, lock)
    return tuple(dict.fromkeys(drifts))


def _membership(lock: UvLock, manifests: Mapping[str, ProjectFacts]) -> Iterator[Drift]:
    names = {
        facts.name: folder
        for folder, facts in manifests.items()
        if facts.name and facts.has_project
    }
    # A project alone has no member list.
    locked = set(lock.members)
    if not locked:
        root = lock.root()
        locked = {root.name} if root is not None else set()
    for name in sorted(names.keys() - locked):
        yield Drift("member-missing", name, names[name], pyproject.NAME, declared=name)
    for name in sorted(locked - names.keys()):
        yield Drift("member-removed", name, ".", pyproject.WORKSPACE_MEMBERS, locked=name)


def _manifest_drift(
    facts: ProjectFacts, folder: str, lock: UvLock, root: ProjectFacts
) -> Iterator[Drift]:
    if facts.name is None or not facts.has_project:
        yield from _rootless_groups(facts, folder, lock)
        return
    package = lock.root(facts.name)
    if package is None:
        if not lock.members or folder == ".":
            yield Drift("member-missing", facts.name, folder, pyproject.NAME, declared=facts.name)
        return
    if "version" not in facts.dynamic and facts.version is not None:
        yield from _version(facts, folder, package)
    if facts.packaged and package.source.kind == "virtual":
        yield Drift("packaged", facts.name, folder, pyproject.BUILD_SYSTEM, "package", "virtual")
    # uv leaves the table out where there is nothing to record; very old versions always did.
    needs = package.dependencies or package.optional_dependencies or package.dev_dependencies
    if package.requires_dist is None and needs:
        return
    recorded = package.requires_dist or ()
    sources = {**root.uv.sources, **facts.uv.sources}
    compare = _Comparison(folder, sources, lock.requires_python)
    requested = _by_extra(recorded)
    if "dependencies" not in facts.dynamic:
        yield from compare.lists(
            facts.dependencies, requested.get("", ()), "dependencies", pyproject.DEPENDENCIES
        )
    if "optional-dependencies" not in facts.dynamic:
        yield from _extras(facts, folder, package, requested, compare)
    yield from _groups(facts, folder, package.requires_dev, compare, new=lock.revision is not None)


def _version(facts: ProjectFacts, folder: str, package: Package) -> Iterator[Drift]:
    declared, locked = facts.version or "", package.version
    if locked is not None and not _same_version(declared, locked):
        yield Drift("version", facts.name or "", folder, pyproject.VERSION, declared, locked)


def _extras(
    facts: ProjectFacts,
    folder: str,
    package: Package,
    requested: Mapping[str, tuple[Requested, ...]],
    compare: _Comparison,
) -> Iterator[Drift]:
    provided = {normalise(name) for name in package.provides_extras}
    locked = provided | (requested.keys() - {""})
    for extra, items in facts.optional_dependencies.items():
        key = facts.extra_keys[extra]
        if extra not in locked:
            # Locks of old uv versions do not list extras, so an empty one leaves no trace.
            if items or provided:
                yield Drift("extra-missing", extra, folder, key, declared=extra)
            continue
        yield from compare.lists(items, requested.get(extra, ()), f"extra {extra}", key, extra)
    for extra in sorted(locked - facts.optional_dependencies.keys()):
        yield Drift("extra-removed", extra, folder, pyproject.OPTIONAL_DEPENDENCIES, locked=extra)


def _groups(
    facts: ProjectFacts,
    folder: str,
    locked: Mapping[str, tuple[Requested, ...]],
    compare: _Comparison,
    *,
    new: bool,
) -> Iterator[Drift]:
    # Locks without a revision come from old uv versions; an empty group leaves no trace there.
    for group, items in facts.dependency_groups.items():
        key = facts.group_keys[group]
        if group in locked:
            if group not in facts.broken_groups:
                yield from compare.lists(items, locked[group], f"group {group}", key)
        elif items or new:
            yield Drift("group-missing", group, folder, key, declared=group)
    for group in sorted(locked.keys() - facts.dependency_groups.keys()):
        yield Drift("group-removed", group, folder, pyproject.DEPENDENCY_GROUPS, locked=group)


def _rootless_groups(facts: ProjectFacts, folder: str, lock: UvLock) -> Iterator[Drift]:
    # The groups of a workspace root without a `[project]` stand in the lock's manifest.
    names = {normalise(group) for group in table(lock.manifest, "dependency-groups")}
    for group, items in facts.dependency_groups.items():
        if items and group not in names:
            key = facts.group_keys[group]
            yield Drift("group-missing", group, folder, key, declared=group)


class _Comparison(NamedTuple):
    """How the requirements of one manifest are compared with the lock's."""

    folder: str
    sources: Mapping[str, tuple[UvSource, ...]]
    requires_python: str | None

    def lists(
        self,
        declared: tuple[Declared, ...],
        locked: tuple[Requested, ...],
        where: str,
        key: KeyPath,
        extra: str = "",
    ) -> Iterator[Drift]:
        """The differences of one list of requirements."""
        mine = _by_name(declared)
        theirs = _by_name(locked)
        for name, items in mine.items():
            if name in theirs:
                yield from self._same_name(items, theirs[name], where, extra)
            elif items[0].requirement is not None:
                first = items[0]
                yield Drift(
                    "dependency-missing", name, self.folder, first.key, first.text, "", where
                )
        for name in theirs:
            if name not in mine:
                yield Drift("dependency-removed", name, self.folder, key, "", name, where)

    def _same_name(
        self, declared: list[Declared], locked: list[Requested], where: str, extra: str
    ) -> Iterator[Drift]:
        name = declared[0].name
        sources = self.sources.get(name, ())
        if len(sources) > 1 or any(item.marker or item.extra or item.group for item in sources):
            # uv splits such a requirement by its sources; only the names can be compared.
            return
        if max(len(declared), len(locked)) > _MAX_SAME_NAME:
            return
        left = list(locked)
        unmatched = []
        for item in declared:
            twin = next((other for other in left if not self._differs(item, other, extra)), None)
            if twin is None:
                unmatched.append(item)
            else:
                left.remove(twin)
        for item, other in zip(unmatched, left, strict=False):
            kind = self._differs(item, other, extra)
            if kind is not None:
                yield Drift(
                    kind, name, self.folder, item.key, item.text, _requested_text(other), where
                )
        for item in unmatched[len(left) :]:
            if any(_same_declared(item, other) for other in declared if other is not item):
                continue
            yield Drift("specifier", name, self.folder, item.key, item.text, "", where)
        for other in left[len(unmatched) :]:
            locked_text = _requested_text(other)
            yield Drift("specifier", name, self.folder, declared[0].key, "", locked_text, where)

    def _differs(self, item: Declared, other: Requested, extra: str) -> DriftKind | None:
        source = next(iter(self.sources.get(item.name, ())), None)
        if _plainly_same(item, other):
            return None if self._same_source(source, None, other) else "source"
        requirement = item.requirement
        if requirement is None:
            return None
        if {normalise(name) for name in requirement.extras} != other.extras:
            return "extras"
        if not self._same_source(source, requirement.url, other):
            return "source"
        fixed = requirement.url is not None or (source is not None and source.kind != "index")
        if not fixed and specifiers(other.specifier) != requirement.specifier:
            return "specifier"
        marker = str(requirement.marker) if requirement.marker is not None else ""
        locked_marker = other.marker
        if not same_marker(marker, locked_marker, self.requires_python, extra):
            return "marker"
        return None

    def _same_source(self, source: UvSource | None, url: str | None, other: Requested) -> bool:
        locked = other.source
        if source is None:
            # An index of the same name or a member of the workspace needs no entry here.
            return (locked is None) is (url is None)
        if source.kind == "index":
            return locked is None or locked.kind == "registry"
        if locked is None:
            return False
        if source.kind in ("git", "url"):
            return locked.kind == source.kind
        if source.kind == "workspace":
            return locked.local
        path = posixpath.normpath(posixpath.join(self.folder, source.value.replace("\\", "/")))
        absolute = posixpath.isabs(path) or re.match(r"[A-Za-z]:", source.value) is not None
        return absolute or path == posixpath.normpath(locked.value)


def _requires_python(
    manifests: Mapping[str, ProjectFacts], lock: UvLock, *, complete: bool
) -> Iterator[Drift]:
    declared = [
        (folder, facts.requires_python)
        for folder, facts in manifests.items()
        if facts.requires_python is not None and "requires-python" not in facts.dynamic
    ]
    if not complete or not declared or lock.requires_python is None:
        return
    together = ",".join(text for _, text in declared)
    if same_python_bounds(together, lock.requires_python) is False:
        folder, text = declared[0]
        yield Drift(
            "requires-python",
            "requires-python",
            folder,
            pyproject.REQUIRES_PYTHON,
            text if len(declared) == 1 else together,
            lock.requires_python,
        )


def _settings(project: ProjectFacts, lock: UvLock) -> Iterator[Drift]:
    declared, locked = project.uv.environments, lock.supported_markers
    if not _same_markers(declared, locked):
        yield Drift(
            "environments",
            "environments",
            ".",
            pyproject.ENVIRONMENTS,
            ", ".join(declared),
            ", ".join(locked),
        )
    if not project.uv.conflicts and not lock.conflicts:
        return
    own = project.name
    wanted = {
        frozenset((normalise(side.package or own or ""), side.extra, side.group) for side in group)
        for group in project.uv.conflicts
    }
    found = {
        frozenset((normalise(side.package or own or ""), side.extra, side.group) for side in group)
        for group in lock.conflicts
    }
    if wanted - found and not lock.members:
        yield Drift("conflicts", "conflicts", ".", ("tool", "uv", "conflicts"))


def _same_markers(declared: tuple[str, ...], locked: tuple[str, ...]) -> bool:
    if len(declared) != len(locked):
        return False
    return all(any(same_marker(one, other, None) for other in locked) for one in declared)


_EXTRA = regex(r"""\bextra\s*==\s*(?:'([^']*)'|"([^"]*)")""")


def _by_extra(requested: tuple[Requested, ...]) -> dict[str, tuple[Requested, ...]]:
    # uv adds `extra == 'NAME'` to the marker of what an extra brings.
    found: dict[str, tuple[Requested, ...]] = {}
    for item in requested:
        match = _EXTRA.search(item.marker)
        extra = normalise(match[1] or match[2] or "") if match is not None else ""
        found[extra] = (*found.get(extra, ()), item)
    return found


def _by_name(items: Iterable[_Named]) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = {}
    for item in items:
        found.setdefault(item.name, []).append(item)
    return found


_BOUND = r"\s*(?:(?:[<>]=?|[=!]=)\s*\d{1,9}|~=\s*\d{1,9}\.\d{1,9})(?:\.\d{1,9})*\s*"
_PLAIN = regex(rf"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?P<specifier>{_BOUND}(?:,{_BOUND})*)?")


def _plainly_same(item: Declared, other: Requested) -> bool:
    # The commonest requirement, compared as text: parsing each takes most of a comparison.
    if other.extras or other.marker:
        return False
    plain = _PLAIN.fullmatch(item.text)
    return plain is not None and "".join((plain["specifier"] or "").split()) == other.specifier


def _same_declared(item: Declared, other: Declared) -> bool:
    return item.requirement is not None and item.requirement == other.requirement


def _requested_text(item: Requested) -> str:
    extras = f"[{','.join(sorted(item.extras))}]" if item.extras else ""
    marker = f" ; {item.marker}" if item.marker else ""
    return f"{item.name}{extras}{item.specifier}{marker}"


def _same_version(one: str, other: str) -> bool:
    if one == other or has_huge_number(one) or has_huge_number(other):
        return one == other
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  (slow to import)

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other
