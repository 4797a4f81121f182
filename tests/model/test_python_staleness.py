"""Drift between a manifest and its lock: kinds and places. The verdicts themselves are compared
with uv's in tests/integration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.closure import Selection, closure, find, supports
from shipworthy.model.python.markers import linux
from shipworthy.model.python.pyproject import ProjectFacts, project_facts
from shipworthy.model.python.staleness import Drift, staleness
from shipworthy.model.python.uv_lock import UvLock, scan

MANIFEST = """\
[project]
name = "app"
version = "1.0"
requires-python = ">=3.12,<3.13"
dependencies = ["flask>=3", "lib", "torch[opt]; python_version < '3.13'"]
[project.optional-dependencies]
cpu = ["six==1.16"]
[dependency-groups]
dev = ["pytest"]
[tool.uv.sources]
lib = { path = "libs/lib" }
"""
LOCK = """\
version = 1
revision = 3
requires-python = "==3.12.*"

[[package]]
name = "app"
version = "1.0"
source = { virtual = "." }
dependencies = [
    { name = "flask" },
    { name = "lib" },
    { name = "torch", extra = ["opt"] },
]

[package.metadata]
requires-dist = [
    { name = "flask", specifier = ">=3" },
    { name = "lib", directory = "libs/lib" },
    { name = "six", marker = "extra == 'cpu'", specifier = "==1.16" },
    { name = "torch", extras = ["opt"], marker = "python_full_version < '3.13'" },
]
provides-extras = ["cpu"]

[package.metadata.requires-dev]
dev = [{ name = "pytest" }]

[[package]]
name = "flask"
version = "3.0"
source = { registry = "https://index.example/simple" }
"""


def facts(text: str) -> ProjectFacts:
    return project_facts(read_toml(text) or {})


def drifts(old: str = "", new: str = "", manifest: str = MANIFEST) -> tuple[Drift, ...]:
    assert old in manifest
    return staleness(facts(manifest.replace(old, new) if old else manifest), scan(LOCK))


def test_nothing_differs() -> None:
    assert drifts() == ()
    assert drifts('"flask>=3"', '"Flask >= 3.0"') == ()
    assert drifts(">=3.12,<3.13", "==3.12.*") == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "name", "key"),
    [
        (
            '"lib",',
            '"lib", "httpx",',
            "dependency-missing",
            "httpx",
            ("project", "dependencies", 2),
        ),
        ('"flask>=3", ', "", "dependency-removed", "flask", ("project", "dependencies")),
        ("flask>=3", "flask>=2", "specifier", "flask", ("project", "dependencies", 0)),
        ("torch[opt]", "torch", "extras", "torch", ("project", "dependencies", 2)),
        (
            "python_version < '3.13'",
            "os_name == 'nt'",
            "marker",
            "torch",
            ("project", "dependencies", 2),
        ),
        ("libs/lib", "other/lib", "source", "lib", ("project", "dependencies", 1)),
        (
            "six==1.16",
            "six==1.17",
            "specifier",
            "six",
            ("project", "optional-dependencies", "cpu", 0),
        ),
        (
            "cpu = [",
            "Gpu_x = []\ncpu = [",
            "extra-missing",
            "gpu-x",
            ("project", "optional-dependencies", "Gpu_x"),
        ),
        (
            'cpu = ["six==1.16"]',
            "",
            "extra-removed",
            "cpu",
            ("project", "optional-dependencies"),
        ),
        (
            "dev = [",
            'Doc_s = ["mkdocs"]\ndev = [',
            "group-missing",
            "doc-s",
            ("dependency-groups", "Doc_s"),
        ),
        ('dev = ["pytest"]', "", "group-removed", "dev", ("dependency-groups",)),
        (
            '"pytest"',
            '"pytest", "ruff"',
            "dependency-missing",
            "ruff",
            ("dependency-groups", "dev", 1),
        ),
        ('"1.0"', '"1.1"', "version", "app", ("project", "version")),
        (
            ">=3.12,<3.13",
            ">=3.12",
            "requires-python",
            "requires-python",
            ("project", "requires-python"),
        ),
        (
            "[tool.uv.sources]",
            "[build-system]\n[tool.uv.sources]",
            "packaged",
            "app",
            ("build-system",),
        ),
    ],
)
def test_one_difference(
    old: str, new: str, kind: str, name: str, key: tuple[str | int, ...]
) -> None:
    (drift,) = drifts(old, new)
    assert (drift.kind, drift.name, drift.key, drift.manifest) == (kind, name, key, ".")


def test_dynamic_values_are_not_judged() -> None:
    changed = MANIFEST.replace('version = "1.0"', 'dynamic = ["version", "dependencies"]')
    assert drifts('"flask>=3", ', "", changed) == ()


def test_a_broken_lock_gives_no_verdict() -> None:
    project = facts(MANIFEST.replace("flask", "httpx"))
    assert staleness(project, scan(LOCK[:-40])) == ()
    assert staleness(project, scan(f"<<<<<<< HEAD\n{LOCK}")) == ()
    unmanaged = MANIFEST.replace("[tool.uv.sources]", "[tool.uv]\nmanaged=false\n[tool.uv.sources]")
    assert drifts('"flask>=3", ', "", unmanaged) == ()


def test_members() -> None:
    lock = scan(
        LOCK.replace("\n[[", '\n[manifest]\nmembers = [\n    "app",\n    "old",\n]\n\n[[', 1)
    )
    assert lock.members == ("app", "old")
    member = facts('[project]\nname = "new"\nversion = "1"\nrequires-python = ">=3.12"')
    found = staleness(facts(MANIFEST), lock, {"packages/new": member})
    assert [(item.kind, item.name, item.manifest) for item in found] == [
        ("member-missing", "new", "packages/new"),
        ("member-removed", "old", "."),
    ]
    assert staleness(facts(MANIFEST), lock) == ()


CONFLICTS = (Path(__file__).parent / "python_fixtures" / "conflicts.lock").read_text(
    encoding="utf-8"
)


def versions(lock: UvLock, extras: set[str], python: str) -> list[str | None]:
    root = lock.root()
    assert root is not None
    found = closure(lock, [root], Selection(frozenset(extras)), linux(python))
    return [package.version for package in found if package.name == "base"]


def test_conflicting_extras_choose_the_version() -> None:
    lock = scan(CONFLICTS)
    assert versions(lock, {"cpu"}, "3.12") == ["1"]
    assert versions(lock, {"gpu"}, "3.12") == ["2"]
    assert versions(lock, set(), "3.11") == []


def test_supported_environments() -> None:
    lock = scan(CONFLICTS)
    assert supports(lock, linux("3.12"))
    assert not supports(lock, linux("3.12", "arm64"))
    assert supports(scan(LOCK), linux("3.12", "arm64"))


def test_an_edge_without_its_package() -> None:
    lock = scan(LOCK)
    root = lock.root()
    assert root is not None
    assert find(lock, root.dependencies[1], linux("3.12")) is None
    assert [item.name for item in closure(lock, [root], Selection(), linux("3.12"))] == [
        "app",
        "flask",
    ]
    only_groups = Selection(groups=frozenset({"dev"}), project=False)
    assert closure(lock, [root], only_groups, linux("3.12")) == ()


RECORDED = json.loads(
    (Path(__file__).parent / "python_fixtures" / "staleness.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    "case", RECORDED["cases"], ids=lambda case: f"{case['project']}-{case['edit']}"
)
def test_recorded_verdicts_of_uv(case: dict[str, Any]) -> None:
    recorded = RECORDED["projects"][case["project"]]
    members = {name: facts(recorded["members"][name]) for name in case["members"]}
    found = staleness(facts(case["manifest"]), scan(recorded["lock"]), members)
    assert bool(found) is case["stale"]
