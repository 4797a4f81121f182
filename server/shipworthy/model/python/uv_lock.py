"""uv.lock, read by its layout.

uv writes the file itself, always the same way, so packages are found by their header lines and
only what somebody asks of a package is parsed. Files that are laid out differently (rewritten by
another tool) are read as plain TOML while they are small. Nothing here raises: a damaged file
gives what could be read and a `problem`, and whoever wants the whole lock must look at that first.

Source of the layout: `Lock::to_toml` of uv's resolver (checked with uv 0.5 to 0.13).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.uv_lock_foreign import uv_block
from shipworthy.model.python.uv_package import Package, source_of
from shipworthy.model.python.values import array, normalise, string, strings, table
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

ProblemKind: TypeAlias = Literal["conflict-markers", "truncated", "syntax", "too-large"]

MAX_SIZE = 20_000_000
"""Code points beyond which a lock is not read."""

MAX_FOREIGN_SIZE = 1_000_000
"""Code points beyond which a lock in a foreign layout is not read."""


class LockProblem(NamedTuple):
    """Why the facts of a lock are not complete; `offset` in code points from the file's start."""

    kind: ProblemKind
    offset: int


class Conflict(NamedTuple):
    """One side of a set of conflicting selections: an extra or a group (or all) of a package."""

    package: str | None
    extra: str | None = None
    group: str | None = None


class UvLock(NamedTuple):
    """A lock file's facts. With a `problem`, what is here is true but not all there is."""

    version: int | None
    revision: int | None
    requires_python: str | None
    resolution_markers: tuple[str, ...]
    supported_markers: tuple[str, ...]
    """`tool.uv.environments` when it was locked; empty = every platform."""
    required_markers: tuple[str, ...]
    conflicts: tuple[tuple[Conflict, ...], ...]
    members: tuple[str, ...]
    """Names of the workspace members; empty where the root is alone."""
    manifest: Mapping[str, Any]
    options: Mapping[str, Any]
    packages: tuple[Package, ...]
    by_name: Mapping[str, tuple[Package, ...]]
    problem: LockProblem | None

    def root(self, name: str | None = None) -> Package | None:
        """The local package with that name; without one, the package at the lock's directory."""
        found = self.by_name.get(normalise(name), ()) if name is not None else self.packages
        local = [package for package in found if package.source.local]
        if name is not None:
            return local[0] if local else None
        return next((package for package in local if package.source.value == "."), None)


_HEADER = regex(
    r"\[\[package\]\]\r?\n"
    r'name = "(?P<name>[^"\n]+)"\r?\n'
    r'(?:version = "(?P<version>[^"\n]*)"\r?\n)?'
    r'source = \{ (?P<kind>[a-z]+) = "(?P<value>[^"\n]*)"[^\n]*\}\r?(?:\n|\Z)'
)
_MERGE_LINES = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_WHOLE_LINE = regex(r'[\w-]+ = (?:"[^"]*"|\d+|\{.*\}|\[.*\])|')

_INLINE = r'[^"\n]*(?:"[^"\n]*"[^"\n]*)*'
_OWN_LINE = regex(
    r'(?:|\[[\w.-]+\]|\[\[[\w.-]+\]\]|\]{1,2}|\], \[|[\w.-]+ = (?:"[^"\n]*"|\d+|true|false|\[{1,2}|'
    rf'\{{{_INLINE}\}}|\[{_INLINE}\])|    "[^"\n]*",)'
)


def in_own_layout(text: str) -> bool:
    """Whether every line is one that uv writes, so that reading the file as TOML tells no more.

    A fraction of the time that `tomllib` needs. False says nothing: the file may well be TOML.
    """
    start = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not start.startswith("version = "):
        return False
    # Nearly all lines are entries: tables on a line, with all their strings closed.
    others = [
        line
        for line in start.split("\n")
        if line[:5] != "    {" or line[-2:] != "}," or line.count('"') % 2
    ]
    return all(map(_OWN_LINE.fullmatch, others))


def scan(text: str) -> UvLock:
    """The facts of a uv.lock. Total: any text gives a value."""
    if len(text) > MAX_SIZE:
        return _lock({}, [], LockProblem("too-large", 0))
    starts = list(_line_starts(text, "[[package]]"))
    header = read_toml((text[: starts[0]] if starts else text).removeprefix("\ufeff"))
    packages, odd = _packages(text, starts)
    # The signs without the space are found, or not, several times faster.
    markers = [marker for marker in _MERGE_LINES if marker.rstrip() in text]
    merge = [start for marker in markers for start in _line_starts(text, marker)]
    if merge:
        return _lock(header or {}, packages, LockProblem("conflict-markers", min(merge)))
    if header is not None and odd is None and "version" in header and _complete(text):
        return _lock(header, packages, None)
    return _foreign(text) or _lock(header or {}, packages, _damage(starts, odd))


def _line_starts(text: str, prefix: str) -> Iterator[int]:
    # Offsets of the lines that begin with `prefix`; several times faster than a regexp's `^`.
    if text.startswith(prefix):
        yield 0
    at = text.find("\n" + prefix)
    while at >= 0:
        yield at + 1
        at = text.find("\n" + prefix, at + 1)


def _packages(text: str, starts: list[int]) -> tuple[list[Package], int | None]:
    # What the known layout gives, and where the first block in another one starts.
    packages = []
    odd = None
    for start, end in pairwise([*starts, len(text)]):
        header = _HEADER.match(text, start, end)
        if header is None:
            odd = start if odd is None else odd
            continue
        name = normalise(header["name"])
        source = source_of(header["kind"], header["value"])
        packages.append(Package(name, header["version"], source, start, text[start:end]))
    return packages, odd


def _foreign(text: str) -> UvLock | None:
    # Valid TOML that uv did not write itself is brought into uv's layout, without positions.
    if len(text) > MAX_FOREIGN_SIZE:
        return None
    tree = read_toml(text.removeprefix("\ufeff"))
    if tree is None or "version" not in tree:
        return None
    blocks = [uv_block(item) for item in array(tree, "package")]
    packages = [
        Package(package.name, package.version, package.source, -1, block)
        for block in blocks
        for package in _packages(block, [0] if block else [])[0]
    ]
    return _lock(tree, packages, None)


def _damage(starts: list[int], odd: int | None) -> LockProblem:
    last = starts[-1] if starts else 0
    if odd is None or odd == last:
        return LockProblem("truncated", last)
    return LockProblem("syntax", odd)


def _complete(text: str) -> bool:
    # uv ends every file with a newline; an editor may have cut it off a whole last line.
    last = text[text.rfind("\n[[package]]") + 1 :].rstrip().rpartition("\n")[2]
    return last == "]" or _WHOLE_LINE.fullmatch(last) is not None


def _lock(
    header: Mapping[str, object], packages: list[Package], problem: LockProblem | None
) -> UvLock:
    by_name: dict[str, tuple[Package, ...]] = {}
    for package in packages:
        by_name[package.name] = (*by_name.get(package.name, ()), package)
    version, revision = header.get("version"), header.get("revision")
    return UvLock(
        version=version if isinstance(version, int) else None,
        revision=revision if isinstance(revision, int) else None,
        requires_python=string(header, "requires-python"),
        resolution_markers=strings(header, "resolution-markers"),
        supported_markers=strings(header, "supported-markers"),
        required_markers=strings(header, "required-markers"),
        conflicts=tuple(_conflicts(header)),
        members=tuple(normalise(name) for name in strings(header, "manifest", "members")),
        manifest=table(header, "manifest"),
        options=table(header, "options"),
        packages=tuple(packages),
        by_name=by_name,
        problem=problem,
    )


def _conflicts(header: Mapping[str, object]) -> Iterator[tuple[Conflict, ...]]:
    for group in array(header, "conflicts"):
        if isinstance(group, list):
            yield tuple(
                Conflict(string(item, "package"), string(item, "extra"), string(item, "group"))
                for item in group
            )
