"""Agreement with what compose-go really loaded (tests/vectors/compose_model.jsonl)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vectors.answers.compose import compose_model

FOLDER = Path(__file__).parents[1] / "vectors"
RECORDS = [
    json.loads(line)
    for line in (FOLDER / "compose_model.jsonl").read_text(encoding="utf-8").splitlines()
]
SERVICE_KEYS = ("command", "entrypoint")


def plain(value: Any, key: str = "", data: bool = False) -> Any:
    """A value without what the records leave out: nulls, empty lists, the order of dependencies."""
    if isinstance(value, dict):
        names = key in ("services", "environment", "args", "additional_contexts")
        pairs = {k: plain(v, k, names) for k, v in value.items() if names or k != "profiles"}
        return {
            k: v for k, v in pairs.items() if names or k in SERVICE_KEYS or v not in (None, [], {})
        }
    if isinstance(value, list):
        items = [plain(item, key) for item in value]
        return sorted(items) if key == "depends_on" else items
    return value


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_agrees_with_compose(record: dict[str, Any]) -> None:
    answer = compose_model(record)
    expected = record["expect"]
    if "error" in expected:
        assert answer["error"]["class"] == expected["error"]["class"]
        return
    assert plain(answer) == plain(expected)
