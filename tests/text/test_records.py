"""The cheap `NamedTuple` behaves like the one of `typing`."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from shipworthy.text import records


class Cheap(records.NamedTuple):
    """A value with everything the project's value types use."""

    name: str
    size: int = 0
    inner: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        """A property."""
        return self.size * 2

    @classmethod
    def named(cls, name: str) -> Cheap:
        """Another constructor."""
        return cls(name, 1)

    def longer(self) -> Cheap:
        """A method."""
        return self._replace(name=self.name + "!")


class Costly(typing.NamedTuple):
    """The same fields by the library."""

    name: str
    size: int = 0
    inner: tuple[str, ...] = ()


class Named(records.NamedTuple):
    """A value whose text and truth are its own."""

    name: str

    def __str__(self) -> str:
        return f"<{self.name}>"

    def __bool__(self) -> bool:
        return bool(self.name)


class Nothing(records.NamedTuple):
    """A value without fields."""


MADE: list[Callable[[Any], Any]] = [
    lambda kind: kind("a"),
    lambda kind: kind("a", 2),
    lambda kind: kind("a", inner=("x",)),
    lambda kind: kind(name="a", size=3, inner=()),
    lambda kind: kind._make(["a", 1, ()]),
    lambda kind: kind("a")._replace(size=5),
]
REFUSED: list[Callable[[Any], Any]] = [
    lambda kind: kind(),
    lambda kind: kind("a", 1, (), 4),
    lambda kind: kind("a", color=1),
    lambda kind: kind("a", name="b"),
    lambda kind: kind._make(["a"]),
    lambda kind: setattr(kind("a"), "name", "b"),
    lambda kind: setattr(kind("a"), "other", "b"),
]


@pytest.mark.parametrize("make", MADE)
def test_values_equal_those_of_typing(make: Callable[[Any], Any]) -> None:
    cheap, costly = make(Cheap), make(Costly)
    assert tuple(cheap) == tuple(costly) == cheap
    assert hash(cheap) == hash(costly)
    assert repr(cheap).replace("Cheap", "Costly") == repr(costly)
    assert cheap._asdict() == costly._asdict()
    assert (cheap.name, cheap.size, cheap.inner) == (costly.name, costly.size, costly.inner)
    assert pickle.loads(pickle.dumps(cheap)) == cheap
    assert type(copy.deepcopy(cheap)) is type(copy.copy(cheap)) is Cheap


@pytest.mark.parametrize("make", REFUSED)
def test_refuses_what_typing_refuses(make: Callable[[Any], Any]) -> None:
    for kind in (Cheap, Costly):
        with pytest.raises((TypeError, AttributeError)):
            make(kind)


def test_unknown_fields_are_not_replaced() -> None:
    values: dict[str, Any] = {"color": 1}
    with pytest.raises((TypeError, ValueError)):
        Cheap("a")._replace(**values)


def test_class_attributes() -> None:
    for name in ("_fields", "_field_defaults", "__match_args__", "__slots__"):
        assert getattr(Cheap, name) == getattr(Costly, name)
    assert Cheap.__annotations__ == {"name": "str", "size": "int", "inner": "tuple[str, ...]"}
    assert Cheap.__module__ == __name__
    assert Cheap.__doc__ is not None
    assert type(Cheap) is type
    assert not hasattr(Cheap("a"), "__dict__")


def test_methods_properties_and_patterns() -> None:
    value = Cheap.named("a").longer()
    assert (value, value.twice) == (("a!", 1, ()), 2)
    match value:
        case Cheap("a!", size):
            assert size == 1
        case _:
            pytest.fail("a class pattern binds by position")


def test_own_special_methods_win() -> None:
    assert (str(Named("a")), bool(Named("")), repr(Named(""))) == ("<a>", False, "Named(name='')")
    assert Nothing() == ()
    assert repr(Nothing()) == "Nothing()"


def test_a_default_in_the_middle_is_refused() -> None:
    make: Any = type(records.NamedTuple)
    annotations = {"a": "int", "b": "int"}
    with pytest.raises(TypeError, match="without a default"):
        make("Bad", (records.NamedTuple,), {"__annotations__": annotations, "a": 1})
