from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model.python.markers import applies, linux, same_marker
from shipworthy.model.python.python_ranges import (
    PythonRequest,
    parse_python_version,
    same_python_bounds,
)


@pytest.mark.parametrize(
    ("text", "implementation", "release"),
    [
        ("3.12\n", "cpython", (3, 12)),
        ("3.12.4", "cpython", (3, 12, 4)),
        ("# pinned\n\n  3.11  # note\n3.12\n", "cpython", (3, 11)),
        ("cpython-3.12", "cpython", (3, 12)),
        ("cpython@3.12.1", "cpython", (3, 12, 1)),
        ("python3.12", "cpython", (3, 12)),
        ("cp312", "cpython", (3, 12)),
        ("312", "cpython", (3, 12)),
        ("3", "cpython", (3,)),
        ("pypy@3.10", "pypy", (3, 10)),
        ("pypy3.10-7.3.12", "pypy", (3, 10)),
        ("cpython-3.12.3-linux-x86_64-gnu", "cpython", (3, 12, 3)),
        ("3.14.0rc1", "cpython", (3, 14, 0)),
    ],
)
def test_python_version_file(text: str, implementation: str, release: tuple[int, ...]) -> None:
    request = parse_python_version(text)
    assert request is not None
    assert (request.implementation, request.release) == (implementation, release)


@pytest.mark.parametrize("text", ["", "# only\n", "system", "/usr/bin/python3", "my-venv", "a b"])
def test_no_version(text: str) -> None:
    assert parse_python_version(text) is None


@pytest.mark.parametrize(
    ("request_text", "version", "admitted"),
    [
        ("3.12", "3.12.4", True),
        ("3.12", "3.13.0", False),
        ("3.12.4", "3.12", None),
        ("3.12.4", "3.12.5", False),
        (">=3.11,<3.13", "3.12.1", True),
        (">=3.11,<3.13", "3.13.0", False),
        ("pypy3.10", "3.10.1", False),
        ("3.13t", "3.13.1", False),
    ],
)
def test_admits(request_text: str, version: str, admitted: bool | None) -> None:
    request = parse_python_version(request_text)
    assert isinstance(request, PythonRequest)
    assert request.admits(version) is admitted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (">=3.12,<3.13", "==3.12.*", True),
        (">=3.12", ">=3.12.0", True),
        (">=3.10, !=3.11.2", ">=3.10", True),
        ("~=3.12", ">=3.12,<4", True),
        (">=3.11,>=3.12", ">=3.12", True),
        (">=3.12", ">3.12", False),
        (">=3.12,<4", ">=3.12", False),
        ("<=3.12", "<3.12", False),
        ("rubbish", ">=3", None),
        ("===rubbish", ">=3", None),
    ],
)
def test_bounds(one: str, other: str, same: bool | None) -> None:
    assert same_python_bounds(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "requires", "same"),
    [
        ("python_version < '3.12'", "python_full_version < '3.12'", None, True),
        ("python_version >= '3.10'", "", ">=3.10", True),
        ("python_version >= '3.10'", "", ">=3.9", False),
        ("sys_platform == 'linux'", "sys_platform != 'win32'", None, False),
        ("sys_platform in 'linux darwin'", "sys_platform == 'linux'", None, False),
        ("python_version == '3.12'", "python_full_version == '3.12.*'", None, True),
        (
            "sys_platform == 'linux' and os_name == 'posix'",
            "os_name == 'posix' and sys_platform == 'linux'",
            None,
            True,
        ),
    ],
)
def test_same_marker(one: str, other: str, requires: str | None, same: bool) -> None:
    assert same_marker(one, other, requires) is same
    assert same_marker(other, one, requires) is same


def test_a_version_without_patch_is_the_latest() -> None:
    assert applies("python_full_version >= '3.11.3'", linux("3.11"))
    assert not applies("python_full_version >= '3.11.3'", linux("3.11.2"))
    assert applies("platform_machine == 'aarch64'", linux("3.11", "arm64"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text(one: str, other: str) -> None:
    parse_python_version(one)
    same_python_bounds(one, other)
    same_marker(one, other, None)
    applies(one, linux("3.12"))
