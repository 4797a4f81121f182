"""Requirement strings (PEP 508) as somebody declared them, with the place they stand at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from shipworthy.model.python.values import array, normalise, string
from shipworthy.syntax.toml import KeyPath
from shipworthy.text.numbers import has_huge_number
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class Declared(NamedTuple):
    """A requirement; its `name` is a guess or "" when it is not valid."""

    text: str
    name: str
    key: KeyPath

    @property
    def requirement(self) -> Requirement | None:
        """What it says; `None` when it is not valid. Parsed when somebody asks."""
        return parse_requirement(self.text)


@lru_cache(maxsize=4096)
def parse_requirement(text: str) -> Requirement | None:
    """The parsed requirement (treat it as immutable: it is shared); `None` when invalid."""
    # Imported here because a manifest whose requirements nobody compares needs names alone.
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    if has_huge_number(text):
        return None
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def declared(text: str, key: KeyPath) -> Declared:
    """One requirement string."""
    return Declared(text, _leading_name(text), key)


def declared_list(items: Iterable[object], key: KeyPath) -> tuple[Declared, ...]:
    """The requirement strings of an array; other items are left out."""
    return tuple(
        declared(item, (*key, index)) for index, item in enumerate(items) if isinstance(item, str)
    )


def resolve_groups(
    groups: Mapping[str, object], key: KeyPath
) -> tuple[dict[str, tuple[Declared, ...]], frozenset[str]]:
    """Dependency groups (PEP 735) with their includes resolved, by normalised name.

    Items keep the place where they are written. The second value names the groups that cannot be
    resolved: they include one that does not exist, or themselves.
    """
    written = {normalise(name): name for name in groups}
    resolved: dict[str, tuple[Declared, ...]] = {}
    broken: set[str] = set()
    for name in written:
        # Depth first with an explicit stack: an include chain may be long or circular.
        stack = [name]
        while stack:
            current = stack[-1]
            items = array(groups, written[current])
            missing = [other for other in _includes(items) if other not in resolved]
            waiting = [other for other in missing if other in written and other not in stack]
            if waiting and current not in resolved:
                stack.append(waiting[0])
                continue
            stack.pop()
            if current in resolved:
                continue
            if missing or not broken.isdisjoint(_includes(items)):
                broken.add(current)
            resolved[current] = _flatten(items, (*key, written[current]), resolved)
    return resolved, frozenset(broken)


def _includes(items: Iterable[object]) -> list[str]:
    names = (string(item, "include-group") for item in items)
    return [normalise(name) for name in names if name is not None]


def _flatten(
    items: Iterable[object], key: KeyPath, resolved: Mapping[str, tuple[Declared, ...]]
) -> tuple[Declared, ...]:
    flat: dict[Declared, None] = {}
    for index, item in enumerate(items):
        if isinstance(item, str):
            flat[declared(item, (*key, index))] = None
        included = string(item, "include-group")
        if included is not None:
            flat.update(dict.fromkeys(resolved.get(normalise(included), ())))
    return tuple(flat)


def _leading_name(text: str) -> str:
    name = ""
    for character in text.strip():
        if not (character.isalnum() or character in "-_."):
            break
        name += character
    return normalise(name)
