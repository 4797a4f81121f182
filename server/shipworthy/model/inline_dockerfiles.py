"""Dockerfiles that are written inside compose files (`dockerfile_inline`), and where they stand.

Such a text is a Dockerfile with a path of its own, so that everything that reads Dockerfiles reads
it too; `outer_anchor` brings its places back to the compose file.
"""

from __future__ import annotations

import re

from shipworthy.db.database import Database, query
from shipworthy.model.files import INLINE, home_of, parsed_dockerfile, parsed_yaml
from shipworthy.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_MAX = 200_000
"""Longer texts have no places."""
_ESCAPE = regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^\n])")
_NOWHERE = -1


class InlineDockerfile(NamedTuple):
    """The text of a Dockerfile in a compose file, as the builder gets it."""

    path: str
    at: Anchor
    """The YAML scalar."""
    text: str
    origins: tuple[int, ...]
    """For each character of the text its offset in the scalar's source, and that of the end.

    Negative where a variable of the compose file or an escape stands for it.
    """
    indent: str | None
    """What the lines of a block scalar begin with; None for another scalar."""

    def outer(self, span: Span) -> Span:
        """A range of the text as a range of the scalar's source."""
        start = self._known(span.start, 1)
        last = self._known(max(span.start, span.end - 1), -1)
        return Span(start, max(start, last + (1 if span.end > span.start else 0)))

    def _known(self, offset: int, step: int) -> int:
        """The origin of a character, or of the next one that has an origin."""
        at = max(0, min(offset, len(self.text)))
        while 0 <= at < len(self.origins) and self.origins[at] == _NOWHERE:
            at += step
        return self.origins[max(0, min(at, len(self.text)))]

    def is_exact(self, span: Span) -> bool:
        """Whether the range stands in the compose file character by character, on one line."""
        origins = self.origins[span.start : span.end + (span.start == span.end)]
        return bool(origins) and origins == tuple(range(origins[0], origins[0] + len(origins)))

    def has_origins(self, span: Span) -> bool:
        """Whether every character of the range stands somewhere in the compose file."""
        return _NOWHERE not in self.origins[span.start : span.end + 1]

    def inner(self, offset: int) -> int | None:
        """The place in the text of an offset in the scalar's source; None outside of it."""
        best = None
        for number, origin in enumerate(self.origins):
            if origin == offset:
                return number
            if origin != _NOWHERE and origin < offset:
                best = number
        # In the indentation of a line: its beginning.
        return best + 1 if best is not None and best < len(self.text) else None


def inline_path(at: Anchor) -> str:
    """The path of the Dockerfile that a scalar of a compose file holds."""
    return f"{at.path}{INLINE}{at.node}.{at.span.start}/Dockerfile"


@query
def inline_dockerfiles(db: Database, path: str) -> tuple[InlineDockerfile, ...]:
    """The Dockerfiles in a compose file whose text the builds know, in the order of the file."""
    found: dict[str, InlineDockerfile] = {}
    for text, at in _inline_texts(db).get(path, ()):
        known = _document(db, text, at)
        if known is not None:
            found.setdefault(known.path, known)
    return tuple(sorted(found.values(), key=lambda item: item.at))


@query
def _inline_texts(db: Database) -> dict[str, tuple[tuple[str, Anchor], ...]]:
    from shipworthy.model.builds import all_units  # noqa: PLC0415  (builds name these paths)

    found: dict[str, tuple[tuple[str, Anchor], ...]] = {}
    for unit in all_units(db):
        if unit.inline is not None:
            path = unit.inline.at.path
            found[path] = (*found.get(path, ()), (unit.inline.text, unit.inline.at))
    return found


def has_inline(db: Database) -> bool:
    """Whether any compose file of the workspace holds a Dockerfile."""
    return bool(_inline_texts(db))


def inline_text(db: Database, path: str) -> str | None:
    """The text of a Dockerfile in a compose file."""
    for text, at in _inline_texts(db).get(home_of(path), ()):
        if inline_path(at) == path:
            return text
    return None


def inline_dockerfile(db: Database, path: str) -> InlineDockerfile | None:
    """The Dockerfile in a compose file that has this path, with its places."""
    known = inline_dockerfiles(db, home_of(path)) if INLINE in path else ()
    return next((item for item in known if item.path == path), None)


def outer_anchor(db: Database, anchor: Anchor) -> Anchor:
    """The place in the compose file of a place in its Dockerfile; any other place as it is."""
    if INLINE not in anchor.path:
        return anchor
    known = inline_dockerfile(db, anchor.path)
    if known is None:
        return whole_file(home_of(anchor.path))
    parsed = parsed_dockerfile(db, anchor.path)
    starts = parsed.starts if parsed is not None else ()
    start = starts[anchor.node] if 0 <= anchor.node < len(starts) else 0
    span = known.outer(anchor.span.shift(start))
    return Anchor(known.at.path, known.at.node, span.shift(known.at.span.start))


def _document(db: Database, text: str, at: Anchor) -> InlineDockerfile | None:
    parsed = parsed_yaml(db, at.path)
    scalar = _scalar_at(parsed.root, at) if parsed is not None and parsed.root else None
    if parsed is None or scalar is None or len(text) > _MAX:
        return None
    start = parsed.starts[scalar.block] if scalar.block < len(parsed.starts) else 0
    source = scalar.span.shift(start).of(db.text(at.path) or "")
    read = _origins(source, scalar)
    if read is None:
        return None
    origins = _interpolated(text, scalar.value, read)
    indent = None
    if scalar.style == "literal":
        first = next((origin for origin in origins if origin != _NOWHERE), 0)
        indent = source[source.rfind("\n", 0, first) + 1 : first]
    return InlineDockerfile(inline_path(at), at, text, tuple(origins), indent)


def _scalar_at(root: Node, at: Anchor) -> Scalar | None:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            if node.block == at.node and node.span == at.span:
                return node
        elif isinstance(node, Mapping):
            todo.extend(entry.value for entry in node.entries)
        elif isinstance(node, Sequence):
            todo.extend(node.items)
    return None


def _origins(source: str, scalar: Scalar) -> list[int] | None:
    """The offset in the source of each character of a scalar's value and of its end."""
    if scalar.style == "literal":
        return _in_block(source, scalar.value)
    if scalar.style == "double":
        return _in_quotes(source, scalar.value)
    at = source.find(scalar.value)
    return list(range(at, at + len(scalar.value) + 1)) if at >= 0 else None


def _in_block(source: str, value: str) -> list[int] | None:
    """The same for `|`: each line of the value ends a line of the source."""
    origins: list[int] = []
    pos = source.find("\n") + 1
    for number, line in enumerate(value.split("\n")):
        if number:
            origins.append(pos)
            pos = min(len(source), pos + len(re.match(r"\r?\n?", source[pos:])[0]))  # type: ignore[index]
        if not line and pos >= len(source):
            break
        end = source.find("\n", pos)
        stop = len(source) if end < 0 else end
        stop -= source.endswith("\r", pos, stop)
        start = stop - len(line)
        if start < pos or source[start:stop] != line or source[pos:start].strip(" "):
            return None
        origins.extend(range(start, stop))
        pos = stop
    origins.append(pos)
    return origins if len(origins) == len(value) + 1 else None


def _in_quotes(source: str, value: str) -> list[int] | None:
    """The same for a string in double quotes on one line."""
    if "\n" in source:
        return None
    origins: list[int] = []
    pos = 1
    while pos < len(source) - 1:
        found = _ESCAPE.match(source, pos)
        origins.append(pos)
        pos = found.end() if found else pos + 1
    origins.append(pos)
    return origins if len(origins) == len(value) + 1 else None


def _interpolated(text: str, value: str, origins: list[int]) -> list[int]:
    """The origins of a text after the variables of the compose file were replaced.

    `$$` becomes `$`. What lies between the first and the last replaced variable has no origin.
    """
    if text == value:
        return origins
    kept: list[int] = []
    pos = 0
    while pos < len(value):
        kept.append(pos)
        pos += 2 if value.startswith("$$", pos) else 1
    plain = "".join(value[at] for at in kept)
    head = _common(text, plain)
    tail = min(_common(text[::-1], plain[::-1]), len(text) - head, len(plain) - head)
    first = [origins[at] for at in kept[:head]]
    last = [origins[at] for at in kept[len(kept) - tail :]]
    between = [_NOWHERE] * (len(text) - head - tail)
    return [*first, *between, *last, origins[-1]]


def _common(left: str, right: str) -> int:
    """The length of the common beginning."""
    for number, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return number
    return min(len(left), len(right))
