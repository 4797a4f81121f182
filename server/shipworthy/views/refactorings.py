"""Changes that nobody has to make: offered at a place without a finding, each as one edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shipworthy.db.database import Database
from shipworthy.engine.fixing import Plan, Refusal, replacements_of, verified
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Change, CreateFile, Edit, Fix, Safety
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.builds import BuildUnit, all_units, units_of_dockerfile
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import kind_of, line_index, locate, parsed_dockerfile
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.next_commands import UP_RENEWED, build_command, compose_command
from shipworthy.model.reinstalls import reinstalls
from shipworthy.model.run import RunMount, RunUnit, Volume, runs_of
from shipworthy.rules.cache.dependencies_reinstalled_on_every_change import split_fixes
from shipworthy.rules.compose_fixes import ADD_VOLUME, delete_item, insert_item
from shipworthy.rules.lock_fixes import relock_fix
from shipworthy.rules.moving_environment import move_fix
from shipworthy.rules.watch_fix import watch_fix
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.exemplary import UNLOCKED, Layout, ignore_text, layout
from shipworthy.views.volume_views import runs_in

CREATE = Text(
    en="Create `{path}` for this build's context",
    ja="このビルドのコンテキストに `{path}` を作成する",
)
WRITE = Text(
    en="Write a Dockerfile for this project: uv, two stages, a user without rights",
    ja="このプロジェクトの Dockerfile を書く（uv、マルチステージ、一般ユーザー）",
)
MOVE, REWRITE, SOURCE = "refactor.move", "refactor.rewrite", "source.shipworthy"
KINDS = (MOVE, REWRITE, SOURCE)
_STALE = frozenset({"node-modules-volume-goes-stale", "venv-volume-goes-stale"})


class Refactoring(NamedTuple):
    """A change with its kind, in the words of the Language Server Protocol."""

    kind: str
    fix: Fix
    brings: frozenset[str] = frozenset()
    """Rules whose findings it is known to bring: the commands to run next are for them."""


def offered(
    host: Host, path: str, span: Span, wanted: Callable[[str], bool] = bool
) -> Iterator[tuple[Refactoring, Plan]]:
    """What can be done at a range of a file and, analysed as if it were done, harms nothing.

    With what each would change; only of the wanted kinds, and no title twice.
    """
    titles: set[Message] = set()
    for found in tuple(refactorings(host.db, path, span)):
        if not wanted(found.kind) or found.fix.title in titles:
            continue
        planned = replacements_of(host.analyse(), found.fix)
        if isinstance(planned, Refusal):
            continue
        if verified(host, found.fix, accepted=found.brings) is True:
            titles.add(found.fix.title)
            yield found, planned


def refactorings(db: Database, path: str, span: Span) -> Iterator[Refactoring]:
    """What could be done at a range (absolute) of a file; nothing of it is proven yet."""
    name = path.rpartition("/")[2]
    kind = kind_of(path)
    if name == "pyproject.toml":
        yield from _new_dockerfile(db, f"{path.rpartition('/')[0]}/Dockerfile")
    elif kind == "dockerfile":
        yield from _at_dockerfile(db, path, span)
    elif kind == "yaml":
        yield from _at_compose(db, path, span)


def _new_dockerfile(db: Database, path: str) -> Iterator[Refactoring]:
    """The exemplary Dockerfile in a file that is absent or empty, with an ignore file."""
    old = db.text(path)
    if (old is None and db.stat(path) is not None) or (old or "").strip():
        return
    folder = path.rpartition("/")[0]
    found = layout(db, folder)
    if not isinstance(found, Layout):
        return
    whole = Anchor(path, -1, Span(0, len(old or "")))
    changes: list[Change] = [
        CreateFile(path, found.dockerfile) if old is None else Edit(whole, found.dockerfile)
    ]
    for name, text in found.files:
        beside = f"{folder}/{name}"
        if kind_of(beside) == "ignore" and db.stat(beside) is None:
            changes.append(CreateFile(beside, text))
    first = () if found.unlocked is None else relock_fix(db, found.unlocked).afterwards
    fix = Fix(say(WRITE), tuple(changes), Safety.SAFE, first)
    yield Refactoring(SOURCE, fix, UNLOCKED if first else frozenset())


def _at_dockerfile(db: Database, path: str, span: Span) -> Iterator[Refactoring]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    yield from _new_dockerfile(db, path)
    units = units_of_dockerfile(db, path)
    yield from _ignore_files(db, units)
    touched = {
        ordinal
        for ordinal, start in enumerate(parsed.starts)
        if start <= span.end and span.start <= start + len(parsed.tree.instructions[ordinal].source)
    }
    for unit in units[:1]:
        for environment in final_environments(db, unit.id):
            at = {environment.at.node, *(item.run.ordinal for item in environment.installs)}
            if at & touched:
                yield from _moved(db, unit, environment)
        for found in reinstalls(db, unit.id):
            if found.install.run.ordinal in touched or found.copy.ordinal in touched:
                yield from (Refactoring(REWRITE, fix) for fix in split_fixes(db, found))


def _ignore_files(db: Database, units: tuple[BuildUnit, ...]) -> Iterator[Refactoring]:
    contexts = [
        unit.context
        for unit in units
        if isinstance(unit.context, str) and ignore_path_of(db, unit) is None
    ]
    for context in dict.fromkeys(contexts):
        target = f"{context}/.dockerignore"
        change = CreateFile(target, ignore_text(db, context))
        yield Refactoring(SOURCE, Fix(say(CREATE, path=File(target)), (change,), Safety.UNSAFE))


def _moved(db: Database, unit: BuildUnit, environment: Environment) -> Iterator[Refactoring]:
    """The environment outside of what is mounted, and no volume any more where it was."""
    volumes = [
        mount.at
        for run in runs_of(db, unit.id)
        for mount in run.mounts
        if mount.target == environment.path and mount.type == "volume" and mount.source is None
    ]
    edits = [delete_item(db, at) for at in volumes]
    command = build_command(db, unit)
    if volumes and unit.origin == "compose":
        command = compose_command(db, unit, UP_RENEWED)
    more = tuple(edit for edit in edits if edit is not None)
    fix = move_fix(db, unit.id, environment, (command,), more)
    if fix is not None:
        yield Refactoring(MOVE, fix)


def _at_compose(db: Database, path: str, span: Span) -> Iterator[Refactoring]:
    here = tuple(
        unit
        for unit in all_units(db)
        if unit.origin == "compose" and unit.at.path == path and _touches(db, unit.at, span)
    )
    yield from _ignore_files(db, here)
    for run in runs_in(db, path):
        for mount in run.mounts:
            if mount.type == "bind" and mount.at.path == path and _touches(db, mount.at, span):
                yield from _at_bind(db, run, mount)


def _touches(db: Database, at: Anchor, span: Span) -> bool:
    """Whether a range touches the lines of a place."""
    lines = line_index(db, at.path)
    place = locate(db, at).span
    first, last = lines.line_of(place.start), lines.line_of(max(place.start, place.end - 1))
    return first <= lines.line_of(span.end) and lines.line_of(span.start) <= last


def _at_bind(db: Database, run: RunUnit, mount: RunMount) -> Iterator[Refactoring]:
    if run.unit is None:
        return
    below = mount.target.rstrip("/") + "/"
    hidden = [
        environment
        for environment in final_environments(db, run.unit.id)
        if environment.kind != "system" and environment.path.startswith(below)
    ]
    for environment in hidden:
        yield from _moved(db, run.unit, environment)
        if run.mount_over(environment.path) == mount:
            edit = insert_item(db, mount.at, environment.path)
            if edit is not None:
                service = run.service.name if run.service else ""
                title = say(ADD_VOLUME, path=environment.path, service=service)
                renew = (compose_command(db, run.unit, UP_RENEWED),)
                yield Refactoring(REWRITE, Fix(title, (edit,), Safety.UNSAFE, renew), _STALE)
    ignored = hidden[0].path.removeprefix(below) if hidden else ".venv"
    fix = watch_fix(db, Volume(run, mount), f"{ignored}/")
    if fix is not None:
        yield Refactoring(REWRITE, fix)
