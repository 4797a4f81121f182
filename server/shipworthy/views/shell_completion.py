"""Completion in the commands of RUN: uv's sub-commands, flags, and its variables."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.model.commands.options import Flags
from shipworthy.model.commands.uv_environment import UV_BOOLEANS, UV_ENVIRONMENT
from shipworthy.model.commands.uv_flags import FAMILIES, GLOBAL, SUBCOMMANDS
from shipworthy.text.patterns import regex
from shipworthy.views.candidates import Candidate
from shipworthy.views.uv_docs import FLAGS, OTHER_VARIABLES, VALUES, VARIABLES

_BREAK = regex(r"&&|\|\||[;|&(]|\n(?!\s*$)")
_CONTINUED = regex(r"\\[ \t]*\r?\n")
_HEREDOC = regex(r"<<-?[\"']?\w+[\"']?")
_PROGRAMS = ("uv", "uvx")
_ASSIGNED = regex(r"[A-Za-z_]\w*=\S*\Z")
_NEAR = 20_000
"""Code points before the cursor that are looked at; no command is longer."""


def shell_candidates(before: str) -> Iterator[Candidate]:
    """What can follow: `before` is the instruction's text up to the cursor, flags included."""
    words, typed = _command(before)
    if typed.startswith(("UV_", "PYTHON")) and not words:
        yield from variable_names(with_equals=True)
        return
    if not words:
        for name in _PROGRAMS:
            yield Candidate(name, "keyword", insert=f"{name} ")
        return
    if words[0] in ("export", "env") and "=" not in typed:
        yield from variable_names(with_equals=True)
        return
    if words[0].rpartition("/")[2] != "uv":
        return
    yield from _uv(words[1:], typed)


def _uv(words: list[str], typed: str) -> Iterator[Candidate]:
    command = _sub_command(words)
    wanted = command.split(" ")[0] if command else ""
    if command in SUBCOMMANDS:
        if typed.startswith("-"):
            yield from _flags(command, words)
        elif command == "run" and not _positional(words):
            yield from (Candidate(name, "value") for name in ("python",))
        if not typed:
            yield from _flags(command, words)
        return
    if typed.startswith("-"):
        for name in _long(GLOBAL):
            yield Candidate(name, "flag", doc=("uv-flag", name))
        return
    starts = f"{wanted} " if wanted in FAMILIES else ""
    names = {
        name[len(starts) :].split(" ")[0]
        for name in (*SUBCOMMANDS, *(FAMILIES if not starts else ()))
        if name.startswith(starts)
    }
    for name in sorted(names):
        yield Candidate(name, "keyword", insert=f"{name} ", doc=("uv-command", starts + name))


def _flags(command: str, words: list[str]) -> Iterator[Candidate]:
    for name in _long(SUBCOMMANDS[command]):
        if name not in words:
            yield Candidate(name, "flag", doc=("uv-flag", name), last=name not in FLAGS)


def _long(table: Flags) -> list[str]:
    return sorted(name for name in (table.booleans | table.valued) if name.startswith("--"))


def _sub_command(words: list[str]) -> str:
    """`sync`, `pip install`, or a family alone (`pip`); "" before one is written."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain:
        return ""
    if plain[0] in FAMILIES:
        return " ".join(plain[:2])
    return plain[0]


def _positional(words: list[str]) -> bool:
    return sum(not word.startswith("-") for word in words) > 1


def _command(before: str) -> tuple[list[str], str]:
    """The words of the command that the cursor stands in, and the word that it ends."""
    text = _CONTINUED.sub(" ", before[-_NEAR:])
    body = _HEREDOC.search(text)
    if body is not None and "\n" in text[body.end() :]:
        text = text[body.end() :].partition("\n")[2]
    if text.lstrip().startswith("["):
        text = text.lstrip()[1:].replace('"', " ").replace(",", " ")
    cut = [match.end() for match in _BREAK.finditer(text)]
    text = text[cut[-1] :] if cut else text
    if "\n" in text:
        text = text[text.rfind("\n") + 1 :]
    words = text.split()
    typed = words.pop() if words and not text[-1:].isspace() else ""
    while words and (words[0].startswith("--") or _ASSIGNED.match(words[0])):
        words.pop(0)
    return words, typed


def variable_names(*, with_equals: bool) -> Iterator[Candidate]:
    """The variables that uv and Python read; those with a page of their own first."""
    end = "=" if with_equals else ""
    for name in (*VARIABLES, *OTHER_VARIABLES):
        yield _variable(name, end, last=False)
    for name in sorted(UV_ENVIRONMENT):
        if name not in VARIABLES:
            yield _variable(name, end, last=True)


def _variable(name: str, end: str, *, last: bool) -> Candidate:
    since = UV_ENVIRONMENT.get(name)
    detail = f"uv {since}" if since is not None else ""
    return Candidate(name, "variable", name + end, detail, ("variable", name), last=last)


def variable_values(name: str) -> Iterator[Candidate]:
    """Usual values of a variable."""
    if name in UV_BOOLEANS or name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):
        values: tuple[str, ...] = ("1", "0") if name in UV_BOOLEANS else ("1",)
    else:
        values = VALUES.get(name, ())
    for value in values:
        yield Candidate(value, "value")
    if name == "PATH":
        yield Candidate('"/opt/venv/bin:$PATH"', "value")
        yield Candidate('"/app/.venv/bin:$PATH"', "value")
