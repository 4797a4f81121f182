"""Where in a half-typed YAML text the cursor stands, by indentation alone.

A parse of half-typed text loses the line that is being typed; indentation does not.
"""

from __future__ import annotations

import re

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.views.yaml_places import YamlPath

_KEY = regex(r"(?P<name>\"[^\"]*\"|'[^']*'|[^\s#:&*!|>'\"\[\]{}-][^\s#:]*)\s*:(?=\s|$)")
_BLOCK_TEXT = regex(r":\s*(?:[&!]\S+\s+)*[|>][+-]?\d?\s*(?:#.*)?$")
_MOST_LINES = 20_000


class Cursor(NamedTuple):
    """The place of the cursor."""

    path: YamlPath
    """The keys that lead to what is typed: for a key its mapping, for a value its key."""
    key: bool
    """Whether a key may be typed here; an item of a list may be a key as well."""
    value: bool
    typed: str
    """What stands from the start of the key or value to the cursor, an opening quote left out."""
    indent: int
    """Columns before the key."""
    siblings: frozenset[str]
    """The other keys of the mapping."""


class _Line(NamedTuple):
    indent: int
    text: str
    """Without indentation, dashes taken off."""
    dashes: int
    outer: int
    """The column of the first dash; that of the text without one."""


def cursor_at(text: str, offset: int) -> Cursor | None:
    """The cursor's place; None in comments and in block texts."""
    start = text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    if _in_comment(before) or "\t" in before[: len(before) - len(before.lstrip())]:
        return None
    line = _line(before)
    above = [_line(item.rstrip()) for item in _lines_before(text, start)]
    found = _KEY.match(line.text)
    value = line.text[found.end() :].lstrip() if found else ""
    parents = _parents(above, line)
    if parents is None:
        return None
    items = tuple("[]" for _ in range(line.dashes))
    if found and len(line.text) > found.end():
        path = (*parents, *items, _bare(found["name"]))
        return Cursor(path, False, True, value.lstrip("\"'"), line.indent, frozenset())
    path = (*parents, *items)
    below = (_line(item.rstrip()) for item in text[offset:].split("\n")[1:_MOST_LINES])
    siblings = _siblings(above, line) | _following(list(below), line)
    only_key = bool(parents) and not items and not _may_be_value(above, line)
    return Cursor(path, True, not only_key, line.text.lstrip("\"'"), line.indent, siblings)


def _may_be_value(above: list[_Line], line: _Line) -> bool:
    """Whether the line may continue a key above with a scalar: nothing else stands there yet."""
    previous = next((item for item in reversed(above) if item.text), None)
    return previous is not None and previous.indent < line.indent and previous.text.endswith(":")


def _lines_before(text: str, start: int) -> list[str]:
    return text[:start].split("\n")[:-1][-_MOST_LINES:]


def _line(text: str) -> _Line:
    outer = indent = len(text) - len(text.lstrip(" "))
    rest, dashes = text[indent:], 0
    while rest == "-" or rest.startswith("- "):
        dashes += 1
        stripped = rest[1:].lstrip(" ")
        indent += len(rest) - len(stripped)
        rest = stripped
    if rest.startswith("#"):
        rest = ""
    return _Line(indent, rest, dashes, outer)


def _in_comment(before: str) -> bool:
    return before.lstrip().startswith("#") or bool(re.search(r"\s#", before))


def _parents(above: list[_Line], line: _Line) -> YamlPath | None:
    """The keys above that hold the line; None in a block text."""
    path: list[str] = []
    limit, dashed = line.outer, line.dashes > 0
    for item in reversed(above):
        if not item.text and not item.dashes:
            continue
        if item.dashes and item.outer < limit <= item.indent and item.indent >= limit:
            # The line continues the mapping that began after the dash.
            path.extend("[]" for _ in range(item.dashes))
            limit, dashed = item.outer, True
            continue
        key = _KEY.match(item.text)
        inside = item.indent < limit or (dashed and item.indent == limit and not item.dashes)
        if not inside:
            continue
        if key is None:
            continue
        if _BLOCK_TEXT.search(item.text):
            return None
        path.append(_bare(key["name"]))
        limit, dashed = item.indent, False
        if item.dashes:
            path.extend("[]" for _ in range(item.dashes))
            limit, dashed = item.outer, True
        if limit == 0 and not dashed:
            break
    return tuple(reversed(path))


def _siblings(above: list[_Line], line: _Line) -> frozenset[str]:
    found: set[str] = set()
    if line.dashes:
        return frozenset()
    for item in reversed(above):
        if not item.text:
            continue
        if item.indent < line.indent:
            break
        key = _KEY.match(item.text)
        if key is not None and item.indent == line.indent:
            found.add(_bare(key["name"]))
            if item.dashes:
                break
    return frozenset(found)


def _following(below: list[_Line], line: _Line) -> frozenset[str]:
    found: set[str] = set()
    for item in below:
        if not item.text:
            continue
        if item.outer < line.indent:
            break
        key = _KEY.match(item.text)
        if key is not None and item.indent == line.indent and not item.dashes:
            found.add(_bare(key["name"]))
    return frozenset(found)


def _bare(name: str) -> str:
    return name.strip("\"'")
