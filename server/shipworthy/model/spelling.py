"""Which known name an unknown one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_SHORTEST = 7
_MAX_LENGTH = 60


def nearest(name: str, known: Iterable[str], distance: int) -> str | None:
    """The known name within so many single-letter changes; None without one, or with several.

    Short names are left alone: too many of them are near each other.
    """
    if not _SHORTEST <= len(name) <= _MAX_LENGTH:
        return None
    found: list[tuple[int, str]] = []
    for other in known:
        if len(other) >= _SHORTEST and abs(len(other) - len(name)) <= distance:
            changes = _changes(name, other)
            if changes <= distance:
                found.append((changes, other))
    found.sort()
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _changes(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            step = min(row[j] + 1, row[j - 1] + 1, before + (left != right))
            before, row[j] = row[j], step
    return row[-1]
