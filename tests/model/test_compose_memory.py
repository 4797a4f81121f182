"""What a load takes over from the one before, and that nobody can tell by the result."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipworthy.model.compose.load import load
from shipworthy.model.compose.parts import Memory
from shipworthy.model.compose.types import LoadResult
from support.damage import mutated
from vectors.answers.compose import Files, request_of

VECTORS = Path(__file__).parents[1] / "vectors" / "compose_model.jsonl"
RECORDS = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
NUMBERS = st.integers(0, 100_000)
STEPS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6)

COMMON = "x-common: &common\n  restart: always\n"
SERVICE = "  s{0}:\n    <<: *common\n    image: i{0}:${{TAG:-1}}\n    volumes: [./d{0}:/d]\n"
MANY = COMMON + "services:\n" + "".join(SERVICE.format(number) for number in range(50))


def _load(files: Mapping[str, str], memory: Memory, *names: str) -> LoadResult:
    record = {"files": files, "configs": names or ("compose.yaml",), "cwd": "."}
    request, reader = request_of(record)
    return load(request, reader, memory)


def _runs(before: Mapping[str, str], after: Mapping[str, str], *names: str) -> Counter[str]:
    """How often each step was computed for an edit."""
    memory = Memory()
    for _ in range(2):  # the first load leaves nothing behind
        _load(before, memory, *names)
    known = Counter(memory.runs)
    _load(after, memory, *names)
    return memory.runs - known


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(which=NUMBERS, steps=STEPS, closed=st.booleans())
def test_a_load_with_a_memory_is_a_fresh_load(
    which: int, steps: list[tuple[int, int, int, int]], closed: bool
) -> None:
    request, files = request_of(RECORDS[which % len(RECORDS)])
    if not closed:
        request = request._replace(environment=None, profiles=None)
    memory = Memory()
    load(request, files, memory)
    for number, *numbers in steps:
        assert load(request, files, memory) == load(request, files)
        texts = dict(files.texts)
        path = sorted(texts)[number % len(texts)]
        texts[path] = mutated(texts[path], *numbers)
        files = Files(texts)
        assert load(request, files, memory) == load(request, files)


def test_the_same_again_computes_nothing() -> None:
    assert not _runs({"compose.yaml": MANY}, {"compose.yaml": MANY})


def test_an_edit_in_one_service_loads_that_one() -> None:
    edited = MANY.replace("image: i7:", "image: j7:")
    runs = _runs({"compose.yaml": MANY}, {"compose.yaml": edited})
    assert runs
    assert set(runs.values()) == {1}


def test_a_comment_is_parsed_and_no_more() -> None:
    edited = MANY.replace("    volumes: [./d7:/d]\n", "    volumes: [./d7:/d] # data\n")
    assert not _runs({"compose.yaml": MANY}, {"compose.yaml": edited})


def test_an_anchor_reaches_who_names_it() -> None:
    alone = MANY + "  alone:\n    image: alone\n"
    edited = alone.replace("restart: always", "restart: 'no'")
    runs = _runs({"compose.yaml": alone}, {"compose.yaml": edited})
    assert runs["_read_part"] == runs["_tidied"] == 51  # the anchor and fifty services


def test_a_variable_reaches_who_names_it() -> None:
    alone = MANY + "  alone:\n    image: alone\n"
    files = {"compose.yaml": alone}
    runs = _runs({**files, ".env": "TAG=1\n"}, {**files, ".env": "TAG=2\n"})
    assert runs["_read_part"] == 0
    assert runs["_tidied"] == 50


@pytest.mark.parametrize("base", ["base.yaml", "compose.yaml"])
def test_an_edit_in_a_base_reaches_who_extends_it(base: str) -> None:
    extending = "".join(
        f"  s{n}:\n    image: s\n    extends:\n      file: {base}\n      service: b{n % 2}\n"
        for n in range(20)
    )
    bases = "  b0:\n    image: a\n  b1:\n    image: b\n"
    texts = {"compose.yaml": "services:\n" + extending}
    texts[base] = texts.get(base, "services:\n") + bases
    edited = {**texts, base: texts[base].replace("image: b\n", "image: c\n")}
    assert _runs(texts, edited)["_extended"] == 10


def test_an_edit_of_an_override_merges_that_service() -> None:
    override = "services:\n" + "".join(f"  s{n}:\n    user: u{n}\n" for n in range(50))
    files = {"compose.yaml": MANY, "more.yaml": override}
    edited = {**files, "more.yaml": override.replace("u7\n", "root\n")}
    runs = _runs(files, edited, "compose.yaml", "more.yaml")
    assert runs["_merge"] == runs["_tidied"] == runs["_built"] == 1


def test_a_memory_keeps_what_the_last_load_used() -> None:
    memory = Memory()
    rng = random.Random(5)
    sizes = []
    for _ in range(30):
        _load({"compose.yaml": MANY.replace("s7:", f"s7{rng.random()}:")}, memory)
        sizes.append(len(memory))
    assert len(set(sizes[1:])) == 1


def test_files_that_include_each_other_twice_are_loaded_once() -> None:
    files = {"compose.yaml": "include: [i0.yaml]\n", "i40.yaml": "services: {a: {image: b}}\n"}
    for number in range(40):
        below = f"i{number + 1}.yaml"
        files[f"i{number}.yaml"] = f"include: [{below}, {below}]\n"
    memory = Memory()
    result = _load(files, memory)
    assert not result.problems
    assert [service.name for service in result.project.services] == ["a"]
    assert memory.runs["_read_part"] == 42


def test_a_base_file_is_loaded_once_for_all_who_extend_it() -> None:
    extending = "".join(
        f"  s{n}:\n    extends:\n      file: base.yaml\n      service: b{n}\n" for n in range(50)
    )
    bases = "".join(f"  b{n}:\n    image: i{n}\n" for n in range(50))
    memory = Memory()
    files = {"compose.yaml": f"services:\n{extending}", "base.yaml": f"services:\n{bases}"}
    assert not _load(files, memory).problems
    assert memory.runs["_placed"] == memory.runs["_extended"] == 50


def test_a_file_of_too_many_documents_is_not_read_to_the_end() -> None:
    memory = Memory()
    text = "---\n".join(f"services:\n  s{n}:\n    image: i\n" for n in range(600))
    result = _load({"compose.yaml": text}, memory)
    assert [problem.message for problem in result.problems] == ["more than 500 documents"]
    assert len(result.project.services) == 500
    assert not any(service.complete for service in result.project.services)
