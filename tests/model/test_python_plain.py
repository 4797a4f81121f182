"""What is decided without `packaging` is what `packaging` decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from shipworthy.model.python import plain

RELEASES = st.lists(st.integers(0, 14), min_size=1, max_size=4).map(
    lambda numbers: ".".join(map(str, numbers))
)
PYTHONS = st.builds("3.{}.{}".format, st.integers(7, 15), st.integers(0, 12))
OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~="])
BOUNDS = st.builds("{}{}{}".format, OPERATORS, RELEASES, st.sampled_from(["", "", "", ".*"]))
COMPARISONS = st.one_of(
    st.builds(
        "{} {} '{}'".format,
        st.sampled_from(["python_version", "python_full_version"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.one_of(RELEASES, PYTHONS, st.just("3.*")),
    ),
    st.builds(
        '{} {} "{}"'.format,
        st.sampled_from(["sys_platform", "platform_system", "platform_machine", "os_name"]),
        st.sampled_from(["==", "!=", "<"]),
        st.sampled_from(["linux", "Linux", "win32", "x86_64", "posix", "v1", ""]),
    ),
)
VALUES = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}


@given(st.lists(BOUNDS, min_size=1, max_size=3).map(",".join), st.one_of(RELEASES, PYTHONS))
def test_ranges(specifiers: str, version: str) -> None:
    decided = plain.within(specifiers, version)
    if decided is not None:
        assert decided is SpecifierSet(specifiers).contains(version, prereleases=True)


@given(st.lists(COMPARISONS, min_size=1, max_size=3), st.sampled_from(["and", "or"]), PYTHONS)
def test_markers(comparisons: list[str], word: str, python: str) -> None:
    marker = f" {word} ".join(comparisons)
    values = {
        **VALUES,
        "platform_machine": "x86_64",
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
    }
    decided = plain.holds(marker, values)
    if decided is not None:
        assert decided is Marker(marker).evaluate(values)


def test_the_common_ones_are_plain() -> None:
    values = {**VALUES, "python_full_version": "3.12.1"}
    assert plain.within(">=3.11,<4", "3.12.1") is True
    assert plain.within("==3.12.*", "3.13.0") is False
    assert plain.within("~=3.11.2", "3.11.9") is True
    assert plain.holds("sys_platform == 'win32'", values) is False
    assert plain.holds("python_full_version < '3.13' and os_name == 'posix'", values) is True


def test_others_are_left_to_the_library() -> None:
    for specifiers in ("", ">=3.11rc1", "===3", "~=3", ">=3.*", ">=3,"):
        assert plain.within(specifiers, "3.12") is None
    assert plain.within(">=3", "3.13.0rc1") is None
    for marker in (
        "",
        "extra == 'a'",
        "sys_platform == 'win32' or ",
        "sys_platform == 'a' and os_name == 'b' or os_name == 'c'",
        "(os_name == 'a')",
        "'linux' in sys_platform",
    ):
        assert plain.holds(marker, {**VALUES, "extra": ""}) is None
