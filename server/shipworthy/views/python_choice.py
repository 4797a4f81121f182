"""The Python version to write for a project: what `.python-version` or `requires-python` ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipworthy.db.database import Database, query
from shipworthy.model.projects import pyproject
from shipworthy.model.python.markers import specifiers
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.python_ranges import parse_python_version
from shipworthy.model.workspace import root_of

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

PREFERRED = ("3.13", "3.12", "3.14", "3.11", "3.10", "3.9", "3.8", "3.15")
"""In this order: packages have wheels for a release some time after it came out."""
_PATCHES = 30


@query
def python_version(db: Database, path: str) -> str:
    """The version for an image tag: of the nearest project above `path`, else the usual one.

    A file that asks for a patch release gets it; a range gets the first preferred minor in it.
    """
    root = root_of(db, path)
    folder = path.rpartition("/")[0]
    while True:
        found = project_python(db, folder)
        if found is not None:
            return found
        if folder == root or not folder.startswith(root):
            return PREFERRED[0]
        folder = folder.rpartition("/")[0]


def project_python(db: Database, folder: str) -> str | None:
    """The version that the project in a folder asks for; None when it asks for nothing usable."""
    pinned = parse_python_version(db.text(f"{folder}/.python-version") or "")
    if pinned is not None and pinned.implementation == "cpython" and len(pinned.release) >= 2:
        return ".".join(map(str, pinned.release))
    facts = pyproject(db, f"{folder}/pyproject.toml")
    if not isinstance(facts, ProjectFacts) or not facts.requires_python:
        return None
    allowed = specifiers(facts.requires_python)
    return None if allowed is None else chosen_minor(allowed)


def chosen_minor(allowed: SpecifierSet) -> str | None:
    """The first preferred version in a range: a minor, or a release where it allows just one."""
    for minor in PREFERRED:
        patches = [n for n in range(_PATCHES) if allowed.contains(f"{minor}.{n}")]
        if len(patches) == 1:
            return f"{minor}.{patches[0]}"
        if patches:
            return minor
    return None
