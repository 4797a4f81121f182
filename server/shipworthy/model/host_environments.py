"""Environments of this machine (or any developer's) that a COPY would bring into the image."""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.context import Survey, ignore_rules, survey, walk
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.image.steps import Copy, Source
from shipworthy.model.projects import pyproject, pyvenv
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.syntax.gopath import match
from shipworthy.text.records import NamedTuple

HostKind: TypeAlias = Literal["venv", "node"]

PYTHON_MANIFESTS = frozenset(
    {"pyproject.toml", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile", "setup.py"}
)
_SIDE_FOLDERS = frozenset(
    {
        "test", "tests", "testing", "example", "examples", "template", "templates", "docs", "doc",
        "fixture", "fixtures", "testdata", "benchmarks", "samples", "cookiecutter", "e2e",
    }
)  # fmt: skip
WEIGHT_BUDGET = 20_000
"""Files that `weight` counts before it says "at least"."""


class HostEnvironment(NamedTuple):
    """A folder that one COPY brings, or would bring on a machine that has it."""

    kind: HostKind
    path: str
    """Relative to the context."""
    host: str
    """Absolute path on this disk."""
    on_disk: bool
    lands: str
    """The image path of the folder (of its content, when a wildcard flattens it)."""
    source: Source


class Weight(NamedTuple):
    """How much a folder of the context adds to what is sent."""

    files: int
    bytes: int
    largest: tuple[tuple[str, int], ...]
    """Up to three files with their sizes, largest first, relative to the context."""
    complete: bool


def host_environments(db: Database, copy: Copy, kind: HostKind) -> tuple[HostEnvironment, ...]:
    """The environments of one kind that the COPY takes from its context, nearest first.

    Those that lie on this disk, and `.venv` (or `node_modules`) beside every manifest below a
    copied folder: a clean clone has none of them, a developer's machine has. What a literal source
    names itself is not listed: that is not an accident.
    """
    if copy.origin != "context" or copy.context is None or copy.destination is None:
        return ()
    rules = ignore_rules(db, copy.ignore)
    found: list[HostEnvironment] = []
    for path, on_disk in _candidates(db, copy.context, copy.ignore, kind):
        probe = f"{path}/pyvenv.cfg" if kind == "venv" else f"{path}/.package-lock.json"
        lands = copy.lands(probe)
        if lands is None or not isinstance(visible(rules, path), Visible):
            continue
        if not isinstance(visible(rules, probe), Visible):
            continue
        source = _source_of(copy, path)
        if source is None or (not source.wildcard and source.path == path):
            continue
        found.append(
            HostEnvironment(
                kind=kind,
                path=path,
                host=f"{copy.context}/{path}",
                on_disk=on_disk,
                lands=lands.rpartition("/")[0] or "/",
                source=source,
            )
        )
    found.sort(key=lambda item: (not item.on_disk, item.path.count("/"), item.path))
    return tuple(found)


@query
def _candidates(
    db: Database, context: str, ignore: str | None, kind: HostKind
) -> tuple[tuple[str, bool], ...]:
    """Paths (relative to the context) of possible environments, and whether they exist here."""
    seen = survey(db, context, ignore)
    found: dict[str, bool] = {}
    if kind == "venv":
        for item in seen.of("environment"):
            found[item.path] = True
    else:
        for item in seen.of("node_modules"):
            found[item.path] = True
    members = _workspace_members(db, context, seen) if kind == "venv" else frozenset()
    for item in seen.of("manifest"):
        folder, _, name = item.path.rpartition("/")
        is_python = name in PYTHON_MANIFESTS or name.startswith("requirements")
        if is_python != (kind == "venv") or _SIDE_FOLDERS & set(folder.split("/")):
            continue
        if folder in members:
            continue
        name = ".venv" if kind == "venv" else "node_modules"
        found.setdefault(f"{folder}/{name}" if folder else name, False)
    return tuple(sorted(found.items()))


def _workspace_members(db: Database, context: str, seen: Survey) -> frozenset[str]:
    """The folders of uv workspace members: they share the environment of the workspace root."""
    folders = [
        item.path.rpartition("/")[0]
        for item in seen.of("manifest")
        if item.path.rpartition("/")[2] == "pyproject.toml"
    ]
    members: set[str] = set()
    for root in folders:
        facts = pyproject(db, "/".join(part for part in (context, root, "pyproject.toml") if part))
        if not isinstance(facts, ProjectFacts) or not facts.uv.is_workspace_root:
            continue
        prefix = f"{root}/" if root else ""
        for folder in folders:
            inside = folder[len(prefix) :]
            if folder != root and folder.startswith(prefix) and _is_member(facts, inside):
                members.add(folder)
    return frozenset(members)


def _is_member(facts: ProjectFacts, folder: str) -> bool:
    if any(match(pattern.rstrip("/"), folder) for pattern in facts.uv.workspace_exclude):
        return False
    return any(
        match(pattern.rstrip("/").removeprefix("./"), folder)
        for pattern in facts.uv.workspace_members
    )


def _source_of(copy: Copy, path: str) -> Source | None:
    """The source word that takes the path: the last one that would."""
    for source in reversed(copy.sources):
        if source.kind == "path" and source.path is not None:
            alone = copy._replace(sources=(source,))
            if alone.lands(f"{path}/pyvenv.cfg") is not None:
                return source
    return None


@query
def weight(db: Database, context: str, ignore: str | None, folder: str) -> Weight:
    """Count and size of what is sent of a folder, up to `WEIGHT_BUDGET` files."""
    files = 0
    size = 0
    largest: list[tuple[int, str]] = []
    for sent in walk(db, context, ignore, folder):
        if sent.kind == "dir":
            continue
        files += 1
        size += sent.size
        largest.append((-sent.size, sent.path))
        if len(largest) > 64:
            largest = sorted(largest)[:3]
        if files >= WEIGHT_BUDGET:
            return Weight(files, size, _top(largest), False)
    return Weight(files, size, _top(largest), True)


def _top(largest: list[tuple[int, str]]) -> tuple[tuple[str, int], ...]:
    return tuple((path, -size) for size, path in sorted(largest)[:3] if size)


def interpreter_of(db: Database, environment: HostEnvironment) -> str | None:
    """The interpreter on the host that an environment on this disk runs."""
    for name in ("python", "python3"):
        status = db.stat(f"{environment.host}/bin/{name}")
        if status is not None and status.link is not None and status.link.startswith("/"):
            return status.link
    made = pyvenv(db, environment.host)
    if made is None or made.home is None:
        return None
    return f"{made.home.rstrip('/')}/python3"
