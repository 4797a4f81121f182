"""The shell reader against scripts whose meaning was checked with dash and bash."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipworthy.syntax.shell import Command, Variable, parse

CORPUS = Path(__file__).parent / "shell" / "commands.json"


class Case(TypedDict, total=False):
    title: str
    script: str
    commands: list[str]
    complete: bool


CASES: list[Case] = json.loads(CORPUS.read_text(encoding="utf-8"))


def rendered(command: Command) -> str:
    """One line per command: connector, assignments, words, redirections, where it stands."""
    pieces = [command.connector] if command.connector else []
    pieces += [f"{name}={word.source()}" for name, word in command.assignments]
    pieces += [word.source() for word in command.words]
    for redirect in command.redirects:
        body = "" if redirect.body is None else f"{{{redirect.body}}}"
        pieces.append(f"{redirect.op}{redirect.target.source()}{body}")
    places = []
    if command.conditional:
        places.append("conditional")
    if command.subshell:
        places.append("subshell")
    if command.substitution:
        places.append("substitution")
    if command.function:
        places.append(f"in {command.function}")
    if places:
        pieces.append(f"[{' '.join(places)}]")
    return " ".join(pieces)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_commands(case: Case) -> None:
    script = parse(case["script"])
    assert [rendered(command) for command in script.commands] == case["commands"]
    assert script.complete is case.get("complete", True)


ENVIRONMENT: dict[str, str | None] = {"X": "vx", "E": "", "S": " f1  f2 ", "U": None}

WORDS: list[tuple[str, tuple[str, ...] | None]] = [
    ("plain", ("plain",)),
    ("$X", ("vx",)),
    ("a${X}b", ("avxb",)),
    ("'$X'", ("$X",)),
    ('"$X"', ("vx",)),
    ("\\$X", ("$X",)),
    ("$S", ("f1", "f2")),
    ('"$S"', (" f1  f2 ",)),
    ("x$S", ("x", "f1", "f2")),
    ("$S$X", ("f1", "f2", "vx")),
    ("$E", ()),
    ('"$E"', ("",)),
    ("''", ("",)),
    ("$NONE", ()),
    ("${NONE:-d e}", ("d", "e")),
    ('"${NONE:-d e}"', ("d e",)),
    ("${NONE:-'d e'}", ("d e",)),
    ("${NONE:-$S}", ("f1", "f2")),
    ("${E:-w}", ("w",)),
    ("${E-w}", ()),
    ("${X:+y z}", ("y", "z")),
    ("${NONE:+y}", ()),
    ("${X:?must}", ("vx",)),
    ("${NONE:?must}", None),
    ("$U", None),
    ("${U:-d}", None),
    ("${X%x}", None),
    ("${#X}", None),
    ("${!X}", None),
    ("$1", None),
    ("$@", None),
    ("$(date)", None),
    ("`date`", None),
    ("$((1+2))", None),
    ("*.py", ("*.py",)),
    ("$", ("$",)),
    ("$'a\\nb'", ("a\nb",)),
    ('"a\\"b\\n"', ('a"b\\n',)),
]


@pytest.mark.parametrize(("text", "fields"), WORDS)
def test_expansion(text: str, fields: tuple[str, ...] | None) -> None:
    (command,) = [c for c in parse(f"echo {text}").commands if not c.substitution]
    assert command.words[1].expand_fields(ENVIRONMENT) == fields


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("text", "fields"),
    [(t, f) for t, f in WORDS if f is not None and "$'" not in t],
)
def test_expansion_is_the_shells(text: str, fields: tuple[str, ...]) -> None:
    env = {name: value for name, value in ENVIRONMENT.items() if value is not None}
    script = f"set -f\nset -- {text}\nfor i; do printf '%s\\0' \"$i\"; done"
    done = subprocess.run(["sh", "-c", script], capture_output=True, env=env, check=True)
    assert tuple(done.stdout.decode().split("\0")[:-1]) == fields


def test_one_field() -> None:
    word = parse('echo "$S"$X').commands[0].words[1]
    assert word.expand(ENVIRONMENT) == " f1  f2 vx"
    assert word.literal() is None
    assert parse("'a'\"b\"c").commands[0].words[0].literal() == "abc"


def test_default_word() -> None:
    part = parse("${A:-b}").commands[0].words[0].parts[0]
    assert isinstance(part, Variable)
    assert (part.name, part.op, part.quoted) == ("A", ":-", False)
    assert part.default is not None
    assert part.default.literal() == "b"


def test_spans() -> None:
    text = "a && X=1 uv 'sync' \\\n --locked > log; `b c`"
    commands = parse(text).commands
    assert [c.span.of(text) for c in commands] == [
        "a",
        "X=1 uv 'sync' \\\n --locked > log",
        "b c",
        "`b c`",
    ]
    assert [w.span.of(text) for w in commands[1].words] == ["uv", "'sync'", "--locked"]


SHELLISH = st.text(alphabet=" \t\n\r;&|<>(){}[]$`'\"\\#!=-:+?*aifdothenx1EOF", max_size=60)


@settings(max_examples=400, deadline=None)
@given(SHELLISH)
def test_any_text(text: str) -> None:
    script = parse(text)
    for command in script.commands:
        assert 0 <= command.span.start <= command.span.end <= len(text)
        for word in command.words:
            word.expand_fields(ENVIRONMENT)
            assert command.span.start <= word.span.start <= word.span.end <= len(text)


@pytest.mark.parametrize(
    "unit",
    ["$(", "`", "((", '"$(', "${a:-", "if ", "{ ", "case x in ", "f()", "a <<A ", "[ a ] && ", "("],
)
def test_deep_and_long(unit: str) -> None:
    parse(unit * 20_000)
