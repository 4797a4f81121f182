"""Numbers as files write them, however many digits they have."""

from __future__ import annotations

from shipworthy.text.patterns import regex

_DIGITS = 18
_TOO_MANY = regex(r"\d{20}")


def number(digits: str) -> int:
    """Decimal digits as a number; 10**18 where there are more than 18 of them.

    Python takes time that grows with the square of their count, and refuses more than 4300.
    """
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def has_huge_number(text: str) -> bool:
    """Whether a number does not fit into the 64 bits that versions and sizes have elsewhere."""
    return _TOO_MANY.search(text) is not None
