"""`requires-python` as uv understands it, and the Python versions people ask for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from shipworthy.model.python.markers import specifiers, within
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from packaging.specifiers import Specifier

_Bound = tuple[tuple[int, ...], bool]


class PythonRequest(NamedTuple):
    """A Python that a `.python-version`, a flag or a variable asks for.

    `release` is the version's numbers as far as they were given, empty for none; `specifier` a
    range (`>=3.12`) instead. `implementation` is lower case. `freethreaded` is for `3.13t`.
    """

    text: str
    implementation: str
    release: tuple[int, ...]
    specifier: str | None = None
    freethreaded: bool = False

    @property
    def minor(self) -> tuple[int, int] | None:
        """Major and minor version, where both are known."""
        return (self.release[0], self.release[1]) if len(self.release) >= 2 else None

    def admits(self, version: str) -> bool | None:
        """Whether CPython `version` (any precision) is what is asked for; `None` = undecided."""
        if self.implementation != "cpython" or self.freethreaded:
            return False
        numbers = tuple(number(part) for part in re.findall(r"\d+", version)[:3])
        if self.specifier is not None:
            return (
                within(self.specifier, ".".join(map(str, numbers))) if len(numbers) >= 3 else None
            )
        common = min(len(numbers), len(self.release))
        if numbers[:common] != self.release[:common]:
            return False
        return None if len(numbers) < len(self.release) else True


_REQUEST = regex(
    r"(?P<implementation>[A-Za-z]+)?[-@]?(?P<release>\d+(?:\.\d+){0,2})?"
    r"(?:(?:a|b|rc)\d+)?(?P<variant>t|d|\+[a-z]+)*(?P<rest>-[\w.-]*)?"
)
_IMPLEMENTATIONS = {
    "": "cpython",
    "cp": "cpython",
    "cpython": "cpython",
    "python": "cpython",
    "pp": "pypy",
    "pypy": "pypy",
    "gp": "graalpy",
    "graalpy": "graalpy",
    "pyodide": "pyodide",
}


def parse_python_version(text: str) -> PythonRequest | None:
    """The first request of a `.python-version`; `None` where there is none to understand.

    Comments (`#`) and blank lines are skipped, as uv and pyenv do. Paths and names of executables
    are not understood.
    """
    lines = (line.partition("#")[0].strip() for line in text.removeprefix("\ufeff").splitlines())
    first = next(filter(None, lines), None)
    return None if first is None else parse_python_request(first)


def parse_python_request(text: str) -> PythonRequest | None:
    """A request such as `3.12`, `cpython-3.12.4`, `pypy@3.10`, `cp312`, `>=3.11,<3.13`."""
    if text[:1] in "<>=~!" and specifiers(text) is not None:
        return PythonRequest(text, "cpython", (), specifier=text)
    found = _REQUEST.fullmatch(text)
    if found is None:
        return None
    implementation = _IMPLEMENTATIONS.get((found["implementation"] or "").lower())
    if implementation is None or not (found["release"] or found["implementation"]):
        return None
    digits = found["release"] or ""
    release = tuple(number(part) for part in digits.split(".") if part)
    if "." not in digits and len(digits) > 1:
        release = (int(digits[0]), number(digits[1:]))
    variant = found["variant"] or ""
    return PythonRequest(
        text, implementation, release, freethreaded=variant in ("t", "+freethreaded")
    )


def same_python_bounds(one: str, other: str) -> bool | None:
    """Whether two `requires-python` have the same lower and upper end; `None` when invalid.

    uv compares nothing else: `!=` is not looked at, `==3.12.*` equals `>=3.12,<3.13`.
    """
    if one == other and _PLAIN_RANGE.fullmatch(one):
        return True
    first, second = _bounds(one), _bounds(other)
    return None if first is None or second is None else first == second


_PLAIN_BOUND = r"\s*(?:[<>]=?|==)\s*\d{1,4}(?:\.\d{1,4}){0,3}\s*"
_PLAIN_RANGE = regex(f"{_PLAIN_BOUND}(?:,{_PLAIN_BOUND})*")


@lru_cache(maxsize=1024)
def _bounds(text: str) -> tuple[_Bound | None, _Bound | None] | None:
    # The tightest lower and upper end: release without trailing zeros, and a tie-breaker. The
    # lower end's flag is "exclusive", the upper end's "inclusive", so that max and min are right.
    parsed = specifiers(text)
    if parsed is None:
        return None
    lower: list[_Bound] = []
    upper: list[_Bound] = []
    if not all(_add_bounds(specifier, lower, upper) for specifier in parsed):
        return None
    return (max(lower) if lower else None, min(upper) if upper else None)


def _add_bounds(specifier: Specifier, lower: list[_Bound], upper: list[_Bound]) -> bool:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  (slow to import)

    operator = specifier.operator
    wildcard = specifier.version.endswith(".*")
    try:
        release = Version(specifier.version.removesuffix(".*")).release
    except InvalidVersion:
        return False
    exact = _trim(release)
    if operator in (">", ">="):
        lower.append((exact, operator == ">"))
    elif operator in ("<", "<="):
        upper.append((exact, operator == "<="))
    elif operator == "~=":
        lower.append((exact, False))
        upper.append((_trim((*release[:-2], release[-2] + 1)), False))
    elif operator in ("==", "===") and wildcard:
        lower.append((exact, False))
        upper.append((_trim((*release[:-1], release[-1] + 1)), False))
    elif operator in ("==", "==="):
        lower.append((exact, False))
        upper.append((exact, True))
    return True


def _trim(release: tuple[int, ...]) -> tuple[int, ...]:
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release
