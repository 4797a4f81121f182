"""What `init` writes checks clean, and it never writes over a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Ran, Shell
from shipworthy.cli.main import main

LOCK = """version = 1
requires-python = ">=3.12"

[[package]]
name = "my-shop"
version = "1"
source = {{ {source} = "." }}
"""
PLAIN = '[project]\nname = "my-shop"\nversion = "1"\nrequires-python = ">=3.12"\n'
BACKEND = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.py").write_text("print()\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def real(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """`main` with all rules."""
    monkeypatch.setenv("LC_ALL", "C")

    def run(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("pyproject", "source"),
    [
        (PLAIN, "virtual"),
        (PLAIN + '[dependency-groups]\ndev = []\ndocs = []\n[tool.uv]\ndefault-groups = "all"\n',
         "virtual"),
        (PLAIN + '[project.scripts]\nshop = "my_shop:main"\n' + BACKEND, "editable"),
        (PLAIN + '[tool.uv]\nrequired-version = ">=0.6,<0.7"\n', "virtual"),
    ],
    ids=["plain", "groups", "packaged", "old-uv"],
)  # fmt: skip
def test_the_written_files_check_clean(
    folder: Path, real: Shell, pyproject: str, source: str
) -> None:
    (folder / "pyproject.toml").write_text(pyproject)
    (folder / "uv.lock").write_text(LOCK.format(source=source))
    (folder / "my_shop").mkdir()
    (folder / "my_shop/__init__.py").write_text("def main(): pass\n")
    (folder / ".venv").mkdir()
    (folder / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    (folder / ".env").write_text("A=1\n")
    ran = real("init")
    assert ran.code == 0, ran.err
    assert "wrote `Dockerfile`" in ran.out
    checked = real("check", "--fail-level", "hint")
    assert checked.code == 0, checked.out + (folder / "Dockerfile").read_text()
    strict = real("check", "--profile", "strict")
    assert strict.code == 0, strict.out


def test_the_versions_are_the_project_s(folder: Path, real: Shell) -> None:
    (folder / "pyproject.toml").write_text(
        PLAIN.replace(">=3.12", ">=3.11,<3.12") + '[tool.uv]\nrequired-version = "==0.7.3"\n'
    )
    assert real("init").code == 0
    text = (folder / "Dockerfile").read_text()
    assert "FROM python:3.11-slim-" in text
    assert "astral-sh/uv:0.7.3 " in text
    assert 'CMD ["python", "main.py"]' in text


def test_no_file_is_written_over(folder: Path, real: Shell) -> None:
    (folder / "pyproject.toml").write_text(PLAIN)
    (folder / "Dockerfile").write_text("FROM x\n")
    (folder / "docker-compose.yml").symlink_to("nowhere")
    ran = real("init", "--lang", "ja")
    assert ran.code == 0
    assert (folder / "Dockerfile").read_text() == "FROM x\n"
    assert not (folder / "compose.yaml").exists()
    assert "`Dockerfile` はすでにあるため" in ran.out
    assert "uv lock && docker compose up" in ran.out


def test_init_needs_a_project(folder: Path, real: Shell) -> None:
    assert real("init").code == 2
    assert real("init", "nowhere").code == 2
    (folder / "pyproject.toml").write_text("[tool.x]\n")
    ran = real("init")
    assert (ran.code, ran.err) == (
        2,
        "shipworthy: error: argument PATH: `.` has no pyproject.toml that uv can install\n",
    )
    (folder / "pyproject.toml").write_text(PLAIN)
    assert "FROM python:3.13-slim" in real("init", "--dry-run").out
    assert not (folder / "Dockerfile").exists()
