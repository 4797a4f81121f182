"""Stages and variables: their places in Dockerfiles and in the compose files that build them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit, all_units, units_of_dockerfile
from shipworthy.model.files import dockerfile, locate, parsed_dockerfile
from shipworthy.model.image.stages import StageShape, resolve_stage, stage_shapes
from shipworthy.model.image.states import global_args
from shipworthy.syntax.dockerfile.nodes import Flag, Instruction
from shipworthy.syntax.yaml.nodes import Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import cluster_of, compose_places
from shipworthy.views.inline_places import documents, outer_span, stands_there
from shipworthy.views.symbols import Occurrence, Role, Symbol
from shipworthy.views.variable_uses import Mention, mentions
from shipworthy.views.yaml_places import Place, inner_span

MOST_HEREDOCS = 100
"""Here-documents of one instruction that have a name."""


@query
def shapes_of(db: Database, path: str) -> tuple[StageShape, ...]:
    """The stages of a Dockerfile as the file alone has them, no build's arguments applied."""
    tree = dockerfile(db, path)
    if tree is None:
        return ()
    values = global_args(tree.instructions, path, tree.escape, {})
    return stage_shapes(tree, path, values)


@query
def mentions_of(db: Database, path: str) -> tuple[Mention, ...]:
    """The variables of a Dockerfile."""
    tree = dockerfile(db, path)
    return mentions(tree, path) if tree is not None else ()


@query
def declared(db: Database, path: str) -> frozenset[tuple[str, str]]:
    """The variables that a Dockerfile declares: `arg` or `env`, and the name."""
    return frozenset((m.role, m.name) for m in mentions_of(db, path) if m.role in ("arg", "env"))


def named_spans(db: Database, path: str) -> Iterator[tuple[tuple[str, str], Span]]:
    """What a Dockerfile names without declaring it: kind and name, with absolute places."""
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    starts = parsed.starts
    for mention in mentions_of(db, path):
        if not mention.scoped:
            yield ("variable", mention.name), mention.span.shift(starts[mention.ordinal])
    for ordinal, instruction in enumerate(parsed.tree.instructions):
        images = list(from_values(instruction))
        if instruction.keyword == "FROM" and instruction.args:
            images.append((instruction.args[0].text, instruction.args[0].span))
        for text, span in images:
            yield ("image", text), span.shift(starts[ordinal])


def _heredocs(instruction: Instruction, path: str, ordinal: int) -> Iterator[Occurrence]:
    """Where the words of here-documents open and close them, relative to the instruction.

    A here-document of COPY names a file of the image: its word is no mere name.
    """
    source = instruction.source
    literal = instruction.keyword == "RUN"
    pos = 0
    for number, document in enumerate(instruction.heredocs[:MOST_HEREDOCS]):
        symbol = Symbol("heredoc", path, document.name, ordinal * MOST_HEREDOCS + number)
        opens = re.compile(rf"<<-?[\"']?({re.escape(document.name)})(?![\w.])")
        opening = opens.search(source, pos, instruction.heredocs[0].span.start)
        line = source.find("\n", document.span.end)
        end = len(source) if line < 0 else line
        start = source.find(document.name, document.span.end, end)
        if opening is None or start < 0:
            return
        pos = opening.end()
        yield Occurrence(symbol, path, Span(*opening.span(1)), "definition", literal)
        closing = Span(start, start + len(document.name))
        yield Occurrence(symbol, path, closing, "reference", literal)


def stage_symbol(path: str, shape: StageShape) -> Symbol:
    """The symbol of a stage."""
    return Symbol("stage", path, shape.name or "", shape.number)


def variable_symbol(path: str, name: str) -> Symbol:
    """The symbol of a variable of a Dockerfile."""
    return Symbol("variable", path, name)


def in_dockerfile(db: Database, path: str) -> Iterator[Occurrence]:
    """Stages and variables that a Dockerfile names."""
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    shapes = shapes_of(db, path)
    for shape in shapes:
        yield from _stage(parsed.tree.instructions, parsed.starts, path, shape, shapes)
    for ordinal, instruction in enumerate(parsed.tree.instructions):
        start = parsed.starts[ordinal]
        for item in _heredocs(instruction, path, ordinal):
            yield item._replace(span=item.span.shift(start))
    names = {name for _, name in declared(db, path)}
    for mention in mentions_of(db, path):
        if mention.scoped and mention.name in names:
            role: Role = "definition" if mention.role in ("arg", "env") else "reference"
            span = mention.span.shift(parsed.starts[mention.ordinal])
            symbol = variable_symbol(path, mention.name)
            yield Occurrence(symbol, path, span, role, True)


def in_inline(db: Database, path: str) -> Iterator[Occurrence]:
    """What the Dockerfiles inside a compose file name, at the places of that file."""
    for known in documents(db, path):
        for item in in_dockerfile(db, known.path):
            exact = item.literal and stands_there(db, known.path, item.span)
            span = outer_span(db, known.path, item.span)
            yield Occurrence(item.symbol, path, span, item.role, exact)


def _stage(
    instructions: tuple[Instruction, ...],
    starts: tuple[int, ...],
    path: str,
    shape: StageShape,
    shapes: tuple[StageShape, ...],
) -> Iterator[Occurrence]:
    start = starts[shape.first]
    words = instructions[shape.first].args
    if shape.name is not None:
        span = words[2].span.shift(start)
        yield Occurrence(stage_symbol(path, shape), path, span, "definition", True)
    if shape.parent is not None:
        parent = shapes[shape.parent]
        literal = words[0].text.lower() == parent.name
        span = words[0].span.shift(start)
        yield Occurrence(stage_symbol(path, parent), path, span, "reference", literal)
    for ordinal in range(shape.first + 1, shape.end):
        for text, at in from_values(instructions[ordinal]):
            number = resolve_stage(shapes, text, shape.number)
            if number is not None:
                used = shapes[number]
                literal = text.lower() == used.name
                span = at.shift(starts[ordinal])
                yield Occurrence(stage_symbol(path, used), path, span, "reference", literal)


def from_values(instruction: Instruction) -> Iterator[tuple[str, Span]]:
    """What `--from=` and `--mount=...,from=` name, with places relative to the instruction."""
    for flag in instruction.flags:
        if flag.name == "from" and instruction.keyword in ("COPY", "ADD"):
            if flag.value and flag.value_span is not None:
                yield flag.value, flag.value_span
        elif flag.name == "mount" and instruction.keyword == "RUN":
            yield from mount_values(instruction, flag, "from")


def mount_values(instruction: Instruction, flag: Flag, *names: str) -> Iterator[tuple[str, Span]]:
    """The values of options of a `--mount` flag, with places relative to the instruction."""
    if flag.value is None or flag.value_span is None:
        return
    source = flag.value_span.of(instruction.source)
    at = 0
    for option in source.split(","):
        name, equals, value = option.partition("=")
        if equals and name.strip("\"' \t").lower() in names:
            shown = value.strip("\"' \t")
            start = flag.value_span.start + at + source[at:].find(shown, len(name) + 1)
            if shown:
                yield shown, Span(start, start + len(shown))
        at += len(option) + 1


def in_compose(db: Database, path: str) -> Iterator[Occurrence]:
    """Stages and arguments of Dockerfiles that a compose file names.

    What another file overrides counts as well: both must say the same name.
    """
    for unit in compose_units(db):
        if not isinstance(unit.dockerfile, str):
            continue
        at = unit.target_at
        if isinstance(unit.target, str) and at is not None and at.path == path:
            yield from _target(db, unit.dockerfile, at, unit.target)
        for name, value, at in unit.args:
            if at is not None and at.path == path:
                yield from _argument(db, unit.dockerfile, at, name, value is not None)
    built = _built_by(db)
    files = cluster_of(db, path)
    for place in compose_places(db, path):
        if place.path[:1] != ("services",) or len(place.path) < 4:
            continue
        for docker in built.get((files[0] if files else path, place.path[1]), ()):
            if place.path[2] == "build":
                yield from _in_build(db, docker, place)
            elif place.path[2] == "environment" and len(place.path) == 4:
                yield from _variable(db, docker, place, "env")


def _in_build(db: Database, docker: str, place: Place) -> Iterator[Occurrence]:
    below = place.path[3:]
    value = place.text
    if below == ("target",) and not place.key and value and "$" not in value:
        yield from _target(db, docker, place.at, value)
    elif below[:1] == ("args",) and len(below) == 2:
        yield from _variable(db, docker, place, "arg")


def _variable(db: Database, docker: str, place: Place, kind: str) -> Iterator[Occurrence]:
    """An entry of `args` or `environment` that gives a variable of the Dockerfile a value."""
    if place.key and isinstance(place.value, Scalar):
        given = place.value.style != "empty" and place.value.value not in ("null", "~")
        yield from _argument(db, docker, place.at, place.path[-1], given, kind)
    elif not place.key and place.path[-1] == "[]":
        name, equals, _ = place.text.partition("=")
        yield from _argument(db, docker, place.at, name, bool(equals), kind)


@query
def _built_by(db: Database) -> dict[tuple[str, str], tuple[str, ...]]:
    """The Dockerfiles of a service, by the first file of its cluster and its name."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for unit in compose_units(db):
        files = cluster_of(db, unit.origin_file)
        if isinstance(unit.dockerfile, str) and files:
            key = (files[0], unit.service)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), unit.dockerfile)))
    return found


def _target(db: Database, docker: str, at: Anchor, target: str) -> Iterator[Occurrence]:
    shapes = shapes_of(db, docker)
    number = resolve_stage(shapes, target, len(shapes))
    if number is not None:
        literal = target.lower() == shapes[number].name
        yield _at(db, stage_symbol(docker, shapes[number]), at, target, literal=literal)


def _argument(
    db: Database, docker: str, at: Anchor, name: str, given: bool, kind: str = "arg"
) -> Iterator[Occurrence]:
    """An argument; one that is not given a value is read from the environment by its own name."""
    if (kind, name) in declared(db, docker):
        yield _at(db, variable_symbol(docker, name), at, name, literal=given)


def _at(db: Database, symbol: Symbol, at: Anchor, name: str, *, literal: bool) -> Occurrence:
    _, span = locate(db, at)
    inside = inner_span(db.text(at.path) or "", span, 0, len(name), name)
    found = inside if inside is not None else span
    return Occurrence(symbol, at.path, found, "reference", literal and inside is not None)


@query
def compose_units(db: Database) -> tuple[BuildUnit, ...]:
    """The builds that compose files declare."""
    return tuple(u for u in all_units(db) if u.origin == "compose")


def other_units(db: Database, path: str) -> tuple[BuildUnit, ...]:
    """The builds of a Dockerfile that something else than a compose file declares."""
    return tuple(u for u in units_of_dockerfile(db, path) if u.origin in ("pin", "invocation"))
