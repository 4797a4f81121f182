"""Plain patterns agree with pathspec; whatever else there is, pathspec decides."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from shipworthy.model.git_patterns import plain_patterns, verdict

NAMES = st.sampled_from(["a", "b", ".venv", "x.pyc", "x.pyo", "dist", "a.b.c", "aa"])
PARTS = st.one_of(NAMES, st.sampled_from(["*", "*.pyc", "*.py[co]", "a*", "x*.pyc", "a*a", "[ab]"]))
PATTERNS = st.builds(
    lambda no, start, parts, end: no + start + "/".join(parts) + end,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "  "]),
)


@settings(max_examples=400)
@given(st.lists(PATTERNS, max_size=5), st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_agrees_with_pathspec(lines: list[str], path: list[str], is_folder: bool) -> None:
    plain = plain_patterns(lines)
    assert plain is not None
    spec = GitIgnoreSpec.from_lines(lines)
    if any(line.startswith("!") for line in lines):
        # pathspec lets an exception for a folder hold for all below it; git does not.
        path = path[:1]
    ours = theirs = False
    for count in range(1, len(path) + 1):
        here, folder = "/".join(path[:count]), is_folder or count < len(path)
        # Below an ignored folder nothing is asked any more, as git does.
        ours = ours or bool(verdict(plain, here, folder))
        theirs = theirs or bool(spec.check_file(here + "/" * folder).include)
    assert ours is theirs


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
