"""What the exceptions of an ignore file bring back that was excluded for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_rules, readers, walk
from shipworthy.model.exposures import context_copies, exposed_under
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, IgnoreRules, Visible, compile_patterns, visible
from shipworthy.model.image.steps import Copy
from shipworthy.syntax.dockerignore import IgnoreFile
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

ReincludedKind: TypeAlias = Literal["environment", "node_modules", "secret", "file"]

FILE_BUDGET = 2_000
"""Files of one excluded folder that are looked at."""
_KINDS: dict[str, ReincludedKind] = {
    "environment": "environment",
    "node_modules": "node_modules",
    "secret": "secret",
}
MOST_FOLDERS = 50
"""Excluded folders that are looked into."""
_GLOB = regex(r"[*?\[\\]")
_PRIVATE = regex(
    r"(?:^|[._-])(?:keys?|secrets?|credentials?|passwords?|passwd|tokens?|private)(?:[._-]|$)",
    re.IGNORECASE,
)


class Reincluded(NamedTuple):
    """One thing that an exception brings back and a COPY takes."""

    kind: ReincludedKind
    path: str
    on_disk: bool
    excluded_by: int
    """The pattern, by its ordinal, that would have excluded it."""
    again: str
    """The pattern that excludes it when written behind the exception."""
    copy: Copy

    @property
    def private(self) -> bool:
        """Whether it is an environment, or secret by its name."""
        return self.kind != "file" or bool(_PRIVATE.search(self.path.rpartition("/")[2]))


@query
def reincluded(db: Database, path: str) -> tuple[tuple[int, tuple[Reincluded, ...]], ...]:
    """By exception (ordinal of the pattern) what it should not bring back, worst first.

    What an exception names itself is meant. A wildcard exception is compared with the folders that
    earlier patterns exclude by name.
    """
    tree = ignore_file(db, path)
    rules = ignore_rules(db, path)
    if tree is None or rules.error is not None or not rules.negations:
        return ()
    found: dict[int, list[Reincluded]] = {}
    for known in readers(db, path):
        for number, item in _of_unit(db, known, path, tree, rules):
            if all(other.path != item.path for other in found.setdefault(number, [])):
                found[number].append(item)
    return tuple(
        (number, tuple(sorted(items, key=lambda item: (not item.private, not item.on_disk))))
        for number, items in sorted(found.items())
    )


def _of_unit(
    db: Database, unit: BuildUnit, path: str, tree: IgnoreFile, rules: IgnoreRules
) -> Iterator[tuple[int, Reincluded]]:
    for item in exposed_under(db, unit, path):
        verdict = visible(rules, item.path)
        if not isinstance(verdict, Visible) or verdict.by is None:
            continue
        kind = _KINDS.get(item.kind)
        if kind is None:
            continue
        number = verdict.by
        before = _excluder(tree, number, item.path)
        if before is not None and _body(tree, number) != item.path:
            again = f"**/{item.path.rpartition('/')[2]}"
            yield number, Reincluded(kind, item.path, item.on_disk, before, again, item.copy)
    for copy in context_copies(db, unit.id):
        if copy.ignore == path:
            yield from _from_folders(db, copy, tree, rules)


def _body(tree: IgnoreFile, number: int) -> str:
    return tree.patterns[number].cleaned.removeprefix("!")


def _excluder(tree: IgnoreFile, number: int, path: str) -> int | None:
    """The pattern that excludes the path when the exceptions from `number` on are not there."""
    verdict = visible(compile_patterns(tree.cleaned[:number]), path)
    return verdict.by if isinstance(verdict, Hidden) else None


def _excluded_folders(db: Database, copy: Copy, tree: IgnoreFile) -> Iterator[tuple[int, str, str]]:
    """The folders of this disk that a pattern excludes by name: ordinal, path, as written."""
    for number, pattern in enumerate(tree.patterns):
        folder = pattern.cleaned
        if not pattern.negated and not _GLOB.search(folder):
            status = db.stat(f"{copy.context}/{folder}")
            if status is not None and status.kind == "dir":
                yield number, folder, pattern.text


def _from_folders(
    db: Database, copy: Copy, tree: IgnoreFile, rules: IgnoreRules
) -> Iterator[tuple[int, Reincluded]]:
    """Files of folders that were excluded by name and that a wildcard exception brings back."""
    for before, folder, written in islice(_excluded_folders(db, copy, tree), MOST_FOLDERS):
        met: set[int] = set()
        for sent in islice(walk(db, copy.context or "", copy.ignore, folder), FILE_BUDGET):
            verdict = visible(rules, sent.path)
            if sent.kind != "file" or not isinstance(verdict, Visible):
                continue
            number = verdict.by
            if number is None or number < before or number in met:
                continue
            exception = _body(tree, number)
            named = "*" not in exception or exception.startswith(f"{folder}/")
            if not named and copy.lands(sent.path) is not None:
                met.add(number)
                yield number, Reincluded("file", sent.path, True, before, written, copy)
