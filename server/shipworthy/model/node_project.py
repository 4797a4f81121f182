"""What a package.json and its neighbours say about a Node project.

Sources: npm's package.json reference, Corepack's `packageManager` field, pnpm's workspace and
`pnpm` settings. Pure over parsed values; who calls knows which files exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from shipworthy.syntax.yaml import nodes as yaml
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

Manager: TypeAlias = Literal["npm", "pnpm", "yarn", "bun"]

LOCK_FILES: dict[str, Manager] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
"""Lock files by name, and who writes them."""

_MANAGER = regex(r"(?P<name>npm|pnpm|yarn|bun)@(?P<version>\d[^+\s]*)(?:\+\S*)?")


class PackageManager(NamedTuple):
    """The `packageManager` field: a manager and the exact version Corepack runs."""

    name: Manager
    version: str


class PnpmWorkspace(NamedTuple):
    """A pnpm-workspace.yaml: package globs (`!` excludes), and the files its patches are in."""

    packages: tuple[str, ...]
    patched_dependencies: Mapping[str, str]


class NodeProject(NamedTuple):
    """A manifest's facts; what has the wrong type counts as absent."""

    name: str | None
    private: bool
    dependencies: frozenset[str]
    dev_dependencies: frozenset[str]
    optional_dependencies: frozenset[str]
    local_dependencies: Mapping[str, str]
    """Paths of the dependencies on folders (`file:`, `link:`, `portal:`), by name."""
    workspace_dependencies: frozenset[str]
    """Names that must come from the workspace (`workspace:`)."""
    workspaces: tuple[str, ...]
    """Globs of `workspaces` (npm, yarn, bun)."""
    package_manager: PackageManager | None
    engines: Mapping[str, str]
    scripts: Mapping[str, str]
    patched_dependencies: Mapping[str, str]
    """Patch files by package (`pnpm.patchedDependencies`, or bun's at the top)."""
    only_built: frozenset[str]
    """Packages whose install scripts pnpm may run."""

    @property
    def install_scripts(self) -> dict[str, str]:
        """The project's own scripts that a plain install runs, which may need its sources."""
        names = ("preinstall", "install", "postinstall", "prepare")
        return {name: self.scripts[name] for name in names if name in self.scripts}


class NodeLocks(NamedTuple):
    """The locks beside a manifest, and which manager they and the manifest speak for."""

    files: tuple[str, ...]
    managers: tuple[Manager, ...]
    """In the order of `LOCK_FILES`, each once; several mean that the project is undecided."""
    manager: Manager | None
    """`packageManager` decides, else the only lock's writer; `None` = cannot be said."""


def node_project(value: object) -> NodeProject:
    """The facts of a package.json's value. Total."""
    dependencies = _table(value, "dependencies")
    dev = _table(value, "devDependencies")
    optional = _table(value, "optionalDependencies")
    every = {**dependencies, **dev, **optional}
    return NodeProject(
        name=_text(value, "name"),
        private=_at(value, "private") is True,
        dependencies=frozenset(dependencies),
        dev_dependencies=frozenset(dev),
        optional_dependencies=frozenset(optional),
        local_dependencies={
            name: spec.partition(":")[2]
            for name, spec in every.items()
            if isinstance(spec, str) and spec.startswith(("file:", "link:", "portal:"))
        },
        workspace_dependencies=frozenset(
            name
            for name, spec in every.items()
            if isinstance(spec, str) and spec.startswith("workspace:")
        ),
        workspaces=_workspaces(value),
        package_manager=package_manager(_text(value, "packageManager") or ""),
        engines=_texts(_table(value, "engines")),
        scripts=_texts(_table(value, "scripts")),
        patched_dependencies={
            **_texts(_table(value, "patchedDependencies")),
            **_texts(_table(_at(value, "pnpm"), "patchedDependencies")),
        },
        only_built=frozenset(
            name
            for name in _items(_at(value, "pnpm"), "onlyBuiltDependencies")
            if isinstance(name, str)
        ),
    )


def package_manager(text: str) -> PackageManager | None:
    """A `packageManager` value such as `pnpm@9.1.0+sha512...`; `None` when it is none."""
    found = _MANAGER.fullmatch(text.strip())
    if found is None:
        return None
    name = next(manager for manager in LOCK_FILES.values() if manager == found["name"])
    return PackageManager(name, found["version"])


def node_locks(names: Collection[str], project: NodeProject | None = None) -> NodeLocks:
    """The locks among the names of a folder's files."""
    files = tuple(name for name in LOCK_FILES if name in names)
    managers = tuple(dict.fromkeys(LOCK_FILES[name] for name in files))
    declared = project.package_manager if project is not None else None
    manager = declared.name if declared is not None else None
    if manager is None and len(managers) == 1:
        manager = managers[0]
    return NodeLocks(files, managers, manager)


def pnpm_workspace(root: yaml.Node | None) -> PnpmWorkspace:
    """The facts of a pnpm-workspace.yaml's tree. Total; aliases are not followed."""
    if not isinstance(root, yaml.Mapping):
        return PnpmWorkspace((), {})
    packages = root.get("packages")
    patches = root.get("patchedDependencies")
    items = packages.items if isinstance(packages, yaml.Sequence) else ()
    entries = patches.entries if isinstance(patches, yaml.Mapping) else ()
    return PnpmWorkspace(
        tuple(item.value for item in items if isinstance(item, yaml.Scalar) and item.value),
        {
            entry.key.value: entry.value.value
            for entry in entries
            if isinstance(entry.key, yaml.Scalar) and isinstance(entry.value, yaml.Scalar)
        },
    )


def _workspaces(value: object) -> tuple[str, ...]:
    # Yarn also has an object with `packages`.
    listed = _items(value, "workspaces") or _items(_at(value, "workspaces"), "packages")
    return tuple(item for item in listed if isinstance(item, str))


def _at(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _table(value: object, key: str) -> Mapping[str, object]:
    found = _at(value, key)
    return found if isinstance(found, Mapping) else {}


def _items(value: object, key: str) -> list[object]:
    found = _at(value, key)
    return found if isinstance(found, list) else []


def _text(value: object, key: str) -> str | None:
    found = _at(value, key)
    return found if isinstance(found, str) else None


def _texts(table: Mapping[str, object]) -> dict[str, str]:
    return {key: text for key, text in table.items() if isinstance(text, str)}
