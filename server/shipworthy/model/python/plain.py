"""The plainest version ranges and markers, decided without `packaging`.

Nearly every `requires-python` and most markers of a uv.lock are release numbers and names compared
with `and` or `or`; importing the library for them takes longer than everything else done with a
small workspace. Whatever is not plain is None here, and `packaging` decides. That both agree is a
property test. Source: PEP 440, PEP 508.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from shipworthy.text.patterns import regex

_RELEASE = regex(r"\d{1,9}(?:\.\d{1,9}){0,5}")
_BOUND = regex(r"\s*(<=?|>=?|[=!~]=)\s*(\d{1,9}(?:\.\d{1,9}){0,5})(\.\*)?\s*")
_COMPARISON = regex(r"""([a-z_]+) (<=?|>=?|[=!]=) (?:'([\w.*-]*)'|"([\w.*-]*)")(?: (and|or) |\Z)""")
_VERSIONS = ("python_version", "python_full_version", "implementation_version")
_NAME = regex(r"(?![vV]\d)[A-Za-z]\w*")


def within(specifiers: str, version: str) -> bool | None:
    """Whether a release is in a set of version specifiers; None when one of them is not plain."""
    if _RELEASE.fullmatch(version) is None:
        return None
    inside = True
    for part in specifiers.split(","):
        bound = _BOUND.fullmatch(part)
        if bound is None:
            return None
        met = _meets(_numbers(version), bound[1], _numbers(bound[2]), bound[3] is not None)
        if met is None:
            return None
        inside = inside and met
    return inside


def holds(marker: str, values: Mapping[str, str]) -> bool | None:
    """Whether a marker holds for the values of its variables; None when it is not plain."""
    joint = None
    results: list[bool] = []
    at = 0
    while at < len(marker):
        found = _COMPARISON.match(marker, at)
        if found is None:
            return None
        result = _compared(values.get(found[1]), found[1], found[2], found[3] or found[4] or "")
        if result is None or (found[5] and joint not in (None, found[5])):
            return None
        results.append(result)
        joint = joint or found[5]
        at = found.end()
        if found[5] and at == len(marker):
            return None
    if not results:
        return None
    return any(results) if joint == "or" else all(results)


def _compared(value: str | None, variable: str, operator: str, wanted: str) -> bool | None:
    if value is None:
        return None
    if variable in _VERSIONS:
        return within(operator + wanted, value)
    if operator not in ("==", "!=") or variable == "extra" or _NAME.fullmatch(wanted) is None:
        return None
    return (value == wanted) is (operator == "==")


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def _meets(
    version: tuple[int, ...], operator: str, bound: tuple[int, ...], wildcard: bool
) -> bool | None:
    padded = version + (0,) * (len(bound) - len(version))
    if wildcard:
        if operator not in ("==", "!="):
            return None
        return (padded[: len(bound)] == bound) is (operator == "==")
    difference = next(
        (one - other for one, other in zip_longest(version, bound, fillvalue=0) if one != other), 0
    )
    if operator == "~=":
        if len(bound) < 2:
            return None
        return difference >= 0 and padded[: len(bound) - 1] == bound[:-1]
    return {
        "<": difference < 0,
        "<=": difference <= 0,
        ">": difference > 0,
        ">=": difference >= 0,
        "==": difference == 0,
        "!=": difference != 0,
    }[operator]
