"""Everything that is said about a place: which view answers for what stands there."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.message import Text
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import kind_of, parsed_ignore_file
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Setting, Source
from shipworthy.model.run import runs_of
from shipworthy.text.spans import Span
from shipworthy.views.command_views import run_parts
from shipworthy.views.compose_files import is_compose
from shipworthy.views.compose_hover import compose_page
from shipworthy.views.copy_views import copy_parts
from shipworthy.views.directive_views import directive_page
from shipworthy.views.docker_places import Spot, spot_at, stages_at, steps_at
from shipworthy.views.docker_symbols import mentions_of
from shipworthy.views.ignore_views import pattern_parts
from shipworthy.views.image_views import from_parts
from shipworthy.views.inline_places import inline_place, outer_span
from shipworthy.views.instruction_docs import flag_doc, instruction_doc
from shipworthy.views.mount_views import mount_parts
from shipworthy.views.page import Page, Part, grouped, text
from shipworthy.views.start_views import start_parts
from shipworthy.views.variable_uses import Mention
from shipworthy.views.variable_views import variable_parts

WORKDIR = Text(
    en="The folder from here on is `{folder}`.", ja="ここからの作業フォルダーは `{folder}` です。"
)
USER = Text(en="From here on, commands run as `{user}`.", ja="ここから `{user}` として実行します。")
_STARTS = frozenset({"CMD", "ENTRYPOINT"})


def hover(db: Database, path: str, offset: int) -> Page | None:
    """What is said about an absolute offset of a file; None where nothing is."""
    inner = inline_place(db, path, offset)
    if inner is not None:
        page = _in_dockerfile(db, *inner)
        return page and page._replace(span=outer_span(db, inner.path, page.span))
    kind = kind_of(path)
    if kind == "dockerfile":
        return _in_dockerfile(db, path, offset)
    if kind == "ignore":
        return _in_ignore_file(db, path, offset)
    if kind == "yaml" and is_compose(db, path):
        return compose_page(db, path, offset)
    return None


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
        return directive_page(db, path, offset)
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
        if keyword == "RUN" and spot.flag.name == "mount":
            parts = _mount_parts(db, spot)
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


def _mount_parts(db: Database, spot: Spot) -> tuple[Part, ...]:
    """What the mount at a place lends, build by build."""
    found = [
        (made.unit, mount_parts(db, made, step, mount))
        for made, _, step in steps_at(db, spot.path, spot.ordinal)
        if isinstance(step, Run) and spot.flag is not None
        for mount in step.mounts
        if mount.at.span == spot.flag.value_span
    ]
    return grouped(db, found)


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
