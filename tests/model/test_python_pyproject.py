from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.pyproject import ProjectFacts, project_facts


def facts(text: str) -> ProjectFacts:
    value = read_toml(text)
    assert value is not None
    return project_facts(value)


def test_project_table() -> None:
    project = facts(
        """
        [project]
        name = "My_App"
        version = "1.2"
        requires-python = ">=3.12"
        dependencies = ["Flask[async]>=3", "not a requirement !"]
        [project.optional-dependencies]
        S3_Storage = ["boto3"]
        [project.scripts]
        serve = "my_app:main"
        """
    )
    assert (project.name, project.written_name, project.version) == ("my-app", "My_App", "1.2")
    flask, broken = project.dependencies
    assert flask.name == "flask"
    assert flask.requirement is not None
    assert flask.requirement.extras == {"async"}
    assert flask.key == ("project", "dependencies", 0)
    assert (broken.name, broken.requirement) == ("not", None)
    assert [item.name for item in project.optional_dependencies["s3-storage"]] == ["boto3"]
    assert project.scripts == ("serve",)
    assert project.default_groups == ()


def test_groups_are_resolved_and_the_legacy_list_counts_to_dev() -> None:
    project = facts(
        """
        [project]
        name = "a"
        [dependency-groups]
        Test = ["pytest"]
        dev = [{include-group = "test"}, "ruff"]
        loop = [{include-group = "loop2"}]
        loop2 = [{include-group = "loop"}]
        lost = [{include-group = "nowhere"}, "x"]
        [tool.uv]
        dev-dependencies = ["mypy"]
        """
    )
    dev = project.dependency_groups["dev"]
    assert [item.name for item in dev] == ["pytest", "ruff", "mypy"]
    assert [item.key for item in dev] == [
        ("dependency-groups", "Test", 0),
        ("dependency-groups", "dev", 1),
        ("tool", "uv", "dev-dependencies", 0),
    ]
    assert project.broken_groups == {"loop", "loop2", "lost"}
    assert project.default_groups == ("dev",)


@pytest.mark.parametrize(
    ("text", "packaged"),
    [
        ("[project]\nname='a'", False),
        ("[project]\nname='a'\n[build-system]\nrequires=['hatchling']", True),
        ("[project]\nname='a'\n[build-system]\n[tool.uv]\npackage=false", False),
        ("[project]\nname='a'\n[tool.uv]\npackage=true", True),
    ],
)
def test_packaged(text: str, packaged: bool) -> None:
    assert facts(text).packaged is packaged


def test_uv_settings() -> None:
    uv = facts(
        """
        [tool.uv]
        default-groups = "all"
        required-version = ">=0.9"
        environments = "sys_platform == 'linux'"
        no-build-package = ["Foo_Bar"]
        managed = false
        conflicts = [[{extra = "cpu"}, {extra = "gpu"}]]
        [tool.uv.workspace]
        members = ["packages/*"]
        exclude = ["packages/old"]
        [tool.uv.sources]
        Lib_A = {workspace = true}
        thing = {path = "../thing", editable = true}
        torch = [{index = "cpu", marker = "sys_platform == 'linux'"}, {git = "https://x/y"}]
        junk = 3
        [[tool.uv.index]]
        name = "private"
        url = "https://index.example/simple"
        authenticate = "always"
        """
    ).uv
    assert uv.default_groups == "all"
    assert uv.required_version == ">=0.9"
    assert uv.environments == ("sys_platform == 'linux'",)
    assert uv.no_build_packages == {"foo-bar"}
    assert uv.managed is False
    assert [side.extra for side in uv.conflicts[0]] == ["cpu", "gpu"]
    assert uv.is_workspace_root
    assert (uv.workspace_members, uv.workspace_exclude) == (("packages/*",), ("packages/old",))
    assert uv.sources["lib-a"][0].kind == "workspace"
    assert uv.sources["thing"][0].value == "../thing"
    assert [source.kind for source in uv.sources["torch"]] == ["index", "git"]
    assert uv.sources["torch"][1].key == ("tool", "uv", "sources", "torch", 1)
    assert "junk" not in uv.sources
    assert uv.indexes[0].authenticate == "always"


@pytest.mark.parametrize(
    ("text", "backend", "candidates", "declared"),
    [
        (
            "build-backend='hatchling.build'",
            "hatchling",
            ("src/my_app", "my_app", "my_app.py", "src/my_app.py"),
            False,
        ),
        (
            (
                "build-backend='hatchling.build'\n"
                "[tool.hatch.build.targets.wheel]\npackages=['backend/app']"
            ),
            "hatchling",
            ("backend/app",),
            True,
        ),
        ("build-backend='uv_build'", "uv_build", ("src/my_app",), False),
        (
            "build-backend='uv_build'\n[tool.uv.build-backend]\nmodule-root=''\nmodule-name='a.b'",
            "uv_build",
            ("a/b",),
            True,
        ),
        (
            "build-backend='setuptools.build_meta'\n[tool.setuptools.packages.find]\nwhere=['lib']",
            "setuptools",
            ("lib",),
            True,
        ),
        (
            (
                "build-backend='poetry.core.masonry.api'\n"
                "[tool.poetry]\npackages=[{include='app', from='src'}]"
            ),
            "poetry-core",
            ("src/app",),
            True,
        ),
        ("build-backend='custom:backend'\nbackend-path=['.']", "other", None, False),
    ],
)
def test_packages(
    text: str, backend: str, candidates: tuple[str, ...] | None, declared: bool
) -> None:
    build = facts(f"[project]\nname='my.app'\n[build-system]\n{text}").build
    assert build.backend == backend
    assert (
        candidates is None
        or build.package_candidates == candidates
        or (not declared and build.package_candidates[: len(candidates)] == candidates)
    )
    assert build.packages_declared is declared


def test_files_the_build_reads() -> None:
    build = facts(
        """
        [project]
        name = "a"
        readme = {file = "docs/README.rst", content-type = "text/x-rst"}
        license = {file = "LICENCE"}
        license-files = ["LICEN[CS]E*", "vendored/*"]
        """
    ).build
    assert [(item.path, item.key) for item in build.readmes] == [
        ("docs/README.rst", ("project", "readme", "file"))
    ]
    assert [item.path for item in build.licenses] == ["LICENCE", "LICEN[CS]E*", "vendored/*"]
    assert build.licenses[1].key == ("project", "license-files", 0)


@pytest.mark.parametrize(
    ("tool", "requires", "backend", "expected"),
    [
        (
            "[tool.hatch.version]\nsource='vcs'",
            "hatch-vcs",
            "hatchling.build",
            ("vcs", "hatch-vcs", None),
        ),
        (
            "[tool.hatch.version]\nsource='vcs'\nraw-options={fallback_version='0'}",
            "hatch-vcs",
            "hatchling.build",
            ("vcs", "hatch-vcs", "0"),
        ),
        (
            "[tool.hatch.version]\npath='a/__init__.py'",
            "hatchling",
            "hatchling.build",
            ("file", "hatchling", None),
        ),
        (
            "[tool.setuptools_scm]",
            "setuptools-scm>=8",
            "setuptools.build_meta",
            ("vcs", "setuptools-scm", None),
        ),
        (
            "[tool.setuptools.dynamic]\nversion={attr='a.__version__'}",
            "setuptools",
            "setuptools.build_meta",
            ("file", "setuptools", None),
        ),
        (
            "[tool.pdm.version]\nsource='scm'\nfallback_version='1'",
            "pdm-backend",
            "pdm.backend",
            ("vcs", "pdm-backend", "1"),
        ),
        ("", "flit_core", "flit_core.buildapi", ("file", "flit", None)),
    ],
)
def test_dynamic_version(
    tool: str, requires: str, backend: str, expected: tuple[str, str, str | None]
) -> None:
    source = facts(
        f"[project]\nname='a'\ndynamic=['version']\n"
        f"[build-system]\nrequires=['{requires}']\nbuild-backend='{backend}'\n{tool}"
    ).build.version_source
    assert source is not None
    assert (source.kind, source.tool, source.fallback) == expected


def test_poetry() -> None:
    project = facts(
        """
        [tool.poetry]
        name = "Pet_Shop"
        version = "0.1.0"
        package-mode = false
        readme = ["README.md", "CHANGES.md"]
        [tool.poetry.dependencies]
        python = "^3.11"
        fastapi = "^0.110"
        lib = {path = "../lib", develop = true}
        many = [{version = "1", python = "<3.12"}, {git = "https://x/y"}]
        [tool.poetry.group.docs]
        optional = true
        [tool.poetry.group.docs.dependencies]
        mkdocs = "*"
        [tool.poetry.dev-dependencies]
        pytest = "*"
        """
    )
    assert (project.name, project.version) == ("pet-shop", "0.1.0")
    poetry = project.poetry
    assert poetry is not None
    assert poetry.package_mode is False
    assert [item.name for item in poetry.dependencies] == ["fastapi", "lib", "many", "many"]
    assert list(poetry.groups) == ["docs", "dev"]
    assert poetry.optional_groups == {"docs"}
    assert [(name, path) for name, path, _ in project.local_sources] == [("lib", "../lib")]
    assert [item.path for item in project.build.readmes] == ["README.md", "CHANGES.md"]


KEYS = [
    "project",
    "tool",
    "uv",
    "name",
    "dependencies",
    "sources",
    "workspace",
    "members",
    "build-system",
    "requires",
    "build-backend",
    "hatch",
    "version",
    "source",
    "readme",
    "license-files",
    "dynamic",
    "poetry",
    "packages",
    "group",
    "dependency-groups",
    "include-group",
    "optional-dependencies",
    "path",
    "index",
    "conflicts",
    "default-groups",
    "setuptools",
    "find",
    "where",
    "package-dir",
    "url",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_tree_gives_facts(value: Any) -> None:
    project = project_facts(value if isinstance(value, dict) else {"project": value})
    assert list(project.local_sources) is not None
    assert isinstance(project.default_groups, tuple)
