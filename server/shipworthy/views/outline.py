"""The outline of a file: its parts as a tree, and the named parts of all files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.files import kind_of, parsed_dockerfile, parsed_ignore_file, parsed_yaml
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.syntax.yaml.nodes import Mapping, Node, ParsedYaml, Scalar
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import is_compose
from shipworthy.views.docker_symbols import shapes_of
from shipworthy.views.symbols import Symbol, files_with_symbols, occurrences
from shipworthy.views.yaml_places import absolute

PartKind: TypeAlias = Literal[
    "stage", "instruction", "variable", "pattern", "section", "service", "entry", "value"
]
_DEPTH = 4
_DETAIL = 80
_MOST = 500


class Part(NamedTuple):
    """A part of a file; `selection` is its name within `span`, both absolute."""

    name: str
    detail: str
    kind: PartKind
    span: Span
    selection: Span
    children: tuple[Part, ...] = ()


class Named(NamedTuple):
    """A named thing of the workspace and where it is defined."""

    symbol: Symbol
    path: str
    span: Span


def outline(db: Database, path: str) -> tuple[Part, ...]:
    """The parts of a Dockerfile, ignore file or compose file."""
    kind = kind_of(path)
    if kind == "dockerfile":
        return tuple(_dockerfile(db, path))
    if kind == "ignore":
        return tuple(_ignore_file(db, path))
    parsed = parsed_yaml(db, path) if kind == "yaml" and is_compose(db, path) else None
    if parsed is None or not isinstance(parsed.root, Mapping):
        return ()
    return tuple(_mapping(parsed, parsed.root, 0, ""))


def _dockerfile(db: Database, path: str) -> Iterator[Part]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    instructions, starts = parsed.tree.instructions, parsed.starts
    shapes = shapes_of(db, path)
    first = shapes[0].first if shapes else len(instructions)
    for number in range(first):
        yield _instruction(instructions[number], starts[number])
    for shape in shapes:
        children = tuple(
            _instruction(instructions[number], starts[number])
            for number in range(shape.first + 1, shape.end)
        )
        head = instructions[shape.first]
        start = starts[shape.first]
        last = children[-1].span.end if children else start + len(head.source)
        words = head.args
        base = words[0].text if words else ""
        name = words[2].text if shape.name is not None else base or head.name
        at = words[2].span if shape.name is not None else words[0].span if words else head.span
        selection = at.shift(start)
        detail = base if shape.name is not None else ""
        yield Part(name, detail, "stage", Span(start, last), selection, children)


def _instruction(instruction: Instruction, start: int) -> Part:
    kind: PartKind = "variable" if instruction.keyword in ("ARG", "ENV") else "instruction"
    rest = instruction.source[instruction.keyword_span.end :].split("\n", 1)[0]
    detail = rest.strip(" \t\r\\`")[:_DETAIL]
    span = instruction.span.shift(start)
    return Part(instruction.keyword, detail, kind, span, instruction.keyword_span.shift(start))


def _ignore_file(db: Database, path: str) -> Iterator[Part]:
    parsed = parsed_ignore_file(db, path)
    for number, pattern in enumerate(parsed.tree.patterns if parsed is not None else ()):
        assert parsed is not None
        span = pattern.span.shift(parsed.starts[number])
        yield Part(pattern.text, "", "pattern", span, span)


def _mapping(parsed: ParsedYaml, node: Mapping, depth: int, section: str) -> Iterator[Part]:
    for entry in node.entries:
        if not isinstance(entry.key, Scalar) or not entry.key.value:
            continue
        selection = absolute(parsed, entry.key)
        value = absolute(parsed, entry.value)
        span = Span(selection.start, max(selection.end, value.end))
        children: tuple[Part, ...] = ()
        if isinstance(entry.value, Mapping) and depth < _DEPTH:
            inner = entry.key.value if depth == 0 else ""
            children = tuple(_mapping(parsed, entry.value, depth + 1, inner))
        kind: PartKind = "section" if depth == 0 else "value"
        if depth == 1 and section:
            kind = "service" if section == "services" else "entry"
        yield Part(entry.key.value, _detail(entry.value), kind, span, selection, children)


def _detail(node: Node) -> str:
    return node.value.split("\n", 1)[0][:_DETAIL] if isinstance(node, Scalar) else ""


def named(db: Database, wanted: str) -> tuple[Named, ...]:
    """The definitions in all files whose name holds the letters of `wanted` in their order."""
    found = []
    for path in files_with_symbols(db):
        db.checkpoint()
        for item in occurrences(db, path):
            shown = item.role == "definition" and item.symbol.kind != "heredoc"
            if shown and _fits(item.symbol.name, wanted):
                found.append(Named(item.symbol, path, item.span))
                if len(found) >= _MOST:
                    return tuple(found)
    return tuple(found)


def _fits(name: str, wanted: str) -> bool:
    letters = iter(name.lower())
    return all(char in letters for char in wanted.lower())
