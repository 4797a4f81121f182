"""What a build is before anything is executed: its stages, and which of them its target needs."""

from __future__ import annotations

from collections.abc import Iterable

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit, unit, units_of_dockerfile
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import dockerfile
from shipworthy.model.image.stages import StageShape, resolve_stage, stage_shapes
from shipworthy.model.image.states import Value, global_args
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.dockerfile.nodes import Dockerfile, Instruction
from shipworthy.text.records import NamedTuple


def tree_of(db: Database, known: BuildUnit) -> Dockerfile | None:
    """The tree of a unit's Dockerfile, also when it is written inside a compose file."""
    return dockerfile(db, known.dockerfile) if isinstance(known.dockerfile, str) else None


class Plan(NamedTuple):
    """What all stages of a build share."""

    unit: BuildUnit
    path: str
    escape: str
    globals: dict[str, Value]
    shapes: tuple[StageShape, ...]
    context: str | None
    ignore: str | None
    target: int | None
    reachable: frozenset[int]
    """The stages that the target needs; all of them when the target is unknown."""

    @property
    def build_args(self) -> dict[str, str | None]:
        """The arguments that the build is given; None for values that are not known."""
        return _build_args(self.unit)


@query
def plan(db: Database, unit_id: str) -> Plan | None:
    """The plan of a build; None without a readable Dockerfile."""
    known = unit(db, unit_id)
    tree = tree_of(db, known) if known is not None else None
    if known is None or tree is None or not isinstance(known.dockerfile, str):
        return None
    path = known.dockerfile
    variables, shapes = _shapes(db, path, tuple(_build_args(known).items()))
    target = _target(known, shapes)
    ignore = ignore_path_of(db, known)
    return Plan(
        unit=known,
        path=path,
        escape=tree.escape,
        globals=variables,
        shapes=shapes,
        context=known.context if isinstance(known.context, str) else None,
        ignore=ignore if isinstance(ignore, str) else None,
        target=target,
        reachable=_needed(tree, shapes, range(len(shapes)) if target is None else (target,)),
    )


@query
def _shapes(
    db: Database, path: str, build_args: tuple[tuple[str, str | None], ...]
) -> tuple[dict[str, Value], tuple[StageShape, ...]]:
    """The global arguments and the stages of a Dockerfile, for all builds with these arguments."""
    tree = dockerfile(db, path)
    if tree is None:
        return {}, ()
    variables = global_args(tree.instructions, path, tree.escape, dict(build_args))
    return variables, stage_shapes(tree, path, variables)


@query
def judged_stages(db: Database, unit_id: str) -> tuple[int, ...]:
    """The numbers of the stages that a build is judged by, in the order of the file.

    They are those that its target needs, so that a hundred builds of a hundred targets are not
    judged by ten thousand stages; what no build needs goes with the first build of the Dockerfile.
    """
    made = plan(db, unit_id)
    tree = dockerfile(db, made.path) if made is not None else None
    if made is None or tree is None:
        return ()
    unneeded = _unneeded(db, made.path)
    if not unneeded or units_of_dockerfile(db, made.path)[0].id != unit_id:
        return tuple(sorted(made.reachable))
    return tuple(sorted(_needed(tree, made.shapes, made.reachable | unneeded)))


@query
def _unneeded(db: Database, path: str) -> frozenset[int]:
    """The stages of a Dockerfile that no build needs."""
    plans = [plan(db, known.id) for known in units_of_dockerfile(db, path)]
    every = {shape.number for made in plans[:1] if made is not None for shape in made.shapes}
    return frozenset(every.difference(*(made.reachable for made in plans if made is not None)))


def _build_args(known: BuildUnit) -> dict[str, str | None]:
    return {
        name: None if value is None or isinstance(value, Unknown) else value
        for name, value, _ in known.args
    }


def _target(known: BuildUnit, shapes: tuple[StageShape, ...]) -> int | None:
    if not shapes or isinstance(known.target, Unknown):
        return None
    if not known.target:
        return len(shapes) - 1
    return resolve_stage(shapes, known.target, len(shapes))


def _needed(
    tree: Dockerfile, shapes: tuple[StageShape, ...], wanted: Iterable[int]
) -> frozenset[int]:
    """Stages and all that they need."""
    found: set[int] = set()
    todo = list(wanted)
    while todo:
        index = todo.pop()
        if index in found:
            continue
        found.add(index)
        shape = shapes[index]
        if shape.parent is not None:
            todo.append(shape.parent)
        for ordinal in range(shape.first + 1, shape.end):
            for text in _from_texts(tree.instructions[ordinal]):
                used = resolve_stage(shapes, text, index)
                if used is not None:
                    todo.append(used)
    return frozenset(found)


def _from_texts(instruction: Instruction) -> list[str]:
    texts = []
    for flag in instruction.flags:
        if flag.name == "from" and flag.value:
            texts.append(flag.value)
        elif flag.name == "mount" and flag.value:
            texts.extend(
                part[5:] for part in flag.value.split(",") if part.lower().startswith("from=")
            )
    return texts
