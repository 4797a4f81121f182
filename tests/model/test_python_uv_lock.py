from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.uv_lock import Conflict, UvLock, in_own_layout, scan
from shipworthy.model.python.uv_package import Edge, Requested, Source

LOCK = (Path(__file__).parent / "python_fixtures" / "layout.lock").read_text(encoding="utf-8")


def check(lock: UvLock) -> None:
    assert (lock.version, lock.revision, lock.requires_python) == (1, 3, ">=3.11")
    assert lock.problem is None
    assert lock.members == ("lib", "my-app")
    assert lock.conflicts == ((Conflict("my-app", "cpu"), Conflict("my-app", None, "gpu")),)
    assert [package.name for package in lock.packages] == ["lib", "my-app", "six", "thing"]
    lib, app, six, thing = lock.packages
    assert app.version is None
    index = Source("registry", "https://index.example/simple")
    assert app.dependencies == (
        Edge("lib", extras=("fancy",)),
        Edge(
            "six",
            "1.16.0",
            index,
            marker="sys_platform == 'linux' or extra == 'extra-6-my-app-cpu'",
        ),
    )
    assert app.optional_dependencies == {"cpu": (Edge("six", "1.17.0", index),)}
    assert app.dev_dependencies["dev"] == (Edge("lib"),)
    local = Source("editable", "packages/lib")
    assert app.requires_dist == (Requested("lib", frozenset({"fancy"}), source=local),)
    assert app.requires_dev == {"dev": (Requested("lib", source=local),), "empty": ()}
    assert lib.provides_extras == ("fancy",)
    assert lib.requires_dist == (Requested("attrs", frozenset({"x"}), ">=1", "extra == 'fancy'"),)
    assert six.requires_dist is None
    assert six.resolution_markers == ("sys_platform == 'linux'",)
    assert six.has_sdist
    assert six.sdist_size == 34041
    assert [(wheel.filename, wheel.size) for wheel in six.wheels] == [
        ("six-1.16.0+cpu-py2.py3-none-any.whl", 11053),
        ("six-1.16.0-cp39-abi3-linux_x86_64.whl", None),
    ]
    assert thing.source == Source("git", "https://host.example/thing?rev=main#0123abcd")
    assert not thing.has_sdist
    assert lock.root() == app
    assert lock.root("Lib") == lib
    assert lock.root("six") is None


def test_own_layout() -> None:
    lock = scan(LOCK)
    check(lock)
    six = lock.by_name["six"][0]
    assert six.span is not None
    assert six.span.of(LOCK) == "[[package]]"
    assert six.version_span is not None
    assert six.version_span.of(LOCK) == 'version = "1.16.0"'
    assert lock.packages[1].version_span is None


def test_windows_line_ends() -> None:
    check(scan(LOCK.replace("\n", "\r\n")))


def test_another_layout_is_read_as_toml() -> None:
    lock = scan(LOCK.replace("[[package]]\n", "[[package]]\n# mine\n").replace('"', "'", 2))
    check(lock)
    assert lock.packages[0].span is None


def test_conflict_markers() -> None:
    at = LOCK.index('version = "1.16.0"\nsource')
    broken = f"{LOCK[:at]}<<<<<<< HEAD\n{LOCK[at:]}>>>>>>> other\n"
    lock = scan(broken)
    assert lock.problem == ("conflict-markers", at)
    assert "lib" in lock.by_name


def test_truncated_anywhere_is_said_or_whole() -> None:
    whole = scan(LOCK)
    for end in range(len(LOCK)):
        lock = scan(LOCK[:end])
        if lock.problem is None:
            # Cut between two entries: valid TOML, only shorter.
            assert len(lock.packages) <= len(whole.packages)
        for package in lock.packages:
            assert package.wheels is not None
            assert package.requires_dev is not None
    assert scan("").problem == ("truncated", 0)


def test_too_large() -> None:
    assert scan("#" * 20_000_001).problem == ("too-large", 0)


@given(
    st.lists(
        st.sampled_from(LOCK.splitlines(keepends=True)) | st.text(max_size=5), max_size=40
    ).map("".join)
)
def test_any_text_gives_a_lock(text: str) -> None:
    lock = scan(text)
    for package in lock.packages:
        assert package.dependencies is not None
        assert package.optional_dependencies is not None
        assert package.dev_dependencies is not None
        assert package.requires_dist is None or len(package.requires_dist) >= 0
        assert package.requires_dev is not None
        assert package.wheels is not None
        assert package.version_span is None or package.version_span.start >= 0
    assert lock.root() is None or lock.root() in lock.packages


def test_own_layout_is_told_without_reading_it_as_toml() -> None:
    assert in_own_layout(LOCK)
    assert in_own_layout(LOCK.replace("\n", "\r\n"))
    assert in_own_layout("\ufeff" + LOCK)


def test_foreign_and_damaged_layouts_are_left_to_the_toml_reader() -> None:
    assert not in_own_layout(LOCK.replace('name = "six"', 'name = "six'))
    assert not in_own_layout(LOCK.replace("\n[[package]]\n", "\n<<<<<<< HEAD\n[[package]]\n", 1))
    assert not in_own_layout(LOCK + "# a comment\n")
    assert not in_own_layout(LOCK.replace("[[package]]", "[[package]", 1))
    assert not in_own_layout(LOCK.replace("[[package]]", "[[package]\n]", 1))
    assert not in_own_layout("")


@given(st.integers(0, len(LOCK) - 1), st.sampled_from('"\n[]{},= x'))
def test_a_lock_in_its_own_layout_is_toml_after_most_edits(at: int, typed: str) -> None:
    text = LOCK[:at] + typed + LOCK[at:]
    if typed in '"\n' and in_own_layout(text):
        assert read_toml(text) is not None
