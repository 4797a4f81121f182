"""White space of an ignore file."""

from __future__ import annotations

from shipworthy.syntax.dockerignore import parse
from shipworthy.views.white_space import body_of, formatted, lines_of, without_gaps


def format_ignore(text: str) -> str:
    """The formatted text: no blanks around patterns, at most one empty line in a row."""
    return formatted(text, _meaning, (_stripped, lambda given: without_gaps(given, frozenset())))


def _meaning(text: str) -> object:
    parsed = parse(text)
    return (
        tuple((item.text, item.cleaned, item.negated) for item in parsed.tree.patterns),
        tuple(comment.text.rstrip() for comment in parsed.comments),
        tuple((problem.kind, problem.pattern) for problem in parsed.problems),
    )


def _stripped(text: str) -> str:
    lines = []
    for line in lines_of(text):
        body, end = body_of(line)
        # `  # text` is a pattern; at the first column it would become a comment.
        inner = body.lstrip(" \t")
        lines.append((body if inner.startswith("#") else inner).rstrip(" \t") + end)
    return "".join(lines)
