"""Why one instruction alone is invalid, in the order BuildKit finds out.

After instructions/parse.go and bflag.go; messages are BuildKit's without its suggestions.
"""

from __future__ import annotations

import re

from shipworthy.syntax.dockerfile.heredoc import heredoc_word
from shipworthy.syntax.dockerfile.lines import GO_SPACE
from shipworthy.syntax.dockerfile.nodes import Flag, Instruction
from shipworthy.text.patterns import regex

_BOOL = "bool"
_ONE = "one"
_MANY = "many"

_FLAGS: dict[str, dict[str, str]] = {
    "ADD": {
        "chmod": _ONE,
        "chown": _ONE,
        "checksum": _ONE,
        "exclude": _MANY,
        "keep-git-dir": _BOOL,
        "link": _BOOL,
        "unpack": _BOOL,
    },
    "COPY": {
        "chmod": _ONE,
        "chown": _ONE,
        "exclude": _MANY,
        "from": _ONE,
        "link": _BOOL,
        "parents": _BOOL,
    },
    "FROM": {"platform": _ONE},
    "HEALTHCHECK": {
        "interval": _ONE,
        "retries": _ONE,
        "start-interval": _ONE,
        "start-period": _ONE,
        "timeout": _ONE,
    },
    "RUN": {"device": _MANY, "mount": _MANY, "network": _ONE, "security": _ONE},
}

_STAGE_NAME = regex(r"[a-z][a-z0-9-_.]*")
_DURATION_PART = regex(r"([0-9]*)(\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h)")
_DURATION_NUMBER = regex(r"[0-9]*\.?[0-9]*")
_UNIT_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_MINIMUM_NANOSECONDS = 1_000_000
_MAXIMUM_NANOSECONDS = 2**63 - 1
_INTEGER = regex(r"[+-]?[0-9]+")
_MAX_INT32 = 2**31


def instruction_error(node: Instruction) -> str | None:
    """The first reason why BuildKit refuses this instruction, or None."""
    check = _CHECKS.get(node.keyword)
    if check is None:
        return f"unknown instruction: {node.name}"
    return check(node)


def _flag_error(node: Instruction) -> str | None:
    allowed = _FLAGS.get(node.keyword, {})
    used: set[str] = set()
    for flag in node.flags:
        kind = allowed.get(flag.name)
        if kind is None:
            return f"unknown flag: --{flag.name}"
        if flag.name in used and kind != _MANY:
            return f"duplicate flag specified: --{flag.name}"
        used.add(flag.name)
        problem = _flag_value_error(flag, kind)
        if problem:
            return problem
    return None


def _flag_value_error(flag: Flag, kind: str) -> str | None:
    if kind != _BOOL:
        return f"missing a value on flag: --{flag.name}" if flag.value is None else None
    if flag.value is None or flag.value.lower() in ("true", "false"):
        return None
    if flag.value == "":
        return f"missing a value on flag: --{flag.name}"
    return f"expecting boolean value for flag --{flag.name}, not: {flag.value}"


def _flags_only(node: Instruction) -> str | None:
    return _flag_error(node)


def _exactly_one(node: Instruction) -> str | None:
    if len(node.args) != 1:
        return f"{node.keyword} requires exactly one argument"
    return _flag_error(node)


def _stop_signal(node: Instruction) -> str | None:
    if len(node.args) != 1:
        return "STOPSIGNAL requires exactly one argument"
    return None


def _at_least_one(node: Instruction) -> str | None:
    if not node.args:
        return f"{node.keyword} requires at least one argument"
    return _flag_error(node)


def _volume(node: Instruction) -> str | None:
    problem = _at_least_one(node)
    if problem:
        return problem
    if any(not word.text.strip(GO_SPACE) for word in node.args):
        return "VOLUME specified can not be an empty string"
    return None


def _pairs(node: Instruction) -> str | None:
    problem = _flag_error(node)
    if problem:
        return problem
    if not node.args:
        return f"{node.keyword} requires at least one argument"
    if any(not word.text for word in node.args[::3]):
        return f"{node.keyword} names can not be blank"
    return None


def _arg(node: Instruction) -> str | None:
    if not node.args:
        return "ARG requires at least one argument"
    if any(word.text.startswith("=") for word in node.args):
        return "ARG names can not be blank"
    return None


def _copy(node: Instruction) -> str | None:
    if len(node.args) < 2:
        return (
            f"{node.keyword} requires at least two arguments, but only one was provided. "
            "Destination could not be determined"
        )
    problem = _flag_error(node)
    if problem:
        return problem
    if heredoc_word(node.args[-1].text):
        return f"{node.keyword} cannot accept a heredoc as a destination"
    return None


def _from(node: Instruction) -> str | None:
    words = [word.text for word in node.args]
    if len(words) == 3 and words[1].lower() == "as":
        if not _STAGE_NAME.fullmatch(words[2].lower()):
            return (
                f'invalid name for build stage: "{words[2]}", '
                "name can't start with a number or contain symbols"
            )
    elif len(words) != 1:
        return "FROM requires either one or three arguments"
    return _flag_error(node)


def _run(node: Instruction) -> str | None:
    problem = _flag_error(node)
    if problem:
        return problem
    for flag in node.flags:
        if flag.name == "mount":
            problem = _mount_error(flag.value or "")
            if problem:
                return problem
    network = node.flag("network")
    if network and network.value not in ("default", "none", "host"):
        return f'invalid network mode "{network.value}"'
    security = node.flag("security")
    if security and security.value not in ("insecure", "sandbox"):
        return f'security "{security.value}" is not valid'
    return None


def _mount_error(value: str) -> str | None:
    # Everything else about a mount is judged only after its variables are expanded.
    import csv  # noqa: PLC0415  (slow to import, for mounts only)

    try:
        fields = next(csv.reader([value], strict=True), [])
    except csv.Error as problem:
        return f"failed to parse csv mounts: {problem}"
    if not fields:
        return "failed to parse csv mounts: EOF"
    for field in fields:
        key, equals, text = field.partition("=")
        if equals and key.lower() == "from" and re.search(r"\$.", text):
            return "'from' doesn't support variable expansion, define alias stage instead"
    return None


def _shell(node: Instruction) -> str | None:
    problem = _at_least_one(node)
    flag_problem = _flag_error(node)
    if flag_problem or problem:
        return flag_problem or problem
    return None if node.json else "SHELL requires the arguments to be in JSON form"


def _onbuild(node: Instruction) -> str | None:
    if node.trigger is None:
        return "ONBUILD requires at least one argument"
    problem = _flag_error(node)
    if problem:
        return problem
    if node.trigger.keyword == "ONBUILD":
        return "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"
    if node.trigger.keyword in ("MAINTAINER", "FROM"):
        return f"{node.trigger.keyword} isn't allowed as an ONBUILD trigger"
    return None


def _healthcheck(node: Instruction) -> str | None:
    if not node.args:
        return "HEALTHCHECK requires at least one argument"
    kind = node.args[0].text.upper()
    if kind == "NONE":
        return "HEALTHCHECK NONE takes no arguments" if len(node.args) > 1 else None
    problem = _flag_error(node)
    if problem:
        return problem
    if kind != "CMD":
        return f'Unknown type "{kind}" in HEALTHCHECK (try CMD)'
    if len(node.args) < 2:
        return "Missing command after HEALTHCHECK CMD"
    for name in ("interval", "timeout", "start-period", "start-interval"):
        flag = node.flag(name)
        problem = _duration_error(name, flag.value or "") if flag else None
        if problem:
            return problem
    retries = node.flag("retries")
    return _retries_error(retries.value or "") if retries else None


def _duration_error(name: str, value: str) -> str | None:
    if value == "":
        return None
    sign = -1 if value.startswith("-") else 1
    text = value[1:] if value[0] in "+-" else value
    if text == "0":
        return None
    total = 0.0
    pos = 0
    while pos < len(text):
        part = _DURATION_PART.match(text, pos)
        if part is None or part.group(1) + (part.group(2) or "").lstrip(".") == "":
            return _duration_syntax(value, text[pos:])
        total += (
            float((part.group(1) or "0") + (part.group(2) or ""))
            * (_UNIT_NANOSECONDS[part.group(3)])
        )
        pos = part.end()
    if not text or total > _MAXIMUM_NANOSECONDS:
        return f'time: invalid duration "{value}"'
    nanoseconds = sign * int(total)
    if nanoseconds != 0 and nanoseconds < _MINIMUM_NANOSECONDS:
        return f'Interval "{name}" cannot be less than 1ms'
    return None


def _duration_syntax(value: str, rest: str) -> str:
    number = _DURATION_NUMBER.match(rest)
    length = number.end() if number else 0
    if rest[:length].strip(".") == "":
        return f'time: invalid duration "{value}"'
    unit = re.match(r"[^0-9.]*", rest[length:])
    if unit is None or unit.group() == "":
        return f'time: missing unit in duration "{value}"'
    return f'time: unknown unit "{unit.group()}" in duration "{value}"'


def _retries_error(value: str) -> str | None:
    if value == "":
        return None
    if not _INTEGER.fullmatch(value):
        return f'strconv.ParseInt: parsing "{value}": invalid syntax'
    number = int(value[:20])
    if not -_MAX_INT32 <= number < _MAX_INT32:
        return f'strconv.ParseInt: parsing "{value}": value out of range'
    return f"--retries cannot be negative ({number})" if number < 0 else None


_CHECKS = {
    "ADD": _copy,
    "ARG": _arg,
    "CMD": _flags_only,
    "COPY": _copy,
    "ENTRYPOINT": _flags_only,
    "ENV": _pairs,
    "EXPOSE": _at_least_one,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _pairs,
    "MAINTAINER": _exactly_one,
    "ONBUILD": _onbuild,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _exactly_one,
    "VOLUME": _volume,
    "WORKDIR": _exactly_one,
}

KEYWORDS = frozenset(_CHECKS)
"""Every instruction BuildKit knows, in upper case."""
