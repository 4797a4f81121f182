"""The first commands of a new user, on the article's project with its leak, as real processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FAULTY = Path(__file__).parents[1] / "projects" / "article" / "faulty"
ONLY = ("--select", "copy-includes-host-venv")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shipworthy", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )


def test_found_fixed_and_gone(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(FAULTY, folder, symlinks=True)
    before = _run(folder, "check", *ONLY, "--output-format", "json")
    assert before.returncode == 1, before.stderr
    (finding,) = json.loads(before.stdout)["findings"]
    assert finding["file"] == "deploy/backend/Dockerfile.dev"
    assert finding["builds"] == [
        {
            "compose": "deploy/docker-compose.dev.yml",
            "service": "backend",
            "dockerfile": "deploy/backend/Dockerfile.dev",
            "context": ".",
        }
    ]
    fixed = _run(folder, "check", *ONLY, "--fix")
    assert fixed.returncode == 0, fixed.stderr
    assert "fixed[copy-includes-host-venv] deploy/backend/Dockerfile.dev:" in fixed.stdout
    assert "no longer sent to `backend` (deploy/docker-compose.dev.yml): 4 files, " in fixed.stdout
    assert "run next: docker compose -f deploy/docker-compose.dev.yml up" in fixed.stdout
    after = _run(folder, "check", *ONLY)
    assert (after.returncode, after.stdout) == (0, "no findings\n")


def test_why_names_the_pattern_that_would_be_needed(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(FAULTY, folder, symlinks=True)
    out = _run(folder, "why", "backend/.venv", "--lang", "en").stdout
    assert "copied to `/app/.venv` by COPY (deploy/backend/Dockerfile.dev:" in out
    assert "hidden by the volume on `/app/.venv` (deploy/docker-compose.dev.yml:" in out


def test_explain() -> None:
    for language in ("en", "ja"):
        page = _run(Path(), "explain", ONLY[1], "--lang", language)
        assert page.returncode == 0
        assert page.stdout.startswith(f"# {ONLY[1]}\n")
