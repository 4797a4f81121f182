"""Pages: what a view says, as messages in order, and their rendering as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.engine.source import relative_to, roots_of
from shipworthy.findings.message import (
    Field,
    Inner,
    Language,
    Message,
    Places,
    Size,
    Text,
    clause,
    render,
    say,
)
from shipworthy.model.builds import BuildUnit
from shipworthy.model.files import line_of
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_MARKED = regex(r"(`+)(.*?)\1|\*\*", re.DOTALL)
"""Code, in which stars are the text's own, and the marks of bold words."""
Kind: TypeAlias = Literal["text", "item", "inner"]


class Part(NamedTuple):
    """One paragraph, or one item of a list (`inner`: of a list in an item)."""

    message: Message
    kind: Kind = "text"


class Page(NamedTuple):
    """What is said about a place; `span` is absolute, in code points of its file."""

    span: Span
    parts: tuple[Part, ...]


IN_BUILDS = Text(en="**In {builds}**", ja="**{builds}**")
A_FILE = Text(en="1 file", ja="1 ファイル")
FILES = Text(en="{count} files", ja="{count} ファイル")
AT_LEAST = Text(en="at least {what}", ja="{what} 以上")
FILES_AND_SIZE = Text(en="{files}, {size}", ja="{files}、{size}")


def text(message_text: Text, **fields: Field) -> Part:
    """A paragraph."""
    return Part(say(message_text, **fields))


def item(message_text: Text, **fields: Field) -> Part:
    """An item of a list."""
    return Part(say(message_text, **fields), "item")


def inner(message_text: Text, **fields: Field) -> Part:
    """An item of a list within an item."""
    return Part(say(message_text, **fields), "inner")


def code(value: str) -> str:
    """A value as Markdown code, on one line, whatever backticks it holds."""
    shown = " ".join(value.split("\n"))
    longest = run = 0
    for char in shown:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    pad = " " if shown[:1] == "`" or shown[-1:] == "`" or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def codes(values: Iterable[str], most: int = 8) -> str:
    """Values as Markdown code, the first ones only."""
    found = list(values)
    shown = ", ".join(code(value) for value in found[:most])
    return f"{shown}, …" if len(found) > most else shown


def amount(files: int, size: int, complete: bool) -> Inner:
    """A number of files with their size; an incomplete count says "at least"."""
    count = clause(A_FILE) if files == 1 else clause(FILES, count=files)
    found = clause(FILES_AND_SIZE, files=count, size=Size(size))
    return found if complete else clause(AT_LEAST, what=found)


def places(db: Database) -> Places:
    """How anchors and paths are shown."""
    roots = roots_of(db)
    return Places(lambda at: line_of(db, at), lambda path: relative_to(roots, path))


def said(db: Database, message: Message | Inner, language: Language) -> str:
    """A message as text."""
    return render(message, language, places(db))


def markdown(db: Database, parts: Iterable[Part], language: Language) -> str:
    """The page as Markdown: paragraphs apart, items of a list together."""
    at = places(db)
    lines: list[str] = []
    before: Kind | None = None
    for part in parts:
        shown = render(part.message, language, at)
        if part.kind == "text":
            lines += ["", shown] if lines else [shown]
        else:
            if before == "text":
                lines.append("")
            lines.append(("  - " if part.kind == "inner" else "- ") + shown)
        before = part.kind
    return "\n".join(lines)


def plain(shown: str) -> str:
    """Markdown of `markdown` as plain text, for clients that show nothing else."""
    return _MARKED.sub(lambda found: found[2] or "", shown)


def relative(db: Database, path: str) -> str:
    """A path relative to the workspace root that holds it."""
    return relative_to(roots_of(db), path)


def unit_name(db: Database, unit: BuildUnit) -> str:
    """The name of a build for people: its service, else its Dockerfile."""
    if unit.service:
        return code(unit.service)
    path = unit.dockerfile if isinstance(unit.dockerfile, str) else unit.origin_file
    return code(relative(db, path))


def grouped(
    db: Database, found: Sequence[tuple[BuildUnit, tuple[Part, ...]]], always: bool = False
) -> tuple[Part, ...]:
    """What is said build by build; what several builds have in common is said once.

    A single build is named only with `always`.
    """
    groups: dict[tuple[Part, ...], list[BuildUnit]] = {}
    for unit, parts in found:
        if parts:
            groups.setdefault(parts, []).append(unit)
    result: list[Part] = []
    for parts, units in groups.items():
        if len(groups) > 1 or (always and units):
            names = ", ".join(dict.fromkeys(unit_name(db, unit) for unit in units))
            result.append(text(IN_BUILDS, builds=names))
        result.extend(parts)
    return tuple(result)
