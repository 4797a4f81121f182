"""Which packages of a uv.lock an installation gets.

Source: the traversal of uv's `Installable` and export targets; proven against `uv export`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from shipworthy.model.python.markers import MarkerEnvironment, applies
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.uv_package import Edge, Package
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_MAX_ROUNDS = 8


class Selection(NamedTuple):
    """What of a project is installed.

    Names are normalised. `project=False` leaves the project and its dependencies out
    (`--only-group`).
    """

    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    project: bool = True


def closure(
    lock: UvLock,
    roots: Collection[Package],
    selection: Selection,
    environment: MarkerEnvironment,
) -> tuple[Package, ...]:
    """The packages that are installed for `roots`, in the lock's order, roots included.

    Virtual packages are part of the answer though nothing is installed for them. Every root gets
    the selection (`--package` and `--all-packages` do that too).
    """
    active = frozenset(_selected(roots, selection))
    reached: dict[Package, None] = {}
    # A conflicting extra of a dependency can switch edges that were already judged.
    for _ in range(_MAX_ROUNDS):
        reached, extras = _walk(lock, roots, selection, environment, active)
        if not lock.conflicts or extras <= active:
            break
        active |= extras
    return tuple(package for package in lock.packages if package in reached)


def supports(lock: UvLock, environment: MarkerEnvironment) -> bool:
    """Whether the lock was made for that environment (`tool.uv.environments`)."""
    markers = lock.supported_markers
    return not markers or any(applies(marker, environment) for marker in markers)


def find(lock: UvLock, edge: Edge, environment: MarkerEnvironment) -> Package | None:
    """The package an edge leads to; `None` where the lock has none for this environment."""
    found = lock.by_name.get(edge.name, ())
    if edge.version is not None:
        found = tuple(package for package in found if package.version == edge.version)
    if edge.source is not None:
        found = tuple(package for package in found if package.source == edge.source)
    if len(found) > 1:
        found = tuple(package for package in found if _in_fork(package, environment))
    return found[0] if found else None


def _walk(
    lock: UvLock,
    roots: Collection[Package],
    selection: Selection,
    environment: MarkerEnvironment,
    active: frozenset[str],
) -> tuple[dict[Package, None], frozenset[str]]:
    reached: dict[Package, None] = {}
    extras: set[str] = set()
    seen: set[tuple[Package, str]] = set()
    queue = [edge for root in roots for edge in _root_edges(root, selection)]
    if selection.project:
        reached.update(dict.fromkeys(roots))
    while queue:
        edge = queue.pop()
        if not applies(_without_conflicts(edge.marker, active), environment):
            continue
        package = find(lock, edge, environment)
        if package is None:
            continue
        reached[package] = None
        extras.update(_item("extra", package.name, extra) for extra in edge.extras)
        for extra in ("", *edge.extras):
            if (package, extra) in seen:
                continue
            seen.add((package, extra))
            queue += package.optional_dependencies.get(extra, ()) if extra else package.dependencies
    return reached, frozenset(extras)


def _root_edges(root: Package, selection: Selection) -> Iterator[Edge]:
    if selection.project:
        yield from root.dependencies
        for extra in selection.extras:
            yield from root.optional_dependencies.get(extra, ())
    for group in selection.groups:
        yield from root.dev_dependencies.get(group, ())


def _selected(roots: Iterable[Package], selection: Selection) -> Iterator[str]:
    for root in roots:
        if selection.project:
            yield f"project-{len(root.name)}-{root.name}"
            for extra in selection.extras:
                yield _item("extra", root.name, extra)
        for group in selection.groups:
            yield _item("group", root.name, group)


def _item(kind: str, package: str, name: str) -> str:
    # uv's spelling of a conflicting selection inside a marker.
    return f"{kind}-{len(package)}-{package}-{name}"


_EXTRA = regex(r"""\bextra\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)")""")


def _without_conflicts(marker: str, active: frozenset[str]) -> str:
    # Selections are a set, markers know one `extra`: each comparison is replaced by its truth.
    if "extra" not in marker:
        return marker
    return _EXTRA.sub(
        lambda found: (
            "python_full_version >= '0'"
            if ((found[2] or found[3] or "") in active) is (found[1] == "==")
            else "python_full_version < '0'"
        ),
        marker,
    )


def _in_fork(package: Package, environment: MarkerEnvironment) -> bool:
    markers = package.resolution_markers
    return not markers or any(
        applies(_without_conflicts(marker, frozenset()), environment) for marker in markers
    )
