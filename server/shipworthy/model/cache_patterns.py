"""Patterns for tool caches that cover the root of a context and leave out the folders below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.context import ignore_rules, readers, survey
from shipworthy.model.exposures import code_folders, context_copies, shows
from shipworthy.model.files import ignore_file
from shipworthy.model.image.steps import Copy
from shipworthy.text.records import NamedTuple

CacheKind: TypeAlias = Literal["bytecode", "project", "anywhere"]

_CODE = "module.cpython-313.pyc"
_SAMPLES: dict[str, tuple[CacheKind, str, str]] = {
    "__pycache__": ("bytecode", f"__pycache__/{_CODE}", "__pycache__"),
    "*.pyc": ("bytecode", f"__pycache__/{_CODE}", f"__pycache__/{_CODE}"),
    "*.pyo": ("bytecode", "__pycache__/module.opt-1.pyo", "__pycache__/module.opt-1.pyo"),
    "*.py[cod]": ("bytecode", f"__pycache__/{_CODE}", f"__pycache__/{_CODE}"),
    "*.py[co]": ("bytecode", f"__pycache__/{_CODE}", f"__pycache__/{_CODE}"),
    "*$py.class": ("bytecode", "module$py.class", "module$py.class"),
    ".pytest_cache": ("project", ".pytest_cache/README.md", ".pytest_cache"),
    ".mypy_cache": ("project", ".mypy_cache/CACHEDIR.TAG", ".mypy_cache"),
    ".ruff_cache": ("project", ".ruff_cache/CACHEDIR.TAG", ".ruff_cache"),
    "*.egg-info": ("project", "app.egg-info/PKG-INFO", "app.egg-info"),
    ".DS_Store": ("anywhere", ".DS_Store", ".DS_Store"),
}
"""By pattern: where such files lie, a probe below such a folder, and what to call it."""


class ShortPattern(NamedTuple):
    """A pattern that leaves out the folders below the root."""

    number: int
    kind: CacheKind
    missed: str
    """A path, relative to the context, that it does not match and that is sent."""
    on_disk: bool
    copy: Copy


@query
def short_cache_patterns(db: Database, path: str) -> tuple[ShortPattern, ...]:
    """The patterns of an ignore file for caches that a COPY of a folder below the root defeats."""
    tree = ignore_file(db, path)
    known = [
        (number, pattern.cleaned)
        for number, pattern in enumerate(tree.patterns if tree is not None else ())
        if pattern.cleaned in _SAMPLES
    ]
    copies = tuple(_readers(db, path)) if known else ()
    found = (_short(db, number, text, copies) for number, text in known)
    return tuple(item for item in found if item is not None)


def _readers(db: Database, path: str) -> Iterator[Copy]:
    for unit in readers(db, path):
        yield from (copy for copy in context_copies(db, unit.id) if copy.ignore == path)


def _short(db: Database, number: int, text: str, copies: tuple[Copy, ...]) -> ShortPattern | None:
    kind, probe, name = _SAMPLES[text]
    likely: ShortPattern | None = None
    # Fifty services of one context ask the same of the same ignore file.
    sent: dict[tuple[str | None, str], bool] = {}
    for copy in copies:
        rules = ignore_rules(db, copy.ignore)
        for folder, on_disk in _folders(db, copy, kind, text):
            path = f"{folder}/{probe}"
            key = (copy.ignore, path)
            if key not in sent:
                sent[key] = shows(rules, path) and shows(rules, path.rpartition("/")[0])
            if not sent[key] or copy.lands(path) is None:
                continue
            found = ShortPattern(number, kind, f"{folder}/{name}", on_disk, copy)
            if on_disk:
                return found
            likely = likely or found
    return likely


def _folders(db: Database, copy: Copy, kind: CacheKind, text: str) -> Iterator[tuple[str, bool]]:
    """Folders below the root where such files are, or will be, and whether they are there."""
    assert copy.context is not None
    seen = survey(db, copy.context, copy.ignore)
    if kind == "bytecode":
        for item in seen.of("bytecode"):
            folder, _, name = item.path.rpartition("/")
            if folder and name == "__pycache__":
                yield folder, True
    else:
        for item in seen.of("cache"):
            folder, _, name = item.path.rpartition("/")
            if folder and name == text:
                yield folder, True
    if kind == "project":
        for item in seen.of("manifest"):
            folder = item.path.rpartition("/")[0]
            if folder:
                yield folder, False
        return
    for folder in code_folders(db, copy.context, copy.ignore):
        yield folder, False
