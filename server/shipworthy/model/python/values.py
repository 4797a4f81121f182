"""Reading of loosely typed trees (TOML, JSON): a value of the wrong type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shipworthy.text.patterns import regex

_SEPARATORS = regex(r"[-_.]+")


def normalise(name: str) -> str:
    """A distribution, extra or group name in its normal form (PEP 503, PEP 685, PEP 735)."""
    return _SEPARATORS.sub("-", name).lower()


def at(value: object, *path: str) -> object:
    """The value under nested table keys, or `None`."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def table(value: object, *path: str) -> Mapping[str, object]:
    """The table under nested keys, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, Mapping) else {}


def string(value: object, *path: str) -> str | None:
    """The string under nested keys, or `None`."""
    found = at(value, *path)
    return found if isinstance(found, str) else None


def boolean(value: object, *path: str) -> bool | None:
    """The boolean under nested keys, or `None`."""
    found = at(value, *path)
    return found if isinstance(found, bool) else None


def array(value: object, *path: str) -> Sequence[object]:
    """The array under nested keys, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, list) else ()


def strings(value: object, *path: str) -> tuple[str, ...]:
    """The strings of an array under nested keys; other items are left out."""
    return tuple(item for item in array(value, *path) if isinstance(item, str))
