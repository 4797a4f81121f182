"""White space of a Dockerfile: indentation, blanks between words, ends of lines.

What is inside RUN's command and inside here-documents stays: there white space is text.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from shipworthy.syntax.dockerfile.nodes import Instruction, ParsedDockerfile
from shipworthy.syntax.dockerfile.parse import parse
from shipworthy.text.edits import Replacement, apply
from shipworthy.text.lines import LineIndex
from shipworthy.text.spans import Span
from shipworthy.views.white_space import formatted, without_gaps, without_trailing

INDENT = "    "
_WORDED = frozenset(
    {"FROM", "COPY", "ADD", "ARG", "ENV", "EXPOSE", "LABEL", "USER", "VOLUME", "WORKDIR",
     "STOPSIGNAL", "ONBUILD"}
)  # fmt: skip
"""Instructions whose words may stand apart by any white space."""


@lru_cache(maxsize=2)
def _parsed(text: str) -> ParsedDockerfile:
    """The parse; the passes look at the same text several times."""
    return parse(text)


def format_dockerfile(text: str) -> str:
    """The formatted text; the same text when it cannot be read for sure."""
    return formatted(text, _meaning, (_no_trailing, _no_gaps, _flush, _spaced, _no_trailing))


def _meaning(text: str) -> object:
    parsed = _parsed(text)
    if any(problem.fatal for problem in parsed.problems):
        return None
    return (
        parsed.tree.escape,
        parsed.tree.syntax,
        tuple((item.name, item.value) for item in parsed.directives),
        tuple(_shape(item) for item in parsed.tree.instructions),
        tuple(comment.text.strip() for comment in parsed.comments),
        tuple(problem.message for problem in parsed.problems),
    )


def _shape(instruction: Instruction) -> object:
    """An instruction without positions."""
    return (
        instruction.name,
        tuple((flag.name, flag.value) for flag in instruction.flags),
        tuple(word.text for word in instruction.args),
        instruction.json,
        tuple((doc.name, doc.body, doc.chomp, doc.expand, doc.fd) for doc in instruction.heredocs),
        _shape(instruction.trigger) if instruction.trigger is not None else None,
        instruction.error,
    )


def _heredoc_lines(text: str, parsed: ParsedDockerfile) -> frozenset[int]:
    """The lines of here-documents, terminators included."""
    index = LineIndex(text)
    found: set[int] = set()
    for start, item in zip(parsed.starts, parsed.tree.instructions, strict=True):
        if item.heredocs:
            first = index.line_of(start + min(doc.span.start for doc in item.heredocs))
            found.update(range(first, index.line_of(start + len(item.source)) + 1))
    return frozenset(found)


def _no_trailing(text: str) -> str:
    return without_trailing(text, _heredoc_lines(text, _parsed(text)))


def _no_gaps(text: str) -> str:
    return without_gaps(text, _heredoc_lines(text, _parsed(text)))


def _flush(text: str) -> str:
    """Instructions at the first column."""
    parsed = _parsed(text)
    edits = []
    for start in parsed.starts:
        line = text.rfind("\n", 0, start) + 1
        if line < start and not text[line:start].strip(" \t"):
            edits.append(Replacement(Span(line, start), ""))
    return apply(text, edits)


def _spaced(text: str) -> str:
    """One blank between words; continued lines of flags and words indented alike."""
    parsed = _parsed(text)
    edits: list[Replacement] = []
    for start, item in zip(parsed.starts, parsed.tree.instructions, strict=True):
        edits += _gaps(item, start, parsed.tree.escape)
    return apply(text, edits)


def _gaps(instruction: Instruction, start: int, escape: str) -> list[Replacement]:
    spans = [instruction.keyword_span, *(flag.span for flag in instruction.flags)]
    words = [word.span for word in instruction.args]
    if instruction.keyword in _WORDED and not instruction.json and not instruction.heredocs:
        spans += words
    else:
        spans += words[:1]
    edits = []
    for left, right in pairwise(spans):
        gap = instruction.source[left.end : right.start]
        wanted = _wanted(gap, escape)
        if wanted is not None and wanted != gap:
            edits.append(Replacement(Span(start + left.end, start + right.start), wanted))
    return edits


def _wanted(gap: str, escape: str) -> str | None:
    """What should stand between two words; None for a gap that holds more than white space."""
    if gap and not gap.strip(" \t"):
        return " "
    lines = gap.split("\n")
    head = lines[0].rstrip(" \t\r")
    if len(lines) != 2 or head.lstrip(" \t") != escape or lines[1].strip(" \t"):
        return None
    end = "\r\n" if lines[0].endswith("\r") else "\n"
    return f" {escape}{end}{INDENT}"
