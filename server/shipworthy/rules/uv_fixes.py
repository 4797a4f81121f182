"""Edits of uv command lines and of the instructions around them."""

from __future__ import annotations

from shipworthy.findings.finding import Edit
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Step
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span


def insert_flag(command: Executed, flag: str, after: str) -> Edit | None:
    """Put a flag after the sub-command's word; None when the word is not written literally."""
    if command.script is not None:
        return None
    for argument in command.arguments:
        if argument.text == after:
            end = argument.at.span.end
            if end == argument.at.span.start:
                return None
            return Edit(Anchor(argument.at.path, argument.at.node, Span(end, end)), f" {flag}")
    return None


def replace_flag(command: Executed, old: str, new: str) -> Edit | None:
    """Write another flag in the place of one; an empty one also takes the blank before it."""
    if command.script is not None:
        return None
    for argument in command.arguments:
        if argument.text == old and argument.at.span.end > argument.at.span.start:
            at = argument.at
            if not new:
                at = Anchor(at.path, at.node, Span(at.span.start - 1, at.span.end))
            return Edit(at, new)
    return None


def insert_line(step: Step, line: str) -> Edit | None:
    """Put an instruction on a line of its own before one; None in an inline Dockerfile."""
    if step.unit.inline is not None:
        return None
    return Edit(Anchor(step.at.path, step.ordinal, Span(0, 0)), f"{line}\n")
