"""The power goes at every step of writing fixes: each file is the old or the new one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ARTICLE = HERE.parent / "projects" / "article" / "faulty"
LEFTOVER = ".shipworthy-"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process at each point")
def test_every_file_is_old_or_new(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ARTICLE, source, symlinks=True)
    (source / ".git").mkdir()
    (source / "backend" / ".dockerignore").unlink(missing_ok=True)
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, str(HERE / "power_cut.py"), str(source), str(work)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, *points = (json.loads(line) for line in done.stdout.splitlines())
    old, new = first["old"], first["new"]
    changed = {path for path in new if old.get(path) != new[path]}
    assert len(changed) >= 2, "the fixes of the article's project change several files"
    assert len(points) == len(first["points"]) >= 4 * len(changed)
    for name, point in zip(first["points"], points, strict=True):
        assert point["status"] != 0, f"not killed {name}"
        for path, text in point["killed"].items():
            if LEFTOVER not in path:
                assert text in (old.get(path), new.get(path)), f"{path} is torn {name}"
        assert old.keys() <= point["killed"].keys(), f"a file is lost {name}"
        # With a part fixed, another fix may be the first one to fit.
        assert point["ended"], f"the next run fails, cut {name}"
        left = point["again"].keys() - new.keys()
        assert not left or (len(left) == 1 and "link" in name), f"{left} stays {name}"
    sys.stdout.write(f"killed at {len(points)} points of writing {len(changed)} files\n")
