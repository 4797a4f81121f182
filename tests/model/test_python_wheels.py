from __future__ import annotations

from itertools import product

import pytest
from packaging.tags import Tag, compatible_tags, cpython_tags

from shipworthy.model.python.uv_lock import scan
from shipworthy.model.python.wheels import Target, best_wheel, fits, native_source

TARGETS = (
    Target((3, 12), "glibc", (2, 36)),
    Target((3, 10), "glibc", (2, 17), "aarch64"),
    Target((3, 13), "musl", (1, 2)),
    Target((3, 14), "glibc", (2, 41), freethreaded=True),
)
PYTHONS = ("py2.py3", "py3", "py311", "py314", "cp39", "cp310", "cp312", "cp313", "cp314", "pp310")
ABIS = ("none", "abi3", "cp39", "cp310", "cp312", "cp313", "cp313t", "cp314t", "pypy310_pp73")
PLATFORMS = (
    "any",
    "linux_x86_64",
    "linux_aarch64",
    "manylinux1_x86_64",
    "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "manylinux_2_28_x86_64",
    "manylinux_2_40_x86_64",
    "musllinux_1_1_x86_64",
    "musllinux_1_2_x86_64",
    "musllinux_1_2_aarch64",
    "macosx_11_0_arm64",
    "win_amd64",
)


def supported(target: Target) -> set[Tag]:
    """What `packaging` says an interpreter of the target installs."""
    assert target.libc_version is not None
    major, minor = target.libc_version
    if target.libc == "musl":
        names = [f"musllinux_{major}_{older}" for older in range(minor + 1)]
    else:
        names = [f"manylinux_{major}_{older}" for older in range(5, minor + 1)]
        legacy = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}
        names += [name for name, needed in legacy.items() if needed <= minor]
    platforms = [f"{name}_{target.machine}" for name in [*names, "linux"]]
    version = "".join(map(str, target.python))
    abi = f"cp{version}{'t' if target.freethreaded else ''}"
    return {
        *cpython_tags(target.python, [abi], platforms),
        *compatible_tags(target.python, f"cp{version}", platforms),
    }


@pytest.mark.parametrize("target", TARGETS)
def test_agrees_with_packaging(target: Target) -> None:
    tags = supported(target)
    for python, abi, platform in product(PYTHONS, ABIS, PLATFORMS):
        expanded = {
            Tag(*parts) for parts in product(python.split("."), abi.split("."), platform.split("."))
        }
        expected = bool(expanded & tags)
        assert fits(f"thing-1.0-{python}-{abi}-{platform}.whl", target) is expected, (
            python,
            abi,
            platform,
        )


def test_names_that_are_no_wheels() -> None:
    for name in ("", "thing.whl", "thing-1.0.tar.gz", "a-b-c-d-e.whl", "x-1-py3-none-any"):
        assert not fits(name, TARGETS[0])


def test_libc_version_may_be_unknown() -> None:
    name = "thing-1.0-cp312-cp312-manylinux_2_40_x86_64.whl"
    assert fits(name, Target((3, 12)))
    assert not fits(name, Target((3, 12), "musl"))


def test_best_wheel_and_what_building_needs() -> None:
    files = ("cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-musllinux_1_2_x86_64")
    wheels = "".join(
        f'    {{ url = "https://files.index.example/psycopg2-2.9-{tags}.whl" }},\n'
        for tags in files
    )
    lock = scan(
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "psycopg2"\n'
        'version = "2.9"\nsource = { registry = "https://index.example/simple" }\n'
        f"wheels = [\n{wheels}]\n"
    )
    (package,) = lock.packages
    assert best_wheel(package, Target((3, 12), "musl")) == f"psycopg2-2.9-{files[1]}.whl"
    assert best_wheel(package, Target((3, 12))) is None
    assert not package.has_sdist
    needs = native_source(package)
    assert needs is not None
    assert needs.packages == ("libpq-dev",)
