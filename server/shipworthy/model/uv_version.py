"""Which uv a stage has before an instruction, where a file of the build says it.

Sources of a uv: a uv base image, `COPY --from` of a uv image (also through a stage), pip, and the
installer script. Variant tags of the uv image without a version that are no longer built hold the
last uv before 0.10 (uv's changelog of 0.10.0 dropped the Debian bookworm variants).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal

from shipworthy.db.database import Database, query
from shipworthy.model.base_image import BaseImage
from shipworthy.model.base_image import understand as understand_image
from shipworthy.model.commands import Download, PipCommand, uv_installer
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run, Setting
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.text import numbers
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class UvVersion(NamedTuple):
    """A uv as far as its version is stated; `release` has one to three numbers."""

    text: str
    release: tuple[int, ...]
    at: Anchor
    """The place that names the version."""
    how: Literal["base", "copied", "pip", "installer"]

    def before(self, *release: int) -> bool:
        """Whether this uv is certainly older than the release (`0.9` may be the last 0.9)."""
        length = min(len(self.release), len(release))
        return self.release[:length] < release[:length]


def uv_version(made: Image, stage: int, before: int) -> UvVersion | None:
    """The uv just before instruction `before` of a stage; None when its version is not stated."""
    for current in reversed(made.lineage(stage)):
        steps = _bringing(made.db, made.unit.id, current)
        index = bisect_left(steps, before, key=lambda step: step.ordinal)
        if index:
            last = steps[index - 1]
            return _copied(made, last) if isinstance(last, Copy) else list(_installed(last))[-1]
        shape = made.shapes[current]
        if shape.image is not None and shape.image.is_uv:
            return _of_image(shape.image, shape.at, "base")
    return None


@query
def _bringing(db: Database, unit_id: str, stage: int) -> tuple[Copy | Run, ...]:
    """The steps of a stage that bring a uv, in order."""
    made = image(db, unit_id)
    return tuple(
        step
        for step in (made.stage(stage).steps if made is not None else ())
        if not isinstance(step, Setting) and _brings_uv(step)
    )


def _of_image(image: BaseImage, at: Anchor, how: Literal["base", "copied"]) -> UvVersion | None:
    text = image.uv
    if text is None and "bookworm" in (image.uv_variant or ""):
        text = "0.9"
    return None if text is None else _version(text, at, how)


def _brings_uv(step: Copy | Run) -> bool:
    if isinstance(step, Copy):
        return any((source.path or "").rpartition("/")[2] == "uv" for source in step.sources)
    return any(True for _ in _installed(step))


def _copied(made: Image, copy: Copy) -> UvVersion | None:
    at = copy.at
    flag = copy.instruction.flag("from")
    if flag is not None:
        at = Anchor(copy.at.path, copy.ordinal, flag.span)
    if copy.origin == "stage" and copy.from_stage is not None:
        base = made.base(copy.from_stage)
        if base.image is not None and base.image.is_uv:
            return _of_image(base.image, base.at, "copied")
        return uv_version(made, copy.from_stage, made.shapes[copy.from_stage].end)
    reference = parse_reference(copy.from_text) if copy.from_text else None
    if reference is None:
        return None
    facts = understand_image(reference)
    return _of_image(facts, at, "copied") if facts.is_uv else None


def _installed(run: Run) -> Iterator[UvVersion | None]:
    for command in run.commands:
        tool = command.tool
        if isinstance(tool, PipCommand) and tool.command == "install":
            for wanted in tool.packages:
                if wanted.name == "uv":
                    pinned = wanted.pinned
                    yield None if pinned is None else _version(pinned, command.at, "pip")
        elif isinstance(tool, Download):
            yield from _downloaded(command, tool)


def _downloaded(command: Executed, tool: Download) -> Iterator[UvVersion | None]:
    for url in tool.urls:
        version = uv_installer(url)
        if version is not None:
            yield _version(version, command.at, "installer") if version else None


def _version(
    text: str, at: Anchor, how: Literal["base", "copied", "pip", "installer"]
) -> UvVersion | None:
    found = re.match(r"\d+(?:\.\d+){0,2}(?=\Z|[^\d.])", text)
    if found is None:
        return None
    release = tuple(numbers.number(part) for part in found.group().split("."))
    return UvVersion(found.group(), release, at, how)
