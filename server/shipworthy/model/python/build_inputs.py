"""What a build backend reads besides pyproject.toml: readme, licences, version, package folders.

Sources: the reference pages of hatchling, setuptools, uv_build, poetry-core, flit, pdm-backend
and maturin. All paths are as written, relative to the project's directory, with `/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from shipworthy.model.python.declared import Declared, declared_list
from shipworthy.model.python.uv_settings import UvSettings
from shipworthy.model.python.values import (
    array,
    at,
    boolean,
    normalise,
    string,
    strings,
    table,
)
from shipworthy.syntax.toml import KeyPath
from shipworthy.text.records import NamedTuple

Backend: TypeAlias = Literal[
    "hatchling",
    "setuptools",
    "uv_build",
    "poetry-core",
    "flit",
    "pdm-backend",
    "maturin",
    "scikit-build-core",
    "meson-python",
    "other",
]

_BACKENDS: dict[str, Backend] = {
    "hatchling": "hatchling",
    "setuptools": "setuptools",
    "uv_build": "uv_build",
    "poetry": "poetry-core",
    "poetry_dynamic_versioning": "poetry-core",
    "flit_core": "flit",
    "pdm": "pdm-backend",
    "maturin": "maturin",
    "scikit_build_core": "scikit-build-core",
    "mesonpy": "meson-python",
}


class BuildFile(NamedTuple):
    """A file or glob that the build reads, and the key that names it."""

    path: str
    key: KeyPath


class VersionSource(NamedTuple):
    """Where a dynamic version comes from.

    `vcs` asks git, `file` reads `path` (a file, or the module `path` names), `other` is not known.
    `fallback` is used where the version-control data is missing; `written` is the file the tool
    writes the version to.
    """

    kind: Literal["vcs", "file", "other"]
    tool: str
    key: KeyPath
    path: str | None = None
    fallback: str | None = None
    written: str | None = None


class BuildFacts(NamedTuple):
    """How the project is built."""

    declared: bool
    """Whether there is a `[build-system]`; without one, tools fall back to setuptools."""
    backend: Backend
    requires: tuple[Declared, ...]
    readmes: tuple[BuildFile, ...]
    licenses: tuple[BuildFile, ...]
    """Globs; where none is declared, backends look for the usual names and need none."""
    scripts: tuple[BuildFile, ...]
    """Programs and files of the project that the backend runs or reads, and stops without."""
    version_source: VersionSource | None
    package_candidates: tuple[str, ...]
    """Folders (or single modules, `*.py`) that would hold the package, the first match wins."""
    packages_declared: bool
    """The candidates are said by the configuration, all of them are needed."""


def build_facts(value: Mapping[str, object], name: str | None, uv: UvSettings) -> BuildFacts:
    """The build facts of a pyproject.toml's value; `name` as written."""
    tool = table(value, "tool")
    backend = _backend(value)
    packages = tuple(dict.fromkeys(_clean(path) for path in _packages(backend, tool, uv)))
    guessed = tuple(_default_packages(backend, name, uv))
    return BuildFacts(
        declared=isinstance(value.get("build-system"), Mapping),
        backend=backend,
        requires=declared_list(array(value, "build-system", "requires"), _REQUIRES),
        readmes=tuple(_readmes(value, tool)),
        licenses=tuple(_licenses(value, tool)),
        scripts=tuple(_scripts(backend, tool)),
        version_source=_version_source(value, tool, backend),
        package_candidates=packages or guessed,
        packages_declared=bool(packages),
    )


_REQUIRES: KeyPath = ("build-system", "requires")


def _backend(value: Mapping[str, object]) -> Backend:
    if not isinstance(value.get("build-system"), Mapping):
        return "setuptools"
    name = string(value, "build-system", "build-backend")
    if name is None:
        return "setuptools"
    return _BACKENDS.get(re.split(r"[.:]", name)[0], "other")


def _readmes(value: Mapping[str, object], tool: Mapping[str, object]) -> Iterator[BuildFile]:
    yield from _file(at(value, "project", "readme"), ("project", "readme"))
    yield from _file(at(tool, "poetry", "readme"), ("tool", "poetry", "readme"))
    if "readme" not in strings(value, "project", "dynamic"):
        return
    key: KeyPath = ("tool", "setuptools", "dynamic", "readme")
    yield from _file(at(tool, "setuptools", "dynamic", "readme"), key)
    hook = ("metadata", "hooks", "fancy-pypi-readme", "fragments")
    for number, fragment in enumerate(array(tool, "hatch", *hook)):
        path = string(fragment, "path")
        if path is not None:
            yield BuildFile(path, ("tool", "hatch", *hook, number, "path"))


def _licenses(value: Mapping[str, object], tool: Mapping[str, object]) -> Iterator[BuildFile]:
    path = string(value, "project", "license", "file")
    if path is not None:
        yield BuildFile(path, ("project", "license", "file"))
    for key in ("license-files", "license-files.paths", "license-files.globs"):
        place = ("project", *key.split("."))
        yield from _file(list(strings(value, *place)), place)
    yield from _file(
        list(strings(tool, "setuptools", "license-files")), ("tool", "setuptools", "license-files")
    )


def _scripts(backend: Backend, tool: Mapping[str, object]) -> Iterator[BuildFile]:
    """Build and metadata hooks (hatchling's `custom` with its default, poetry-core's script)."""
    if backend == "hatchling":
        hatch: tuple[str, ...]
        for hatch in (
            ("build",),
            ("build", "targets", "wheel"),
            ("metadata",),
        ):
            hook = at(tool, "hatch", *hatch, "hooks", "custom")
            if isinstance(hook, Mapping):
                key: KeyPath = ("tool", "hatch", *hatch, "hooks", "custom")
                yield BuildFile(string(hook, "path") or "hatch_build.py", key)
        place = ("metadata", "hooks", "requirements_txt", "files")
        yield from _file(list(strings(tool, "hatch", *place)), ("tool", "hatch", *place))
    elif backend == "poetry-core":
        key = ("tool", "poetry", "build", "script")
        yield from _file(at(tool, "poetry", "build", "script"), key)


def _file(value: object, key: KeyPath) -> Iterator[BuildFile]:
    if isinstance(value, str):
        yield BuildFile(value, key)
    elif isinstance(value, list):
        for number, path in enumerate(value):
            if isinstance(path, str):
                yield BuildFile(path, (*key, number))
    elif isinstance(value, Mapping):
        yield from _file(value.get("file"), (*key, "file"))


def _version_source(
    value: Mapping[str, object], tool: Mapping[str, object], backend: Backend
) -> VersionSource | None:
    versioning = table(tool, "poetry-dynamic-versioning")
    if boolean(versioning, "enable"):
        return VersionSource("vcs", "poetry-dynamic-versioning", _tool("poetry-dynamic-versioning"))
    if "version" not in strings(value, "project", "dynamic"):
        return None
    requires = {
        item.name for item in declared_list(array(value, "build-system", "requires"), _REQUIRES)
    }
    dynamic: KeyPath = ("project", "dynamic")
    if backend == "hatchling":
        return _hatch_version(tool) or VersionSource("other", "hatchling", dynamic)
    if backend == "pdm-backend":
        return _pdm_version(tool) or VersionSource("other", "pdm-backend", dynamic)
    if "versioningit" in requires:
        fallback = string(tool, "versioningit", "default-version")
        return VersionSource("vcs", "versioningit", _tool("versioningit"), fallback=fallback)
    if backend == "setuptools":
        return _setuptools_version(tool, requires) or VersionSource("other", "setuptools", dynamic)
    if backend == "flit":
        return VersionSource("file", "flit", dynamic)
    if backend == "maturin":
        return VersionSource("file", "maturin", dynamic, path="Cargo.toml")
    return VersionSource("other", backend, dynamic)


def _hatch_version(tool: Mapping[str, object]) -> VersionSource | None:
    version = table(tool, "hatch", "version")
    key = _tool("hatch", "version")
    source = string(version, "source")
    path = string(version, "path")
    written = string(tool, "hatch", "build", "hooks", "vcs", "version-file")
    if source == "vcs":
        fallback = string(version, "fallback-version")
        if fallback is None:
            fallback = string(version, "raw-options", "fallback_version")
        return VersionSource("vcs", "hatch-vcs", key, fallback=fallback, written=written)
    if source == "uv-dynamic-versioning":
        fallback = string(tool, source, "fallback-version")
        return VersionSource("vcs", source, key, fallback=fallback)
    if source == "versioningit":
        fallback = string(version, "default-version")
        return VersionSource("vcs", source, key, fallback=fallback)
    if path is not None:
        return VersionSource("file", "hatchling", key, path=path)
    return None


def _pdm_version(tool: Mapping[str, object]) -> VersionSource | None:
    version = table(tool, "pdm", "version")
    key = _tool("pdm", "version")
    source = string(version, "source")
    if source == "scm":
        fallback = string(version, "fallback_version")
        written = string(version, "write_to")
        return VersionSource("vcs", "pdm-backend", key, fallback=fallback, written=written)
    if source == "file":
        return VersionSource("file", "pdm-backend", key, path=string(version, "path"))
    return None


def _setuptools_version(tool: Mapping[str, object], requires: set[str]) -> VersionSource | None:
    dynamic = table(tool, "setuptools", "dynamic", "version")
    key = _tool("setuptools", "dynamic", "version")
    if "attr" in dynamic:
        return VersionSource("file", "setuptools", key, path=string(dynamic, "attr"))
    if "file" in dynamic:
        path = string(dynamic, "file") or next(iter(strings(dynamic, "file")), None)
        return VersionSource("file", "setuptools", key, path=path)
    # Since 8.1 the table is not needed where the tool is a build requirement with an extra.
    if "setuptools-scm" in requires or "setuptools_scm" in tool:
        scm = table(tool, "setuptools_scm")
        written = string(scm, "version_file") or string(scm, "write_to")
        fallback = string(scm, "fallback_version")
        place = _tool("setuptools_scm")
        return VersionSource("vcs", "setuptools-scm", place, fallback=fallback, written=written)
    if "versioneer" in requires or "versioneer" in tool:
        # Without git it reports a version of its own instead of failing.
        return VersionSource("vcs", "versioneer", _tool("versioneer"), fallback="0+unknown")
    return None


def _packages(backend: Backend, tool: Mapping[str, object], uv: UvSettings) -> Iterator[str]:
    if backend == "hatchling":
        wheel = table(tool, "hatch", "build", "targets", "wheel")
        for settings in (wheel, table(tool, "hatch", "build")):
            for key in ("packages", "only-include"):
                yield from strings(settings, key)
        yield from table(wheel, "force-include")
    elif backend == "setuptools":
        yield from _setuptools_packages(tool)
    elif backend == "poetry-core":
        for item in array(tool, "poetry", "packages"):
            include = string(item, "include")
            if include is not None:
                yield f"{string(item, 'from') or '.'}/{_fixed_part(include)}"
    elif backend == "uv_build":
        for name in uv.build_module_names:
            yield f"{uv.build_module_root}/{name.replace('.', '/')}"
    elif backend == "flit":
        module = string(tool, "flit", "module", "name")
        if module is not None:
            yield module.replace(".", "/")
    elif backend == "pdm-backend":
        yield from filter(None, map(_fixed_part, strings(tool, "pdm", "build", "includes")))
    elif backend == "maturin":
        source = string(tool, "maturin", "python-source")
        if source is not None:
            yield source


def _setuptools_packages(tool: Mapping[str, object]) -> Iterator[str]:
    settings = table(tool, "setuptools")
    folders = table(settings, "package-dir")
    root = string(folders, "")
    for name in strings(settings, "packages"):
        yield string(folders, name) or f"{root or '.'}/{name.replace('.', '/')}"
    for module in strings(settings, "py-modules"):
        yield f"{root or '.'}/{module.replace('.', '/')}.py"
    where = [path for path in strings(settings, "packages", "find", "where") if path != "."]
    yield from where
    if root and not where and not strings(settings, "packages"):
        yield root


def _default_packages(backend: Backend, name: str | None, uv: UvSettings) -> Iterator[str]:
    if name is None:
        return
    module = normalise(name).replace("-", "_")
    if backend == "uv_build":
        # Stub packages keep the dash of their suffix.
        stem = re.sub(r"_stubs$", "-stubs", module)
        yield _clean(f"{uv.build_module_root}/{stem}")
        return
    written = re.sub(r"[-.]", "_", name)
    for stem in dict.fromkeys((module, written)):
        yield from (f"src/{stem}", stem, f"{stem}.py", f"src/{stem}.py")
    if backend == "setuptools":
        yield "src"


def _fixed_part(pattern: str) -> str:
    # The folder above the first wildcard.
    parts = []
    for part in pattern.split("/"):
        if re.search(r"[*?\[]", part):
            break
        parts.append(part)
    return "/".join(parts)


def _clean(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", ".")) or "."


def _tool(*keys: str) -> KeyPath:
    return ("tool", *keys)
