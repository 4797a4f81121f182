"""Pages for clients that show no Markdown."""

from __future__ import annotations

import pytest

from shipworthy.views.page import plain


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("**In `web`** the file", "In web the file"),
        ("`**/.venv` keeps **2** files", "**/.venv keeps 2 files"),
        ("`` a`b `` is odd", " a`b  is odd"),
        ("one ` alone and ** too", "one ` alone and  too"),
    ],
)
def test_marks_go_and_stars_of_patterns_stay(shown: str, expected: str) -> None:
    assert plain(shown) == expected
