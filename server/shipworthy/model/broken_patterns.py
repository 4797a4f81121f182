"""Patterns of an ignore file with which the build fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_ignore_file
from shipworthy.model.globs import Bad, compile_program
from shipworthy.syntax.dockerignore import has_control_character, matcher_form
from shipworthy.syntax.gopath import is_bad_pattern
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

BreakKind: TypeAlias = Literal[
    "illegal-exclusion", "pattern-syntax", "control-character", "line-too-long", "expression"
]


class Broken(NamedTuple):
    """One reason why the build fails; `pattern` is an ordinal, `span` absolute without one."""

    kind: BreakKind
    pattern: int | None
    span: Span


@query
def broken_patterns(db: Database, path: str) -> tuple[Broken, ...]:
    """Every reason in an ignore file why a build that reads it fails.

    `expression`: a pattern that passes Go's filepath.Match and not the regular expression that
    patternmatcher makes of it; found out when the first path is compared with it.
    """
    return tuple(_broken(db, path))


def _broken(db: Database, path: str) -> Iterator[Broken]:
    parsed = parsed_ignore_file(db, path)
    if parsed is None:
        return
    for problem in parsed.problems:
        yield Broken(problem.kind, problem.pattern, problem.span)
    for number, pattern in enumerate(parsed.tree.patterns):
        if has_bad_expression(pattern.cleaned):
            yield Broken("expression", number, pattern.span)


def has_bad_expression(cleaned: str) -> bool:
    """Whether the pattern becomes a regular expression that Go refuses."""
    _, text = matcher_form(cleaned)
    if not text or is_bad_pattern(text) or has_control_character(cleaned):
        return False
    return isinstance(compile_program(text), Bad)
