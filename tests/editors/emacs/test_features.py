"""A real Emacs with Eglot shows hovers, follows names, renames, completes, formats, offers changes.

Paths are completed in the other editors: Eglot compares candidates with the symbol at point, which
a path is not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from editors.features import write

SCRIPT = Path(__file__).with_name("features.el")
EMACS = os.environ.get("SHIPWORTHY_EMACS") or shutil.which("emacs")
EXPECTED = {
    "definition base AS": "Dockerfile:2",
    "definition base": "Dockerfile:2",
    "references base AS": "Dockerfile:10 Dockerfile:2 Dockerfile:9 compose.yaml:7",
    "completion FROM ba": "base",
    "completion RUN uv sy": "sync",
    "completion target: ": "base",
    "rename": "COPY --from=python   /app /srv target: python",
    "format": "COPY --from=python /app /srv",
    "action": "- ./backend:/app - /app/.venv ",
}
PARTS = {
    "finding 10": "hides the environment the image built in `/app/.venv`",
    "hover COPY backend": "takes files of the build context",
    # Without the package markdown-mode Eglot asks for plain text.
    "hover backend/": "kept out: backend/old.log by **/*.log (.dockerignore:1)",
    "hover ./backend:/app": "hides /app/.venv of the image",
    "hover **/*.log": "keeps 1 file",
}


@pytest.mark.skipif(EMACS is None, reason="no Emacs: install `emacs-nox` and `elpa-eglot`")
def test_emacs_shows_what_there_is_beyond_findings(tmp_path: Path) -> None:
    assert EMACS is not None
    root = write(tmp_path)
    done = subprocess.run(
        [EMACS, "--batch", "-Q", "-l", str(SCRIPT)],
        env={
            **os.environ,
            "SHIPWORTHY_TEST": f"{sys.executable}\n{root}",
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
        },
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "Cannot open load file" in done.stderr and "eglot" in done.stderr:
        pytest.skip("no Eglot: install `elpa-eglot`")
    assert done.returncode == 0, done.stdout + done.stderr
    said = dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
    assert "done" in said
    assert {name: said.get(name) for name in EXPECTED} == EXPECTED
    for name, words in PARTS.items():
        assert words in said[name]
