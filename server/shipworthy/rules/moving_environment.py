"""The fix that moves a uv environment out of the way of mounts: to `/opt/venv`."""

from __future__ import annotations

import re

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.steps import Image, Stage
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

TARGET = "/opt/venv"

MOVE = Text(
    en="Move the environment to `/opt/venv` (`UV_PROJECT_ENVIRONMENT` and `PATH`)",
    ja="環境を `/opt/venv` に移す（`UV_PROJECT_ENVIRONMENT` と `PATH` を設定する）",
)


def move_fix(
    db: Database,
    unit_id: str,
    environment: Environment,
    afterwards: tuple[str, ...],
    more: tuple[Edit, ...] = (),
) -> Fix | None:
    """UV_PROJECT_ENVIRONMENT before the first sync, and every literal of the old path rewritten.

    None when uv does not make the environment, or something here already says where it lies.
    """
    made = image(db, unit_id)
    if made is None or environment.manager != "uv" or environment.kind != "venv":
        return None
    if made.unit.inline is not None or not environment.made_at.endswith("/.venv"):
        return None
    stages = {environment.made_in}
    final = made.final()
    if final is not None and environment.made_in not in (
        s.number for s in made.chain(final.number)
    ):
        stages.add(final.number)
    edits: list[Edit] = []
    for number in sorted(stages):
        at = _before_first_use(made, made.stage(number), environment)
        if at is None:
            return None
        edits.append(Edit(at, f'ENV UV_PROJECT_ENVIRONMENT={TARGET} PATH="{TARGET}/bin:$PATH"\n'))
    # Where it was made, and where a later stage copied it to.
    for old in dict.fromkeys((environment.made_at, environment.path)):
        edits.extend(_rewritten(made, old))
    return Fix(say(MOVE), (*edits, *more), Safety.UNSAFE, afterwards)


def _before_first_use(made: Image, stage: Stage, environment: Environment) -> Anchor | None:
    """The start of the first instruction of the stage that uses the environment."""
    ordinal = environment.ordinal
    if stage.number == environment.made_in:
        ordinals = [
            install.run.ordinal
            for install in environment.installs
            if install.run.stage == stage.number
        ]
        ordinal = min(ordinals, default=ordinal)
    else:
        ordinal = stage.steps[0].ordinal if stage.steps else -1
    if ordinal < 0:
        return None
    path = made.unit.dockerfile
    return Anchor(path, ordinal, Span(0, 0)) if isinstance(path, str) else None


def _rewritten(made: Image, old: str) -> list[Edit]:
    """Every literal of the old path in the instructions, absolute or relative to its folder."""
    folder = old.rpartition("/")[0]
    absolute = re.compile(r"(?<![\w.}-])" + re.escape(old) + r"(?![\w.-])")
    relative = re.compile(r"(?<![\w./$}-])(?:\./)?\.venv(?=/bin/)")
    edits: list[Edit] = []
    for stage in made.stages:
        for step in stage.steps:
            source = step.instruction.source
            pattern = absolute
            if step.state.workdir == folder and step.instruction.keyword in (
                "RUN",
                "CMD",
                "ENTRYPOINT",
            ):
                pattern = re.compile(f"{absolute.pattern}|{relative.pattern}")
            edits.extend(
                Edit(Anchor(step.at.path, step.ordinal, Span(*match.span())), TARGET)
                for match in pattern.finditer(source)
            )
    return edits
