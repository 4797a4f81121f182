"""A real Neovim shows hovers, follows names, renames, completes, formats and offers changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from editors.features import write

SCRIPT = Path(__file__).with_name("features.lua")
NVIM = os.environ.get("SHIPWORTHY_NVIM") or shutil.which("nvim")
EVERYWHERE = {
    "finding 10": "bind-mount-hides-venv",
    "definition base AS": "Dockerfile:2",
    "definition base": "Dockerfile:2",
    "references base": "Dockerfile:10 Dockerfile:2 Dockerfile:9 compose.yaml:7",
    "completion COPY backend/": "main.py static/ old.log",
    "completion COPY --from=base": "base ghcr.io/astral-sh/uv:0.9.5 ghcr.io/astral-sh/uv:latest",
    "completion target: base": "base worker",
    "rename": "FROM python:${VERSION}-slim AS python | FROM python AS worker | "
    'COPY --from=python   /app /srv | CMD ["python", "/srv/main.py"]',
    "action": "volumes: - ./backend:/app - /app/.venv depends",
    "format": "COPY --from=python /app /srv",
    "highlights": "2 9 10",
    "lens 1": "built by web",
    "lens 9": "not built",
}
SINCE_11 = {
    "hint 1": "= 3.12",
    "hint 7": "→ /app",
    "token": "function",
    "fold": "7 1",
}
HOVERS = {
    "hover COPY backend": "takes files of the build context",
    "hover backend/": "kept out: `backend/old.log` by `**/*.log` (.dockerignore:1)",
    "hover ${VERSION}": "`docker.io/library/python:3.12-slim`",
    "hover ./backend:/app": "hides `/app/.venv` of the image",
    "hover **/*.log": "keeps 1 file",
}


@pytest.mark.skipif(NVIM is None, reason="no Neovim: install `neovim`, or set SHIPWORTHY_NVIM")
def test_neovim_shows_what_there_is_beyond_findings(tmp_path: Path) -> None:
    assert NVIM is not None
    root = write(tmp_path)
    state = tmp_path / "state"
    state.mkdir()
    done = subprocess.run(
        [NVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}"],
        env={
            **os.environ,
            "SHIPWORTHY_TEST": f"{sys.executable}\n{root}",
            "XDG_STATE_HOME": str(state),
            "XDG_CACHE_HOME": str(state),
        },
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[-1] == "done"
    said: dict[str, str] = {}
    for line in lines:
        name, _, words = line.partition("\t")
        said.setdefault(name, words)
    expected = {**EVERYWHERE, **(SINCE_11 if int(said["version"]) >= 11 else {})}
    assert {name: said.get(name) for name in expected} == expected
    for name, words in HOVERS.items():
        assert words in said[name]
