"""Looking through prefixes and into `sh -c`."""

from __future__ import annotations

import pytest

from shipworthy.syntax.shell import (
    Command,
    effective,
    new_arguments,
    parse,
    script_argument,
    unwrap,
    with_arguments,
)


def only(text: str) -> Command:
    return parse(text).commands[-1]


def sources(command: Command) -> list[str]:
    return [word.source() for word in command.words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("uv sync", "uv sync"),
        ("exec uv run app", "uv run app"),
        ("exec -a name uv run", "uv run"),
        ('exec "$@"', "$@"),
        ("env -i -u X A=1 B=$C uv sync", "uv sync"),
        ("time -p uv sync", "uv sync"),
        ("sudo -E -u app uv sync", "uv sync"),
        ("nice -n 5 nohup uv sync", "uv sync"),
        ("tini -g -- uv run app", "uv run app"),
        ("/usr/bin/tini -- dumb-init uv run", "uv run"),
        ("gosu app:app uv run", "uv run"),
        ("su-exec app exec uv run", "uv run"),
        ("timeout -k 5 30 uv sync", "uv sync"),
        ("sfw uv sync", "uv sync"),
        ("command -v uv", "command -v uv"),
        ("command uv sync", "uv sync"),
        ("$RUNNER uv sync", "$RUNNER uv sync"),
        ("env", "env"),
    ],
)
def test_effective(text: str, words: str) -> None:
    assert " ".join(sources(effective(only(text)))) == words


def test_assignments_and_user() -> None:
    command = effective(only("C=3 env A=1 B=x$Y gosu app uv sync"))
    assert [(a.name, a.word.source()) for a in command.assignments] == [
        ("C", "3"),
        ("A", "1"),
        ("B", "x$Y"),
    ]
    assert command.user is not None
    assert command.user.literal() == "app"
    by_option = effective(only("sudo --user=app uv sync"))
    assert by_option.user is not None
    assert by_option.user.literal() == "app"


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("sh -c 'a && b'", ["a", "b"]),
        ('bash -lc "uv run app"', ["uv run app"]),
        ("exec /bin/bash -euo pipefail -c 'a | b'", ["a", "b"]),
        ('sh -c "uv run $APP"', ["uv run $APP"]),
        ("busybox sh -c a", ["a"]),
    ],
)
def test_unwrap(text: str, inner: list[str]) -> None:
    script = unwrap(only(text))
    assert script is not None
    assert [" ".join(sources(command)) for command in script.commands] == inner


@pytest.mark.parametrize("text", ["uv run", "sh script.sh", "sh", "bash -c", "sh -s -- -c"])
def test_not_wrapped(text: str) -> None:
    assert unwrap(only(text)) is None


def test_unwrapped_spans() -> None:
    text = "exec sh -c 'a && uv sync'"
    script = unwrap(only(text))
    assert script is not None
    assert [command.span.of(text) for command in script.commands] == ["a", "uv sync"]
    escaped = 'sh -c "a && echo \\"x\\""'
    script = unwrap(only(escaped))
    assert script is not None
    assert script.commands[0].span.of(escaped) == '"a && echo \\"x\\""'


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("sh /entry.sh -x", "/entry.sh"),
        ("bash -e run.sh", "run.sh"),
        (". ./env.sh", "./env.sh"),
        ("source venv/bin/activate", "venv/bin/activate"),
        ("sh -c x", None),
        ("sh", None),
        ("uv run", None),
    ],
)
def test_script_argument(text: str, file: str | None) -> None:
    word = script_argument(only(text))
    assert (None if word is None else word.literal()) == file


def test_arguments() -> None:
    script = parse('set -- uv run "$@"\nexec "$@"')
    given = parse("app --port 80").commands[0].words
    first = new_arguments(with_arguments(script.commands[0], given))
    assert first is not None
    last = effective(with_arguments(script.commands[1], first))
    assert sources(last) == ["uv", "run", "app", "--port", "80"]
    assert new_arguments(script.commands[1]) is None
    assert with_arguments(script.commands[1], None) is script.commands[1]
