"""Closed and full streams, odd environment variables, Python without docstrings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FAULTY = Path(__file__).parent.parent / "projects/article/faulty"


def in_shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of `sh` in which `$RUN` is the command line tool."""
    return subprocess.run(
        ["sh", "-c", line.replace("$RUN", f"'{sys.executable}' -m shipworthy")],
        cwd=FAULTY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("$RUN check -q >&-", 1),
        ("$RUN --version >&-", 0),
        ("$RUN check --nope 2>&-", 2),
        ("$RUN check --nope 2>/dev/full", 2),
        ("$RUN check -q >/dev/full", 2),
    ],
)
def test_streams_that_take_nothing(line: str, status: int) -> None:
    if "/dev/full" in line and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    done = in_shell(line)
    assert done.returncode == status
    assert "internal error" not in done.stderr
    if ">/dev/full" in line and "2>" not in line:
        assert done.stderr == "shipworthy: error: No space left on device\n"


@pytest.mark.parametrize("columns", ["1", "0", "-5", "9" * 5_000])
def test_any_width_of_the_terminal(columns: str) -> None:
    done = in_shell("$RUN check --help", COLUMNS=columns)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--fix" in done.stdout


def test_pages_are_there_without_docstrings() -> None:
    def explained(*options: str) -> str:
        command = [
            sys.executable,
            *options,
            "-m",
            "shipworthy",
            "explain",
            "copy-includes-host-venv",
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert explained("-OO") == explained()
