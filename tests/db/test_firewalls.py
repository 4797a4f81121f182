"""Firewalls: a value that did not change leaves its readers alone, and never a stale one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipworthy.db.database import Cancelled, Database, Query, firewall, query
from shipworthy.db.inputs import MemoryFiles

INPUTS = 3


@firewall
def first_word(db: Database, path: str) -> str:
    return (db.text(path) or " ").split(" ")[0]


@query
def shouted(db: Database, path: str) -> str:
    return first_word(db, path).upper()


@pytest.fixture
def db() -> Database:
    made = Database(MemoryFiles({"/a": "one two"}))
    assert shouted(made, "/a") == "ONE"
    made.runs.clear()
    return made


def test_readers_are_left_alone_while_the_value_is_the_same(db: Database) -> None:
    db.open("/a", "one three")
    assert shouted(db, "/a") == "ONE"
    assert db.runs == {"first_word": 1}


def test_a_new_value_reaches_them(db: Database) -> None:
    db.open("/a", "two one")
    assert shouted(db, "/a") == "TWO"
    assert db.runs == {"first_word": 1, "shouted": 1}


def test_a_cancelled_look_forgets_nothing(db: Database) -> None:
    db.open("/a", "two one")
    db.cancelled = lambda: True
    with pytest.raises(Cancelled):
        shouted(db, "/a")
    db.cancelled = None
    assert shouted(db, "/a") == "TWO"


@firewall
def tens(db: Database) -> int:
    return int(db.text("/n") or "0") // 10


@query
def above_tens(db: Database) -> int:
    return tens(db) + 1


@firewall
def both(db: Database) -> int:
    return int(db.text("/n") or "0") + 100 * above_tens(db)


def test_a_firewall_above_another_sees_its_new_value() -> None:
    # Which of the two is brought up to date first is not said.
    for _ in range(20):
        db = Database(MemoryFiles({"/n": "5"}))
        assert [_with(db, number) for number in (7, 17, 29, 30)] == [107, 217, 329, 430]


def _with(db: Database, number: int) -> int:
    db.open("/n", str(number))
    return both(db)


class Spec(NamedTuple):
    """One query of a made-up graph; `reads` below INPUTS are files, the others earlier queries."""

    reads: tuple[int, ...]
    firewall: bool
    catches: bool
    modulus: int


class Failure(Exception):
    """What a made-up query raises for some values."""


def combined(spec: Spec, read: Callable[[int], int]) -> int:
    """What a query is worth: which of its reads it looks at depends on the first one."""
    found = 1
    for number, index in enumerate(spec.reads):
        if number and found % 5 == 0:
            break
        try:
            found = 2 * found + read(index)
        except Failure:
            if not spec.catches:
                raise
    if found % 11 == 5:
        raise Failure
    return found % spec.modulus


def plainly(specs: list[Spec], texts: list[int], index: int) -> int:
    if index < INPUTS:
        return texts[index]
    return combined(specs[index - INPUTS], lambda below: plainly(specs, texts, below))


def graph(specs: list[Spec]) -> list[Query[[], int]]:
    made: list[Query[[], int]] = []

    def read(db: Database, index: int) -> int:
        return int(db.text(f"/{index}") or "") if index < INPUTS else made[index - INPUTS](db)

    def add(spec: Spec) -> None:
        def compute(db: Database) -> int:
            return combined(spec, lambda index: read(db, index))

        made.append(firewall(compute) if spec.firewall else query(compute))

    for spec in specs:
        add(spec)
    return made


@st.composite
def specifications(draw: st.DrawFn) -> list[Spec]:
    count = draw(st.integers(1, 8))
    return [
        Spec(
            tuple(draw(st.lists(st.integers(0, INPUTS + below - 1), min_size=1, max_size=3))),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.integers(2, 30)),
        )
        for below in range(count)
    ]


def outcome(ask: Callable[[], int]) -> int | None:
    try:
        return ask()
    except Failure:
        return None


@settings(deadline=None)
@given(
    specifications(),
    st.lists(st.tuples(st.integers(0, INPUTS - 1), st.integers(0, 9), st.booleans()), max_size=12),
)
def test_every_value_is_that_of_a_fresh_start(
    specs: list[Spec], edits: list[tuple[int, int, bool]]
) -> None:
    texts = [0] * INPUTS
    db = Database(MemoryFiles({f"/{index}": "0" for index in range(INPUTS)}))
    queries = graph(specs)
    for index, value, asked in [(0, 0, True), *edits, (0, texts[0], True)]:
        texts[index] = value
        db.open(f"/{index}", str(value))
        if not asked:
            continue
        for number, made in reversed(list(enumerate(queries))):
            expected = outcome(partial(plainly, specs, texts, number + INPUTS))
            assert outcome(partial(made, db)) == expected
