from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model.node_project import (
    node_locks,
    node_project,
    package_manager,
    pnpm_workspace,
)
from shipworthy.syntax.yaml.parse import parse


def test_facts_of_a_manifest() -> None:
    project = node_project(
        {
            "name": "web",
            "private": True,
            "packageManager": "pnpm@9.15.4+sha512.abc",
            "engines": {"node": ">=20", "npm": 3},
            "workspaces": {"packages": ["packages/*"]},
            "dependencies": {"react": "^19", "ui": "workspace:*", "old": "file:../old"},
            "devDependencies": {"vite": "^6"},
            "scripts": {"build": "vite build", "postinstall": "node setup.js"},
            "pnpm": {
                "patchedDependencies": {"react@19": "patches/react.patch"},
                "onlyBuiltDependencies": ["esbuild"],
            },
        }
    )
    assert project.name == "web"
    assert project.private
    assert project.package_manager == ("pnpm", "9.15.4")
    assert project.engines == {"node": ">=20"}
    assert project.workspaces == ("packages/*",)
    assert project.dependencies == {"react", "ui", "old"}
    assert project.dev_dependencies == {"vite"}
    assert project.local_dependencies == {"old": "../old"}
    assert project.workspace_dependencies == {"ui"}
    assert project.patched_dependencies == {"react@19": "patches/react.patch"}
    assert project.only_built == {"esbuild"}
    assert project.install_scripts == {"postinstall": "node setup.js"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yarn@4.5.0", ("yarn", "4.5.0")),
        ("npm@10.9.2-rc.1", ("npm", "10.9.2-rc.1")),
        ("pnpm", None),
        ("pnpm@latest", None),
        ("cargo@1.0", None),
        ("", None),
    ],
)
def test_package_manager(text: str, expected: tuple[str, str] | None) -> None:
    assert package_manager(text) == expected


@pytest.mark.parametrize(
    ("names", "declared", "manager"),
    [
        (["package.json", "pnpm-lock.yaml"], "", "pnpm"),
        (["package-lock.json", "npm-shrinkwrap.json"], "", "npm"),
        (["package-lock.json", "yarn.lock"], "", None),
        (["package-lock.json", "yarn.lock"], "yarn@4.5.0", "yarn"),
        ([], "", None),
    ],
)
def test_locks(names: list[str], declared: str, manager: str | None) -> None:
    project = node_project({"packageManager": declared})
    assert node_locks(names, project).manager == manager


def test_pnpm_workspace() -> None:
    text = (
        "packages:\n  - 'apps/*'\n  - '!apps/old'\npatchedDependencies:\n  a@1: patches/a.patch\n"
    )
    assert pnpm_workspace(parse(text).root) == (
        ("apps/*", "!apps/old"),
        {"a@1": "patches/a.patch"},
    )
    assert pnpm_workspace(None).packages == ()
    assert pnpm_workspace(parse("packages: 3").root).packages == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "dependencies", "workspaces", "packages", "pnpm", "engines", "scripts"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_value_gives_facts(value: object) -> None:
    assert node_project(value).install_scripts is not None
