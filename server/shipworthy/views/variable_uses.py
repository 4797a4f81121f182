"""Where a Dockerfile declares and uses variables, and which declarations a use sees.

Scopes after BuildKit: ARGs before the first FROM are seen by FROM lines only; a stage sees its own
ARGs and ENVs from their line on, and the ENVs of the stage that it continues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.model.image.stages import stage_shapes
from shipworthy.model.image.states import global_args
from shipworthy.syntax.dockerfile.nodes import Dockerfile, Instruction
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

Role: TypeAlias = Literal["arg", "env", "use", "assign"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_USE = regex(rf"\$(?:\{{[#!]?)?({_NAME})")
_DECLARERS = frozenset({"export", "readonly", "unset", "read", "local", "declare", "typeset"})
_LOOP = regex(rf"\bfor\s+({_NAME})\b")
_ARITHMETIC = regex(r"\$\(\(([^()]*)\)\)")
_BARE = regex(rf"(?<![\w${{])({_NAME})\b")
_EXPANDED = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME",
     "WORKDIR"}
)  # fmt: skip
_SHELLS = frozenset({"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"})


class Mention(NamedTuple):
    """A variable's name in an instruction; `span` is relative to the instruction."""

    name: str
    span: Span
    role: Role
    ordinal: int
    scoped: bool
    """For a use: whether a declaration of this file is what it sees."""


def mentions(tree: Dockerfile, path: str) -> tuple[Mention, ...]:
    """Every declaration and use of a variable, in the order of the text."""
    return tuple(_mentions(tree, path))


def _mentions(tree: Dockerfile, path: str) -> Iterator[Mention]:
    shapes = stage_shapes(tree, path, global_args(tree.instructions, path, tree.escape, {}))
    globals_: set[str] = set()
    first = shapes[0].first if shapes else len(tree.instructions)
    for ordinal in range(first):
        instruction = tree.instructions[ordinal]
        yield from _of(instruction, ordinal, tree.escape, globals_, set(), is_global=True)
    ends: list[frozenset[str]] = []
    for shape in shapes:
        start = tree.instructions[shape.first]
        yield from _of(start, shape.first, tree.escape, set(globals_), set())
        env = set(ends[shape.parent]) if shape.parent is not None else set()
        args: set[str] = set()
        for ordinal in range(shape.first + 1, shape.end):
            yield from _of(tree.instructions[ordinal], ordinal, tree.escape, args, env)
        ends.append(frozenset(env))


def _of(
    outer: Instruction,
    ordinal: int,
    escape: str,
    args: set[str],
    env: set[str],
    *,
    is_global: bool = False,
) -> Iterator[Mention]:
    instruction = outer
    while instruction.trigger is not None:
        instruction = instruction.trigger
    keyword = instruction.keyword
    start = instruction.keyword_span.end
    if keyword in _EXPANDED or keyword in _SHELLS:
        at_start = keyword in ("CMD", "ENTRYPOINT", "HEALTHCHECK")
        seen = set(env) if at_start else args | env
        for name, span in uses(instruction, escape, start):
            before = _arguments_before(instruction, span.start) if is_global else ()
            yield Mention(name, span, "use", ordinal, name in seen or name in before)
        if keyword == "RUN" and not instruction.json:
            for name, span in _assigned(instruction, escape):
                if name in seen:
                    yield Mention(name, span, "assign", ordinal, True)
    if keyword == "ARG":
        for word in instruction.args:
            name = word.text.partition("=")[0]
            if re.fullmatch(_NAME, name) and outer.source.startswith(name, word.span.start):
                span = Span(word.span.start, word.span.start + len(name))
                yield Mention(name, span, "arg", ordinal, True)
                args.add(name)
    elif keyword == "ENV":
        for i in range(0, len(instruction.args) - 1, 3):
            word = instruction.args[i]
            if re.fullmatch(_NAME, word.text):
                span = Span(word.span.start, word.span.start + len(word.text))
                yield Mention(word.text, span, "env", ordinal, True)
                env.add(word.text)


def _arguments_before(instruction: Instruction, offset: int) -> set[str]:
    """The names that the earlier words of an ARG declare; only before the first FROM they count."""
    words = instruction.args if instruction.keyword == "ARG" else ()
    return {word.text.partition("=")[0] for word in words if word.span.end < offset}


def uses(instruction: Instruction, escape: str, start: int) -> Iterator[tuple[str, Span]]:
    """The names after `$` that the builder or a shell expands, from an offset on."""
    source = instruction.source
    shell = instruction.keyword in _SHELLS
    if shell and instruction.json and not any(w.text == "-c" for w in instruction.args):
        return
    end = min((doc.span.start for doc in instruction.heredocs), default=len(source))
    mark = "\\" if shell else escape
    yield from _scan(source, start, end, mark, quotes=not instruction.json, comments=True)
    for document in instruction.heredocs:
        script = shell and _is_script(instruction)
        if script or document.expand:
            span = document.span
            yield from _scan(source, span.start, span.end, "\\", quotes=script, comments=script)


def _is_script(instruction: Instruction) -> bool:
    """Whether the here-document is what the RUN executes, not the input of a command."""
    return bool(instruction.args) and instruction.args[0].text.startswith("<<")


def _scan(
    source: str, start: int, end: int, escape: str, *, quotes: bool, comments: bool
) -> Iterator[tuple[str, Span]]:
    pos = start
    quote = ""
    line_start = False
    while pos < end:
        char = source[pos]
        if char == "\n":
            line_start = True
        elif line_start and char == "#" and comments and not quote:
            line = source.find("\n", pos, end)
            pos = end if line < 0 else line
            continue
        elif not char.isspace():
            line_start = False
        if char == escape and quote != "'":
            # An escaped line end is a continuation: what follows it may be a comment.
            line_start = source[pos + 1 : pos + 2] in ("\n", "\r")
            pos += 2
            continue
        if quotes and char in "'\"":
            if not quote:
                quote = "" if char == "'" and _runs(source, pos) else char
            elif quote == char:
                quote = ""
        elif char == "$" and quote != "'":
            found = _USE.match(source, pos, end)
            if found:
                yield found[1], Span(found.start(1), found.end(1))
                pos = found.end()
                continue
            sum_ = _ARITHMETIC.match(source, pos, end)
            if sum_:
                for bare in _BARE.finditer(source, sum_.start(1), sum_.end(1)):
                    yield bare[1], Span(bare.start(1), bare.end(1))
        pos += 1


def _runs(source: str, quote: int) -> bool:
    """Whether the quoted text is a script of its own: `sh -c '...'`."""
    return source[max(0, quote - 4) : quote].rstrip().endswith(" -c")


def _assigned(instruction: Instruction, escape: str) -> Iterator[tuple[str, Span]]:
    """The variables that a RUN's shell sets for itself (not those it passes to one command)."""
    for start, end in _scripts(instruction):
        # Continuations become blanks, so that offsets stay what they are.
        text = instruction.source[start:end]
        text = re.sub(re.escape(escape) + r"[ \t]*\r?\n", lambda m: " " * len(m[0]), text)
        for loop in _LOOP.finditer(text):
            yield loop[1], Span(start + loop.start(1), start + loop.end(1))
        for command in parse_shell(text).commands:
            if not command.words:
                for assignment in command.assignments:
                    at = assignment.word.span.start - len(assignment.name) - 1
                    for guess in (at, assignment.word.span.start):
                        if text.startswith(f"{assignment.name}=", guess):
                            yield assignment.name, _named(start + guess, assignment.name)
                            break
            elif command.words[0].literal() in _DECLARERS:
                for word in command.words[1:]:
                    name = word.source().partition("=")[0]
                    if re.fullmatch(_NAME, name) and text.startswith(name, word.span.start):
                        yield name, _named(start + word.span.start, name)


def _named(start: int, name: str) -> Span:
    return Span(start, start + len(name))


def _scripts(instruction: Instruction) -> Iterator[tuple[int, int]]:
    if instruction.heredocs and _is_script(instruction):
        for document in instruction.heredocs:
            yield document.span
    elif instruction.args:
        end = min((d.span.start for d in instruction.heredocs), default=len(instruction.source))
        yield instruction.args[0].span.start, end
