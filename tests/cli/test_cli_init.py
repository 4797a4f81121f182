"""What `init` writes checks clean, and it never writes over a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Ran, Shell
from cli.init_projects import PROJECTS, Files, locked, project
from shipworthy.cli.main import main
from shipworthy.engine.host import Host
from shipworthy.views.exemplary import Layout, layout

PLAIN = project()


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


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", PROJECTS)
def test_the_written_files_check_clean_and_report_all_pass(
    tmp_path: Path, real: Shell, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, inside, command = PROJECTS[name]
    (tmp_path / ".git").mkdir()
    write(tmp_path, locked(files))
    write(tmp_path, {".venv/pyvenv.cfg": "home = /usr\n", ".env": "A=1\n"})
    monkeypatch.chdir(tmp_path / inside)
    ran = real("init")
    assert ran.code == 0, ran.err
    text = Path("Dockerfile").read_text()
    checked = real("check", "--profile", "strict", "--fail-level", "hint", "--show-unknown")
    assert checked.code == 0, checked.out + text
    assert "not judged" not in checked.out
    (started,) = (line for line in text.splitlines() if line.startswith("CMD "))
    assert json.loads(started.removeprefix("CMD ")) == command.split()
    report = real("report").out
    assert report.count(": pass\n") == 4, report
    assert ("# A guess" in text) == ("is a guess" in ran.err)


def drafted(folder: Path, files: Files) -> str:
    """The Dockerfile for files, or the reason why there is none."""
    write(folder, files)
    host = Host((str(folder),))
    found = layout(host.db, str(folder))
    if isinstance(found, Layout):
        return found.dockerfile
    return host.analyse().render(found, "en")


@pytest.mark.parametrize(
    ("range_", "pin", "image"),
    [
        (">=3.12", None, "3.13-slim-trixie"),
        ("", None, "3.13-slim-trixie"),
        (">=3.8,<3.12", None, "3.11-slim-trixie"),
        ("~=3.11", None, "3.13-slim-trixie"),
        ("~=3.11.4", None, "3.11-slim-trixie"),
        ("!=3.13.*,>=3.10", None, "3.12-slim-trixie"),
        ("==3.12.4", None, "3.12.4-slim-bookworm"),
        ("==3.8.*", None, "3.8-slim-bookworm"),
        (">=3.14", None, "3.14-slim-trixie"),
        (">=3.15", None, "3.15-slim-trixie"),
        (">=3.10", "3.11", "3.11-slim-trixie"),
        (">=3.10", "# ours\ncpython-3.10.4", "3.10.4-slim-bullseye"),
        (">=3.10", "3.10.12", "3.10.12-slim-bookworm"),
        (">=3.10", "3", "3.13-slim-trixie"),
        (">=3.10", ">=3.10,<3.12", "3.11-slim-trixie"),
    ],
)
def test_the_image_is_a_current_debian_that_has_the_python(
    folder: Path, range_: str, pin: str | None, image: str
) -> None:
    files = {"pyproject.toml": project(python=range_)}
    if pin is not None:
        files[".python-version"] = f"{pin}\n"
    text = drafted(folder, files)
    assert text.count(f"FROM python:{image}") == 2, text


POETRY = (
    '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.12"\n'
)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, ". has no pyproject.toml that uv can install"),
        ({"requirements.txt": "flask\n"}, ". has a requirements.txt and no project"),
        ({"pyproject.toml": "[tool.ruff]\n", "requirements.txt": ""}, "has a requirements.txt"),
        ({"pyproject.toml": "[project\n"}, "the pyproject.toml of . is not valid TOML"),
        ({"pyproject.toml": POETRY}, "is declared in `[tool.poetry]`"),
        ({"pyproject.toml": PLAIN, "poetry.lock": ""}, "`poetry.lock` pins the versions"),
        ({"pyproject.toml": PLAIN, "pdm.lock": ""}, "`pdm.lock` pins the versions"),
        ({"pyproject.toml": PLAIN + "[tool.uv]\nmanaged = false\n"}, "`tool.uv.managed = false`"),
        ({"pyproject.toml": '[project]\nversion = "1"\n'}, "has no `name`"),
        ({"pyproject.toml": '[project]\nname = "shop"\n'}, "has no `version`"),
        ({"pyproject.toml": project(python="<3")}, "no released CPython is known that `<3` allows"),
        ({"pyproject.toml": project(python="^3.12")}, "no released CPython is known that `^3.12`"),
        ({"pyproject.toml": project(python=">=3.99")}, "`>=3.99` allows"),
        ({"pyproject.toml": PLAIN, ".python-version": "3.11"},
         "`.python-version` asks for `3.11`, which `>=3.12` does not allow"),
        ({"pyproject.toml": PLAIN, ".python-version": "3.11.2"}, "asks for `3.11.2`"),
        ({"pyproject.toml": PLAIN, ".python-version": "pypy@3.11"}, "that `pypy@3.11` allows"),
        ({"pyproject.toml": PLAIN, ".python-version": "3.13t"}, "that `3.13t` allows"),
        ({"pyproject.toml": PLAIN, ".python-version": "/opt/python"}, "that `/opt/python` allows"),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'},
         "is the root of a workspace, not a project, and has no members yet"),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
          "packages/a/pyproject.toml": project(name="a")}, "name one of its members, `packages/a`"),
        ({"pyproject.toml": project("lib", more='[tool.uv.sources]\nlib = { path = "../lib" }\n')},
         "depends on `../lib`, which lies outside"),
    ],
)  # fmt: skip
def test_a_layout_that_would_not_be_true_is_refused(folder: Path, files: Files, why: str) -> None:
    text = drafted(folder, files)
    assert why in text
    assert "\n" not in text


def test_poetry_s_lock_does_not_matter_beside_a_uv_lock(folder: Path) -> None:
    files = locked({"pyproject.toml": PLAIN, "poetry.lock": ""})
    assert "uv sync --locked" in drafted(folder, files)


def test_what_is_compiled_finds_its_libraries_in_both_stages(folder: Path) -> None:
    text = drafted(folder, locked({"pyproject.toml": project("mysqlclient")}))
    build, final = text.split("\n\n")
    assert "build-essential default-libmysqlclient-dev pkg-config \\\n" in build
    assert "    default-libmysqlclient-dev \\\n" in final
    assert "build-essential" not in final


def test_what_a_wheel_loads_is_in_the_final_stage(folder: Path) -> None:
    build, final = drafted(folder, locked({"pyproject.toml": project("psycopg")})).split("\n\n")
    assert "    libpq5 \\\n" in final
    assert "apt-get" not in build
    files = locked({"pyproject.toml": project("psycopg", "psycopg-binary")})
    assert "apt-get" not in drafted(folder, files)


def test_a_member_is_built_from_the_root_of_its_workspace(folder: Path, real: Shell) -> None:
    files, inside, _ = PROJECTS["a member"]
    write(folder, locked(files))
    ran = real("init", inside)
    assert ran.out.startswith("wrote `Dockerfile.dockerignore`\nwrote `Dockerfile`\n")
    text = (folder / inside / "Dockerfile").read_text()
    assert "uv sync --frozen --no-install-workspace --package api\n" in text
    assert "uv sync --locked --package api --no-editable\n" in text
    compose = (folder / inside / "compose.yaml").read_text()
    assert "context: ../..\n      dockerfile: packages/api/Dockerfile\n" in compose


def test_the_uv_is_one_that_the_project_allows(folder: Path) -> None:
    for required, version in (
        ("==0.7.3", "0.7.3"), (">=0.6,<0.7", "0.6.17"), ("0.9.30", "0.9.30"), (">=0.12", "0.13.9"),
    ):  # fmt: skip
        text = PLAIN + f'[tool.uv]\nrequired-version = "{required}"\n'
        assert f"astral-sh/uv:{version} " in drafted(folder, {"pyproject.toml": text})


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


def test_what_a_kept_file_spoils_is_told(folder: Path, real: Shell) -> None:
    write(folder, locked({"pyproject.toml": PLAIN, ".dockerignore": "docs\n"}))
    write(folder, {".venv/pyvenv.cfg": "home = /usr\n"})
    ran = real("init")
    assert "`.dockerignore` exists and was left as it is" in ran.out
    assert "shipworthy: Dockerfile:14: warning[copy-includes-host-venv] `COPY . .`" in ran.err
    assert "run next" in ran.out
    (folder / "uv.lock").unlink()
    (folder / ".dockerignore").unlink()
    (folder / "Dockerfile").unlink()
    assert real("init").err == ""


def test_init_needs_a_project(folder: Path, real: Shell) -> None:
    assert real("init").code == 2
    assert real("init", "nowhere").code == 2
    (folder / "pyproject.toml").write_text("[tool.x]\n")
    ran = real("init")
    assert (ran.code, ran.err) == (
        2,
        "shipworthy: error: argument PATH: . has no pyproject.toml that uv can install\n",
    )
    assert "uv でインストールできる" in real("init", "--lang", "ja").err
    (folder / "pyproject.toml").write_text(PLAIN)
    assert "FROM python:3.13-slim" in real("init", "--dry-run").out
    assert not (folder / "Dockerfile").exists()
