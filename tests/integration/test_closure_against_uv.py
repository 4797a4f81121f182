"""The packages we say are installed, against `uv export --frozen` on random local projects."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from integration.uv_projects import Project, run_uv, write_project
from shipworthy.model.python.closure import Selection, closure
from shipworthy.model.python.markers import MarkerEnvironment, applies, linux
from shipworthy.model.python.uv_lock import scan

ENVIRONMENTS = (
    linux("3.10.4"),
    linux("3.11", "arm64"),
    linux("3.12.2"),
    linux("3.12.3"),
    linux("3.13", "amd64"),
    linux("3.12")._replace(sys_platform="win32", os_name="nt", platform_system="Windows"),
)


@pytest.mark.parametrize("seed", range(30))
def test_closure_is_what_uv_exports(seed: int, tmp_path: Path) -> None:
    project = write_project(tmp_path, seed)
    locked = run_uv(tmp_path, "lock")
    assert locked.returncode == 0, locked.stderr
    lock = scan((tmp_path / "uv.lock").read_text(encoding="utf-8"))
    assert lock.problem is None
    root = lock.root("root-project")
    assert root is not None
    dice = random.Random(seed)
    for _ in range(3):
        selection = _selection(project, dice)
        exported = _export(tmp_path, selection)
        for environment in ENVIRONMENTS:
            found = {
                package.source.value
                for package in closure(lock, [root], selection, environment)
                if package.source.kind != "virtual"
            }
            assert found == _installed(exported, environment), (selection, environment)


def _selection(project: Project, dice: random.Random) -> Selection:
    extras = {extra for extra in project.extras if dice.random() < 0.4}
    if project.conflicting <= extras:
        extras -= project.conflicting
    groups = {group for group in project.groups if dice.random() < 0.4}
    return Selection(frozenset(extras), frozenset(groups))


def _export(root: Path, selection: Selection) -> list[tuple[str, str]]:
    flags = [f"--extra={extra}" for extra in sorted(selection.extras)]
    flags += [f"--group={group}" for group in sorted(selection.groups)]
    flags += ["--no-default-groups", "--frozen", "--no-hashes", "--no-annotate", "--no-header"]
    done = run_uv(root, "export", *flags)
    assert done.returncode == 0, done.stderr
    lines = [line.partition(" ; ") for line in done.stdout.splitlines() if line.strip()]
    return [
        (path.removeprefix("-e ").removeprefix("./").strip(), marker.strip())
        for path, _, marker in lines
    ]


def _installed(exported: list[tuple[str, str]], environment: MarkerEnvironment) -> set[str]:
    return {path for path, marker in exported if applies(marker, environment)}
