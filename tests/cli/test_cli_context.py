from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Shell

COMPOSE = """\
services:
  web:
    build:
      context: .
    volumes:
      - ./src:/app/src
      - /app/.venv
"""


@pytest.fixture
def composed(project: Path) -> Path:
    (project / "compose.yaml").write_text(COMPOSE)
    (project / ".dockerignore").write_text("*.log\n**/.venv\n!keep.log\n")
    (project / "Dockerfile").write_text("FROM python\nWORKDIR /app\nCOPY . .\n")
    (project / "src").mkdir()
    (project / "src" / "a.py").write_bytes(b"x" * 3000)
    (project / "src" / "b.py").write_bytes(b"x" * 1000)
    (project / "big.log").write_bytes(b"x" * 9000)
    (project / "keep.log").write_bytes(b"x" * 10)
    return project


def test_context(shell: Shell, composed: Path) -> None:
    ran = shell("context")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "`web` (compose.yaml)"
    assert lines[1] == "  context `.`, ignore file `.dockerignore`"
    assert lines[2].startswith("  sent: 6 files, 4.2 kB")
    assert lines[3] == "     4.0 kB  95%   |-- src/  2 files"
    assert lines[4] == "     3.0 kB  71%   |   |-- a.py"
    assert lines[5] == "     1.0 kB  23%   |   `-- b.py"
    assert "big.log" not in ran.out
    assert "Dockerfile:3: COPY takes 6 files, 4.2 kB to `/app`" in ran.out


def test_context_json(shell: Shell, composed: Path) -> None:
    report = json.loads(shell("context", "src", "--output-format", "json").out)
    (build,) = report["builds"]
    assert (build["service"], build["dockerfile"], build["context"]) == ("web", "Dockerfile", ".")
    assert build["ignore_file"] == ".dockerignore"
    assert build["sent"]["files"] == 6
    assert build["entries"][0] == {"path": "src", "files": 2, "bytes": 4000}
    assert build["copies"][0]["destination"] == "/app"
    assert build["copies"][0]["files"] == 6


def test_context_of_nothing(shell: Shell, project: Path) -> None:
    assert shell("context", "nowhere").code == 2
    (project / "Dockerfile").unlink()
    assert shell("context") == (0, "", "shipworthy: no build found here\n")


def test_why_hidden(shell: Shell, composed: Path) -> None:
    out = shell("why", "big.log").out
    assert "  not sent: `*.log` (.dockerignore:1)\n" in out
    assert "  sent: `!keep.log` (.dockerignore:3) includes it again\n" in (
        shell("why", "keep.log").out
    )


def test_why_copied_and_mounted(shell: Shell, composed: Path) -> None:
    out = shell("why", "src/a.py").out
    assert "  sent\n  copied to `/app/src/a.py` by COPY (Dockerfile:3)\n" in out
    assert (
        "  in `web`, shown at `/app/src/a.py` by the bind mount on `/app/src` (compose.yaml:6)\n"
        in out
    )


def test_why_json(shell: Shell, composed: Path) -> None:
    report = json.loads(shell("why", ".venv/x", "--output-format", "json").out)
    (build,) = report["builds"]
    assert build["state"] == "hidden"
    assert build["by"] == {"pattern": "**/.venv", "file": ".dockerignore", "line": 2}
    assert build["copied"] == []


def test_why_absent(shell: Shell, composed: Path) -> None:
    assert "`x.log` does not exist here" in shell("why", "x.log").err


def test_japanese(shell: Shell, composed: Path) -> None:
    assert "送られません: `*.log`（.dockerignore:1）" in shell("why", "x.log", "--lang", "ja").out
    assert "送信: ファイル 6 個" in shell("context", "--lang", "ja").out


def test_a_file_in_a_folder_without_git_belongs_to_the_working_directory(
    shell: Shell, composed: Path
) -> None:
    (composed / ".git").rmdir()
    assert "copied to `/app/src/a.py`" in shell("why", "src/a.py").out
