"""What the steps of one load share: the layer that is read, and what is collected on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from shipworthy.model.compose.extends import Base
from shipworthy.model.compose.parts import Memory, Outcome, Where, change_parts
from shipworthy.model.compose.read import read_document
from shipworthy.model.compose.resets import Document
from shipworthy.model.compose.tree import Entry, Problem, Record, Report
from shipworthy.model.compose.types import Reader
from shipworthy.model.compose.variables import Environment
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple

_DOCUMENTS = 500
"""Documents of one file: each is merged onto, and checked with, all those before it."""

P = ParamSpec("P")


class Layer(NamedTuple):
    """Files that are merged onto each other, and what they are read with.

    `included` are the files that led here, for finding circles.
    """

    files: tuple[str, ...]
    directory: str
    environment: Environment
    included: tuple[str, ...]


class State:
    """What one load collects: problems, the files read, services and projects that lost a part."""

    def __init__(self, files: Reader, report: Report, memory: Memory) -> None:
        self.files = files
        self.report = report
        self.memory = memory
        self.read: list[str] = []
        self.hurt: set[str] = set()
        self.all_hurt = False
        self.loaded: dict[tuple[tuple[str, ...], str], tuple[Environment, Record]] = {}
        self.loads = 0
        self.bases: dict[str, tuple[Environment, Base]] = {}
        self._documents: dict[str, tuple[Document, ...] | None] = {}

    def documents(self, path: str, at: Anchor | None) -> tuple[Document, ...] | None:
        """The documents of a compose file; None (and a problem) where it cannot be read."""
        if path not in self._documents:
            self._documents[path] = self._parse(path, at)
        return self._documents[path]

    def _parse(self, path: str, at: Anchor | None) -> tuple[Document, ...] | None:
        if path not in self.read:
            self.read.append(path)
        parsed = self.files.yaml(path)
        if parsed is None:
            message = f"open {path}: no such file or directory"
            self.report(Problem("file-not-found", message, at or whole_file(path)))
            self.all_hurt = True
            return None
        for problem in parsed.problems:
            self.report(Problem("yaml", problem.message, Anchor(path, -1, problem.span)))
            self.all_hurt = True
        roots = parsed.documents or ((parsed.root,) if parsed.root is not None else ())
        if len(roots) > _DOCUMENTS:
            message = f"more than {_DOCUMENTS} documents"
            self._hurting(Problem("yaml", message, whole_file(path)))
        return tuple(
            read_document(root, path, self._hurting, self.memory) for root in roots[:_DOCUMENTS]
        )

    def _hurting(self, problem: Problem) -> None:
        self.all_hurt = True
        self.report(problem)

    def each(
        self,
        project: Record,
        file: str,
        compute: Callable[Concatenate[Where, Entry, P], Outcome],
        *inputs: P.args,
        **none: P.kwargs,
    ) -> Record:
        """The project with its parts carried through some steps, step by step for the reader."""
        told: list[Outcome] = []

        def change(where: Where, entry: Entry) -> Entry | None:
            outcome = self.memory.once(where, compute, entry, *inputs, **none)
            if outcome.hurt or any(outcome.problems):
                told.append(outcome)
            return outcome.entry

        result = change_parts(project, file, change)
        self.tell(told)
        return result

    def tell(self, told: list[Outcome]) -> None:
        """Report as if every step had gone over all parts before the next one began."""
        for outcome in told:
            self.hurt |= outcome.hurt
        for step in zip(*(outcome.problems for outcome in told), strict=True):
            for problems in step:
                for problem in problems:
                    self.report(problem)
