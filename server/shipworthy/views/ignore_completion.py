"""Completion in an ignore file: patterns for what really lies in the contexts that read it."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Names, Text, clause
from shipworthy.model.builds import all_units
from shipworthy.model.context import Notable, context_ignore_path, ignore_path_of, survey
from shipworthy.model.files import ignore_file, parsed_ignore_file
from shipworthy.model.ignoring import IgnoreRules, compile_patterns
from shipworthy.syntax.gopath import has_wildcard
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.path_candidates import Root, context_candidates, split_path
from shipworthy.views.path_writing import ignore_pattern, without_escapes

FOUND = Text(en="{count} here, such as {example}", ja="{count} 件（{example} など）")

_SHOWN = 1
_NO_NAME = "\U0010fffe"
"""A pattern that no file's name fits: a noncharacter."""
_PATTERNS: dict[Notable, str] = {
    "environment": "",
    "node_modules": "**/node_modules",
    "git": "**/.git",
    "bytecode": "**/__pycache__",
    "cache": "",
    "secret": "",
}


def ignore_offer(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset of an ignore file."""
    text = db.text(path) or ""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if line.startswith("#"):
        return None
    typed = line.lstrip()
    back = typed.startswith("!")
    typed = typed.removeprefix("!")
    contexts = _contexts(db, path)
    if not contexts:
        return None
    folder, name = split_path(typed)
    if has_wildcard(folder):
        found = () if folder != "**/" or back else tuple(_anywhere(db, contexts, after="**/"))
        return offer(Span(offset - len(name), offset), found, name)
    # What is hidden already needs no pattern, but can be included again; and the other way round.
    roots = tuple(Root(context, context, path) for context in contexts)
    rules = _without_line(db, path, offset - len(line))
    names = list(context_candidates(db, roots, without_escapes(folder), rules))
    if back:
        names = [item._replace(last=not item.last) for item in names]
    # A final `/` means nothing in a pattern, and would only look like Git's rule.
    names = [item._replace(insert=ignore_pattern(item.label.removesuffix("/"))) for item in names]
    if not folder and not back:
        general = tuple(_anywhere(db, contexts, after=""))
        return offer(Span(offset - len(typed), offset), (*general, *names), typed)
    return offer(Span(offset - len(name), offset), names, name)


def _without_line(db: Database, path: str, start: int) -> IgnoreRules:
    """The rules without the line that begins at `start`, whose half-typed pattern may be invalid.

    The other patterns keep their ordinals.
    """
    parsed = parsed_ignore_file(db, path)
    if parsed is None:
        return compile_patterns(())
    cleaned = list(parsed.tree.cleaned)
    for ordinal, at in enumerate(parsed.starts):
        if at == start:
            cleaned[ordinal] = _NO_NAME
    return compile_patterns(tuple(cleaned))


def _contexts(db: Database, path: str) -> tuple[str, ...]:
    """The contexts of the builds that read the file; its own folder while none does."""
    found = [
        unit.context
        for unit in all_units(db)
        if isinstance(unit.context, str) and ignore_path_of(db, unit) == path
    ]
    folder, _, name = path.rpartition("/")
    if not found and name in (".dockerignore", ".containerignore"):
        found = [folder]
    return tuple(dict.fromkeys(found))


def _anywhere(db: Database, contexts: tuple[str, ...], after: str) -> Iterator[Candidate]:
    """Patterns for what images should not hold and what lies in the contexts, at any depth."""
    examples: dict[str, list[str]] = {}
    for context in contexts:
        # Without the rules, so that a pattern that stands there already is still known.
        for item in survey(db, context, None).found:
            pattern = _PATTERNS.get(item.kind)
            if pattern is None:
                continue
            if item.kind == "bytecode" and not item.is_dir:
                pattern = "**/*.py[cod]"
            name = item.path.rpartition("/")[2]
            examples.setdefault(pattern or f"**/{ignore_pattern(name)}", []).append(item.path)
    written = _written(db, contexts)
    for pattern, paths in sorted(examples.items()):
        detail = clause(FOUND, count=len(paths), example=Names(tuple(paths[:_SHOWN])))
        yield Candidate(
            pattern.removeprefix(after), "value", detail=detail, last=pattern in written
        )


def _written(db: Database, contexts: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for context in contexts:
        path = context_ignore_path(db, context)
        tree = ignore_file(db, path) if path is not None else None
        found.update(tree.cleaned if tree is not None else ())
    return frozenset(found)
