"""Places and fixes in an ignore file that rules about its patterns share."""

from __future__ import annotations

from shipworthy.findings.finding import Edit
from shipworthy.model.visits import IgnoreFileView
from shipworthy.syntax.dockerignore import Pattern
from shipworthy.text.anchors import Anchor


def pattern_at(view: IgnoreFileView, number: int) -> Anchor:
    """The place of a pattern, given by its ordinal."""
    return Anchor(view.path, number, view.tree.patterns[number].span)


def rewritten(view: IgnoreFileView, number: int, text: str) -> Edit:
    """The edit that writes other text in the place of a pattern."""
    return Edit(pattern_at(view, number), text)


def body(pattern: Pattern) -> str:
    """The pattern as the matcher takes it, without its `!`."""
    return pattern.cleaned.removeprefix("!") if pattern.negated else pattern.cleaned
