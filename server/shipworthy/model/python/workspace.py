"""Which folders are members of a uv workspace.

Source: uv's workspace discovery: globs relative to the root, `*` within one folder, `**` across.
"""

from __future__ import annotations

import re
from functools import lru_cache

from shipworthy.model.python.uv_settings import UvSettings
from shipworthy.text.patterns import regex


def is_member(settings: UvSettings, folder: str) -> bool:
    """Whether a folder with a pyproject.toml (relative to the root, with `/`) is a member."""
    if any(_pattern(glob).fullmatch(folder) for glob in settings.workspace_exclude):
        return False
    return any(_pattern(glob).fullmatch(folder) for glob in settings.workspace_members)


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = [part for part in glob.replace("\\", "/").split("/") if part not in ("", ".")]
    expression = ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**" and number and parts[number - 1] == "**" and not last:
            continue
        if part == "**":
            expression += ".*" if last else "(?:[^/]+/)*"
            continue
        expression += "".join(_segment(part)) + ("" if last else "/")
    try:
        return re.compile(expression, re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")


_TOKEN = regex(r"\*+|\?|\[!?[^\]]+\]|.", re.DOTALL)
_RANGE = regex(r"(.)(?:-(.))?", re.DOTALL)


def _segment(part: str) -> list[str]:
    found = []
    for token in _TOKEN.findall(part):
        if token.startswith("*"):
            found.append("[^/]*")
        elif token == "?":
            found.append("[^/]")
        elif len(token) > 1:
            negated = token[1] == "!"
            inside = _RANGE.sub(_range, token[2:-1] if negated else token[1:-1])
            found.append(f"[{'^' if negated else ''}{inside}]")
        else:
            found.append(re.escape(token))
    return found


def _range(found: re.Match[str]) -> str:
    """A character or a range of a class; escaped, since Python warns of `--` and `[` in classes."""
    first, last = found.groups()
    return re.escape(first) + ("" if last is None else f"-{re.escape(last)}")
