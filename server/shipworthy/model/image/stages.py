"""Stages: where each begins, what it stands on, and which ones the target needs."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.model.base_image import UNKNOWN_IMAGE, BaseImage, understand
from shipworthy.model.image.states import Value
from shipworthy.syntax.dockerfile.expand import expand_known
from shipworthy.syntax.dockerfile.nodes import Dockerfile, Instruction
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.text.anchors import Anchor
from shipworthy.text.numbers import number
from shipworthy.text.records import NamedTuple


class StageShape(NamedTuple):
    """One `FROM` and what follows it, before anything is run."""

    number: int
    name: str | None
    """Lower case; None when unnamed."""
    first: int
    """Ordinal of the FROM instruction."""
    end: int
    """Ordinal after the last instruction of the stage."""
    at: Anchor
    """The base image's word (the whole FROM when it has none)."""
    reference: str | None
    """The base after expansion; None when it is unknown."""
    parent: int | None
    """The stage it continues, when the base is one."""
    image: BaseImage | None
    """What is known of the base image; None for `scratch` and for a parent stage."""
    platform: str | None

    @property
    def scratch(self) -> bool:
        """Whether the stage starts from nothing."""
        return self.parent is None and self.reference == "scratch"


def stage_shapes(tree: Dockerfile, path: str, args: Mapping[str, Value]) -> tuple[StageShape, ...]:
    """The stages of a Dockerfile in order (BuildKit instructions.Parse, dispatchStates)."""
    values = {name: value.text for name, value in args.items()}
    starts = [i for i, item in enumerate(tree.instructions) if item.keyword == "FROM"]
    shapes: list[StageShape] = []
    names: dict[str, int] = {}
    for index, first in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(tree.instructions)
        shape = _shape(tree, path, index, first, end, values, names)
        shapes.append(shape)
        if shape.name is not None:
            names[shape.name] = index
    return tuple(shapes)


def _shape(
    tree: Dockerfile,
    path: str,
    index: int,
    first: int,
    end: int,
    values: Mapping[str, str | None],
    names: Mapping[str, int],
) -> StageShape:
    instruction = tree.instructions[first]
    words = instruction.args
    reference = expand_known(words[0].text, values, tree.escape) if words else None
    parent = names.get(reference) if reference is not None else None
    image = None
    if parent is None and reference != "scratch":
        parsed = parse_reference(reference) if reference is not None else None
        image = understand(parsed) if parsed is not None else UNKNOWN_IMAGE
    flag = instruction.flag("platform")
    return StageShape(
        number=index,
        name=_name(instruction),
        first=first,
        end=end,
        at=Anchor(path, first, words[0].span if words else instruction.span),
        reference=reference,
        parent=parent,
        image=image,
        platform=expand_known(flag.value, values, tree.escape) if flag and flag.value else None,
    )


def _name(instruction: Instruction) -> str | None:
    words = instruction.args
    if len(words) == 3 and words[1].text.lower() == "as":
        return words[2].text.lower()
    return None


def resolve_stage(shapes: tuple[StageShape, ...], text: str, before: int) -> int | None:
    """The stage that `--from=TEXT` or `target: TEXT` names among those before `before`."""
    lower = text.lower()
    for shape in reversed(shapes[:before]):
        if shape.name == lower:
            return shape.number
    if text.isascii() and text.isdigit() and number(text) < before:
        return number(text)
    return None
