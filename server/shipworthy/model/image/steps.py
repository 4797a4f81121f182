"""The nodes of a build that rules visit: stages, what each COPY brings, what each RUN does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol, TypeAlias, TypeVar

from shipworthy.db.database import Database
from shipworthy.model.builds import BuildUnit
from shipworthy.model.copying import CopySpec, image_path_of
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.stages import StageShape
from shipworthy.model.image.states import State
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

SourceKind: TypeAlias = Literal["path", "url", "heredoc"]
CopyOrigin: TypeAlias = Literal["context", "stage", "image", "unknown"]


class Source(NamedTuple):
    """One source word of a COPY or ADD, or of a bind mount."""

    at: Anchor
    text: str
    """As written."""
    path: str | None
    """Expanded and cleaned, relative to the root it is taken from; "" is the root itself."""
    kind: SourceKind
    wildcard: bool
    original: str | None
    """Expanded, not cleaned: a trailing `/` or `/.` and a `/./` pivot still stand."""


class Copy(NamedTuple):
    """A COPY or ADD of a build."""

    unit: BuildUnit
    stage: int
    ordinal: int
    at: Anchor
    instruction: Instruction
    sources: tuple[Source, ...]
    destination: str | None
    """Absolute path in the image, without a trailing `/`; None when unknown."""
    into: bool
    """Whether the destination is a directory: written as one, or made by an earlier instruction."""
    origin: CopyOrigin
    context: str | None
    """The folder on this disk that the sources are taken from (main or named local context)."""
    ignore: str | None
    """The ignore file that applies to that folder."""
    from_stage: int | None
    from_text: str | None
    exclude: tuple[str, ...]
    parents: bool
    chown: str | None
    chmod: str | None
    state: State
    reachable: bool
    """Whether the stage is needed for the build's target."""

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The builds this node belongs to."""
        return (self.unit,)

    @property
    def names(self) -> frozenset[str]:
        """The last component of each source's path; "" for a root and for an unknown source."""
        return frozenset((source.path or "").rpartition("/")[2] for source in self.sources)

    def spec(self) -> CopySpec | None:
        """What is copied where, without the sources that are unknown; None without destination."""
        if self.destination is None:
            return None
        return CopySpec(
            sources=tuple(
                source.original
                for source in self.sources
                if source.kind == "path" and source.original is not None
            ),
            destination=self.destination,
            parents=self.parents,
            excludes=self.exclude,
        )

    def lands(self, path: str) -> str | None:
        """The image path at which the source path (relative to its root) lands; None: nowhere.

        The path need not exist, and whether the ignore file lets it through is not asked.
        """
        spec = self.spec()
        return None if spec is None else image_path_of(spec, path, into_directory=self.into)

    def lands_folder(self, path: str) -> str | None:
        """Like `lands` for a path that is a folder: a folder named as source gives its contents."""
        inner = self.lands(f"{path.rstrip('/')}/_")
        return None if inner is None or not inner.endswith("/_") else inner[:-2] or "/"


class Mount(NamedTuple):
    """A `RUN --mount`."""

    type: str
    source: Source | None
    """For bind mounts; None means the root of the context or stage."""
    target: str | None
    origin: CopyOrigin
    from_stage: int | None
    context: str | None
    ignore: str | None
    options: tuple[tuple[str, str], ...]
    at: Anchor

    def option(self, *names: str) -> str | None:
        """The value of the first of these options that is given."""
        for name, value in self.options:
            if name in names:
                return value
        return None


class Run(NamedTuple):
    """A RUN of a build with the commands it executes."""

    unit: BuildUnit
    stage: int
    ordinal: int
    at: Anchor
    instruction: Instruction
    commands: tuple[Executed, ...]
    complete: bool
    """False when a part of the shell text was not understood."""
    mounts: tuple[Mount, ...]
    state: State
    reachable: bool

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The builds this node belongs to."""
        return (self.unit,)


class Setting(NamedTuple):
    """An instruction that only changes the state: ENV, ARG, WORKDIR, USER, SHELL, ..."""

    unit: BuildUnit
    stage: int
    ordinal: int
    at: Anchor
    instruction: Instruction
    state: State
    after: State
    reachable: bool

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The builds this node belongs to."""
        return (self.unit,)


Step: TypeAlias = "Copy | Run | Setting"


class Stage(NamedTuple):
    """One stage of a build."""

    unit: BuildUnit
    shape: StageShape
    steps: tuple[Step, ...]
    start: State
    end: State
    reachable: bool
    final: bool
    """Whether it is the stage that the build's target names."""

    @property
    def number(self) -> int:
        """The stage's number in the file, from 0."""
        return self.shape.number

    @property
    def at(self) -> Anchor:
        """The base image's word."""
        return self.shape.at

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The builds this node belongs to."""
        return (self.unit,)

    def runs(self) -> tuple[Run, ...]:
        """The RUN steps in order."""
        return tuple(step for step in self.steps if isinstance(step, Run))

    def copies(self) -> tuple[Copy, ...]:
        """The COPY and ADD steps in order."""
        return tuple(step for step in self.steps if isinstance(step, Copy))


class Image(NamedTuple):
    """What a build would do, stage by stage.

    Stages are looked up when they are asked for, so that a query or a rule depends on those alone
    that it looked at: an edit in one stage of a hundred must not concern the others.
    """

    unit: BuildUnit
    shapes: tuple[StageShape, ...]
    target: int | None
    """The stage that is built; None when the target is unknown or no stage has that name."""
    needed: frozenset[int]
    """The stages that the target needs; all of them when the target is unknown."""
    judged: frozenset[int]
    """The stages that the build is judged by: those its target needs, and those that none does."""
    db: Database
    stage_of: Callable[[Database, str, int], Stage]
    """The query that makes a stage of a build."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages, in the order of the file."""
        return tuple(self.stage(number) for number in range(len(self.shapes)))

    def judged_stages(self) -> tuple[Stage, ...]:
        """The stages that the build is judged by, in the order of the file."""
        return tuple(self.stage(number) for number in sorted(self.judged))

    def stage(self, number: int) -> Stage:
        """One stage, by its number in the file."""
        for below in self.lineage(number) if number not in self.judged else ():
            self.stage_of(self.db, self.unit.id, below)  # base first: Python's stack is finite
        return self.stage_of(self.db, self.unit.id, number)

    def final(self) -> Stage | None:
        """The stage that the target names."""
        return self.stage(self.target) if self.target is not None else None

    def chain(self, stage: int) -> tuple[Stage, ...]:
        """A stage and the stages it continues, base first."""
        return tuple(self.stage(number) for number in self.lineage(stage))

    def lineage(self, stage: int) -> tuple[int, ...]:
        """The numbers of a stage and the stages it continues, base first."""
        way: list[int] = []
        here: int | None = stage
        while here is not None:
            way.append(here)
            here = self.shapes[here].parent
        return tuple(reversed(way))

    def base(self, stage: int) -> StageShape:
        """The shape at the bottom of a stage's chain: it names the base image."""
        shape = self.shapes[stage]
        while shape.parent is not None:
            shape = self.shapes[shape.parent]
        return shape


class OfRun(Protocol):
    """Something that a RUN does."""

    @property
    def run(self) -> Run: ...


T = TypeVar("T", bound=OfRun)


ByRun: TypeAlias = Mapping[int, tuple[T, ...]]
"""What the RUNs of a stage do, each in its order, by the number of the instruction."""


def by_run(items: Iterable[T]) -> ByRun[T]:
    """The items of a stage by RUN."""
    found: dict[int, list[T]] = {}
    for item in items:
        found.setdefault(item.run.ordinal, []).append(item)
    return {ordinal: tuple(these) for ordinal, these in found.items()}


def by_command(
    made: Image | None, stage: int, understood: Callable[[Image, Run, Executed], T | None]
) -> ByRun[T]:
    """What the commands of a stage's RUNs are understood as, by RUN; None leaves one out."""
    if made is None:
        return {}
    return by_run(
        item
        for run in made.stage(stage).runs()
        for command in run.commands
        if (item := understood(made, run, command)) is not None
    )


def of_stages(
    in_stage: Callable[[Database, str, int], ByRun[T]], made: Image | None
) -> tuple[T, ...]:
    """What a query finds in the judged stages of a build, in the order of the file."""
    if made is None:
        return ()
    return tuple(
        item
        for number in sorted(made.judged)
        for items in in_stage(made.db, made.unit.id, number).values()
        for item in items
    )
