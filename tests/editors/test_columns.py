"""Real editors with the published configurations, on a line with an emoji before the finding.

Neovim 0.7 counts in UTF-16 units, 0.11 in bytes, Emacs in characters.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROJECT = {
    ".venv/pyvenv.cfg": "home = /opt/homebrew/bin\n",
    "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
    "RUN uv sync --frozen\nCOPY --chown=🐳:🐳 . .\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.13"\n',
    "uv.lock": 'version = 1\nrequires-python = ">=3.13"\n',
    ".git/HEAD": "ref: refs/heads/main\n",
}
NVIM = os.environ.get("SHIPWORTHY_NVIM") or shutil.which("nvim")
EMACS = os.environ.get("SHIPWORTHY_EMACS") or shutil.which("emacs")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(command: list[str], shop: Path, told: tuple[object, ...]) -> str:
    """What the editor says; the server is found as a user's would be, on the PATH."""
    home = shop.parent / "home"
    home.mkdir()
    done = subprocess.run(
        command,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "SHIPWORTHY_TEST": "\n".join(map(str, told)),
            "HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "XDG_CACHE_HOME": str(home),
            "LC_ALL": "C.UTF-8",
        },
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    if "Cannot open load file" in said and "eglot" in said:
        pytest.skip("no Eglot: install `elpa-eglot`")
    assert done.returncode == 0, said
    assert (shop / ".dockerignore").read_text(encoding="utf-8").startswith("**/.venv")
    return said


@pytest.mark.skipif(NVIM is None, reason="no Neovim: install `neovim`, or set SHIPWORTHY_NVIM")
def test_neovim_shows_the_right_column_and_creates_the_file(shop: Path) -> None:
    assert NVIM is not None
    version = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"v(\d+)\.(\d+)", version.stdout)
    assert found is not None
    new = (int(found[1]), int(found[2])) >= (0, 11)
    config = HERE / "neovim" / f"config-{'0.11' if new else '0.7'}.lua"
    script = HERE / "neovim" / "columns.lua"
    command = [NVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {script}"]
    encoding = "utf-8" if new else "utf-16"
    assert f"right column in {encoding}" in run(command, shop, (config, shop, encoding))


@pytest.mark.skipif(EMACS is None, reason="no Emacs: install `emacs-nox` and `elpa-eglot`")
def test_emacs_shows_the_right_column_and_creates_the_file(shop: Path) -> None:
    assert EMACS is not None
    command = [EMACS, "--batch", "-Q", "-l", str(HERE / "emacs" / "columns.el")]
    assert "right column in Emacs" in run(command, shop, (HERE / "emacs" / "config.el", shop))
