"""What a piece of POSIX shell says: commands, their words, and what the words expand to.

Expansion rules after POSIX.1-2017 XCU 2.6 (parameter expansion, field splitting with the default
IFS, quote removal). Pathname, brace and tilde expansion are not done: such text stays literal.
Spans are code points in the text that was parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

IFS = " \t\n"
SPECIAL_PARAMETERS = frozenset("@*#?$!-0123456789")


class Literal(NamedTuple):
    """Text that stands for itself; `quoted` says that field splitting leaves it alone."""

    text: str
    quoted: bool = False


class Variable(NamedTuple):
    """`$name`, `${name}` or `${name<op>word}`.

    `op` is empty, one of `:-` `-` `:=` `=` `:+` `+` `:?` `?`, or another operator (`%`, `##`,
    `/`, `length`, `indirect`...), whose result is unknown. `text` is the source.
    """

    name: str
    op: str
    default: ShellWord | None
    quoted: bool
    text: str


class Opaque(NamedTuple):
    """A command substitution, process substitution, arithmetic or array: its value is unknown."""

    text: str
    quoted: bool = False


Part = Union[Literal, Variable, Opaque]  # noqa: UP007 - a run-time alias, Python 3.10 forward refs
Environment = Mapping[str, "str | None"]
"""Name to value; None = set to something unknown, an absent name = unset."""


MAX_TEXT = 1_000_000
"""Code points beyond which a word counts as unknown: `A=$A$A` again and again outgrows memory."""


class ShellWord(NamedTuple):
    """One word as it is written."""

    parts: tuple[Part, ...]
    span: Span

    def literal(self) -> str | None:
        """The word's text where it holds nothing but text, else None."""
        texts = []
        for part in self.parts:
            if not isinstance(part, Literal):
                return None
            texts.append(part.text)
        return "".join(texts)

    def source(self) -> str:
        """The word with its quotes removed and its expansions as they are written."""
        return "".join(part.text for part in self.parts)

    def expand(self, env: Environment) -> str | None:
        """The text of the word as one field; None when a part of it is unknown."""
        texts = []
        size = 0
        for part in self.parts:
            text = _part_text(part, env)
            size += len(text or "")
            if text is None or size > MAX_TEXT:
                return None
            texts.append(text)
        return "".join(texts)

    def expand_fields(self, env: Environment) -> tuple[str, ...] | None:
        """The fields the word becomes: unquoted values are split, an empty one makes no field."""
        fields: list[str] = []
        open_field = _append_fields(self.parts, env, fields, False)
        return None if open_field is None else tuple(fields)

    def is_all_arguments(self) -> bool:
        """Whether the word is `"$@"`, `$@` or `$*` alone."""
        if len(self.parts) != 1:
            return False
        part = self.parts[0]
        return isinstance(part, Variable) and part.name in {"@", "*"} and not part.op


class Assignment(NamedTuple):
    """`NAME=word` before a command, or alone."""

    name: str
    word: ShellWord


class Redirect(NamedTuple):
    """`op` is `<`, `>`, `>>`, `>&`, `<<`, `<<<`, `&>`...; for here-documents `body` has the text.

    `fd` is the number written before the operator, or None. `expand` is False for a
    here-document whose delimiter is quoted.
    """

    op: str
    fd: int | None
    target: ShellWord
    body: str | None
    expand: bool
    span: Span


class Command(NamedTuple):
    """A simple command. See `parse` for the order of commands."""

    words: tuple[ShellWord, ...]
    assignments: tuple[Assignment, ...] = ()
    connector: str = ""
    """How it is joined to the command before: `''` (first), `&&`, `||`, `;`, `|` or `&`."""
    conditional: bool = False
    """May not run though the script succeeds: branch, loop body, after `||`, function body."""
    subshell: bool = False
    """In `( )`, in a substitution or in a pipeline: its `cd` and assignments stay inside."""
    substitution: bool = False
    """Stands in `$( )`, backquotes or a process substitution of the command after it."""
    function: str = ""
    """The function whose body it belongs to."""
    redirects: tuple[Redirect, ...] = ()
    user: ShellWord | None = None
    """The user a prefix that was taken off (`gosu app`, `su-exec`, `sudo -u`) switches to."""
    span: Span = Span(0, 0)


class Script(NamedTuple):
    """The commands in the order of their text, those in substitutions before their user.

    `complete` is False where a part of the text was not understood; the commands that were
    understood are there all the same.
    """

    commands: tuple[Command, ...]
    complete: bool


def _part_text(part: Part, env: Environment) -> str | None:
    if isinstance(part, Literal):
        return part.text
    if isinstance(part, Opaque):
        return None
    value = _lookup(part, env)
    if value is None or isinstance(value, str):
        return value
    return value.expand(env)


def _lookup(variable: Variable, env: Environment) -> str | ShellWord | None:
    """The value, or the default word that takes its place; None where it cannot be known."""
    name, op = variable.name, variable.op
    is_set = name in env
    if not is_set and name in SPECIAL_PARAMETERS:
        return None
    value = env[name] if is_set else ""
    if not op:
        return value
    if is_set and value is None:
        return None
    word = variable.default
    empty = not is_set or (op.startswith(":") and value == "")
    if op in {":-", "-", ":=", "="}:
        return word if empty and word is not None else value
    if op in {":+", "+"}:
        return "" if empty or word is None else word
    if op in {":?", "?"}:
        return None if empty else value
    return None


def _append_fields(
    parts: tuple[Part, ...], env: Environment, fields: list[str], joined: bool
) -> bool | None:
    """Append what `parts` become; `joined` = the last field is still open for more text.

    Returns whether the last field is open afterwards, or None where a value is unknown.
    """
    for part in parts:
        text: str | None
        if isinstance(part, Variable) and not part.quoted:
            value = _lookup(part, env)
            if isinstance(value, ShellWord):
                nested = _append_fields(value.parts, env, fields, joined)
                if nested is None:
                    return None
                joined = nested
                continue
            text = value
        else:
            text = _part_text(part, env)
        if text is None:
            return None
        if part.quoted:
            if joined:
                fields[-1] += text
            else:
                fields.append(text)
            joined = True
            continue
        joined = _append_split(text, fields, joined)
    return joined


def _append_split(text: str, fields: list[str], joined: bool) -> bool:
    pieces = text.split()
    if not pieces:
        return joined and not text
    if joined and text[0] not in IFS:
        fields[-1] += pieces.pop(0)
    fields.extend(pieces)
    return text[-1] not in IFS
