from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path

import pytest

from cli.conftest import Shell

FIXED = "fixed[copies-venv] Dockerfile:3: Add `**/.venv` to `.dockerignore`\n"


def test_fix(shell: Shell, project: Path) -> None:
    os.chmod(project / ".dockerignore", 0o640)
    (project / ".venv").mkdir()
    (project / ".venv" / "pyvenv.cfg").write_bytes(b"x" * 1500)
    ran = shell("check", "--fix")
    assert ran.code == 1
    assert ran.out.startswith(FIXED)
    assert "no longer sent to `Dockerfile`: 1 file, 1.5 kB\nrun next: docker build .\n" in (ran.out)
    assert "warning[image-moves]" in ran.out
    assert "copies-venv" not in ran.out.removeprefix(FIXED)
    assert (project / ".dockerignore").read_text() == "foo\n**/.venv\n"
    assert (project / ".dockerignore").stat().st_mode & 0o777 == 0o640
    assert shell("check", "--fix").out.startswith("nothing to fix\n")


def test_unsafe_fixes(shell: Shell, project: Path) -> None:
    assert shell("check", "--fix", "--unsafe-fixes").code == 0
    assert (project / "Dockerfile").read_text().startswith("FROM python:1\n")
    assert shell("check").code == 0


def test_fix_keeps_crlf(shell: Shell, project: Path) -> None:
    (project / ".dockerignore").write_bytes(b"foo\r\n")
    shell("check", "--fix")
    assert (project / ".dockerignore").read_bytes() == b"foo\r\n**/.venv\r\n"


def test_fix_only_what_is_shown(shell: Shell, project: Path) -> None:
    shell("check", "--fix", "--unsafe-fixes", "--select", "image-moves")
    assert (project / ".dockerignore").read_text() == "foo\n"
    assert "python:1" in (project / "Dockerfile").read_text()


def test_fix_with_json_keeps_stdout_for_the_report(shell: Shell, project: Path) -> None:
    ran = shell("check", "--fix", "--output-format", "json")
    assert [item["rule"] for item in json.loads(ran.out)["findings"]] == [
        "lacks-label",
        "image-moves",
    ]
    assert ran.err.startswith(FIXED)


def test_diff_writes_nothing_and_applies(shell: Shell, project: Path) -> None:
    ran = shell("check", "--diff")
    assert ran.code == 1
    assert ran.out == ("--- a/.dockerignore\n+++ b/.dockerignore\n@@ -1 +1,2 @@\n foo\n+**/.venv\n")
    assert ran.err == "shipworthy: to be changed by --fix: 1 file; nothing was written\n"
    assert (project / ".dockerignore").read_text() == "foo\n"
    done = subprocess.run(["git", "apply"], input=ran.out, text=True, check=False)
    assert done.returncode == 0
    assert (project / ".dockerignore").read_text() == "foo\n**/.venv\n"


def test_a_bad_setting_keeps_files_untouched(shell: Shell, project: Path) -> None:
    (project / "shipworthy.toml").write_text("profil = 3\n")
    ran = shell("check", "--fix")
    assert ran.code == 2
    assert "nothing was changed, because the settings have errors" in ran.err
    assert (project / ".dockerignore").read_text() == "foo\n"


def test_changed_file_is_not_touched(
    shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shipworthy.cli import gains

    def meanwhile(*_: object) -> tuple[()]:
        (project / ".dockerignore").write_text("bar\n")
        return ()

    monkeypatch.setattr(gains, "gains", meanwhile)
    ran = shell("check", "--fix")
    assert ran.code == 2
    assert "`.dockerignore` was not written: it has changed since it was read" in ran.err
    assert (project / ".dockerignore").read_text() == "bar\n"


def test_fix_stdin(shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = io.TextIOWrapper(io.BytesIO(b"FROM busybox\r\nCOPY . /x\r\n"))
    monkeypatch.setattr("sys.stdin", source)
    ran = shell("check", "--unsafe-fixes", "--stdin-filename", "Dockerfile", "-", "--quiet")
    assert ran.out.replace("\r", "") == "FROM busybox:1\nCOPY . /x\n"
    assert ran.code == 1
    assert "copies-venv" in ran.err
    assert (project / ".dockerignore").read_text() == "foo\n"
    assert (project / "Dockerfile").read_text().startswith("FROM python\n")


def test_add_ignores(shell: Shell, project: Path) -> None:
    ran = shell("check", "--add-ignores")
    assert ran == (0, "", "shipworthy: suppressed 2 findings by comments in 1 file\n")
    assert (project / "Dockerfile").read_text() == (
        "# shipworthy: ignore[image-moves]\nFROM python\nWORKDIR /app\n"
        "# shipworthy: ignore[copies-venv]\nCOPY . .\n"
    )
    assert shell("check").code == 0
