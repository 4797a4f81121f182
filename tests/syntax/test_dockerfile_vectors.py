"""Agreement with what BuildKit's own parser and word expansion gave for the recorded inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vectors.answers import dockerfile as answers

VECTORS = Path(__file__).parent.parent / "vectors"
NOT_INPUT = {"id", "group", "expect", "note"}


def _records(kind: str) -> list[dict[str, Any]]:
    lines = (VECTORS / f"{kind}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _disagreeing(kind: str) -> list[str]:
    answer = getattr(answers, kind)
    return [
        record["id"]
        for record in _records(kind)
        if _present(answer({k: v for k, v in record.items() if k not in NOT_INPUT}))
        != _present(record["expect"])
    ]


def _present(value: Any) -> Any:
    """Absent, null and false are the same in the records."""
    if isinstance(value, dict):
        return {k: _present(v) for k, v in value.items() if v is not None and v is not False}
    if isinstance(value, list):
        return [_present(item) for item in value]
    return value


@pytest.mark.parametrize("kind", ["dockerfile_ast", "shell_expand"])
def test_every_record_agrees(kind: str) -> None:
    assert _disagreeing(kind) == []


@pytest.mark.parametrize(("kind", "count"), [("dockerfile_ast", 624), ("shell_expand", 348)])
def test_all_records_are_there(kind: str, count: int) -> None:
    assert len({record["id"] for record in _records(kind)}) == count
