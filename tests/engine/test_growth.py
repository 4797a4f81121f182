"""Twice the input is twice the work, counted in calls: times vary between machines."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from bench import growth
from shipworthy.engine.host import Host

SMALL = 24


def _calls(folder: Path) -> int:
    """The Python calls of the analysis of a folder, steps of generators included."""
    count = 0

    def profile(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    host = Host([str(folder)])
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        host.analyse()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("kind", growth.kinds())
def test_work_grows_with_the_input(kind: str, tmp_path: Path) -> None:
    files = growth.kinds()[kind]
    calls: list[int] = []
    for size in (SMALL, SMALL, 2 * SMALL, 4 * SMALL):  # the first one imports and compiles
        growth.write(tmp_path / str(len(calls)), files(size))
        calls.append(_calls(tmp_path / str(len(calls))))
    _, one, two, four = calls
    # Less than one call for each part is no growth: the digits of a size decide about such calls.
    assert four - two <= 2.5 * max(two - one, SMALL)
