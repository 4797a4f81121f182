"""A real Emacs with Eglot sees the error, applies the quick fix elsewhere, and sees it vanish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FAULTY = Path(__file__).parents[2] / "projects" / "article" / "faulty"
SCRIPT = Path(__file__).with_name("test.el")
EMACS = os.environ.get("SHIPWORTHY_EMACS") or shutil.which("emacs")


@pytest.mark.skipif(EMACS is None, reason="no Emacs: install `emacs-nox` and `elpa-eglot`")
def test_emacs_fixes_the_other_file(tmp_path: Path) -> None:
    assert EMACS is not None
    shop = shutil.copytree(FAULTY, tmp_path / "shop", symlinks=True)
    (shop / ".git").mkdir()
    ignore = shop / ".dockerignore"
    targets = (sys.executable, shop / "deploy/backend/Dockerfile.dev", ignore)
    done = subprocess.run(
        [EMACS, "--batch", "-Q", "-l", str(SCRIPT)],
        env={**os.environ, "SHIPWORTHY_TEST": "\n".join(map(str, targets)), "HOME": str(tmp_path)},
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
    assert "fixed with Emacs" in said
    assert ignore.read_text().endswith("**/.venv\n")
