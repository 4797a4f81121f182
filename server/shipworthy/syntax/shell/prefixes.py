"""Looks through what stands before a command: `exec`, `env A=b`, `gosu app`, `sh -c '...'`."""

from __future__ import annotations

import re
from typing import Final

from shipworthy.syntax.shell.nodes import (
    Assignment,
    Command,
    Literal,
    Script,
    ShellWord,
    Variable,
)
from shipworthy.syntax.shell.parser import parse_placed
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_MAX_PREFIXES: Final = 16
_ASSIGNED: Final = regex(r"([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
_OPTION_NAME_FOLLOWS: Final = regex(r"[-+][A-Za-z]*[oO]\Z")
_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"})


class _Prefix(NamedTuple):
    """How the words between a prefix and its command are counted.

    `valued` are the options whose value is the next word, `positional` how many words follow the
    options, `user` the position among them that names a user, `user_options` the options that do.
    """

    valued: frozenset[str] = frozenset()
    positional: int = 0
    user: int | None = None
    user_options: frozenset[str] = frozenset()
    assigns: bool = False


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PREFIXES: Final[dict[str, _Prefix]] = {
    "builtin": _Prefix(),
    "catatonit": _Prefix(_options("-g")),
    "chpst": _Prefix(_options("-u -U -e -/ -n -l -L -m -d -o -p -f -c -r -t"), 0, None,
                     _options("-u")),
    "command": _Prefix(),
    "doas": _Prefix(_options("-u -C -a"), 0, None, _options("-u")),
    "dumb-init": _Prefix(_options("-r --rewrite")),
    "env": _Prefix(_options("-u --unset -C --chdir"), assigns=True),
    "exec": _Prefix(_options("-a")),
    "gosu": _Prefix(positional=1, user=0),
    "ionice": _Prefix(_options("-c -n --class --classdata")),
    "nice": _Prefix(_options("-n --adjustment")),
    "nohup": _Prefix(),
    "s6-setuidgid": _Prefix(positional=1, user=0),
    "setpriv": _Prefix(_options("--reuid --regid --groups --inh-caps --bounding-set"), 0, None,
                       _options("--reuid")),
    "sfw": _Prefix(),
    "stdbuf": _Prefix(_options("-i -o -e --input --output --error")),
    "su-exec": _Prefix(positional=1, user=0),
    "sudo": _Prefix(_options("-u --user -g --group -h --host -p --prompt -C -D --chdir -R -T"), 0,
                    None, _options("-u --user"), assigns=True),
    "time": _Prefix(_options("-f --format -o --output")),
    "timeout": _Prefix(_options("-k --kill-after -s --signal"), positional=1),
    "tini": _Prefix(_options("-e -p")),
    "tini-static": _Prefix(_options("-e -p")),
    "xvfb-run": _Prefix(_options("-e -f -n -p -s -w --error-file --auth-file --server-num "
                                 "--listen-tcp --xauth-protocol --server-args --wait")),
}  # fmt: skip


def effective(command: Command) -> Command:
    """The command that runs in the end, without the prefixes that only change how it runs.

    `env` and `sudo` assignments join `assignments`, the user of `gosu`, `su-exec`, `sudo -u`...
    stands in `user`. A prefix that does not say plainly where its command begins stays; so does
    `command -v`, which runs nothing.
    """
    for _ in range(_MAX_PREFIXES):
        shorter = _without_prefix(command)
        if shorter is None:
            return command
        command = shorter
    return command


def unwrap(command: Command) -> Script | None:
    """The script in `sh -c SCRIPT` (any shell, options before `-c`, prefixes before the shell).

    None where the command is not of that kind. An expansion in the script's word is taken as if
    the inner shell did it, which is the same for exported variables. Spans are those of the
    outer text where the word is written without escapes, else the whole word's.
    """
    command = effective(command)
    words = command.words
    if not words or _program(words[0]) not in _SHELLS:
        return None
    at = 1
    if _program(words[0]) == "busybox":
        if len(words) < 2 or words[1].literal() not in {"sh", "ash"}:
            return None
        at = 2
    while at < len(words):
        text = words[at].literal()
        if text is None or text[:1] not in "-+" or text in ("", "--"):
            return None
        if text.startswith("-") and not text.startswith("--") and "c" in text:
            return _inner(words[at + 1]) if at + 1 < len(words) else None
        # `-euo pipefail`: the last letter of a cluster takes the next word.
        valued = text in {"--rcfile", "--init-file"} or _OPTION_NAME_FOLLOWS.match(text)
        at += 2 if valued else 1
    return None


def script_argument(command: Command) -> ShellWord | None:
    """The script file in `sh FILE`, `. FILE` or `source FILE`."""
    words = effective(command).words
    if len(words) < 2:
        return None
    program = words[0].literal()
    if program in {".", "source"}:
        return words[1]
    if _program(words[0]) not in _SHELLS:
        return None
    for word in words[1:]:
        text = word.literal()
        if text is None or not text.startswith(("-", "+")):
            return word
        if text == "-s" or (not text.startswith("--") and "c" in text):
            return None
    return None


def new_arguments(command: Command) -> tuple[ShellWord, ...] | None:
    """The words that `set -- WORD...` makes the new `"$@"`; None for another command."""
    words = [word.literal() for word in command.words[:2]]
    return command.words[2:] if words == ["set", "--"] else None


def with_arguments(command: Command, arguments: tuple[ShellWord, ...] | None) -> Command:
    """The command with `"$@"` and `$*` replaced by the words; None leaves them unknown."""
    if arguments is None or not any(word.is_all_arguments() for word in command.words):
        return command
    words: list[ShellWord] = []
    for word in command.words:
        words.extend(arguments if word.is_all_arguments() else (word,))
    return command._replace(words=tuple(words))


def _program(word: ShellWord) -> str | None:
    text = word.literal()
    return None if text is None else text.rsplit("/", 1)[-1]


def _without_prefix(command: Command) -> Command | None:
    words = command.words
    name = _program(words[0]) if words else None
    prefix = _PREFIXES.get(name) if name is not None else None
    if prefix is None:
        return None
    at = 1
    user = command.user
    assignments = list(command.assignments)
    while at < len(words):
        text = words[at].literal()
        if text is None:
            break
        if text == "--":
            at += 1
            break
        if prefix.assigns and _ASSIGNED.match(text):
            assignments.append(_as_assignment(words[at]))
            at += 1
            continue
        if not text.startswith("-"):
            break
        if name == "command" and text in {"-v", "-V"}:
            return None
        option = text.split("=", 1)[0]
        if option in {"-S", "--split-string"}:
            return None
        if text in prefix.valued:
            if text in prefix.user_options and at + 1 < len(words):
                user = words[at + 1]
            at += 1
        elif option in prefix.user_options and "=" in text:
            user = _tail(words[at], len(option) + 1)
        at += 1
    if prefix.assigns:
        while at < len(words):
            assigned = _as_assignment_or_none(words[at])
            if assigned is None:
                break
            assignments.append(assigned)
            at += 1
    if prefix.user is not None and at + prefix.user < len(words):
        user = words[at + prefix.user]
    at += prefix.positional
    if at >= len(words):
        return None
    return command._replace(words=words[at:], assignments=tuple(assignments), user=user)


def _as_assignment_or_none(word: ShellWord) -> Assignment | None:
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or not _ASSIGNED.match(first.text):
        return None
    return _as_assignment(word)


def _as_assignment(word: ShellWord) -> Assignment:
    name = word.source().split("=", 1)[0]
    return Assignment(name, _tail(word, len(name) + 1))


def _tail(word: ShellWord, count: int) -> ShellWord:
    """The word without the first `count` characters of its leading literals."""
    parts = list(word.parts)
    while parts and count:
        first = parts[0]
        if not isinstance(first, Literal):
            break
        rest = first.text[count:]
        count -= len(first.text) - len(rest)
        if rest:
            parts[0] = Literal(rest, first.quoted)
        else:
            parts.pop(0)
    return ShellWord(tuple(parts), word.span)


def _inner(word: ShellWord) -> Script:
    text = word.source()
    span = word.span
    quoted_verbatim = len(text) + 2 == span.end - span.start and all(
        part.quoted for part in word.parts
    )

    def place(start: int, end: int) -> Span:
        if quoted_verbatim:
            return Span(span.start + 1 + start, span.start + 1 + end)
        return span

    substituted = any(not isinstance(part, (Literal, Variable)) for part in word.parts)
    script = parse_placed(text, place, 0)
    return script._replace(complete=script.complete and not substituted)
