"""`NamedTuple` with cheap class creation.

`typing.NamedTuple` compiles a constructor and a type for each field of each class, about 0.15 ms a
class; the hundreds of value types of a run made that a quarter of its start-up. Here the
constructor is a ready one for the number of fields, with the names of the fields put in, and
annotations stay the strings they are.

What type checkers see is `typing.NamedTuple`, and instances behave alike: `_fields`, `_replace`,
`_make`, `_asdict`, `_field_defaults`, `__match_args__`, repr, order and equality as tuples, copying
and pickling. What a type checker rejects is not checked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  (exported to type checkers)
else:
    from collections import _tuplegetter as _getter
    from sys import intern
    from types import CodeType, FunctionType

    _new = tuple.__new__
    _GLOBALS = {"__builtins__": {}, "_new": _new, "__name__": __name__}
    _CONSTRUCTORS: dict[int, CodeType] = {}

    class _Record(tuple):
        __slots__ = ()

        @classmethod
        def _make(cls, iterable):
            result = _new(cls, iterable)
            if len(result) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(result)}")
            return result

        def _replace(self, /, **kwds):
            result = _new(type(self), map(kwds.pop, self._fields, self))
            if kwds:
                raise TypeError(f"Got unexpected field names: {list(kwds)!r}")
            return result

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self):
            return tuple(self)

        _field_defaults = {}  # noqa: RUF012  (as in typing.NamedTuple)
        _fields = ()

    def _constructor(count):
        """The code of a constructor for `count` fields, whose names are still `_0`, `_1`..."""
        code = _CONSTRUCTORS.get(count)
        if code is None:
            names = "".join(f"_{number}, " for number in range(count))
            made = eval(f"lambda _cls, {names}: _new(_cls, ({names}))", _GLOBALS)
            code = _CONSTRUCTORS[count] = made.__code__
        return code

    class _Maker(type):
        """Makes plain subclasses of tuple; it is not their metaclass."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(map(intern, namespace.get("__annotations__", ())))
            defaults = {field: namespace[field] for field in fields if field in namespace}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one with a default")
            code = _constructor(len(fields)).replace(
                co_varnames=("_cls", *fields), co_name="__new__"
            )
            constructor = FunctionType(code, _GLOBALS, "__new__", tuple(defaults.values()))
            for number, field in enumerate(fields):
                namespace[field] = _getter(number, None)
            namespace["__slots__"] = ()
            namespace["__new__"] = constructor
            namespace["__match_args__"] = namespace["_fields"] = fields
            if defaults:
                namespace["_field_defaults"] = defaults
            return type(name, (_Record,), namespace)

    class NamedTuple(metaclass=_Maker):
        """Stands in front of the colon of a class; the class itself derives from tuple."""
