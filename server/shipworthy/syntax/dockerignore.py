"""Ignore files (`.dockerignore`, `<Dockerfile>.dockerignore`) as BuildKit reads them.

The behaviour is that of patternmatcher's `ignorefile.ReadAll`, and of `patternmatcher.New` for
what is a problem. Positions are code points.
"""

from __future__ import annotations

from typing import Literal

from shipworthy.syntax.gopath import clean, is_bad_pattern, trim_space
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

ProblemKind = Literal["illegal-exclusion", "pattern-syntax", "control-character", "line-too-long"]

MAX_LINE_BYTES = 65_535
"""The longest line, in bytes without its line end, that the reader takes (Go's bufio.Scanner)."""


class Pattern(NamedTuple):
    """One line that is neither blank nor a comment."""

    text: str
    """As written, without the white space around it."""
    cleaned: str
    """What BuildKit works with: the path cleaned, one leading `/` gone, `!` put back in front."""
    negated: bool
    """Whether the matcher takes it as an exception (`./!x` becomes one by the cleaning)."""
    span: Span
    """Where `text` stands, relative to the start of its line."""


class IgnoreFile(NamedTuple):
    """The part of an ignore file that comments and blank lines do not change."""

    patterns: tuple[Pattern, ...]

    @property
    def cleaned(self) -> tuple[str, ...]:
        """The cleaned patterns, in order: what the matcher is made of."""
        return tuple(pattern.cleaned for pattern in self.patterns)


class IgnoreComment(NamedTuple):
    """A comment line; `text` is without the `#`, `span` is absolute and covers the whole line."""

    text: str
    span: Span


class IgnoreProblem(NamedTuple):
    """Why the build fails with this file; `span` is absolute, `pattern` an ordinal."""

    kind: ProblemKind
    pattern: int | None
    span: Span


class ParsedIgnoreFile(NamedTuple):
    """One parse: the tree, and beside it everything that has absolute positions."""

    tree: IgnoreFile
    starts: tuple[int, ...]
    """Absolute start of each pattern's line (after the byte order mark, if it is the first)."""
    comments: tuple[IgnoreComment, ...]
    problems: tuple[IgnoreProblem, ...]


def parse(text: str) -> ParsedIgnoreFile:
    """Reads the text of an ignore file; every text is accepted."""
    patterns: list[Pattern] = []
    starts: list[int] = []
    comments: list[IgnoreComment] = []
    problems: list[IgnoreProblem] = []
    start = 1 if text.startswith("\ufeff") else 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        after = end + 1
        if end > start and text[end - 1] == "\r":
            end -= 1
        line = text[start:end]
        if _too_long(line):
            problems.append(IgnoreProblem("line-too-long", None, Span(start, end)))
        if line.startswith("#"):
            comments.append(IgnoreComment(line[1:], Span(start, end)))
        elif pattern := _pattern(line):
            kind = _problem(pattern.cleaned)
            if kind is not None:
                problems.append(IgnoreProblem(kind, len(patterns), pattern.span.shift(start)))
            patterns.append(pattern)
            starts.append(start)
        start = after
    return ParsedIgnoreFile(
        IgnoreFile(tuple(patterns)), tuple(starts), tuple(comments), tuple(problems)
    )


def matcher_form(cleaned: str) -> tuple[bool, str]:
    """(negated, pattern) after the second cleaning, by `patternmatcher.New`.

    The pattern is empty for an entry that is skipped and for a bare `!`, which is an error.
    """
    pattern = trim_space(cleaned)
    if not pattern:
        return False, ""
    pattern = clean(pattern)
    return (True, pattern[1:]) if pattern[0] == "!" else (False, pattern)


def has_control_character(pattern: str) -> bool:
    """Whether the pattern cannot travel to the builder: gRPC headers take no control character."""
    return any(char < " " or char == "\x7f" for char in pattern)


def _pattern(line: str) -> Pattern | None:
    written = trim_space(line)
    if not written:
        return None
    inverted = written[0] == "!"
    path = trim_space(written[1:]) if inverted else written
    if path:
        path = clean(path)
        if len(path) > 1 and path[0] == "/":
            path = path[1:]
    cleaned = "!" + path if inverted else path
    start = line.index(written)
    return Pattern(written, cleaned, matcher_form(cleaned)[0], Span(start, start + len(written)))


def _problem(cleaned: str) -> ProblemKind | None:
    negated, pattern = matcher_form(cleaned)
    if negated and not pattern:
        return "illegal-exclusion"
    if is_bad_pattern(pattern):
        return "pattern-syntax"
    return "control-character" if has_control_character(cleaned) else None


def _too_long(line: str) -> bool:
    return len(line) * 4 > MAX_LINE_BYTES and (
        len(line.encode("utf-8", "surrogatepass")) > MAX_LINE_BYTES
    )
