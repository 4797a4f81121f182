"""What a pyproject.toml says about a project (PEP 621, PEP 735, and the tools' own tables)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shipworthy.model.python.build_inputs import BuildFacts, build_facts
from shipworthy.model.python.declared import Declared, declared_list, resolve_groups
from shipworthy.model.python.uv_settings import UvSettings, uv_settings
from shipworthy.model.python.values import (
    array,
    boolean,
    normalise,
    string,
    strings,
    table,
)
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.toml import KeyPath, ParsedToml
from shipworthy.text.records import NamedTuple

NAME: KeyPath = ("project", "name")
VERSION: KeyPath = ("project", "version")
REQUIRES_PYTHON: KeyPath = ("project", "requires-python")
DEPENDENCIES: KeyPath = ("project", "dependencies")
OPTIONAL_DEPENDENCIES: KeyPath = ("project", "optional-dependencies")
DEPENDENCY_GROUPS: KeyPath = ("dependency-groups",)
BUILD_SYSTEM: KeyPath = ("build-system",)
DEFAULT_GROUPS: KeyPath = ("tool", "uv", "default-groups")
REQUIRED_VERSION: KeyPath = ("tool", "uv", "required-version")
ENVIRONMENTS: KeyPath = ("tool", "uv", "environments")
WORKSPACE_MEMBERS: KeyPath = ("tool", "uv", "workspace", "members")


class PoetryDependency(NamedTuple):
    """A dependency in Poetry's own notation; `path` for local ones, `git` for repositories."""

    name: str
    constraint: str | None
    path: str | None
    develop: bool
    git: str | None
    url: str | None
    optional: bool
    key: KeyPath


class PoetryFacts(NamedTuple):
    """The `tool.poetry` table. `dependencies` leave `python` out."""

    name: str | None
    version: str | None
    package_mode: bool
    requires_python: str | None
    dependencies: tuple[PoetryDependency, ...]
    groups: Mapping[str, tuple[PoetryDependency, ...]]
    optional_groups: frozenset[str]
    scripts: tuple[str, ...]
    requires_poetry: str | None


class PdmFacts(NamedTuple):
    """The `tool.pdm` table: whether the project is installed as a package, and dev groups."""

    distribution: bool | None
    dev_groups: Mapping[str, tuple[Declared, ...]]


class ProjectFacts(NamedTuple):
    """A manifest's facts; what has the wrong type counts as absent."""

    has_project: bool
    """Whether there is a `[project]` table (or Poetry's own one with a name)."""
    name: str | None
    """Normalised."""
    written_name: str | None
    version: str | None
    dynamic: frozenset[str]
    requires_python: str | None
    dependencies: tuple[Declared, ...]
    optional_dependencies: Mapping[str, tuple[Declared, ...]]
    """By normalised extra."""
    dependency_groups: Mapping[str, tuple[Declared, ...]]
    """By normalised name, includes resolved; `dev` also holds `tool.uv.dev-dependencies`."""
    extra_keys: Mapping[str, KeyPath]
    """Where each extra's list stands."""
    group_keys: Mapping[str, KeyPath]
    """Where each group's list stands."""
    broken_groups: frozenset[str]
    """Groups whose includes cannot be resolved."""
    uv: UvSettings
    packaged: bool
    """Whether uv builds and installs the project itself (`tool.uv.package`, `[build-system]`)."""
    build: BuildFacts
    scripts: tuple[str, ...]
    """Console and GUI scripts the installed project brings."""
    poetry: PoetryFacts | None
    pdm: PdmFacts | None

    @property
    def default_groups(self) -> tuple[str, ...]:
        """The groups that uv includes without a flag, `all` spelled out; only existing ones."""
        chosen = self.uv.default_groups
        if chosen == "all":
            return tuple(self.dependency_groups)
        return tuple(name for name in chosen if name in self.dependency_groups)

    @property
    def local_sources(self) -> Iterator[tuple[str, str, KeyPath]]:
        """Names, paths and keys of the dependencies on folders and archives of the host."""
        for name, sources in self.uv.sources.items():
            for source in sources:
                if source.kind == "path":
                    yield name, source.value, source.key
        if self.poetry is not None:
            for dependencies in (self.poetry.dependencies, *self.poetry.groups.values()):
                for item in dependencies:
                    if item.path is not None:
                        yield item.name, item.path, item.key


def pyproject_facts(parsed: ParsedToml) -> ProjectFacts | Unknown:
    """The facts of a pyproject.toml; UNKNOWN while the file is no valid TOML."""
    if parsed.value is None:
        return Unknown("invalid-toml", parsed.problem.message if parsed.problem else "")
    return project_facts(parsed.value)


def project_facts(value: Mapping[str, object]) -> ProjectFacts:
    """The facts of a pyproject.toml's value. Total: any tree gives facts."""
    project = table(value, "project")
    uv = uv_settings(table(value, "tool", "uv"))
    poetry = _poetry(table(value, "tool", "poetry"))
    written_name = string(project, "name") or (poetry.name if poetry is not None else None)
    groups, broken = resolve_groups(table(value, "dependency-groups"), DEPENDENCY_GROUPS)
    group_keys: dict[str, KeyPath] = {
        normalise(name): (*DEPENDENCY_GROUPS, name) for name in table(value, "dependency-groups")
    }
    if uv.dev_dependencies:
        groups["dev"] = (*groups.get("dev", ()), *uv.dev_dependencies)
        group_keys.setdefault("dev", ("tool", "uv", "dev-dependencies"))
    return ProjectFacts(
        has_project=isinstance(value.get("project"), Mapping) or written_name is not None,
        name=None if written_name is None else normalise(written_name),
        written_name=written_name,
        version=string(project, "version") or (poetry.version if poetry is not None else None),
        dynamic=frozenset(strings(project, "dynamic")),
        requires_python=string(project, "requires-python"),
        dependencies=declared_list(array(project, "dependencies"), DEPENDENCIES),
        optional_dependencies={
            normalise(extra): declared_list(
                array(project, "optional-dependencies", extra), (*OPTIONAL_DEPENDENCIES, extra)
            )
            for extra in table(project, "optional-dependencies")
        },
        dependency_groups=groups,
        extra_keys={
            normalise(extra): (*OPTIONAL_DEPENDENCIES, extra)
            for extra in table(project, "optional-dependencies")
        },
        group_keys=group_keys,
        broken_groups=broken,
        uv=uv,
        packaged=_packaged(value, uv),
        build=build_facts(value, written_name, uv),
        scripts=(
            *table(project, "scripts"),
            *table(project, "gui-scripts"),
            *(poetry.scripts if poetry is not None else ()),
        ),
        poetry=poetry,
        pdm=_pdm(table(value, "tool", "pdm")) if "pdm" in table(value, "tool") else None,
    )


def _packaged(value: Mapping[str, object], uv: UvSettings) -> bool:
    if uv.package is not None:
        return uv.package
    return isinstance(value.get("build-system"), Mapping)


def _poetry(section: Mapping[str, object]) -> PoetryFacts | None:
    if not section:
        return None
    key: KeyPath = ("tool", "poetry")
    groups = {
        normalise(name): _poetry_dependencies(
            table(section, "group", name, "dependencies"), (*key, "group", name, "dependencies")
        )
        for name in table(section, "group")
    }
    legacy = table(section, "dev-dependencies")
    if legacy:
        dev = _poetry_dependencies(legacy, (*key, "dev-dependencies"))
        groups["dev"] = (*groups.get("dev", ()), *dev)
    return PoetryFacts(
        name=string(section, "name"),
        version=string(section, "version"),
        package_mode=boolean(section, "package-mode") is not False,
        requires_python=string(section, "dependencies", "python"),
        dependencies=_poetry_dependencies(table(section, "dependencies"), (*key, "dependencies")),
        groups=groups,
        optional_groups=frozenset(
            normalise(name)
            for name in table(section, "group")
            if boolean(section, "group", name, "optional")
        ),
        scripts=tuple(table(section, "scripts")),
        requires_poetry=string(section, "requires-poetry"),
    )


def _poetry_dependencies(
    section: Mapping[str, object], key: KeyPath
) -> tuple[PoetryDependency, ...]:
    found = []
    for name, value in section.items():
        if name == "python":
            continue
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            place = (*key, name, number) if isinstance(value, list) else (*key, name)
            found.append(_poetry_dependency(name, item, place))
    return tuple(found)


def _poetry_dependency(name: str, value: object, key: KeyPath) -> PoetryDependency:
    return PoetryDependency(
        name=normalise(name),
        constraint=value if isinstance(value, str) else string(value, "version"),
        path=string(value, "path") or string(value, "file"),
        develop=boolean(value, "develop") is True,
        git=string(value, "git"),
        url=string(value, "url"),
        optional=boolean(value, "optional") is True,
        key=key,
    )


def _pdm(section: Mapping[str, object]) -> PdmFacts:
    key: KeyPath = ("tool", "pdm", "dev-dependencies")
    return PdmFacts(
        distribution=boolean(section, "distribution"),
        dev_groups={
            normalise(name): declared_list(array(section, "dev-dependencies", name), (*key, name))
            for name in table(section, "dev-dependencies")
        },
    )
