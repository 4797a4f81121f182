"""The state of a stage before each instruction: ENV, ARG, WORKDIR, USER and SHELL.

Source: BuildKit dockerfile2llb (dispatchEnv, dispatchArg, dispatchWorkdir, dispatchUser).
"""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.model.base_image import BaseImage
from shipworthy.syntax.dockerfile.expand import expand, expand_known
from shipworthy.syntax.dockerfile.nodes import Instruction, Word
from shipworthy.syntax.gopath import clean
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""The PATH that BuildKit gives an image without one (util/system/path.go)."""

UNKNOWN_PIECE = "\U0010fffe"
"""A noncharacter: stands for a part of PATH that the base image sets and nobody here knows."""

PREDEFINED_ARGS = frozenset(
    {
        "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "TARGETPLATFORM", "TARGETOS",
        "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE",
    }
)  # fmt: skip


class Value(NamedTuple):
    """A variable's value (None: unknown) and the word that set it (None: the base image)."""

    text: str | None
    at: Anchor | None


class State(NamedTuple):
    """What holds before an instruction; None is unknown, `user` "" is the default, root."""

    env: Mapping[str, Value]
    args: Mapping[str, Value]
    workdir: str | None
    user: str | None
    user_at: Anchor | None
    shell: tuple[str, ...]
    open: bool
    """Whether the base image may set variables that are not in `env`."""

    def variables(self) -> Variables:
        """ENV and ARG together as an instruction or a shell of the build sees them."""
        values = {name: value.text for name, value in self.args.items()}
        values.update((name, value.text) for name, value in self.env.items())
        return Variables(values, self.open)

    def environment(self) -> Variables:
        """ENV alone, as a container of this image sees it."""
        return Variables({name: value.text for name, value in self.env.items()}, self.open)

    def get(self, name: str) -> str | None:
        """The value of an ENV variable; None when unset or unknown."""
        value = self.env.get(name)
        return value.text if value else None

    def where(self, name: str) -> Anchor | None:
        """The place that set an ENV or ARG variable."""
        value = self.env.get(name) or self.args.get(name)
        return value.at if value else None


class Variables(dict[str, "str | None"]):
    """Values by name where None is unknown; with `open`, so is every name that is not there."""

    def __init__(self, values: Mapping[str, str | None], is_open: bool) -> None:
        super().__init__(values)
        self.is_open = is_open

    def __contains__(self, name: object) -> bool:
        return self.is_open or super().__contains__(name)

    def __missing__(self, name: str) -> str | None:
        if self.is_open:
            return None
        raise KeyError(name)

    def sets(self, name: str) -> bool:
        """Whether something here sets the variable, to a known value or not."""
        return super().__contains__(name)

    def truthy(self, name: str) -> bool:
        """Whether the variable is known and one of the words that uv takes for true."""
        value = self.get(name)
        return value is not None and value.strip().lower() in ("1", "true", "yes", "on", "y", "t")


def base_state(image: BaseImage | None) -> State:
    """The state at the start of a stage on a base image (None: `scratch`)."""
    known = image is None or image.known
    path = DEFAULT_PATH if known else UNKNOWN_PIECE
    return State(
        env={"PATH": Value(path, None)},
        args={},
        workdir="/" if known else None,
        user="" if known else None,
        user_at=None,
        shell=("/bin/sh", "-c"),
        open=not known,
    )


def apply(
    state: State,
    instruction: Instruction,
    path: str,
    ordinal: int,
    escape: str,
    build_args: Mapping[str, str | None],
    global_args: Mapping[str, Value],
) -> State:
    """The state after an instruction; the same object when it changes nothing."""
    keyword = instruction.keyword
    if keyword == "ENV":
        return _env(state, instruction, path, ordinal, escape)
    if keyword == "ARG":
        return _arg(state, instruction, path, ordinal, escape, build_args, global_args)
    if keyword == "WORKDIR" and instruction.args:
        folder = expand_known(instruction.args[0].text, state.variables(), escape)
        return state._replace(workdir=_join(state.workdir, folder))
    if keyword == "USER" and instruction.args:
        user = expand_known(instruction.args[0].text, state.variables(), escape)
        at = Anchor(path, ordinal, instruction.args[0].span)
        return state._replace(user=user, user_at=at)
    if keyword == "SHELL" and instruction.json and instruction.args:
        return state._replace(shell=tuple(word.text for word in instruction.args))
    return state


def _env(state: State, instruction: Instruction, path: str, ordinal: int, escape: str) -> State:
    variables = state.variables()
    env = dict(state.env)
    words = instruction.args
    for i in range(0, len(words) - 1, 3):
        name = expand_known(words[i].text, variables, escape)
        if name is not None:
            at = Anchor(path, ordinal, _pair_span(words[i], words[i + 1]))
            env[name] = Value(_env_text(name, words[i + 1].text, variables, escape), at)
    return state._replace(env=env)


def _pair_span(name: Word, value: Word) -> Span:
    return Span(name.span.start, max(name.span.end, value.span.end))


def _env_text(name: str, text: str, variables: Variables, escape: str) -> str | None:
    if name != "PATH":
        return expand_known(text, variables, escape)

    # The parts of PATH that are known matter although another part is not.
    def lookup(variable: str) -> str | None:
        if variable not in variables:
            return None
        value = variables[variable]
        return UNKNOWN_PIECE if value is None else value

    return expand(text, lookup, escape).result


def _arg(
    state: State,
    instruction: Instruction,
    path: str,
    ordinal: int,
    escape: str,
    build_args: Mapping[str, str | None],
    global_args: Mapping[str, Value],
    *,
    in_stage: bool = True,
) -> State:
    args = dict(state.args)
    variables = state.variables()
    for word in instruction.args:
        name, has_default, default = word.text.partition("=")
        name = name.strip("\"'")
        at = Anchor(path, ordinal, word.span)
        if not in_stage:
            # Before the first FROM each word sees those before it; in a stage none does.
            variables = state._replace(args=args).variables()
        if name in build_args:
            text = build_args[name]
        elif has_default:
            text = expand_known(default, variables, escape)
        elif name in global_args:
            text = global_args[name].text
        else:
            text = None  # somebody may pass it on the command line
        args[name] = Value(text, at)
    return state._replace(args=args)


def global_args(
    instructions: tuple[Instruction, ...],
    path: str,
    escape: str,
    build_args: Mapping[str, str | None],
) -> dict[str, Value]:
    """The ARGs before the first FROM, which FROM lines may use."""
    state = State({}, {}, None, None, None, (), False)
    for ordinal, instruction in enumerate(instructions):
        if instruction.keyword == "FROM":
            break
        if instruction.keyword == "ARG":
            state = _arg(state, instruction, path, ordinal, escape, build_args, {}, in_stage=False)
    return dict(state.args)


def _join(folder: str | None, below: str | None) -> str | None:
    if below is None:
        return None
    if below.startswith("/"):
        return clean(below)
    return None if folder is None else clean(f"{folder}/{below}")


def image_path(state: State, text: str | None) -> str | None:
    """A path of an instruction as an absolute path of the image; None when unknown."""
    return _join(state.workdir, text)


def path_entries(path: str | None) -> tuple[str, ...]:
    """The folders of a PATH value in order; an unknown piece stays as `UNKNOWN_PIECE`."""
    return tuple(entry.rstrip("/") or "/" for entry in (path or "").split(":") if entry)
