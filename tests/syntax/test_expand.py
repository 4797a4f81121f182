"""Word expansion beyond the recorded vectors: unknown values, bounds, Go's corners."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.syntax.dockerfile.expand import expand, expand_known, expand_words

ENV = {"A": "abc", "E": "", "P": "/usr/bin", "D": "x$A", "N": "a\nb"}


def result(word: str) -> str | None:
    return expand(word, ENV.get, "\\").result


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("python:${X:-3.12}-slim", None),
        ("python:${Y:-3.12}-slim", "python:3.12-slim"),
        ("$A", "abc"),
        ("$X", None),
        ("${A:-$X}", "abc"),
        ("${Y:-$X}", None),
        ("${Y:+$X}z", "z"),
        ("${X+set}", None),
        ("${X#a}", None),
        ("${A/$X/b}", None),
        ("${A", None),
        ("'$X'", "$X"),
        ("${Y:?no}", None),
    ],
)
def test_unknown_values(word: str, expected: str | None) -> None:
    assert expand_known(word, {"A": "abc", "X": None}, "\\") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("${P//r/$D}", "/usx/bin"),
        ("${P/r/$D}", "/usx$A/bin"),
        ("${P//u/[\\$0]}", "/[\\u]sr/bin"),
        ("${N#*b}", "a\nb"),
        ("${P%%/*}", ""),
        ("${P##*/}", "bin"),
        ("\ufeff$A", "abc"),
        ("${+x}", ""),
    ],
)
def test_corners(word: str, expected: str) -> None:
    assert result(word) == expected


def test_what_stands_before_a_modifier_is_lost_from_the_word_list() -> None:
    assert expand_words("a b${A:-c}", ENV.get, "\\") == ("a", "abc")
    assert result("a b${A:-c}") == "a babc"


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("${A#\\x}", "invalid-pattern"),
        ("${A:-" * 5000, "too-large"),
        ("${A/b}", "missing-slash"),
        ("${A:-'x}", "missing-brace"),
        ("${U:?}", "required: U: is not allowed to be unset"),
    ],
)
def test_errors(word: str, error: str) -> None:
    assert expand(word, ENV.get, "\\").error in (error, "missing-brace")


def test_patterns_do_not_explode() -> None:
    value = "a" * 10_000
    assert expand("${V##" + "*a" * 30 + "b}", {"V": value}.get, "\\").result == value
    assert expand("${V}" * 200, {"V": value}.get, "\\").error == "too-large"


@given(st.text(alphabet="$A{}:-+?#%/\\\"'`< a*[]<é\t", max_size=40), st.sampled_from("\\`"))
def test_any_word_expands_or_has_an_error(word: str, escape: str) -> None:
    for raw in (False, True):
        expansion = expand(word, ENV.get, escape, raw_quotes=raw, raw_escapes=raw)
        assert (expansion.result is None) == (expansion.error is not None)
    expand_known(word, {"A": None}, escape)
