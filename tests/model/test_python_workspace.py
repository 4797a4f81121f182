from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shipworthy.model.python.uv_settings import uv_settings
from shipworthy.model.python.workspace import is_member


@pytest.mark.parametrize(
    ("folder", "member"),
    [
        ("packages/a", True),
        ("packages/x/deep", True),
        ("packages/deep", True),
        ("packages/a/b", False),
        ("packages", False),
        ("packages/excluded", False),
        ("other", True),
        ("othar", True),
        ("othur", False),
        (".venv/lib/packages/a", False),
    ],
)
def test_members(folder: str, member: bool) -> None:
    settings = uv_settings(
        {
            "workspace": {
                "members": ["packages/*", "packages/**/deep", "./oth[ae]r/"],
                "exclude": ["packages/ex*"],
            }
        }
    )
    assert is_member(settings, folder) is member


@example("[a--b]", "")
@example("[!--0]", "1")
@example("[[a]", "a")
@given(st.text(alphabet="*?[]!-/ab.\\^", max_size=12), st.text(alphabet="ab/.", max_size=8))
def test_any_glob(glob: str, folder: str) -> None:
    assert is_member(uv_settings({"workspace": {"members": [glob]}}), folder) in (True, False)
