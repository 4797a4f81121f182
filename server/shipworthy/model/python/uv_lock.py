"""uv.lock, read by its layout.

uv writes the file itself, always the same way, so packages are found by their header lines and
only what somebody asks of a package is parsed. Files that are laid out differently (rewritten by
another tool) are read as plain TOML while they are small. Nothing here raises: a damaged file
gives what could be read and a `problem`, and whoever wants the whole lock must look at that first.

Source of the layout: `Lock::to_toml` of uv's resolver (checked with uv 0.5 to 0.13).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import unquote

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.uv_lock_foreign import uv_block
from shipworthy.model.python.values import array, normalise, string, strings, table
from shipworthy.text.spans import Span

SourceKind: TypeAlias = Literal[
    "registry", "git", "url", "path", "directory", "editable", "virtual", "unknown"
]
ProblemKind: TypeAlias = Literal["conflict-markers", "truncated", "syntax", "too-large"]

MAX_SIZE = 20_000_000
"""Code points beyond which a lock is not read."""

MAX_FOREIGN_SIZE = 1_000_000
"""Code points beyond which a lock in a foreign layout is not read."""

_SOURCE_KINDS: tuple[SourceKind, ...] = (
    "registry",
    "git",
    "url",
    "path",
    "directory",
    "editable",
    "virtual",
)


class LockProblem(NamedTuple):
    """Why the facts of a lock are not complete; `offset` in code points from the file's start."""

    kind: ProblemKind
    offset: int


class Source(NamedTuple):
    """Where a package comes from: `value` is an index or archive address or a relative path."""

    kind: SourceKind
    value: str

    @property
    def local(self) -> bool:
        """A folder of this machine, seen from the lock's directory."""
        return self.kind in ("directory", "editable", "virtual")


class Edge(NamedTuple):
    """One dependency of a locked package.

    `version` and `source` are only written where several packages have that name. `marker` is the
    condition as written ("" = always); conflicting extras and groups appear in it as `extra ==
    'extra-3-pkg-name'` and `extra == 'group-3-pkg-name'`.
    """

    name: str
    version: str | None = None
    source: Source | None = None
    extras: tuple[str, ...] = ()
    marker: str = ""


class Wheel(NamedTuple):
    """A wheel's file name, and its size in bytes where the lock says it."""

    filename: str
    size: int | None = None


class Requested(NamedTuple):
    """A requirement of a local package as it was when the lock was made."""

    name: str
    extras: frozenset[str] = frozenset()
    specifier: str = ""
    marker: str = ""
    source: Source | None = None


class Conflict(NamedTuple):
    """One side of a set of conflicting selections: an extra or a group (or all) of a package."""

    package: str | None
    extra: str | None = None
    group: str | None = None


class Package:
    """A locked package; what its block says beyond the header is parsed when asked for."""

    def __init__(self, name: str, version: str | None, source: Source, offset: int, body: str):
        self.name = name
        """Normalised name."""
        self.version = version
        """As written; `None` for local packages with a dynamic version."""
        self.source = source
        self.offset = offset
        """Code points from the start of the file to `[[package]]`; -1 in a foreign layout."""
        self.body = body
        """The block's text, from `[[package]]` to the next one."""

    def __repr__(self) -> str:
        return f"Package({self.name!r}, {self.version!r}, {self.source!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Package)
            and self.offset == other.offset
            and self.body == other.body
            and self.name == other.name
        )

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.source))

    @property
    def span(self) -> Span | None:
        """The `[[package]]` line in the file, without its end; `None` in a foreign layout."""
        if self.offset < 0:
            return None
        return Span(self.offset, self.offset + len("[[package]]"))

    @property
    def version_span(self) -> Span | None:
        """The `version = "..."` line in the file; `None` where there is none."""
        found = _VERSION.search(self._head) if self.offset >= 0 else None
        return None if found is None else Span(*found.span()).shift(self.offset)

    @cached_property
    def dependencies(self) -> tuple[Edge, ...]:
        """What the package always needs."""
        return _edges(_array_text(self._head, "dependencies"))

    @cached_property
    def optional_dependencies(self) -> Mapping[str, tuple[Edge, ...]]:
        """What each extra adds."""
        return self._edge_table("optional-dependencies")

    @cached_property
    def dev_dependencies(self) -> Mapping[str, tuple[Edge, ...]]:
        """What each dependency group adds."""
        return self._edge_table("dev-dependencies")

    @cached_property
    def wheels(self) -> tuple[Wheel, ...]:
        """The wheels the lock has, in its order."""
        return tuple(_wheels(_array_text(self._head, "wheels")))

    @cached_property
    def has_sdist(self) -> bool:
        """Whether a source distribution is locked."""
        return _SDIST.search(self._head) is not None

    @cached_property
    def sdist_size(self) -> int | None:
        """Bytes of the source distribution, where the lock says it."""
        found = _SDIST.search(self._head)
        size = None if found is None else _SIZE.search(found.group())
        return None if size is None else int(size.group(1))

    @cached_property
    def resolution_markers(self) -> tuple[str, ...]:
        """The forks of the resolution this package belongs to; empty = all."""
        return tuple(_STRING.findall(_array_text(self._head, "resolution-markers")))

    @cached_property
    def requires_dist(self) -> tuple[Requested, ...] | None:
        """A local package's dependencies and extras when it was locked; `None` = not recorded."""
        if "metadata" not in self._sections and "metadata.requires-dev" not in self._sections:
            return None
        return _requested(array(self._metadata, "requires-dist"))

    @cached_property
    def requires_dev(self) -> Mapping[str, tuple[Requested, ...]]:
        """A local package's dependency groups when it was locked."""
        groups = table(self._metadata, "requires-dev")
        return {
            normalise(name): _requested(items)
            for name, items in groups.items()
            if isinstance(items, list)
        }

    @cached_property
    def provides_extras(self) -> tuple[str, ...]:
        """A local package's extras when it was locked."""
        return strings(self._metadata, "provides-extras")

    @cached_property
    def _sections(self) -> dict[str, str]:
        found = list(_SECTION.finditer(self.body, len(self._head)))
        ends = [item.start() for item in found] + [len(self.body)]
        return {
            item.group(1): self.body[item.end() : end]
            for item, end in zip(found, ends[1:], strict=True)
        }

    @cached_property
    def _head(self) -> str:
        end = self.body.find("\n[package.")
        return self.body if end < 0 else self.body[: end + 1]

    @cached_property
    def _metadata(self) -> Mapping[str, object]:
        text = self._sections.get("metadata", "")
        groups = self._sections.get("metadata.requires-dev", "")
        return read_toml(f"{text}\n[requires-dev]{groups}") or {}

    def _edge_table(self, section: str) -> dict[str, tuple[Edge, ...]]:
        text = self._sections.get(section, "")
        keys = list(_ARRAY_KEY.finditer(text))
        ends = [key.start() for key in keys] + [len(text)]
        return {
            normalise(key.group(1).strip('"')): _edges(text[key.end() : end])
            for key, end in zip(keys, ends[1:], strict=True)
        }


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


_HEADER = re.compile(
    r"\[\[package\]\]\r?\n"
    r'name = "(?P<name>[^"\n]+)"\r?\n'
    r'(?:version = "(?P<version>[^"\n]*)"\r?\n)?'
    r'source = \{ (?P<kind>[a-z]+) = "(?P<value>[^"\n]*)"[^\n]*\}\r?(?:\n|\Z)'
)
_MERGE_LINES = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_SECTION = re.compile(r"^\[package\.([^\]\n]*)\][^\S\n]*$", re.MULTILINE)
_VERSION = re.compile(r'^version = "[^"\n]*"', re.MULTILINE)
_SDIST = re.compile(r"^sdist = \{[^\n]*", re.MULTILINE)
_SIZE = re.compile(r"\bsize = (\d+)")
_STRING = re.compile(r'"([^"\\\n]*)"')
_ARRAY_KEY = re.compile(r"^([A-Za-z0-9_.-]+|\"[^\"\n]+\") = \[", re.MULTILINE)
_WHEEL = re.compile(
    r'\{ (?:url|path|filename) = "(?:[^"\n]*/)?([^"/?#\n]+)[^"\n]*"(?:[^{}\n]*\bsize = (\d+))?'
)
_WHOLE_LINE = re.compile(r'[\w-]+ = (?:"[^"]*"|\d+|\{.*\}|\[.*\])|')
_EDGE = re.compile(
    r'\{ name = "(?P<name>[^"\\\n]+)"'
    r'(?:, version = "(?P<version>[^"\\\n]*)")?'
    r'(?:, source = \{ (?P<kind>[a-z]+) = "(?P<value>[^"\\\n]*)"[^{}\n]*\})?'
    r"(?:, extra = \[(?P<extras>[^\]\n]*)\])?"
    r'(?:, marker = "(?P<marker>[^"\\\n]*)")? \}'
)


def scan(text: str) -> UvLock:
    """The facts of a uv.lock. Total: any text gives a value."""
    if len(text) > MAX_SIZE:
        return _lock({}, [], LockProblem("too-large", 0))
    starts = list(_line_starts(text, "[[package]]"))
    header = read_toml((text[: starts[0]] if starts else text).removeprefix("\ufeff"))
    packages, odd = _packages(text, starts)
    merge = [start for marker in _MERGE_LINES for start in _line_starts(text, marker)]
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
        source = _source(header["kind"], header["value"])
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
    last = text.rstrip().rpartition("\n")[2]
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


def _source(kind: str | None, value: str) -> Source:
    known: SourceKind = "unknown"
    return Source(next((item for item in _SOURCE_KINDS if item == kind), known), value)


def _array_text(head: str, key: str) -> str:
    # The text of `key = [...]`: to the closing bracket at the start of a line, or on one line.
    start = head.find(f"\n{key} = [")
    if start < 0:
        return ""
    line_end = head.find("\n", start + 1)
    line_end = len(head) if line_end < 0 else line_end
    if not head[start:line_end].rstrip().endswith("["):
        return head[start:line_end]
    end = head.find("\n]", line_end)
    return head[start : len(head) if end < 0 else end]


def _edges(text: str) -> tuple[Edge, ...]:
    return tuple(_edge(found) for found in _EDGE.finditer(text))


def _edge(found: re.Match[str]) -> Edge:
    kind, extras = found["kind"], found["extras"]
    return Edge(
        name=normalise(found["name"]),
        version=found["version"],
        source=None if kind is None else _source(kind, found["value"]),
        extras=() if extras is None else tuple(map(normalise, _STRING.findall(extras))),
        marker=found["marker"] or "",
    )


def _wheels(text: str) -> Iterator[Wheel]:
    for found in _WHEEL.finditer(text):
        filename, size = found.groups()
        yield Wheel(
            unquote(filename) if "%" in filename else filename,
            None if size is None else int(size),
        )


def _requested(items: Sequence[object]) -> tuple[Requested, ...]:
    return tuple(_one_requested(item) for item in items if isinstance(item, dict))


def _one_requested(item: Mapping[str, object]) -> Requested:
    kind = next((kind for kind in _SOURCE_KINDS if isinstance(item.get(kind), str)), None)
    return Requested(
        name=normalise(string(item, "name") or ""),
        extras=frozenset(normalise(extra) for extra in strings(item, "extras")),
        specifier=string(item, "specifier") or "",
        marker=string(item, "marker") or "",
        source=None if kind is None else Source(kind, string(item, kind) or ""),
    )
