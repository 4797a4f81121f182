"""Everything that is said about a place: which view answers for what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Place as At
from shipworthy.findings.message import Text
from shipworthy.model.base_image import understand
from shipworthy.model.builds import BuildUnit
from shipworthy.model.compose_files import compose_groups
from shipworthy.model.files import kind_of, parsed_ignore_file
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Setting, Source
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.model.workspace import root_of
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.build_views import build_parts, unit_of_service
from shipworthy.views.command_views import run_parts
from shipworthy.views.compose_docs import compose_doc
from shipworthy.views.copy_views import copy_parts
from shipworthy.views.docker_places import Spot, spot_at, stages_at, steps_at
from shipworthy.views.docker_symbols import mentions_of
from shipworthy.views.ignore_views import pattern_parts
from shipworthy.views.image_views import from_parts, image_parts
from shipworthy.views.instruction_docs import flag_doc, instruction_doc
from shipworthy.views.page import Page, Part, code, grouped, text
from shipworthy.views.start_views import start_parts
from shipworthy.views.variable_uses import Mention
from shipworthy.views.variable_views import compose_uses, compose_variable_parts, variable_parts
from shipworthy.views.volume_views import mounts_at, runs_in, table_parts
from shipworthy.views.yaml_places import Place, place_at

WORKDIR = Text(
    en="The folder from here on is `{folder}`.", ja="ここからの作業フォルダーは `{folder}` です。"
)
USER = Text(en="From here on, commands run as `{user}`.", ja="ここから `{user}` として実行します。")
GIVES = Text(
    en="Gives {name} of the Dockerfile ({where}) this value.",
    ja="Dockerfile の {name}（{where}）にこの値を渡します。",
)
NOT_DECLARED = Text(
    en="The Dockerfile declares no ARG {name}: the value is not used.",
    ja="Dockerfile に ARG {name} の宣言がないため、この値は使われません。",
)
_STARTS = frozenset({"CMD", "ENTRYPOINT"})


def hover(db: Database, path: str, offset: int) -> Page | None:
    """What is said about an absolute offset of a file; None where nothing is."""
    kind = kind_of(path)
    if kind == "dockerfile":
        return _in_dockerfile(db, path, offset)
    if kind == "ignore":
        return _in_ignore_file(db, path, offset)
    if kind == "yaml" and is_compose(db, path):
        return _in_compose(db, path, offset)
    return None


def is_compose(db: Database, path: str) -> bool:
    """Whether a YAML file takes part in a compose project."""
    return any(path in group.files for group in compose_groups(db, root_of(db, path)))


def _page(span: Span, parts: tuple[Part, ...]) -> Page | None:
    return Page(span, parts) if parts else None


# Ignore files


def _in_ignore_file(db: Database, path: str, offset: int) -> Page | None:
    parsed = parsed_ignore_file(db, path)
    if parsed is None:
        return None
    for number, pattern in enumerate(parsed.tree.patterns):
        span = pattern.span.shift(parsed.starts[number])
        if span.start <= offset <= span.end:
            return _page(span, pattern_parts(db, path, number))
    return None


# Dockerfiles


def mention_at(db: Database, spot: Spot) -> Mention | None:
    """The variable at a place of a Dockerfile."""
    for mention in mentions_of(db, spot.path):
        inside = mention.span.start <= spot.offset <= mention.span.end
        if mention.ordinal == spot.ordinal and inside:
            return mention
    return None


def _in_dockerfile(db: Database, path: str, offset: int) -> Page | None:
    spot = spot_at(db, path, offset)
    if spot is None:
        return None
    instruction = spot.instruction
    keyword = instruction.keyword
    on_keyword = instruction.keyword_span.start <= spot.offset <= instruction.keyword_span.end
    doc = instruction_doc(keyword)
    if on_keyword:
        parts = _step_parts(db, spot, None) if keyword not in ("ENV", "ARG") else ()
        documented = (text(doc),) if doc is not None else ()
        return _page(spot.absolute(instruction.keyword_span), (*parts, *documented))
    mention = mention_at(db, spot)
    if mention is not None:
        after = mention.role in ("arg", "env")
        parts = variable_parts(db, path, spot.ordinal, mention.name, after=after)
        return _page(spot.absolute(mention.span), parts)
    if spot.flag is not None:
        about = flag_doc(keyword, spot.flag.name)
        parts = _step_parts(db, spot, None) if spot.flag.name == "from" else ()
        documented = (text(about),) if about is not None else ()
        return _page(spot.absolute(spot.flag.span), (*parts, *documented))
    span = spot.word.span if spot.word is not None else instruction.span
    if instruction.json and keyword in _STARTS:
        span = instruction.span
    return _page(spot.absolute(span), _step_parts(db, spot, spot.offset))


def _step_parts(db: Database, spot: Spot, offset: int | None) -> tuple[Part, ...]:
    """What an instruction does in each build; with an offset, of the word there."""
    if spot.instruction.keyword == "FROM":
        written = spot.instruction.args[0].text if spot.instruction.args else ""
        bases = [
            (made.unit, from_parts(db, made, stage, written))
            for made, stage in stages_at(db, spot.path, spot.ordinal)
        ]
        return grouped(db, bases)
    found: list[tuple[BuildUnit, tuple[Part, ...]]] = []
    several = False
    for made, _, step in steps_at(db, spot.path, spot.ordinal):
        parts: tuple[Part, ...] = ()
        if isinstance(step, Copy):
            parts = copy_parts(db, made, step, _source_at(step, offset))
            several = True
        elif isinstance(step, Run):
            parts = run_parts(db, made, step, offset)
        elif isinstance(step, Setting):
            parts = _setting_parts(db, step)
        found.append((made.unit, parts))
    return grouped(db, found, always=several and len(found) > 1)


def _source_at(copy: Copy, offset: int | None) -> Source | None:
    if offset is None:
        return None
    for source in copy.sources:
        if source.at.span.start <= offset <= source.at.span.end:
            return source
    return None


def _setting_parts(db: Database, step: Setting) -> tuple[Part, ...]:
    keyword = step.instruction.keyword
    if keyword == "WORKDIR" and step.after.workdir is not None:
        return (text(WORKDIR, folder=step.after.workdir),)
    if keyword == "USER" and step.after.user is not None:
        return (text(USER, user=step.after.user or "root"),)
    if keyword in _STARTS:
        made = image(db, step.unit.id)
        runs = runs_of(db, step.unit.id) if made is not None else ()
        return tuple(part for run in runs for part in start_parts(db, run, step.at))
    return ()


# Compose files


def _in_compose(db: Database, path: str, offset: int) -> Page | None:
    place = place_at(db, path, offset)
    if place is None:
        return None
    parts = tuple(_compose_parts(db, path, place, offset))
    doc = compose_doc(place.path) if place.key else None
    if doc is not None:
        parts = (*parts, text(doc))
    return _page(place.span, parts)


def _compose_parts(db: Database, path: str, place: Place, offset: int) -> Iterator[Part]:
    keys = place.path
    if not place.key:
        used = variable_at(db, path, place, offset)
        if used is not None:
            yield from compose_variable_parts(db, project_folder(db, path), used[0], used[1])
            return
    if len(keys) < 2 or keys[0] != "services":
        return
    service = keys[1]
    below = keys[2:]
    if not below or below == ("build",) or _of_build(below):
        unit = unit_of_service(db, path, service)
        if unit is not None:
            yield from build_parts(db, unit)
    elif below[:2] == ("build", "args") and len(below) == 3:
        yield from _argument_parts(db, path, service, place)
    elif below[:1] == ("volumes",):
        yield from _volume_parts(db, path, place, service)
    elif below[:1] in (("command",), ("entrypoint",)):
        run = _run_of(db, path, service)
        if run is not None:
            yield from start_parts(db, run, None)
    elif below == ("image",) and not place.key:
        yield from _image_parts(db, path, service, place)


def _of_build(below: tuple[str, ...]) -> bool:
    keys = ("context", "dockerfile", "target", "dockerfile_inline")
    return len(below) == 2 and below[0] == "build" and below[1] in keys


def _argument_parts(db: Database, path: str, service: str, place: Place) -> Iterator[Part]:
    """Which ARG of the Dockerfile an argument is for."""
    unit = unit_of_service(db, path, service)
    docker = unit.dockerfile if unit is not None and unit.inline is None else None
    if not isinstance(docker, str) or db.text(docker) is None:
        return
    name = place.text.partition("=")[0] if place.path[-1] == "[]" else place.path[-1]
    for mention in mentions_of(db, docker):
        if mention.role == "arg" and mention.name == name:
            at = Anchor(docker, mention.ordinal, mention.span)
            yield text(GIVES, name=code(name), where=At(at))
            return
    yield text(NOT_DECLARED, name=code(name))


def _volume_parts(db: Database, path: str, place: Place, service: str) -> Iterator[Part]:
    if place.key and place.path[2:] == ("volumes",):
        run = _run_of(db, path, service)
        if run is not None and run.mounts:
            yield from table_parts(db, run, None)
        return
    found = [
        (run, mount)
        for run, mount in mounts_at(db, path, place.at.node, place.at.span.start)
        if run.service is not None
    ]
    own = [pair for pair in found if pair[0].service and pair[0].service.name == service]
    for run, mount in own or found:
        yield from table_parts(db, run, mount)


def _run_of(db: Database, path: str, service: str) -> RunUnit | None:
    for run in runs_in(db, path):
        files = run.project.files if run.project is not None else ()
        if run.service is not None and run.service.name == service and path in files:
            return run
    return None


def _image_parts(db: Database, path: str, service: str, place: Place) -> Iterator[Part]:
    run = _run_of(db, path, service)
    known = run.service.image if run is not None and run.service is not None else None
    if isinstance(known, str):
        parsed = parse_reference(known)
        yield from image_parts(known, place.text, understand(parsed) if parsed else None)


def variable_at(db: Database, path: str, place: Place, offset: int) -> tuple[str, str, Span] | None:
    """The `${NAME}` at an offset of a compose file's value: name, what follows, absolute range."""
    source = (db.text(path) or "")[place.span.start : place.span.end]
    for name, start, end, rest in compose_uses(source):
        if place.span.start + start - 2 <= offset <= place.span.start + end:
            return name, rest, Span(place.span.start + start, place.span.start + end)
    return None


def project_folder(db: Database, path: str) -> str:
    """The folder whose `.env` fills in the variables of a compose file."""
    for group in compose_groups(db, root_of(db, path)):
        if path in group.files:
            return group.directory
    return path.rpartition("/")[0]
