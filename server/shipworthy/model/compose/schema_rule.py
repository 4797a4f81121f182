"""What a place of a compose file may hold: the vocabulary of the generated table."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.text.records import NamedTuple


class Rule(NamedTuple):
    """One node of the schema; an empty rule allows anything.

    `types` are JSON Schema's names. `patterns` are regular expressions of further keys; `closed`
    means that no other key is allowed. `ref` names another rule of the table.
    """

    types: tuple[str, ...] = ()
    properties: Mapping[str, Rule] = {}
    patterns: Mapping[str, Rule] = {}
    closed: bool = False
    required: tuple[str, ...] = ()
    items: Rule | None = None
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    one_of: tuple[Rule, ...] = ()
    any_of: tuple[Rule, ...] = ()
    ref: str | None = None
