"""Plain patterns agree with pathspec and git; whatever else there is, pathspec decides."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from shipworthy.model.git_patterns import plain_patterns, verdict

NAMES = st.sampled_from(["a", "b", ".venv", "x.pyc", "x.pyo", "dist", "a.b.c", "aa"])
PARTS = st.one_of(NAMES, st.sampled_from(["*", "*.pyc", "*.py[co]", "a*", "x*.pyc", "a*a", "[ab]"]))
FIXED = ["a", "*", "/a", "a/", "*.pyc", ".venv/", "a/b", "x*.pyc", "b/*", "a*"]
POSITIVE = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "", "/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "  "]),
)


@settings(max_examples=400)
@given(st.lists(POSITIVE, max_size=5), st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_agrees_with_pathspec(lines: list[str], path: list[str], is_folder: bool) -> None:
    spec = GitIgnoreSpec.from_lines(lines)
    theirs = False
    for count in range(1, len(path) + 1):
        here, folder = "/".join(path[:count]), is_folder or count < len(path)
        theirs = theirs or bool(spec.check_file(here + "/" * folder).include)
    assert ignored(lines, path, is_folder) is theirs


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
def test_agrees_with_git_on_exceptions(tmp_path: Path) -> None:
    # pathspec lets an exception for a folder hold for all below it; git does not.
    subprocess.run(["git", "init", "-q", tmp_path], check=True, timeout=30)
    chance = random.Random(20261122)
    for _ in range(60):
        lines = [chance.choice(["", "", "!"]) + chance.choice(FIXED) for _ in range(4)]
        path = [chance.choice(["a", "b", ".venv", "x.pyc", "aa"]) for _ in range(3)]
        (tmp_path / ".gitignore").write_text("\n".join(lines) + "\n")
        asked = subprocess.run(
            ["git", "-C", tmp_path, "check-ignore", "-q", "--no-index", "/".join(path)],
            check=False,
            timeout=30,
        )
        assert ignored(lines, path, False) is (asked.returncode == 0), (lines, path)


def ignored(lines: list[str], path: list[str], is_folder: bool) -> bool:
    """Below an ignored folder nothing is asked any more, as git does."""
    plain = plain_patterns(lines)
    assert plain is not None
    return any(
        verdict(plain, "/".join(path[:count]), is_folder or count < len(path))
        for count in range(1, len(path) + 1)
    )


def test_plain_files() -> None:
    lines = [
        "# Python",
        "",
        "__pycache__/",
        "*.py[cod]",
        "/dist",
        "docs/_build/",
        "!keep.pyc",
        "*$py",
    ]
    plain = plain_patterns(lines)
    assert plain is not None
    asked = [
        ("__pycache__", True, True),
        ("__pycache__", False, None),
        ("a/x.pyd", False, True),
        ("keep.pyc", False, False),
        ("dist", False, True),
        ("a/dist", False, None),
        ("docs/_build", True, True),
        ("#", False, None),
    ]
    assert [verdict(plain, path, folder) for path, folder, _ in asked] == [
        item[2] for item in asked
    ]


@pytest.mark.parametrize(
    "line", ["**/a", "a?", r"\#a", "a*b*", "[a-z]", "[!a]", "/", "./a", "a//b"]
)
def test_other_patterns_are_left_to_pathspec(line: str) -> None:
    assert plain_patterns([line]) is None
