"""Whatever happens to a workspace, the next look says what a fresh start would say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.host import Host
from support.damage import mutated, trees
from support.looks import Bench, Step, internal_errors, said
from support.workspaces import ROOT

NUMBERS = st.integers(0, 100_000)
STEPS = st.lists(st.tuples(st.integers(0, 11), NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=12)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, print_blob=True, suppress_health_check=SLOW)
@given(tree=NUMBERS, steps=STEPS)
def test_any_sequence_is_as_a_fresh_start(tree: int, steps: list[Step]) -> None:
    bench = Bench(tree)
    bench.check()
    for step in steps:
        bench.step(step)
        bench.check()


@pytest.mark.parametrize("tree", [0, 1])
@settings(max_examples=15, deadline=None, print_blob=True, suppress_health_check=SLOW)
@given(steps=STEPS)
def test_the_richest_workspaces_too(tree: int, steps: list[Step]) -> None:
    bench = Bench(tree)
    for step in steps:
        bench.step(step)
    bench.check()


@settings(max_examples=150, deadline=None, print_blob=True, suppress_health_check=SLOW)
@given(
    tree=NUMBERS,
    damages=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6),
)
def test_no_bytes_break_it(tree: int, damages: list[Step]) -> None:
    start = trees()[0] if tree % 3 == 0 else trees()[tree % len(trees())]
    files = dict(start)
    names = sorted(files)
    for which, *numbers in damages:
        name = names[which % len(names)]
        files[name] = mutated(files[name], *numbers)
    analysis = Host(
        [ROOT], MemoryFiles({f"{ROOT}/{path}": files[path] for path in files})
    ).analyse()
    said(analysis)
    assert not internal_errors(analysis)


@settings(max_examples=60, deadline=None, print_blob=True, suppress_health_check=SLOW)
@given(which=NUMBERS, data=st.binary(max_size=200))
def test_no_noise_breaks_it(which: int, data: bytes) -> None:
    files = dict(trees()[0])
    name = sorted(files)[which % len(files)]
    files[name] = data.decode("utf-8", "surrogateescape")
    analysis = Host(
        [ROOT], MemoryFiles({f"{ROOT}/{path}": files[path] for path in files})
    ).analyse()
    said(analysis)
    assert not internal_errors(analysis)
