"""`parse`: the tree of a YAML file."""

from __future__ import annotations

from shipworthy.syntax.yaml.nodes import Comment, ParsedYaml, Problem
from shipworthy.text.spans import Span


def parse(text: str) -> ParsedYaml:
    """The file's tree; never raises."""
    from shipworthy.syntax.yaml.block import read_block  # noqa: PLC0415

    base = 1 if text.startswith("\ufeff") else 0
    body = text[base:].replace("\0", "\ufffd")
    block = read_block(body, 8, 0)
    return ParsedYaml(
        block.documents[0] if block.documents else None,
        block.documents,
        (base,),
        tuple(_comment(text, span.shift(base)) for span in block.comments),
        tuple(Problem(p.message, p.span.shift(base), p.repaired) for p in block.problems),
    )


def _comment(text: str, span: Span) -> Comment:
    line = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    return Comment(span.of(text), span, bool(text[line : span.start].strip(" \t\ufeff")))
