"""A real Neovim sees the error, applies the quick fix to the other file, and sees it vanish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FAULTY = Path(__file__).parents[2] / "projects" / "article" / "faulty"
SCRIPT = Path(__file__).with_name("test.lua")
NVIM = os.environ.get("SHIPWORTHY_NVIM") or shutil.which("nvim")


@pytest.mark.skipif(NVIM is None, reason="no Neovim: install `neovim`, or set SHIPWORTHY_NVIM")
def test_neovim_fixes_the_other_file(tmp_path: Path) -> None:
    assert NVIM is not None
    shop = shutil.copytree(FAULTY, tmp_path / "shop", symlinks=True)
    ignore = shop / ".dockerignore"
    targets = (sys.executable, shop, shop / "deploy/backend/Dockerfile.dev", ignore)
    state = tmp_path / "state"
    state.mkdir()
    done = subprocess.run(
        [NVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}"],
        env={
            **os.environ,
            "SHIPWORTHY_TEST": "\n".join(map(str, targets)),
            "XDG_STATE_HOME": str(state),
            "XDG_CACHE_HOME": str(state),
        },
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fixed with Neovim" in done.stdout + done.stderr
    assert ignore.read_text().endswith("**/.venv\n")
