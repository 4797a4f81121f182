"""Parameters of every request and notification, right ones and such as no client should send."""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import attrs
from lsprotocol import types

WRONG: tuple[Any, ...] = (
    None,
    -1,
    2**31,
    10**30,
    1.5,
    True,
    "",
    "\udc80",
    "x" * 20_000,
    [],
    [None],
    {},
    {"a": [1]},
)
_DEPTH = 3
"""Optional keys below this many objects are left out: types contain each other."""

Path = tuple[str | int, ...]


def right_params(method: str, uri: str) -> Any:
    """Well-formed params of a method: each key with a value, documents named by `uri`."""
    kind = types.METHOD_TO_TYPES[method][2]
    return None if kind is None else _example(kind, "", uri, 0)


def wrong_params(right: Any) -> Iterator[Any]:
    """The params with each key left out, and with each value of a wrong kind."""
    for path in _paths(right, ()):
        for wrong in WRONG:
            yield _with(right, path, wrong)
        if path:
            yield _without(right, path)


def _example(kind: Any, name: str, uri: str, depth: int) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Union:
        return _example(next(part for part in parts if part is not type(None)), name, uri, depth)
    if origin is typing.Literal:
        return parts[0]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind)).value
    if isinstance(kind, type) and attrs.has(kind):
        attrs.resolve_types(kind, vars(types))
        return {
            _camel(field.name): _example(field.type, field.name, uri, depth + 1)
            for field in attrs.fields(kind)
            if depth < _DEPTH or type(None) not in typing.get_args(field.type)
        }
    if origin is not None and "Sequence" in str(origin):
        return [_example(parts[0], name, uri, depth + 1)]
    if kind is str:
        return uri if name == "uri" else "text"
    return {int: 1, float: 0.5, bool: True}.get(kind, {"a": 1})


def _camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.title() for part in rest)


def _paths(value: Any, here: Path) -> Iterator[Path]:
    yield here
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from _paths(item, (*here, key))


def _with(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    copied = deepcopy(value)
    _at(copied, path[:-1])[path[-1]] = new
    return copied


def _without(value: Any, path: Path) -> Any:
    copied = deepcopy(value)
    del _at(copied, path[:-1])[path[-1]]
    return copied


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value
