"""Environment markers (PEP 508): for one environment, and whether two mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from shipworthy.model.python import plain
from shipworthy.text.numbers import has_huge_number
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

# `packaging` takes 30 ms to import, and many workspaces have no marker: functions import it.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet


class MarkerEnvironment(NamedTuple):
    """The interpreter that a marker is asked for; CPython on Linux unless said otherwise."""

    python_full_version: str
    platform_machine: str = "x86_64"
    sys_platform: str = "linux"
    platform_system: str = "Linux"
    os_name: str = "posix"
    implementation_name: str = "cpython"
    platform_python_implementation: str = "CPython"
    platform_release: str = ""
    platform_version: str = ""
    extra: str = ""


_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l"}


def linux(python: str, machine: str = "x86_64") -> MarkerEnvironment:
    """CPython on Linux. A version without a patch number means its latest patch release.

    `machine` is the kernel's name for the processor, or Docker's (`amd64`, `arm64`).
    """
    full = python if python.count(".") >= 2 else f"{python}.99"
    return MarkerEnvironment(full, _MACHINES.get(machine, machine))


@lru_cache(maxsize=16384)
def applies(marker: str, environment: MarkerEnvironment) -> bool:
    """Whether the marker holds ("" always does). One that cannot be judged holds."""
    if not marker:
        return True
    values = environment._asdict()
    values["python_version"] = ".".join(environment.python_full_version.split(".")[:2])
    values["implementation_version"] = environment.python_full_version
    decided = plain.holds(marker, values)
    if decided is not None:
        return decided
    parsed = _parse(marker)
    if parsed is None:
        return True
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.specifiers import InvalidSpecifier
    from packaging.version import InvalidVersion

    try:
        return parsed.evaluate(values)
    except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion, InvalidSpecifier):
        return True


@lru_cache(maxsize=4096)
def _parse(marker: str) -> Marker | None:
    from packaging.markers import InvalidMarker, Marker

    if has_huge_number(marker):
        return None
    try:
        return Marker(marker)
    except (InvalidMarker, RecursionError):
        return None


_COMPARISON = regex(
    r"""\b(?P<variable>[a-z_]+)\s*(?:[<>=!~]=?=?|not\s+in|in)\s*(?P<value>"[^"]*"|'[^']*')"""
    r"""|(?P<value2>"[^"]*"|'[^']*')\s*(?:[<>=!~]=?=?|not\s+in|in)\s*(?P<variable2>[a-z_]+)\b"""
)
_MAX_SAMPLES = 3000
_VERSIONS = ("python_version", "python_full_version", "implementation_version")
_STRINGS = frozenset(MarkerEnvironment._fields) - {"python_full_version", "extra"}


def same_marker(one: str, other: str, requires_python: str | None, extra: str = "") -> bool:
    """Whether two markers hold in the same environments with a Python of `requires_python`.

    Decided by trying every combination of the values both mention and their neighbours; where
    these are too many, the markers count as the same.
    """
    if _canonical(one) == _canonical(other):
        return True
    for environment in islice(_samples(one, other, requires_python, extra), _MAX_SAMPLES):
        if applies(one, environment) is not applies(other, environment):
            return False
    return True


_MINOR_BOUND = regex(r"\bpython_version (<|>=) '(\d+\.\d+)'")


def _canonical(marker: str) -> str:
    # The spelling uv gives the commonest markers; equal here means equal without a trial.
    return _MINOR_BOUND.sub(r"python_full_version \1 '\2'", marker.replace('"', "'"))


def _samples(
    one: str, other: str, requires_python: str | None, extra: str
) -> Iterator[MarkerEnvironment]:
    values: dict[str, set[str]] = {}
    versions: set[str] = set()
    for found in _COMPARISON.finditer(f"{one} ; {other}"):
        variable = found["variable"] or found["variable2"]
        value = (found["value"] or found["value2"])[1:-1]
        if variable in _VERSIONS:
            versions.update(value.split() or [value])
        elif variable in _STRINGS:
            values.setdefault(variable, {"other"}).update((value, *re.split(r"[ ,|]+", value)))
    pythons = _pythons(versions, requires_python)
    names = sorted(values)
    for full, *chosen in product(pythons, *(sorted(values[name]) for name in names)):
        yield MarkerEnvironment(full, extra=extra)._replace(**dict(zip(names, chosen, strict=True)))


def _pythons(mentioned: set[str], requires_python: str | None) -> list[str]:
    from packaging.version import Version

    releases = {(3, minor, 4) for minor in range(6, 17)}
    for text in mentioned | set(re.findall(r"\d[\d.]*", requires_python or "")):
        release = [int(part) for part in re.findall(r"\d{1,4}", text)][:3]
        major, minor, patch = [*release, 0, 0, 0][:3]
        releases |= {(major, minor, near) for near in (0, patch, patch + 1, max(patch - 1, 0), 99)}
        releases |= {(major, minor + 1, 0), (major, max(minor - 1, 0), 99)}
    allowed = specifiers(requires_python or "")
    found = (".".join(map(str, release)) for release in sorted(releases))
    return [full for full in found if allowed is None or allowed.contains(Version(full))]


def within(text: str, version: str) -> bool | None:
    """Whether a version, pre-releases too, is in a set of specifiers; `None` when that is wrong."""
    decided = plain.within(text, version)
    if decided is not None:
        return decided
    allowed = None if has_huge_number(version) else specifiers(text)
    return None if allowed is None else allowed.contains(version, prereleases=True)


@lru_cache(maxsize=4096)
def specifiers(text: str) -> SpecifierSet | None:
    """A set of version specifiers; `None` when it is not valid."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    if has_huge_number(text):
        return None
    try:
        return SpecifierSet(text)
    except (InvalidSpecifier, InvalidVersion):
        return None
