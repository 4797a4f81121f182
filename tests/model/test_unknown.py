"""UNKNOWN is no value that a test for a kind could take for one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from shipworthy.model.unknown import UNKNOWN, Unknown, is_unknown


def test_it_is_neither_true_nor_false_and_holds_no_items() -> None:
    value: object = UNKNOWN
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(value)
    assert not isinstance(value, Iterable)


def test_equal_reasons_are_equal_values() -> None:
    first, second = (Unknown("unset-variable", "TAG") for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != Unknown("unset-variable", "PORT")
    assert is_unknown(first)
