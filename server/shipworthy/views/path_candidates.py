"""Paths as candidates: names of a folder, and for contexts what each build is not sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shipworthy.db.database import Database
from shipworthy.db.inputs import Kind
from shipworthy.findings.message import File, Inner, Names, Text, clause
from shipworthy.findings.message import Place as ShownPlace
from shipworthy.model.context import ignore_rules
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, IgnoreRules, visible
from shipworthy.syntax.gopath import join
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.views.candidates import Candidate

HIDDEN = Text(
    en="hidden from the build by `{pattern}` ({where})",
    ja="`{pattern}` により除外（{where}）",
)
HIDDEN_IN = Text(
    en="hidden from {builds} by `{pattern}` ({where})",
    ja="{builds}では `{pattern}` により除外（{where}）",
)
ONLY_IN = Text(en="only in the context of {builds}", ja="{builds}のコンテキストだけにあります")
OF_FOLDER = Text(en="in `{folder}`", ja="`{folder}` 内")


class Root(NamedTuple):
    """A folder that paths start at, for a build of that name (shown when builds differ)."""

    name: str
    folder: str
    ignore: str | None


class _Seen(NamedTuple):
    root: Root
    kind: Kind
    by: int | None
    """The ordinal of the pattern that hides it; None when it is sent."""


def split_path(typed: str) -> tuple[str, str]:
    """The folder of a half-typed path, and the begun name: ("src/", "ap") for "src/ap"."""
    folder, slash, name = typed.rpartition("/")
    return folder + slash, name


def context_candidates(
    db: Database, roots: Iterable[Root], folder: str, given: IgnoreRules | None = None
) -> Iterator[Candidate]:
    """The names of a context's folder as each build is sent them, folders with a final `/`.

    What an ignore file hides is offered last, with the pattern that hides it. `given` are rules
    to use instead of those of the ignore files.
    """
    known = tuple(dict.fromkeys(roots))
    below = _inside(folder)
    if below is None:
        return
    names: dict[str, list[_Seen]] = {}
    for root in known:
        rules = ignore_rules(db, root.ignore) if given is None else given
        here = join(root.folder, below) if below else root.folder
        for name, kind in db.names(root.folder, here):
            shown = visible(rules, f"{below}/{name}" if below else name)
            by = shown.by if isinstance(shown, Hidden) else None
            names.setdefault(name, []).append(_Seen(root, kind, by))
    for name, seen in names.items():
        yield _candidate(db, name, seen, len(known))


def _inside(folder: str) -> str | None:
    """The folder relative to the context; None when it climbs out of it."""
    cleaned = join("/", folder).strip("/")
    depth = 0
    for part in folder.split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return None
    return cleaned


def _candidate(db: Database, name: str, seen: list[_Seen], builds: int) -> Candidate:
    folder = any(item.kind == "dir" for item in seen)
    hidden = [item for item in seen if item.by is not None]
    detail: Inner | str = ""
    if hidden:
        detail = _hidden(db, hidden, everywhere=len(hidden) == builds)
    elif len(seen) < builds:
        detail = clause(ONLY_IN, builds=Names(tuple(item.root.name for item in seen)))
    label = f"{name}/" if folder else name
    return Candidate(
        label,
        "folder" if folder else "file",
        detail=detail,
        last=len(hidden) == len(seen),
    )


def _hidden(db: Database, hidden: list[_Seen], *, everywhere: bool) -> Inner:
    first = hidden[0]
    path, ordinal = first.root.ignore or "", first.by or 0
    tree = ignore_file(db, path)
    pattern = tree.patterns[ordinal] if tree and ordinal < len(tree.patterns) else None
    text = pattern.text if pattern is not None else "?"
    where = ShownPlace(Anchor(path, ordinal, pattern.span)) if pattern is not None else File(path)
    if everywhere:
        return clause(HIDDEN, pattern=text, where=where)
    builds = Names(tuple(item.root.name for item in hidden))
    return clause(HIDDEN_IN, builds=builds, pattern=text, where=where)


def disk_candidates(
    db: Database, root: str, folder: str, *, folders_only: bool = False
) -> Iterator[Candidate]:
    """The names of a folder on the disk, `folder` as written (relative to `root` or absolute)."""
    here = join("/", folder) if folder.startswith("/") else join(root, folder)
    for name, kind in db.names(root, here):
        if kind == "dir" or (kind == "link" and db.entries(f"{here}/{name}") is not None):
            yield Candidate(f"{name}/", "folder")
        elif not folders_only:
            yield Candidate(name, "file")
