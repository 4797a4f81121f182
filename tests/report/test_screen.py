from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.report.screen import (
    Drawn,
    Paint,
    draw,
    escape_bytes,
    escaped,
    wants_colour,
    width,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ~", "plain ~"),
        ("日本語 é 😀", "日本語 é 😀"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\r\tc\x7f\x9b", "a\\x0ab\\x0d\\x09c\\x7f\\x9b"),
        ("\udcff\udc80\ud800", "\\xff\\x80\\ud800"),
        ("\u202eevil\u2066\ufeff\u2028", "\\u202eevil\\u2066\\ufeff\\u2028"),
    ],
)
def test_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_escape_bytes_leaves_controls_to_json() -> None:
    assert escape_bytes("a\x1b\udcff") == "a\x1b\\xff"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("ｱ", 1), ("é", 1), ("e\u0301", 1), ("😀", 2)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("line", "start", "end", "expected"),
    [
        ("COPY . .", 5, 6, Drawn("COPY . .", 5, 6)),
        ("\tCOPY", 1, 5, Drawn("    COPY", 4, 8)),
        ("ab\tCOPY", 3, 7, Drawn("ab  COPY", 4, 8)),
        ("日本 COPY", 3, 7, Drawn("日本 COPY", 5, 9)),
        ("日本 COPY", 0, 2, Drawn("日本 COPY", 0, 4)),
        ("😀 x", 2, 3, Drawn("😀 x", 3, 4)),
        ("a\udcffb", 2, 3, Drawn("a\\xffb", 5, 6)),
        ("abc", 3, 3, Drawn("abc", 3, 4)),
        ("", 0, 0, Drawn("", 0, 1)),
        ("abc", 9, 12, Drawn("abc", 3, 4)),
    ],
)
def test_draw(line: str, start: int, end: int, expected: Drawn) -> None:
    assert draw(line, start, end, 80) == expected


def test_long_lines_are_clipped_around_the_mark() -> None:
    line = "x" * 500 + "MARK" + "y" * 500
    drawn = draw(line, 500, 504, 80)
    assert drawn.text.startswith("...x")
    assert drawn.text.endswith("y...")
    assert drawn.text[drawn.start : drawn.end] == "MARK"
    assert len(drawn.text) <= 90
    assert draw("MARK" + "y" * 500, 0, 4, 80).text[:4] == "MARK"


def test_a_megabyte_in_one_line_costs_nothing() -> None:
    line = "日" * 1_000_000
    started = time.process_time()
    for start in (0, 500_000, 999_999):
        draw(line, start, start + 1, 120)
    assert time.process_time() - started < 0.2


@given(st.text(), st.integers(0, 50), st.integers(0, 50), st.integers(10, 90))
def test_draw_never_raises_and_stays_on_its_line(
    line: str, start: int, end: int, limit: int
) -> None:
    drawn = draw(line, start, end, limit)
    assert 0 <= drawn.start < drawn.end
    assert "\n" not in drawn.text
    assert "\x1b" not in drawn.text


def test_colours() -> None:
    assert Paint(True)("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert Paint(False)("x", "bold") == "x"
    assert Paint(True)("", "bold") == ""
    assert not wants_colour({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True)
    assert wants_colour({"NO_COLOR": "", "FORCE_COLOR": "1"}, False)
    assert wants_colour({}, True)
    assert not wants_colour({}, False)
    assert not wants_colour({"TERM": "dumb"}, True)
    assert not wants_colour({"FORCE_COLOR": "0"}, True)
