"""One package of a uv.lock; what its block says is parsed when somebody asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, TypeAlias

from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.values import array, normalise, string, strings, table
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

SourceKind: TypeAlias = Literal[
    "registry", "git", "url", "path", "directory", "editable", "virtual", "unknown"
]
_SOURCE_KINDS: tuple[SourceKind, ...] = (
    "registry",
    "git",
    "url",
    "path",
    "directory",
    "editable",
    "virtual",
)


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


_SECTION = regex(r"^\[package\.([^\]\n]*)\][^\S\n]*$", re.MULTILINE)
_VERSION = regex(r'^version = "[^"\n]*"', re.MULTILINE)
_SDIST = regex(r"^sdist = \{[^\n]*", re.MULTILINE)
_SIZE = regex(r"\bsize = (\d+)")
_STRING = regex(r'"([^"\\\n]*)"')
_ARRAY_KEY = regex(r"^([A-Za-z0-9_.-]+|\"[^\"\n]+\") = \[", re.MULTILINE)
_WHEEL = regex(
    r'\{ (?:url|path|filename) = "(?:[^"\n]*/)?([^"/?#\n]+)[^"\n]*"(?:[^{}\n]*\bsize = (\d+))?'
)
_EDGE = regex(
    r'\{ name = "(?P<name>[^"\\\n]+)"'
    r'(?:, version = "(?P<version>[^"\\\n]*)")?'
    r'(?:, source = \{ (?P<kind>[a-z]+) = "(?P<value>[^"\\\n]*)"[^{}\n]*\})?'
    r"(?:, extra = \[(?P<extras>[^\]\n]*)\])?"
    r'(?:, marker = "(?P<marker>[^"\\\n]*)")? \}'
)


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
        return None if size is None else number(size.group(1))

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


def source_of(kind: str | None, value: str) -> Source:
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
        source=None if kind is None else source_of(kind, found["value"]),
        extras=() if extras is None else tuple(map(normalise, _STRING.findall(extras))),
        marker=found["marker"] or "",
    )


def _wheels(text: str) -> Iterator[Wheel]:
    for found in _WHEEL.finditer(text):
        filename, size = found.groups()
        yield Wheel(_unquoted(filename), None if size is None else number(size))


def _unquoted(filename: str) -> str:
    if "%" not in filename:
        return filename
    from urllib.parse import unquote  # noqa: PLC0415  (slow to import, hardly ever needed)

    return unquote(filename)


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
