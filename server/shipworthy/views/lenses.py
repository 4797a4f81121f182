"""Lines of figures over a file's parts, and short notes within its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from shipworthy.db.database import Database
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.builds import BuildUnit, units_of_dockerfile
from shipworthy.model.context import ignore_path_of, readers
from shipworthy.model.files import kind_of, parsed_dockerfile
from shipworthy.model.image.build import image
from shipworthy.model.image.states import UNKNOWN_PIECE
from shipworthy.model.image.steps import Copy, Run, Setting, Step
from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.build_views import unit_of_service
from shipworthy.views.compose_files import is_compose
from shipworthy.views.compose_hints import replaced
from shipworthy.views.context_look import look
from shipworthy.views.docker_symbols import mentions_of, shapes_of
from shipworthy.views.inline_places import documents, outer_span
from shipworthy.views.page import amount, relative
from shipworthy.views.variable_views import value_at
from shipworthy.views.yaml_places import matches, yaml_places

SENDS = Text(en="context: {what} ({path})", ja="コンテキスト: {what}（{path}）")
UNKNOWN_CONTEXT = Text(
    en="context: decided outside these files", ja="コンテキスト: これらのファイルの外で決まります"
)
BUILT_BY = Text(en="built by {names}", ja="ビルドするサービス: {names}")
READ_BY = Text(en="read by the builds of {names}", ja="読むビルド: {names}")
NOT_BUILT = Text(en="no compose file builds this", ja="ビルドする Compose ファイルはありません")
NOT_READ = Text(en="no build reads this", ja="読むビルドはありません")
STAGE_OF = Text(en="built for {names}", ja="{names} のビルド対象")
STAGE_UNUSED = Text(en="not built", ja="ビルドされません")
_LONG = 60


class Lens(NamedTuple):
    """A line over a place; `span` is absolute."""

    span: Span
    message: Message
    leads: tuple[Anchor, ...] | Literal["context"] = ()
    """The services whose builds it names, or what is in the context that it measures."""


class Hint(NamedTuple):
    """A note after an absolute offset."""

    offset: int
    text: str


def lenses(db: Database, path: str) -> tuple[Lens, ...]:
    """The lines over the parts of a Dockerfile, ignore file or compose file."""
    kind = kind_of(path)
    if kind == "dockerfile":
        return tuple(_of_dockerfile(db, path))
    if kind == "ignore":
        units = readers(db, path)
        top = Span(0, 0)
        head = _naming(db, top, READ_BY, units)
        if not units:
            head = Lens(top, say(NOT_READ))
        return (*((head,) if head is not None else ()), *_contexts(db, units, top))
    if kind == "yaml" and is_compose(db, path):
        return tuple(_of_compose(db, path))
    return ()


def _naming(db: Database, span: Span, text: Text, units: tuple[BuildUnit, ...]) -> Lens | None:
    """A line that names the services of the builds and leads to them; None without services."""
    places = {_declared(db, unit): f"`{unit.service}`" for unit in units if unit.service}
    if not places:
        return None
    names = ", ".join(dict.fromkeys(places.values()))
    return Lens(span, say(text, names=names), tuple(places))


def _declared(db: Database, unit: BuildUnit) -> Anchor:
    """The name of the build's service, else wherever the build is declared."""
    for place in yaml_places(db, unit.at.path):
        if place.key and place.path == ("services", unit.service):
            return place.at
    return unit.at


def _contexts(db: Database, units: tuple[BuildUnit, ...], span: Span) -> Iterator[Lens]:
    """The size of each context that the builds send."""
    found: dict[Lens, None] = {}
    for unit in units:
        ignore = ignore_path_of(db, unit)
        if isinstance(unit.context, Unknown) or isinstance(ignore, Unknown):
            found[Lens(span, say(UNKNOWN_CONTEXT))] = None
            continue
        seen = look(db, unit.context, ignore)
        what = amount(seen.files, seen.size, seen.complete)
        message = say(SENDS, what=what, path=relative(db, unit.context))
        found[Lens(span, message, "context")] = None
    yield from found


def _of_dockerfile(db: Database, path: str) -> Iterator[Lens]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None or not parsed.starts:
        return
    units = units_of_dockerfile(db, path)
    top = Span(parsed.starts[0], parsed.starts[0])
    yield _naming(db, top, BUILT_BY, units) or Lens(top, say(NOT_BUILT))
    yield from _contexts(db, units, top)
    shapes = shapes_of(db, path)
    if len(shapes) < 2:
        return
    for shape in shapes:
        users = [
            unit
            for unit in units
            if (made := image(db, unit.id)) is not None and shape.number in made.needed
        ]
        start = Span(parsed.starts[shape.first], parsed.starts[shape.first])
        used = _naming(db, start, STAGE_OF, tuple(users))
        if used is not None:
            yield used
        elif not users and units:
            yield Lens(start, say(STAGE_UNUSED))


def _of_compose(db: Database, path: str) -> Iterator[Lens]:
    for place in yaml_places(db, path):
        if place.key and matches(place.path, "services", "*", "build"):
            unit = unit_of_service(db, path, place.path[1])
            yield from _contexts(db, (unit,) if unit is not None else (), place.span)


def hints(db: Database, path: str, within: Span) -> tuple[Hint, ...]:
    """Values of variables and what relative paths mean, where all builds agree.

    In compose files, the values of other files that are replaced here.
    """
    if kind_of(path) == "dockerfile":
        found = [*_values(db, path), *_folders(db, path)]
    else:
        found = [hint for known in documents(db, path) for hint in _inline(db, known.path)]
        found += [Hint(value.end, f"← {_short(value.text)}") for value in replaced(db, path)]
    return tuple(hint for hint in sorted(found) if within.start <= hint.offset <= within.end)


def _inline(db: Database, path: str) -> Iterator[Hint]:
    """The hints of a Dockerfile inside a compose file, at their places in that file."""
    for offset, text in (*_values(db, path), *_folders(db, path)):
        yield Hint(outer_span(db, path, Span(offset - 1, offset)).end, text)


def _values(db: Database, path: str) -> Iterator[Hint]:
    parsed = parsed_dockerfile(db, path)
    units = units_of_dockerfile(db, path)
    if parsed is None:
        return
    for mention in mentions_of(db, path):
        if mention.role not in ("arg", "use"):
            continue
        values = set()
        for unit in units:
            after = mention.role == "arg"
            value, _, _ = value_at(db, unit, path, mention.ordinal, mention.name, after=after)
            values.add(value.text if value is not None else None)
        text = values.pop() if len(values) == 1 else None
        if text is None:
            continue
        source = parsed.tree.instructions[mention.ordinal].source
        written = source[mention.span.end :]
        if mention.role == "arg" and re.match(rf"={re.escape(text)}(?:\s|$)", written):
            continue  # it says so itself
        end = mention.span.end
        if mention.role == "use" and written.startswith("}"):
            end += 1
        if mention.role == "arg":
            default = re.match(r"=\S*", written)
            end += default.end() if default else 0
        shown = _short(text.replace(UNKNOWN_PIECE, "…"))
        yield Hint(parsed.starts[mention.ordinal] + end, f"= {shown}")


def _short(text: str) -> str:
    line = " ".join(text.split("\n"))
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


def _folders(db: Database, path: str) -> Iterator[Hint]:
    """The absolute folder that a relative WORKDIR or COPY destination means."""
    parsed = parsed_dockerfile(db, path)
    found: dict[int, set[str | None]] = {}
    for unit in units_of_dockerfile(db, path) if parsed is not None else ():
        made = image(db, unit.id)
        for stage in made.stages if made is not None else ():
            for step in stage.steps:
                if step.instruction.args and not step.instruction.heredocs:
                    found.setdefault(step.ordinal, set()).add(_folder(step))
    for ordinal, folders in found.items():
        folder = next(iter(folders)) if len(folders) == 1 else None
        if folder is not None and parsed is not None:
            last = parsed.tree.instructions[ordinal].args[-1]
            yield Hint(parsed.starts[ordinal] + last.span.end, f"→ {folder}")


def _folder(step: Step) -> str | None:
    words = step.instruction.args
    if isinstance(step, Run) or words[-1].text.startswith("/") or step.instruction.json:
        return None
    if isinstance(step, Copy):
        return step.destination
    if isinstance(step, Setting) and step.instruction.keyword == "WORKDIR":
        return step.after.workdir
    return None
