"""Parser directives and the frontend a file asks for.

After BuildKit's directives.go: directives stand in the first lines only; the first line that is
none ends them.
"""

from __future__ import annotations

import json

from shipworthy.syntax.dockerfile.lines import GO_SPACE
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_BOM = "\ufeff"
_KNOWN = frozenset({"check", "escape", "syntax"})
_NAME = regex(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=")
_REGEXP_SPACE = "\t\n\f\r "  # what `\s` is to Go


class DirectiveLine(NamedTuple):
    """A line that has the form of a directive; `name` is in lower case."""

    name: str
    value: str


def read_directive(line: str, comment: str = "#") -> DirectiveLine | None:
    """The directive in a line that has no white space before it and no line end."""
    if not line.startswith(comment):
        return None
    rest = line[len(comment) :].lstrip(GO_SPACE)
    match = _NAME.match(rest)
    if match is None or match.group(1).lower() not in _KNOWN:
        return None
    value = rest[match.end() :].strip(_REGEXP_SPACE)
    return DirectiveLine(match.group(1).lower(), value) if value else None


def detect_syntax(text: str) -> str | None:
    """The frontend image the file asks for.

    Besides `# syntax=` BuildKit looks, in a file that has none, for `// syntax=` and for a JSON
    object with a string `syntax`; a byte order mark and a `#!` line before it do not matter.
    """
    text = text.removeprefix(_BOM)
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    for comment in ("#", "//"):
        for directive in _leading_directives(text, comment):
            if directive.name == "syntax":
                return directive.value.partition(" ")[0]
    return _json_syntax(text)


def _leading_directives(text: str, comment: str) -> list[DirectiveLine]:
    found: dict[str, DirectiveLine] = {}
    pos = 0
    while text.startswith(comment, pos):
        end = text.find("\n", pos)
        line = text[pos:] if end < 0 else text[pos:end]
        directive = read_directive(line.removesuffix("\r"), comment)
        if directive is None or directive.name in found:
            break
        found[directive.name] = directive
        if end < 0:
            break
        pos = end + 1
    return list(found.values())


def _json_syntax(text: str) -> str | None:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    syntax = value.get("syntax") if isinstance(value, dict) else None
    return syntax if isinstance(syntax, str) else None
