"""Numbers with any count of digits."""

from __future__ import annotations

import pytest

from shipworthy.text.numbers import has_huge_number, number


@pytest.mark.parametrize("digits", ["0", "007", "65535", "9" * 18])
def test_usual_numbers_are_what_they_say(digits: str) -> None:
    assert number(digits) == int(digits)


@pytest.mark.parametrize("digits", ["9" * 19, "1" * 5_000, "7" * 1_000_000])
def test_numbers_that_python_does_not_convert_are_large(digits: str) -> None:
    assert number(digits) == 10**18


def test_versions_hold_64_bits() -> None:
    assert not has_huge_number(">=3.12,<4; 20260101000000")
    assert has_huge_number(f">=3.{'9' * 5_000}")
