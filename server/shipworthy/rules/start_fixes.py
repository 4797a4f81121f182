"""Fixes of a `uv run` that starts a container: start the program itself, or do not sync."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.states import path_entries
from shipworthy.model.image.steps import Setting
from shipworthy.model.next_commands import build_command
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.model.start_sync import StartSync
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

DIRECT = Text(
    en="Start `{program}` from the environment itself, without `uv run`",
    ja="`uv run` を使わず、環境の `{program}` を直接起動する",
)
NO_SYNC = Text(
    en="Set `UV_NO_SYNC=1` in the image: `uv run` starts what the build installed",
    ja="イメージに `UV_NO_SYNC=1` を設定し、`uv run` がビルド時のまま起動するようにする",
)


def start_fixes(db: Database, run: RunUnit, sync: StartSync) -> Iterator[Fix]:
    """The ways to start without a sync; none while a volume may hold older packages."""
    if run.unit is None or sync.environment is None or _volume_over(db, run, sync.environment):
        return
    step = deciding(db, run)
    if step is None:
        return
    again = (build_command(db, run.unit),)
    direct = _direct(run, sync, sync.environment, step)
    if direct:
        program = _program(sync)
        yield Fix(say(DIRECT, program=program), direct, Safety.UNSAFE, again)
    inserted = insert_before(run.unit, step, "ENV UV_NO_SYNC=1\n")
    if inserted:
        yield Fix(say(NO_SYNC), inserted, Safety.UNSAFE, again)


def _volume_over(db: Database, run: RunUnit, environment: Environment) -> bool:
    assert run.unit is not None
    return any(item.mount_over(environment.path) for item in runs_of(db, run.unit.id))


def deciding(db: Database, run: RunUnit) -> Setting | None:
    """The last CMD or ENTRYPOINT of the image's final stage."""
    made = image(db, run.unit.id) if run.unit is not None else None
    final = made.final() if made is not None else None
    for step in reversed(final.steps if final is not None else ()):
        if isinstance(step, Setting) and step.instruction.keyword in ("CMD", "ENTRYPOINT"):
            return step
    return None


def _program(sync: StartSync) -> str:
    started = sync.tool.run
    assert started is not None
    if started.module or started.script is not None:
        return "python"
    return started.words[0] or "" if started.words else ""


def _direct(
    run: RunUnit, sync: StartSync, environment: Environment, step: Setting
) -> tuple[Edit, ...]:
    """`["uv", "run", "x"]` to `["x"]`, with the environment first on PATH."""
    started, words = sync.tool.run, step.instruction.args
    if started is None or not step.instruction.json or run.process.at != step.at:
        return ()
    if run.process.shell or sync.command.script is not None or not started.words:
        return ()
    texts = tuple(word.text for word in words)
    rest = tuple(started.words)
    if texts[:2] != ("uv", "run") or texts[-len(rest) :] != rest:
        return ()
    if started.with_packages or started.with_requirements or started.env_files:
        return ()
    first = words[len(words) - len(rest)]
    head = '"python", "-m", ' if started.module else '"python", ' if started.script else ""
    at = Anchor(step.at.path, step.ordinal, Span(words[0].span.start, first.span.start))
    edits = (Edit(at, head),)
    if environment.bin in path_entries(run.get("PATH")):
        return edits
    return (
        *insert_before(step.unit, step, f'ENV PATH="{environment.bin}:$PATH"\n'),
        *edits,
    )
