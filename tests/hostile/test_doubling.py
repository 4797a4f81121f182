"""Values that double each other: past a million code points they are unknown, not memory."""

from __future__ import annotations

from shipworthy.model.compose import dotenv
from shipworthy.model.compose.tree import MARK
from shipworthy.syntax.shell import parse


def test_variables_of_an_env_file() -> None:
    lines = ["X0=aaaaaaaa"] + [f"X{i}=${{X{i - 1}}}$X{i - 1}" for i in range(1, 60)]
    found = dotenv.parse("\n".join(lines) + "\n", lambda _: None)
    assert found["X10"] == "a" * 8 * 2**10
    assert MARK in found["X59"]
    assert max(map(len, found.values())) < 4_000_000


def test_variables_of_a_shell() -> None:
    (command,) = parse("A=$A$A").commands
    (assignment,) = command.assignments
    value: str | None = "a"
    for _ in range(10):
        assert value is not None
        value = assignment.word.expand({"A": value})
    assert value == "a" * 2**10
    assert assignment.word.expand({"A": "a" * 600_000}) is None
