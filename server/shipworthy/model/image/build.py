"""A build unit's Dockerfile as stages and steps."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.db.database import Database, query
from shipworthy.model.base_image import UNKNOWN_IMAGE
from shipworthy.model.context import context_ignore_path
from shipworthy.model.files import dockerfile
from shipworthy.model.image.execution import Argument, Executed, Placer, Shell, exec_form, execute
from shipworthy.model.image.plan import Plan, judged_stages, plan
from shipworthy.model.image.stages import StageShape, resolve_stage
from shipworthy.model.image.states import (
    State,
    Variables,
    apply,
    base_state,
    image_path,
)
from shipworthy.model.image.steps import (
    Copy,
    CopyOrigin,
    Image,
    Mount,
    Run,
    Setting,
    Source,
    SourceKind,
    Stage,
    Step,
)
from shipworthy.syntax.dockerfile.expand import expand_known
from shipworthy.syntax.dockerfile.nodes import Flag, Instruction, Word
from shipworthy.syntax.dockerfile.source_map import joined
from shipworthy.syntax.gopath import clean, has_wildcard
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

_URL_PREFIXES = ("http://", "https://", "git@", "git://", "ssh://")


@query
def image(db: Database, unit_id: str) -> Image | None:
    """What the build would do; None without a readable Dockerfile."""
    base = plan(db, unit_id)
    if base is None:
        return None
    judged = judged_stages(db, unit_id)
    for number in judged:
        # In the order of the file: a stage finds the one that it continues already made.
        _stage(db, unit_id, number)
    return Image(
        base.unit,
        base.shapes,
        base.target,
        base.reachable,
        frozenset(judged),
        db,
        _stage,
    )


@query
def _instructions(db: Database, unit_id: str, number: int) -> tuple[Instruction, ...]:
    """The instructions of one stage after its FROM: a stage is made anew only if they change."""
    planned = plan(db, unit_id)
    tree = dockerfile(db, planned.path) if planned is not None else None
    if planned is None or tree is None or number >= len(planned.shapes):
        return ()
    shape = planned.shapes[number]
    return tree.instructions[shape.first + 1 : shape.end]


@query
def _stage(db: Database, unit_id: str, number: int) -> Stage:
    planned = plan(db, unit_id)
    assert planned is not None  # only an image asks for its stages
    shape = planned.shapes[number]
    parent = _stage(db, unit_id, shape.parent) if shape.parent is not None else None
    return _Builder(db, planned, parent).stage(shape, _instructions(db, unit_id, number))


class _Builder:
    """Makes the steps of one stage."""

    def __init__(self, db: Database, planned: Plan, parent: Stage | None) -> None:
        self.db = db
        self.plan = planned
        self.parent = parent
        self.unit = planned.unit
        self.path = planned.path
        self.escape = planned.escape
        self.build_args: Mapping[str, str | None] = planned.build_args
        self.globals = planned.globals
        self.shapes = planned.shapes
        self.context = planned.context
        self.ignore = planned.ignore
        self.folders: set[str] = set()

    def stage(self, shape: StageShape, instructions: tuple[Instruction, ...]) -> Stage:
        start = self._start(shape)
        state = start
        reachable = shape.number in self.plan.reachable
        self.folders = self._folders(start)
        steps: list[Step] = []
        for ordinal, instruction in enumerate(instructions, shape.first + 1):
            step, state = self._step(shape, ordinal, instruction, state, reachable)
            steps.append(step)
        return Stage(
            unit=self.unit,
            shape=shape,
            steps=tuple(steps),
            start=start,
            end=state,
            reachable=reachable,
            final=shape.number == self.plan.target,
        )

    def _start(self, shape: StageShape) -> State:
        if self.parent is not None:
            return self.parent.end._replace(args={})
        return base_state(None if shape.scratch else shape.image or UNKNOWN_IMAGE)

    def _step(
        self,
        shape: StageShape,
        ordinal: int,
        instruction: Instruction,
        state: State,
        reachable: bool,
    ) -> tuple[Step, State]:
        at = Anchor(self.path, ordinal, instruction.span)
        if instruction.keyword in ("COPY", "ADD"):
            return self._copy(shape, ordinal, instruction, state, reachable), state
        if instruction.keyword == "RUN":
            return self._run(shape, ordinal, instruction, state, reachable), state
        after = apply(
            state, instruction, self.path, ordinal, self.escape, self.build_args, self.globals
        )
        if instruction.keyword == "WORKDIR" and after.workdir is not None:
            self.folders.add(after.workdir)
        setting = Setting(
            self.unit, shape.number, ordinal, at, instruction, state, after, reachable
        )
        return setting, after

    def _folders(self, start: State) -> set[str]:
        """Image paths that are directories for certain at the start of a stage."""
        folders = {"/", start.workdir or "/"}
        if self.parent is not None:
            for step in self.parent.steps:
                if isinstance(step, Copy) and step.into and step.destination is not None:
                    folders.add(step.destination)
                elif isinstance(step, Setting) and step.after.workdir is not None:
                    folders.add(step.after.workdir)
        return folders

    # COPY and ADD

    def _copy(
        self, shape: StageShape, ordinal: int, instruction: Instruction, state: State, reach: bool
    ) -> Copy:
        words = instruction.args
        text = self._expand(words[-1], state) if len(words) > 1 else None
        origin, stage, from_text, context, ignore = self._origin(
            instruction.flag("from"), shape.number
        )
        chown = instruction.flag("chown")
        chmod = instruction.flag("chmod")
        destination = image_path(state, text)
        into = text is not None and (text.endswith(("/", "/.")) or text in (".", "./"))
        into = into or destination in self.folders
        sources = tuple(self._source(word, ordinal, state, instruction) for word in words[:-1])
        if destination is not None and (into or any(source.path == "" for source in sources)):
            self.folders.add(destination)
        return Copy(
            unit=self.unit,
            stage=shape.number,
            ordinal=ordinal,
            at=Anchor(self.path, ordinal, instruction.span),
            instruction=instruction,
            sources=sources,
            destination=destination,
            into=into,
            origin=origin,
            context=context,
            ignore=ignore,
            from_stage=stage,
            from_text=from_text,
            exclude=tuple(
                flag.value for flag in instruction.flags if flag.name == "exclude" and flag.value
            ),
            parents=_is_true(instruction.flag("parents")),
            chown=self._flag_text(chown, state),
            chmod=self._flag_text(chmod, state),
            state=state,
            reachable=reach,
        )

    def _flag_text(self, flag: Flag | None, state: State) -> str | None:
        if flag is None or flag.value is None:
            return None
        return expand_known(flag.value, state.variables(), self.escape) or flag.value

    def _expand(self, word: Word, state: State) -> str | None:
        # The strings of the JSON form go through the same expansion, quotes and escapes included.
        return expand_known(word.text, state.variables(), self.escape)

    def _source(self, word: Word, ordinal: int, state: State, instruction: Instruction) -> Source:
        at = Anchor(self.path, ordinal, word.span)
        text = self._expand(word, state)
        kind: SourceKind = "path"
        if word.text.startswith("<<") and instruction.heredocs:
            kind = "heredoc"
        elif instruction.keyword == "ADD" and (text or word.text).startswith(_URL_PREFIXES):
            kind = "url"
        path = None if text is None or kind != "path" else _below_root(text)
        return Source(at, word.text, path, kind, has_wildcard(text or ""), text)

    def _origin(
        self, flag: Flag | None, before: int
    ) -> tuple[CopyOrigin, int | None, str | None, str | None, str | None]:
        """What `from=` names: (origin, stage, text, folder on disk, its ignore file)."""
        if flag is None or not flag.value:
            origin: CopyOrigin = "context" if self.context is not None else "unknown"
            return origin, None, None, self.context, self.ignore
        return self._from(flag.value, before)

    def _from(
        self, text: str, before: int
    ) -> tuple[CopyOrigin, int | None, str | None, str | None, str | None]:
        stage = resolve_stage(self.shapes, text, before)
        if stage is not None:
            return "stage", stage, text, None, None
        for name, value in self.unit.named_contexts:
            if name.lower() == text.lower():
                if isinstance(value, str) and value.startswith("/"):
                    return "context", None, text, value, context_ignore_path(self.db, value)
                return "unknown", None, text, None, None
        return "image", None, text, None, None

    # RUN

    def _run(
        self, shape: StageShape, ordinal: int, instruction: Instruction, state: State, reach: bool
    ) -> Run:
        commands, complete = self._commands(ordinal, instruction, state)
        return Run(
            unit=self.unit,
            stage=shape.number,
            ordinal=ordinal,
            at=Anchor(self.path, ordinal, instruction.span),
            instruction=instruction,
            commands=commands,
            complete=complete,
            mounts=tuple(
                self._mount(flag, ordinal, state, shape.number)
                for flag in instruction.flags
                if flag.name == "mount" and flag.value
            ),
            state=state,
            reachable=reach,
        )

    def _commands(
        self, ordinal: int, instruction: Instruction, state: State
    ) -> tuple[tuple[Executed, ...], bool]:
        shell = Shell(state.workdir, shell_variables(state), state.user)
        if instruction.json:
            words = tuple(
                Argument(word.text, Anchor(self.path, ordinal, word.span))
                for word in instruction.args
            )
            whole = Anchor(self.path, ordinal, instruction.span)
            return tuple(exec_form(words, shell, whole)), True
        if not instruction.args or state.shell[0].rpartition("/")[2] not in _SHELLS:
            return (), False
        word = instruction.args[0]
        if instruction.heredocs and word.text.strip().startswith("<<"):
            return self._heredoc(ordinal, instruction, shell)
        source = joined(instruction, word, self.escape)

        def place(span: Span) -> Anchor:
            return Anchor(self.path, ordinal, source.span(span.start, span.end))

        script = parse_shell(word.text)
        return tuple(execute(script, shell, place)), script.complete

    def _heredoc(
        self, ordinal: int, instruction: Instruction, shell: Shell
    ) -> tuple[tuple[Executed, ...], bool]:
        commands: list[Executed] = []
        complete = True
        for heredoc in instruction.heredocs:
            body = heredoc.body
            first = body.split("\n", 1)[0]
            if first.startswith("#!") and not first.rstrip().endswith("sh"):
                complete = False
                continue
            script = parse_shell(body)
            complete = complete and script.complete
            commands.extend(execute(script, shell, _shifted(self.path, ordinal, heredoc.span)))
        return tuple(commands), complete

    def _mount(self, flag: Flag, ordinal: int, state: State, before: int) -> Mount:
        at = Anchor(self.path, ordinal, flag.value_span or flag.span)
        options: list[tuple[str, str]] = []
        source_at = at
        position = 0
        for part in (flag.value or "").split(","):
            name, _, value = part.partition("=")
            options.append((name.lower(), value))
            if name.lower() in ("source", "src"):
                source_at = at.narrow(position + len(name) + 1, position + len(part))
            position += len(part) + 1
        found = dict(reversed(options))
        kind = found.get("type", "bind")
        text = found.get("source", found.get("src"))
        variables = state.variables()
        path = expand_known(text, variables, self.escape) if text is not None else ""
        target = found.get("target", found.get("dst", found.get("destination")))
        origin: CopyOrigin = "context" if self.context is not None else "unknown"
        stage, context, ignore = None, self.context, self.ignore
        if found.get("from"):
            origin, stage, _, context, ignore = self._from(found["from"], before)
        source = None
        if kind == "bind":
            cleaned = None if path is None else _below_root(path)
            source = Source(source_at, text or "", cleaned, "path", False, path)
        return Mount(
            type=kind,
            source=source,
            target=image_path(state, expand_known(target, variables, self.escape))
            if target is not None
            else None,
            origin=origin,
            from_stage=stage,
            context=context,
            ignore=ignore,
            options=tuple(options),
            at=at,
        )


_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})


def shell_variables(state: State) -> Variables:
    """The variables of a shell in a RUN: a name that the Dockerfile does not set is unknown.

    The shell's own variables and loop variables are not ENV; taking them as unset would guess.
    """
    return Variables(state.variables(), True)


def _shifted(path: str, ordinal: int, body: Span) -> Placer:
    def place(span: Span) -> Anchor:
        return Anchor(path, ordinal, span.shift(body.start))

    return place


def _below_root(text: str) -> str:
    """A source seen from the root it is taken from: `/x`, `./x` and `../x` all mean `x`."""
    cleaned = clean("/" + text).lstrip("/")
    return "" if cleaned == "." else cleaned


def _is_true(flag: Flag | None) -> bool:
    return flag is not None and (flag.value is None or flag.value.lower() in ("true", "1", "t"))
