"""What completion offers: candidates without positions of a protocol, documented on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from shipworthy.findings.message import Inner
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

Sort: TypeAlias = Literal[
    "keyword", "flag", "value", "variable", "user", "stage", "file", "folder", "name", "snippet"
]
DocKey: TypeAlias = tuple[str, ...]
"""What `completion_docs.documentation` is asked for; empty: nothing to say."""


class Candidate(NamedTuple):
    """One text that could stand at the cursor."""

    label: str
    sort: Sort
    insert: str = ""
    """The text to insert when it is not the label; of a snippet, with `${1:...}` tab stops."""
    detail: Inner | str = ""
    doc: DocKey = ()
    last: bool = False
    """Listed after the others: possible, but not what the build would see."""
    kept: str = ""
    """What is typed before the offer's range and is replaced as well; editors compare with it."""

    @property
    def text(self) -> str:
        """What is inserted."""
        return self.insert or self.label


class Offer(NamedTuple):
    """The candidates at a place; they replace `span` (absolute code points, up to the cursor)."""

    span: Span
    candidates: tuple[Candidate, ...]
    complete: bool = True
    """False when there were more; typing on asks anew."""


MOST = 1000
"""Candidates in one answer. More than that nobody reads, and a client would parse for long."""


def offer(span: Span, found: Iterable[Candidate], typed: str) -> Offer | None:
    """The candidates without repetitions; only what begins as typed where there are too many."""
    unique: dict[str, Candidate] = {}
    for candidate in found:
        unique.setdefault(candidate.label, candidate)
    chosen = tuple(unique.values())
    if not chosen:
        return None
    if len(chosen) <= MOST:
        return Offer(span, chosen)
    begun = typed.lower()
    near = tuple(item for item in chosen if item.label.lower().startswith(begun))
    return Offer(span, near[:MOST], complete=len(near) <= MOST)
