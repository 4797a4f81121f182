"""Random projects of local packages, written to disk for uv itself to lock."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

MARKERS = (
    "sys_platform == 'linux'",
    "sys_platform == 'win32'",
    "sys_platform != 'darwin'",
    "python_version < '3.12'",
    "python_full_version >= '3.12.3'",
    "platform_machine == 'aarch64' or sys_platform == 'win32'",
    "python_version in '3.11 3.13'",
    "implementation_name == 'cpython' and python_version >= '3.11'",
    "os_name == 'nt'",
)
EXTRAS = ("a", "b", "c")
GROUPS = ("dev", "test", "docs")


class Project(NamedTuple):
    """A project on disk and the names it has."""

    root: Path
    extras: tuple[str, ...]
    groups: tuple[str, ...]
    conflicting: frozenset[str]


def require_uv() -> str:
    """The path of uv; skips the test where there is none."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")
    return uv


def run_uv(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run uv offline in a project, untouched by the machine's own settings."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL"))
    }
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    # Where uv would look for settings of the user and of the machine.
    environment |= {"XDG_CONFIG_HOME": str(root), "XDG_CONFIG_DIRS": str(root)}
    return subprocess.run(
        [require_uv(), "--offline", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def write_wheel(folder: Path, name: str, version: str) -> None:
    """An empty pure-Python wheel, for an index that is a folder."""
    folder.mkdir(exist_ok=True)
    stem = f"{name}-{version}"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{stem}.dist-info/METADATA", metadata + "Provides-Extra: x\n")
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{stem}.dist-info/WHEEL", tags)
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def write_project(root: Path, seed: int) -> Project:
    """A project in `root`: packages that need each other, extras, groups, members, conflicts."""
    dice = random.Random(seed)
    count = dice.randint(3, 7)
    names = [f"pkg-{number}" for number in range(count)]
    members = [name for name in names if dice.random() < 0.3]
    for number, name in enumerate(names):
        # Edges go to later packages and, now and then, back: cycles are allowed.
        others = names[number + 1 :] + ([names[0]] if number and dice.random() < 0.3 else [])
        if name not in members:
            # Only members may say `workspace = true`.
            others = [other for other in others if other not in members]
        _write_package(root / name, name, others, members, dice)
    forked = dice.random() < 0.5
    if forked:
        for version in ("1", "2"):
            others = [name for name in names[-1:] if name not in members]
            _write_package(root / f"twin{version}", "twin", others, members, dice, version=version)
    conflicting = frozenset(("a", "b")) if dice.random() < 0.4 else frozenset[str]()
    _write_root(root, names, members, dice, forked=forked, conflicting=conflicting)
    return Project(root, EXTRAS, GROUPS, conflicting)


def _write_package(
    folder: Path,
    name: str,
    others: list[str],
    members: list[str],
    dice: random.Random,
    *,
    version: str = "1",
) -> None:
    folder.mkdir(parents=True)
    lines = ["[project]", f'name = "{name}"', f'version = "{version}"']
    lines += ['requires-python = ">=3.10"']
    lines += [f"dependencies = {_requirements(others, dice)}", "[project.optional-dependencies]"]
    lines += [f"{extra} = {_requirements(others, dice)}" for extra in EXTRAS]
    lines += ["[build-system]", 'requires = ["uv_build"]', 'build-backend = "uv_build"']
    lines += _sources(others, members, "../")
    (folder / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_root(
    root: Path,
    names: list[str],
    members: list[str],
    dice: random.Random,
    *,
    forked: bool,
    conflicting: frozenset[str],
) -> None:
    lines = ["[project]", 'name = "Root.Project"', 'version = "1"']
    lines += ['requires-python = ">=3.10"']
    twin = ["twin"] if forked and not conflicting else []
    lines += [f"dependencies = {_requirements(names, dice, twin)}"]
    lines += ["[project.optional-dependencies]"]
    for extra in EXTRAS:
        pair = ["twin"] if forked and extra in conflicting else []
        lines.append(f"{extra} = {_requirements(names, dice, pair)}")
    lines.append("[dependency-groups]")
    for number, group in enumerate(GROUPS):
        included = f'{{include-group = "{GROUPS[number - 1]}"}}, ' if number == 1 else ""
        lines.append(f"{group} = [{included}{_requirements(names, dice)[1:]}")
    if dice.random() < 0.5:
        lines += ["[build-system]", 'requires = ["uv_build"]', 'build-backend = "uv_build"']
    lines += ["[tool.uv]"]
    if conflicting:
        lines.append('conflicts = [[{extra = "a"}, {extra = "b"}]]')
    lines += [f"workspace.members = {list(members)!r}"]
    lines += _sources(names, members, "")
    if forked and conflicting:
        lines.append('twin = [{path = "twin1", extra = "a"}, {path = "twin2", extra = "b"}]')
    elif forked:
        lines.append(
            "twin = [{path = 'twin1', marker = \"python_version < '3.12'\"}, "
            "{path = 'twin2', marker = \"python_version >= '3.12'\"}]"
        )
    (root / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sources(names: Iterable[str], members: list[str], prefix: str) -> list[str]:
    lines = ["[tool.uv.sources]"]
    for name in names:
        source = "workspace = true" if name in members else f'path = "{prefix}{name}"'
        lines.append(f"{name} = {{{source}}}")
    return lines


def _requirements(names: list[str], dice: random.Random, always: Iterable[str] = ()) -> str:
    chosen = [name for name in names if dice.random() < 0.35]
    items = []
    for name in chosen:
        extra = f"[{dice.choice(EXTRAS)}]" if dice.random() < 0.3 else ""
        marker = f" ; {dice.choice(MARKERS)}" if dice.random() < 0.4 else ""
        items.append(f'"{name}{extra}{marker}"')
    items += [f'"{name}"' for name in always]
    return f"[{', '.join(items)}]"
