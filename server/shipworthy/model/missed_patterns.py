"""Patterns of an ignore file that cannot match what they were written for, and what that was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_rules
from shipworthy.model.exposures import (
    Exposed,
    context_copies,
    exposed_under,
    hides,
    shows,
)
from shipworthy.model.ignoring import compile_patterns
from shipworthy.syntax.dockerignore import Pattern, parse
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

MissKind: TypeAlias = Literal[
    "outside", "home", "variable", "braces", "quotes", "backslash", "elsewhere", "typo"
]

MAX_ALTERNATIVES = 32
"""More than so many patterns from one with braces are not made."""
_SHORTEST = 5
"""Names below this length are alike too easily."""
_SHORTEST_ORDINARY = 6
_GLOB = regex(r"[*?\[\\]")
_VARIABLE = regex(r"(?:\A|/)\$[A-Za-z_]|\$\{[A-Za-z_]")
"""`$HOME/x`, `${DIR}-x`; in the middle of a name, as in Jython's `*$py.class`, `$` is a letter."""
_BRACES = regex(r"\{([^{},]*,[^{}]*)\}")
_SERIOUS = frozenset({"environment", "node_modules", "secret"})


class Missed(NamedTuple):
    """A pattern that does not match what it was written for."""

    kind: MissKind
    better: tuple[str, ...]
    """The patterns to write instead; empty when that is not clear."""
    sent: tuple[Exposed, ...]
    """What is sent although the better patterns would hide it."""
    path: str
    """The path that a typo is about; else empty."""

    @property
    def serious(self) -> bool:
        """Whether an environment or a secret is sent because of it."""
        return any(item.kind in _SERIOUS for item in self.sent)


def missed(
    db: Database, path: str, pattern: Pattern, units: tuple[BuildUnit, ...]
) -> Missed | None:
    """What is wrong with a pattern of the ignore file that the builds read; None: nothing."""
    text = pattern.cleaned.removeprefix("!") if pattern.negated else pattern.cleaned
    items = tuple(item for unit in units for item in exposed_under(db, unit, path))
    literal = _never_literal(text, pattern.text)
    if literal is not None:
        return _with_consequence(*literal, pattern.negated, items)
    if pattern.negated or _BACKSLASH.search(text):
        return None
    return _elsewhere(db, text, items, units) or _typo(db, path, text, items, units)


_BACKSLASH = regex(r"[A-Za-z0-9_.]\\[A-Za-z0-9_.*]")


def _never_literal(text: str, written: str) -> tuple[MissKind, tuple[str, ...]] | None:
    """A pattern in the notation of something else: a shell, Windows, another folder."""
    if text == ".." or text.startswith("../"):
        rest = re.sub(r"^(?:\.\./?)+", "", text)
        return "outside", (rest,) if rest else ()
    if text == "~" or text.startswith("~/"):
        return "home", tuple(_suffixes(text))
    if _VARIABLE.search(text):
        return "variable", tuple(_suffixes(text))
    if _BRACES.search(text):
        return "braces", _alternatives(text)
    unquoted = written.removeprefix("!").strip()
    if len(unquoted) > 2 and unquoted[0] == unquoted[-1] and unquoted[0] in "\"'":
        return "quotes", (unquoted[1:-1],)
    if _BACKSLASH.search(text):
        return "backslash", (text.replace("\\", "/"),)
    return None


def _alternatives(text: str) -> tuple[str, ...]:
    """The patterns that a shell would make of braces."""
    done: list[str] = []
    todo = [text]
    while todo and len(done) + len(todo) <= MAX_ALTERNATIVES:
        current = todo.pop(0)
        found = _BRACES.search(current)
        if found is None:
            done.append(current)
            continue
        before, after = current[: found.start()], current[found.end() :]
        todo.extend(f"{before}{part}{after}" for part in found[1].split(","))
    return () if todo else tuple(dict.fromkeys(done))


def _suffixes(text: str) -> Iterator[str]:
    while "/" in text:
        text = text.partition("/")[2]
        yield text


def _with_consequence(
    kind: MissKind, better: tuple[str, ...], negated: bool, items: tuple[Exposed, ...]
) -> Missed:
    if kind in ("home", "variable"):
        for text in better:
            sent = _hidden_by((text,), items)
            if sent:
                return Missed(kind, (text,), sent, "")
        return Missed(kind, (), (), "")
    if negated:
        return Missed(kind, tuple(f"!{text}" for text in better), (), "")
    return Missed(kind, better, _hidden_by(better, items), "")


def _hidden_by(patterns: tuple[str, ...], items: tuple[Exposed, ...]) -> tuple[Exposed, ...]:
    if not patterns:
        return ()
    rules = compile_patterns(parse("\n".join(patterns)).tree.cleaned)
    return tuple(item for item in items if hides(rules, item))


def _elsewhere(
    db: Database, text: str, items: tuple[Exposed, ...], units: tuple[BuildUnit, ...]
) -> Missed | None:
    """A path that starts above the context, or in the image: `backend/.venv`, `/app/.venv`."""
    first, slash, _ = text.partition("/")
    if not slash or _GLOB.search(text) or _exists(db, first, units):
        return None
    for suffix in _suffixes(text):
        dropped = text[: -len(suffix) - 1]
        sent = tuple(
            item
            for item in items
            if item.path == suffix and (item.on_disk or _names_the_root(item, dropped))
        )
        if sent:
            return Missed("elsewhere", (suffix,), sent, "")
    return None


def _names_the_root(item: Exposed, folder: str) -> bool:
    """Whether a folder is the context itself, seen from above or from inside the image."""
    return f"{item.copy.context}".endswith(f"/{folder}") or item.copy.destination == f"/{folder}"


def _exists(db: Database, path: str, units: tuple[BuildUnit, ...]) -> bool:
    return any(
        isinstance(unit.context, str) and db.stat(f"{unit.context}/{path}") is not None
        for unit in units
    )


def _typo(
    db: Database, ignore: str, text: str, items: tuple[Exposed, ...], units: tuple[BuildUnit, ...]
) -> Missed | None:
    deep = text.startswith("**/")
    wanted = text.removeprefix("**/")
    if _GLOB.search(wanted) or (deep and "/" in wanted) or wanted in (".", "/"):
        return None
    if not deep and _exists(db, wanted, units):
        return None
    for item in sorted(items, key=lambda item: (item.kind not in _SERIOUS, item.path)):
        name = item.path.rpartition("/")[2] if deep else item.path
        if item.on_disk and is_slip(wanted, name, _SHORTEST):
            better = f"**/{name}" if deep or name == ".venv" else name
            return Missed("typo", (better,), _hidden_by((better,), items), item.path)
    return None if deep else _ordinary_typo(db, ignore, wanted, units)


def _ordinary_typo(
    db: Database, ignore: str, wanted: str, units: tuple[BuildUnit, ...]
) -> Missed | None:
    """A name like that of something quite ordinary that a COPY of its folder takes."""
    folder, _, name = wanted.rpartition("/")
    rules = ignore_rules(db, ignore)
    slips: dict[str, list[str]] = {}
    for unit in units:
        for copy in context_copies(db, unit.id):
            if copy.ignore != ignore:
                continue
            where = f"{copy.context}/{folder}" if folder else copy.context or ""
            if where not in slips:
                slips[where] = [
                    other
                    for other, _ in db.entries(where) or ()
                    if is_slip(name, other, _SHORTEST_ORDINARY) and not _is_variant(name, other)
                ]
            for other in slips[where]:
                path = f"{folder}/{other}" if folder else other
                if (
                    all(source.path != path for source in copy.sources)
                    and shows(rules, path)
                    and copy.lands(f"{path}/x") is not None
                ):
                    return Missed("typo", (path,), (), path)
    return None


def _is_variant(one: str, other: str) -> bool:
    """Whether two names that differ by a letter are both in use: plurals, `.yml` and `.yaml`."""
    short, long = sorted((one, other), key=len)
    stem = re.sub(r"\d+", "#", one) == re.sub(r"\d+", "#", other)
    return stem or long in (f"{short}s", short.replace(".yml", ".yaml"))


def is_slip(one: str, other: str, shortest: int) -> bool:
    """Whether two paths differ by a dot before a name, by case, or by one slip of the keyboard.

    A slip is one character more, less or different, or two exchanged; it counts only in paths of
    `shortest` characters or more.
    """
    if one == other:
        return False
    if _undotted(one) == _undotted(other):
        return True
    if min(len(one), len(other)) < shortest or abs(len(one) - len(other)) > 1:
        return False
    return one.lower() == other.lower() or _one_edit(one, other)


def _undotted(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.removeprefix('.')}"


def _one_edit(one: str, other: str) -> bool:
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return short[start:] == long[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    swapped = one[start + 1 : start + 2] + one[start : start + 1]
    return other[start:] == swapped + one[start + 2 :]
