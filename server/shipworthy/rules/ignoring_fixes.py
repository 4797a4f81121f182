"""Fixes that edit the ignore file a build reads, or create it."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import CreateFile, Edit, Fix, Safety
from shipworthy.findings.message import File, Names, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import ignore_file
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.gopath import match
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

CACHE_PATTERNS = (
    "**/__pycache__",
    "**/*.py[cod]",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
)
"""Tool caches: no build needs them, so that a new ignore file may name them safely."""

ADD = Text(
    en="Add {patterns} to `{file}`",
    ja="`{file}` に {patterns} を追加する",
)
CREATE = Text(
    en="Create `{file}` with {patterns}",
    ja="{patterns} を書いた `{file}` を作成する",
)


def exclude_fix(
    db: Database,
    unit: BuildUnit,
    patterns: tuple[str, ...],
    safety: Safety = Safety.SAFE,
    afterwards: tuple[str, ...] = (),
    extra: tuple[str, ...] = CACHE_PATTERNS,
) -> tuple[Fix, ...]:
    """The fix that hides the patterns from the build's context; none while that is UNKNOWN.

    The patterns go to the end of the effective ignore file, where no `!` can undo them. Without
    an ignore file, `.dockerignore` is created at the root of the context, with `extra` as well.
    """
    path = ignore_path_of(db, unit)
    if isinstance(path, Unknown) or isinstance(unit.context, Unknown):
        return ()
    if path is None:
        path = f"{unit.context}/.dockerignore"
        title = say(CREATE, file=File(path), patterns=Names(patterns))
        text = "".join(f"{pattern}\n" for pattern in (*patterns, *extra))
        return (Fix(title, (CreateFile(path, text),), safety, afterwards),)
    title = say(ADD, file=File(path), patterns=Names(patterns))
    return (Fix(title, (append_lines(db, path, patterns),), safety, afterwards),)


def append_lines(db: Database, path: str, lines: tuple[str, ...]) -> Edit:
    """The edit that adds lines at the end of a file, whether or not its last line is ended."""
    text = db.text(path) or ""
    end = len(text)
    start = "" if not text or text.endswith(("\n", "\r")) else "\n"
    final = "" if start else "\n"
    body = "\n".join(lines)
    return Edit(Anchor(path, -1, Span(end, end)), f"{start}{body}{final}")


def unnested(db: Database, path: str, missed: str) -> Iterator[tuple[Anchor, str]]:
    """The patterns of an ignore file that look as if they hid the path, and do not.

    Each with its place: `.env` and `.env*` for `deploy/.env`, `**/.env` for `.env.server`.
    """
    folder, _, name = missed.rpartition("/")
    tree = ignore_file(db, path)
    for number, pattern in enumerate(tree.patterns if tree is not None else ()):
        where, slash, text = pattern.cleaned.rpartition("/")
        near = not slash or where in ("**", folder)
        similar = name.startswith(f"{text}.") or (not slash and folder and match(text, name))
        if not pattern.negated and near and similar and text != "*":
            yield Anchor(path, number, pattern.span), pattern.text
