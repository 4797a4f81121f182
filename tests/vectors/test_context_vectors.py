"""Agreement with recorded builds: what is sent of a context, and what COPY makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vectors.answers import context as answers

_UNORDERED = {"sent", "emptied", "dirs", "flagged_dirs"}


def _comparable(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _comparable(part, name) for name, part in value.items() if part or key}
    if isinstance(value, list):
        parts = [_comparable(part) for part in value]
        return sorted(parts) if key in _UNORDERED else parts
    return value


@pytest.mark.parametrize("kind", ["dockerignore_sent", "copy_result", "image_tree_scenarios"])
def test_agreement(kind: str) -> None:
    answer: Callable[[dict[str, Any]], dict[str, Any]] = getattr(answers, kind)
    text = (Path(__file__).parent / f"{kind}.jsonl").read_text("utf-8")
    disagreeing = []
    for line in text.splitlines():
        record = json.loads(line)
        expected, given = record.pop("expect"), answer(record)
        error, said = expected.get("error"), given.get("error")
        if isinstance(error, dict) and isinstance(said, dict) and error["line"] is None:
            said["line"] = None
        if _comparable(given) != _comparable(expected):
            disagreeing.append(record["id"])
    assert disagreeing == []
