"""The wildcard patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

After BuildKit's shell/lex.go: `*` and `?` do not match a line feed, brackets are literal, and a
backslash may stand only before `*`, `?`, a backslash, `}` and `/`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from shipworthy.text.patterns import regex

_MAX_VALUE = 16_384


class PatternError(ValueError):
    """The pattern is not valid, or the value too long to be matched in bounded time."""


def trim_prefix(pattern: str, value: str, *, longest: bool) -> str:
    """The value without the shortest or longest prefix that matches."""
    match = _compile(pattern, longest).match(_bounded(pattern, value))
    return value if match is None else value[match.end() :]


def trim_suffix(pattern: str, value: str, *, longest: bool) -> str:
    """The value without the shortest or longest suffix that matches."""
    return trim_prefix(_reverse_pattern(pattern), value[::-1], longest=longest)[::-1]


def replace(pattern: str, value: str, replacement: str, *, every: bool) -> str:
    """The value with the first match replaced, or every match.

    For every match Go expands `$name` in the replacement as a group of the pattern; a pattern
    has no groups, so only `$0` and `$$` give something.
    """
    compiled = _compile(pattern, True)
    _bounded(pattern, value)
    if every:
        return compiled.sub(lambda match: _expand_template(replacement, match.group()), value)
    return compiled.sub(lambda _: replacement, value, count=1)


def _bounded(pattern: str, value: str) -> str:
    if "*" in pattern and len(value) > _MAX_VALUE:
        raise PatternError("value too long")
    return value


@lru_cache(maxsize=256)
def _compile(pattern: str, longest: bool) -> re.Pattern[str]:
    segments = _segments(pattern)
    out = [segments[0]]
    last = len(segments) - 1
    for number, segment in enumerate(segments[1:], 1):
        if number == last:
            out.append((".*" if longest else ".*?") + segment)
        elif segment:
            # Between two wildcards the first place is as good as any other; the look-ahead
            # keeps it, so that matching cannot backtrack through all combinations.
            out.append(f"(?=(?P<s{number}>.*?{segment}))(?P=s{number})")
    return re.compile("".join(out))


def _segments(pattern: str) -> list[str]:
    """The literal parts between the `*`, as regular expressions."""
    segments = [""]
    pos = 0
    while pos < len(pattern):
        char = pattern[pos]
        pos += 1
        if char == "*":
            segments.append("")
        elif char == "?":
            segments[-1] += "."
        elif char != "\\":
            segments[-1] += re.escape(char)
        elif pattern[pos : pos + 1] in ("}", "/"):
            continue
        elif pattern[pos : pos + 1] in ("*", "?", "\\"):
            segments[-1] += re.escape(pattern[pos])
            pos += 1
        else:
            raise PatternError("invalid escape")
    return segments


def _reverse_pattern(pattern: str) -> str:
    out: list[str] = []
    pos = 0
    while pos < len(pattern):
        width = 2 if pattern[pos] == "\\" and pos + 1 < len(pattern) else 1
        out.append(pattern[pos : pos + width])
        pos += width
    return "".join(reversed(out))


_TEMPLATE = regex(r"\$(?:(\$)|\{(\w+)\}|(\w+))")


def _expand_template(template: str, whole: str) -> str:
    if "$" not in template:
        return template

    def group(match: re.Match[str]) -> str:
        if match.group(1):
            return "$"
        return whole if (match.group(2) or match.group(3)) == "0" else ""

    return _TEMPLATE.sub(group, template)
