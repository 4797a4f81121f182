"""uv's settings: `[tool.uv]` of a pyproject.toml, or a uv.toml.

Source of the keys and defaults: uv's settings reference (0.13).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from shipworthy.model.python.declared import Declared, declared_list
from shipworthy.model.python.values import (
    array,
    boolean,
    normalise,
    string,
    strings,
    table,
)
from shipworthy.syntax.toml import KeyPath
from shipworthy.text.records import NamedTuple

UvSourceKind: TypeAlias = Literal["path", "workspace", "git", "url", "index"]

_SOURCE_KINDS: tuple[UvSourceKind, ...] = ("path", "workspace", "git", "url", "index")


class UvSource(NamedTuple):
    """Where `tool.uv.sources` takes a package from.

    `value` is the path, the address or the index name; "" for a workspace member. `editable` is
    `None` where it is not said.
    """

    kind: UvSourceKind
    value: str
    key: KeyPath
    editable: bool | None = None
    package: bool | None = None
    marker: str = ""
    extra: str | None = None
    group: str | None = None


class UvIndex(NamedTuple):
    """A package index; `name` is `None` for unnamed ones."""

    name: str | None
    url: str
    default: bool
    explicit: bool
    authenticate: str | None
    key: KeyPath


class UvConflict(NamedTuple):
    """One side of a set of selections that may not be made together."""

    package: str | None
    extra: str | None
    group: str | None


class UvSettings(NamedTuple):
    """The settings that decide what is locked, built and installed."""

    package: bool | None
    managed: bool
    default_groups: tuple[str, ...] | Literal["all"]
    """Groups that sync and run include without a flag."""
    dev_dependencies: tuple[Declared, ...]
    """The legacy list; uv counts it to the `dev` group."""
    is_workspace_root: bool
    workspace_members: tuple[str, ...]
    """Globs, relative to the project's directory."""
    workspace_exclude: tuple[str, ...]
    sources: Mapping[str, tuple[UvSource, ...]]
    """By normalised package name."""
    required_version: str | None
    environments: tuple[str, ...]
    required_environments: tuple[str, ...]
    conflicts: tuple[tuple[UvConflict, ...], ...]
    indexes: tuple[UvIndex, ...]
    no_build: bool
    no_build_packages: frozenset[str]
    no_binary: bool
    no_binary_packages: frozenset[str]
    python_preference: str | None
    python_downloads: str | None
    link_mode: str | None
    compile_bytecode: bool | None
    constraints: tuple[Declared, ...]
    overrides: tuple[Declared, ...]
    exclude_newer: str | None
    resolution: str | None
    prerelease: str | None
    fork_strategy: str | None
    build_module_root: str
    """uv_build: the folder of the module, "" for the project's directory."""
    build_module_names: tuple[str, ...]
    """uv_build: dotted module names; empty = derived from the project's name."""


def uv_settings(settings: Mapping[str, object], key: KeyPath = ("tool", "uv")) -> UvSettings:
    """The settings of a `tool.uv` table that stands at `key` (`()` for a uv.toml)."""
    workspace = table(settings, "workspace")
    backend = table(settings, "build-backend")
    module_root = string(backend, "module-root")
    return UvSettings(
        package=boolean(settings, "package"),
        managed=boolean(settings, "managed") is not False,
        default_groups=_default_groups(settings),
        dev_dependencies=declared_list(
            array(settings, "dev-dependencies"), (*key, "dev-dependencies")
        ),
        is_workspace_root=isinstance(settings.get("workspace"), Mapping),
        workspace_members=strings(workspace, "members"),
        workspace_exclude=strings(workspace, "exclude"),
        sources=_sources(table(settings, "sources"), (*key, "sources")),
        required_version=string(settings, "required-version"),
        environments=_one_or_more(settings, "environments"),
        required_environments=_one_or_more(settings, "required-environments"),
        conflicts=_conflicts(settings),
        indexes=_indexes(settings, key),
        no_build=boolean(settings, "no-build") is True,
        no_build_packages=_names(settings, "no-build-package"),
        no_binary=boolean(settings, "no-binary") is True,
        no_binary_packages=_names(settings, "no-binary-package"),
        python_preference=string(settings, "python-preference"),
        python_downloads=string(settings, "python-downloads"),
        link_mode=string(settings, "link-mode"),
        compile_bytecode=boolean(settings, "compile-bytecode"),
        constraints=_declared(settings, "constraint-dependencies", key),
        overrides=_declared(settings, "override-dependencies", key),
        exclude_newer=string(settings, "exclude-newer"),
        resolution=string(settings, "resolution"),
        prerelease=string(settings, "prerelease"),
        fork_strategy=string(settings, "fork-strategy"),
        build_module_root="src" if module_root is None else module_root,
        build_module_names=_one_or_more(backend, "module-name"),
    )


def _default_groups(settings: Mapping[str, object]) -> tuple[str, ...] | Literal["all"]:
    value = settings.get("default-groups")
    if value == "all":
        return "all"
    if not isinstance(value, list):
        return ("dev",)
    return tuple(normalise(name) for name in strings(settings, "default-groups"))


def _sources(written: Mapping[str, object], key: KeyPath) -> dict[str, tuple[UvSource, ...]]:
    sources: dict[str, tuple[UvSource, ...]] = {}
    for name, value in written.items():
        items = value if isinstance(value, list) else [value]
        places = [(*key, name, index) for index in range(len(items))]
        found = [
            source
            for item, place in zip(items, places, strict=True)
            if (source := _source(item, place if isinstance(value, list) else (*key, name)))
        ]
        if found:
            sources[normalise(name)] = tuple(found)
    return sources


def _source(item: object, key: KeyPath) -> UvSource | None:
    kind = next((kind for kind in _SOURCE_KINDS if kind in table(item)), None)
    if kind is None:
        return None
    return UvSource(
        kind=kind,
        value=string(item, kind) or "",
        key=key,
        editable=boolean(item, "editable"),
        package=boolean(item, "package"),
        marker=string(item, "marker") or "",
        extra=string(item, "extra"),
        group=string(item, "group"),
    )


def _indexes(settings: Mapping[str, object], key: KeyPath) -> tuple[UvIndex, ...]:
    return tuple(
        UvIndex(
            name=string(item, "name"),
            url=url,
            default=boolean(item, "default") is True,
            explicit=boolean(item, "explicit") is True,
            authenticate=string(item, "authenticate"),
            key=(*key, "index", number),
        )
        for number, item in enumerate(array(settings, "index"))
        if (url := string(item, "url")) is not None
    )


def _conflicts(settings: Mapping[str, object]) -> tuple[tuple[UvConflict, ...], ...]:
    return tuple(
        tuple(
            UvConflict(string(item, "package"), string(item, "extra"), string(item, "group"))
            for item in group
        )
        for group in array(settings, "conflicts")
        if isinstance(group, list)
    )


def _declared(settings: Mapping[str, object], name: str, key: KeyPath) -> tuple[Declared, ...]:
    return declared_list(array(settings, name), (*key, name))


def _names(settings: Mapping[str, object], key: str) -> frozenset[str]:
    return frozenset(normalise(name) for name in strings(settings, key))


def _one_or_more(settings: Mapping[str, object], key: str) -> tuple[str, ...]:
    single = string(settings, key)
    return strings(settings, key) if single is None else (single,)
