"""Commands as they would run: words expanded, working directory and variables followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shipworthy.model.commands import ToolCommand, understand
from shipworthy.model.image.states import Variables
from shipworthy.syntax.gopath import clean
from shipworthy.syntax.shell import (
    Command,
    Literal,
    Script,
    ShellWord,
    effective,
    new_arguments,
    unwrap,
    with_arguments,
)
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

Placer = Callable[[Span], Anchor]
"""From a span in the shell text to a place in the file that holds it."""

_MAX_NESTING = 4


class Argument(NamedTuple):
    """One word of argv after expansion; `text` None is unknown, and may stand for many words."""

    text: str | None
    at: Anchor


class Executed(NamedTuple):
    """One command of a RUN, an entrypoint script or a container's start."""

    arguments: tuple[Argument, ...]
    tool: ToolCommand | None
    """What the command means, when it is a tool that the model knows."""
    cwd: str | None
    env: Variables
    user: str | None
    at: Anchor
    conditional: bool
    """May not run although everything succeeds."""
    substitution: bool
    connector: str
    source: str
    """The command as written, expansions unresolved."""
    script: str | None
    """The file of the context that holds the command, when it is not the Dockerfile's own."""
    passed: bool = False
    """Whether it is the script's own arguments (`exec "$@"`)."""

    @property
    def words(self) -> tuple[str | None, ...]:
        """The argument texts."""
        return tuple(argument.text for argument in self.arguments)

    @property
    def program(self) -> str | None:
        """The first word without its folder."""
        if not self.arguments or self.arguments[0].text is None:
            return None
        return self.arguments[0].text.rpartition("/")[2]


class Shell(NamedTuple):
    """Where a script starts: folder, variables, user."""

    cwd: str | None
    env: Variables
    user: str | None


def execute(
    script: Script,
    shell: Shell,
    place: Placer,
    file: str | None = None,
    depth: int = 0,
    arguments: tuple[str | None, ...] = (),
) -> Iterator[Executed]:
    """The commands of a script in order; `sh -c` and `bash -c` bodies are entered.

    `arguments` are the script's own: what `"$@"` stands for until `set --` replaces them.
    """
    cwd, env = shell.cwd, shell.env
    replaced: tuple[ShellWord, ...] | None = None
    for written in script.commands:
        command = effective(written)
        fresh = new_arguments(command)
        if fresh is not None:
            # `set -- uv run "$@"` on a branch that may not be taken leaves them unknown.
            arguments = () if not command.conditional else (None,)
            replaced = None if command.conditional else fresh
            continue
        if len(command.words) == 1 and command.words[0].is_all_arguments():
            if replaced is None:
                yield from _passed(command, arguments, Shell(cwd, env, shell.user), place, file)
                continue
            command = effective(with_arguments(command, replaced))
        inner = unwrap(command)
        if inner is not None and depth < _MAX_NESTING:
            user = _user(command, env, shell.user)
            yield from execute(inner, Shell(cwd, env, user), place, file, depth + 1)
            continue
        local = _with_assignments(command, env)
        words = tuple(_arguments(command, env, place, arguments))
        executed = _executed(command, words, cwd, local, shell.user, place, file)
        if words:
            yield executed
        if command.subshell or command.substitution:
            continue
        if not command.words and command.assignments:
            env = local
        cwd, env = _after(executed, cwd, env)


def _passed(
    command: Command,
    arguments: tuple[str | None, ...],
    shell: Shell,
    place: Placer,
    file: str | None,
) -> Iterator[Executed]:
    at = place(command.span)
    if not arguments:
        return
    words = tuple(Argument(text, at) for text in arguments)
    user = _user(command, shell.env, shell.user)
    for executed in exec_form(words, shell._replace(user=user), at, file):
        yield executed._replace(
            passed=True, conditional=command.conditional or bool(command.function)
        )


def _executed(
    command: Command,
    arguments: tuple[Argument, ...],
    cwd: str | None,
    env: Variables,
    user: str | None,
    place: Placer,
    file: str | None,
) -> Executed:
    words = tuple(argument.text for argument in arguments)
    # A tool's own variables that nothing here sets are taken as unset: a base image that sets
    # them is rare, and treating them as unknown would silence every rule.
    return Executed(
        arguments=arguments,
        tool=understand(words, Variables(env, False)) if words else None,
        cwd=cwd,
        env=env,
        user=_user(command, env, user),
        at=place(command.span),
        conditional=command.conditional or bool(command.function),
        substitution=command.substitution,
        connector=command.connector,
        source=" ".join(word.source() for word in command.words),
        script=file,
    )


def _user(command: Command, env: Variables, user: str | None) -> str | None:
    return user if command.user is None else command.user.expand(env)


def _arguments(
    command: Command, env: Variables, place: Placer, own: tuple[str | None, ...]
) -> Iterator[Argument]:
    for word in command.words:
        at = place(word.span)
        if word.is_all_arguments():
            yield from (Argument(text, at) for text in own or (None,))
            continue
        fields = word.expand_fields(env)
        if fields is None:
            yield Argument(None, at)
        else:
            for field in fields:
                yield Argument(field, at)


def _with_assignments(command: Command, env: Variables) -> Variables:
    if not command.assignments:
        return env
    values = dict(env)
    for name, word in command.assignments:
        values[name] = word.expand(Variables(values, env.is_open))
    return Variables(values, env.is_open)


def _after(executed: Executed, cwd: str | None, env: Variables) -> tuple[str | None, Variables]:
    """Folder and variables after a builtin that changes them."""
    words = executed.words
    if not words:
        return cwd, env
    if words[0] == "cd":
        if executed.conditional:
            return None, env
        return join(cwd, words[1] if len(words) > 1 else None), env
    if words[0] == "export":
        return cwd, _exported(words[1:], env)
    if words[0] in ("source", ".") and len(words) > 1:
        return cwd, _activated(join(cwd, words[1]), env)
    return cwd, env


def _exported(words: tuple[str | None, ...], env: Variables) -> Variables:
    values = dict(env)
    for word in words:
        if word is not None and "=" in word:
            name, _, text = word.partition("=")
            values[name] = text
    return Variables(values, env.is_open)


def _activated(path: str | None, env: Variables) -> Variables:
    if path is None or not path.endswith("/bin/activate"):
        return env
    folder = path.removesuffix("/bin/activate")
    values = dict(env)
    values["VIRTUAL_ENV"] = folder
    before = values.get("PATH")
    values["PATH"] = f"{folder}/bin:{before}" if before else f"{folder}/bin"
    return Variables(values, env.is_open)


def join(folder: str | None, path: str | None) -> str | None:
    """A path seen from a folder; None when either part that matters is unknown."""
    if path is None:
        return None
    if path.startswith("/"):
        return clean(path)
    return None if folder is None else clean(f"{folder}/{path}")


def exec_form(
    words: tuple[Argument, ...], shell: Shell, at: Anchor, file: str | None = None
) -> Iterator[Executed]:
    """A process started without a shell (JSON form, compose list): nothing is expanded."""
    if any(word.text is None for word in words):
        unknown = Command((), span=Span(0, 0))
        yield _executed(unknown, words, shell.cwd, shell.env, shell.user, lambda _: at, file)
        return
    plain = tuple(ShellWord((Literal(word.text or "", True),), Span(0, 0)) for word in words)
    anchors = {i: word.at for i, word in enumerate(words)}
    command = Command(plain, span=Span(0, 0))
    stripped = effective(command)
    inner = unwrap(command)
    if inner is not None:
        yield from execute(inner, shell, lambda _: at, file)
        return
    skip = len(plain) - len(stripped.words)
    arguments = tuple(Argument(words[i].text, anchors[i]) for i in range(skip, len(words)))
    yield _executed(stripped, arguments, shell.cwd, shell.env, shell.user, lambda _: at, file)
