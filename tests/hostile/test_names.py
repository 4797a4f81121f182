"""Folders with odd names, and renames that change only the case of letters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shipworthy.db.inputs import FileText, MemoryFiles, Stat
from shipworthy.engine.host import Host
from support.damage import trees
from support.looks import said
from support.workspaces import ROOT

ARTICLE = Path(__file__).parents[1] / "projects" / "article" / "faulty"
NAMES = ["with space", "été 船", "a#b%20c", "-dash", 'quote\'s "x"', "{{brace", "[glob]*?"]


def check(folder: Path, *flags: str) -> str:
    shutil.copytree(ARTICLE, folder, symlinks=True)
    (folder / ".git").mkdir()
    done = subprocess.run(
        [sys.executable, *flags, "-m", "shipworthy", "check", "--exit-zero", "--lang", "en"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    said = check(tmp_path_factory.mktemp("usual") / "plain")
    assert "copy-includes-host-venv" in said
    return said


@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_said_whatever_the_folder_is_called(
    name: str, usual: str, tmp_path: Path
) -> None:
    assert check(tmp_path / name) == usual


def test_the_same_is_said_in_isolated_mode(usual: str, tmp_path: Path) -> None:
    assert check(tmp_path / "été 船", "-I") == usual


class CaselessFiles(MemoryFiles):
    """A disk that keeps the case of names and does not ask for it."""

    def _name(self, path: str) -> str:
        lower = path.lower()
        return next((known for known in self.files if known.lower() == lower), path)

    def read(self, path: str) -> FileText:
        return super().read(self._name(path))

    def stat(self, path: str) -> Stat | None:
        return super().stat(self._name(path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dockerfile", "dockerfile"),
        ("compose.yaml", "Compose.yaml"),
        (".dockerignore", ".DockerIgnore"),
        ("pyproject.toml", "PyProject.toml"),
        ("uv.lock", "UV.lock"),
    ],
)
def test_a_rename_of_the_case_alone(old: str, new: str) -> None:
    disk = CaselessFiles({f"{ROOT}/{path}": text for path, text in trees()[0].items()})
    host = Host([ROOT], disk)
    first = said(host.analyse())
    for before, after in ((old, new), (new, old)):
        disk.files[f"{ROOT}/{after}"] = disk.files.pop(f"{ROOT}/{before}")
        host.touch(f"{ROOT}/{before}")
        host.touch(f"{ROOT}/{after}")
        now = said(host.analyse())
        assert now == said(Host([ROOT], CaselessFiles(disk.files)).analyse())
    assert now == first
