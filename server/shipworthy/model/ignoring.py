"""What an ignore file hides: the walk of the build context, state by state.

The client that sends a context walks it from the top with `MatchesUsingParentResults` (fsutil
filter.go, patternmatcher): each directory hands down which patterns matched it, a pattern that
could not change the verdict there is not looked at, and is not looked up again for the children.
So the verdict on a path depends on the whole way to it, and only following that way is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from shipworthy.model.globs import (
    TAIL,
    Bad,
    Component,
    Components,
    Program,
    compile_program,
    literal_base,
)
from shipworthy.syntax.dockerignore import has_control_character, matcher_form
from shipworthy.syntax.gopath import is_bad_pattern
from shipworthy.text.records import NamedTuple

ErrorClass = Literal["illegal-exclusion", "pattern-syntax", "control-character"]

_MAX_TABLES = 4096


class PatternError(NamedTuple):
    """A pattern with which the build fails; `pattern` is its ordinal."""

    kind: ErrorClass
    pattern: int


class Visible(NamedTuple):
    """The path is sent; `by` is the pattern that included it again, if it was excluded before."""

    by: int | None


class Hidden(NamedTuple):
    """The path is not sent because of the pattern with this ordinal."""

    by: int


class _Rule(NamedTuple):
    ordinal: int
    negated: bool
    text: str
    program: Program


class _Outcome(NamedTuple):
    excluded: bool
    by: int | None
    bits: int
    error: PatternError | None


_Alive = tuple[tuple[int, int], ...]
"""(rule, states) of the component programs that can still match below a directory."""


class _Table(NamedTuple):
    """How the names of one directory are judged."""

    literals: dict[str, tuple[int, ...]]
    globs: tuple[tuple[int, re.Pattern[str]], ...]
    always: frozenset[int]
    """Rules that match every name here, inherited from the parent or by a trailing `**`."""
    quick_literals: frozenset[str]
    quick_globs: tuple[re.Pattern[str], ...]
    base: _Outcome
    """The verdict on a name that meets nothing but `always`."""


@lru_cache(maxsize=256)
def compile_patterns(patterns: tuple[str, ...]) -> IgnoreRules:
    """The rules of cleaned patterns (`IgnoreFile.cleaned`); compiled once for equal patterns."""
    return IgnoreRules(patterns, transferred=True)


@lru_cache(maxsize=256)
def compile_copy_patterns(patterns: tuple[str, ...]) -> IgnoreRules:
    """The rules of patterns that stand in a Dockerfile (`--exclude`, `--parents`).

    The same matcher, but "hidden" means only "matched", and control characters do no harm.
    """
    return IgnoreRules(patterns, transferred=False)


def visible(rules: IgnoreRules, path: str) -> Visible | Hidden | PatternError:
    """Whether the walk sends the path (relative to the context root, clean, no leading `/`).

    The path need not exist. A directory is Hidden also when something below it is sent, in which
    case the walk creates it nevertheless.
    """
    if rules.error is not None:
        return rules.error
    if path in {"", "."}:
        return Visible(None)
    state = rules.at(path)
    if state.error is not None:
        return state.error
    if state.excluded and state.by is not None:
        return Hidden(state.by)
    return Visible(state.by)


class IgnoreRules:
    """Compiled patterns. `error` tells that the build fails before anything is walked."""

    __slots__ = (
        "_bad",
        "_functions",
        "_negated_bases",
        "_plain_bases",
        "_rules",
        "_tables",
        "_walked",
        "error",
        "negations",
    )

    def __init__(self, patterns: tuple[str, ...], *, transferred: bool) -> None:
        rules: list[_Rule] = []
        self.error: PatternError | None = None
        for ordinal, cleaned in enumerate(patterns):
            negated, text = matcher_form(cleaned)
            if not text:
                if negated:
                    self.error = PatternError("illegal-exclusion", ordinal)
                    break
                continue
            if is_bad_pattern(text):
                self.error = PatternError("pattern-syntax", ordinal)
                break
            rules.append(_Rule(ordinal, negated, text, compile_program(text)))
        if self.error is None and transferred:
            self.error = _untransferable(patterns)
        self._rules = tuple(rules)
        self._functions = tuple(
            (i, rule.program.matches)
            for i, rule in enumerate(rules)
            if not isinstance(rule.program, (Components, Bad))
        )
        self._bad = frozenset(i for i, r in enumerate(rules) if isinstance(r.program, Bad))
        self._walked: dict[str, WalkState] = {}
        self._tables: dict[tuple[_Alive, int], _Table] = {}
        self.negations = any(rule.negated for rule in rules)
        self._negated_bases = _bases([rule.text for rule in rules if rule.negated])
        self._plain_bases = _bases([rule.text for rule in rules if not rule.negated])

    def __bool__(self) -> bool:
        """Whether there is any pattern at all."""
        return bool(self._rules)

    def root(self) -> WalkState:
        """The state at the context root, which is never tested itself."""
        return WalkState(self, None, "", _Outcome(False, None, 0, None))

    def at(self, path: str) -> WalkState:
        """The state at a path, or at the first ancestor below which the walk does not come."""
        parent, _, name = path.rpartition("/")
        state = self._walked.get(parent)
        if state is None:
            state = self.root()
            for part in filter(None, parent.split("/")):
                state = state.enter(part)
                if state.error is not None or state.prunable:
                    break
            if len(self._walked) >= _MAX_TABLES:
                self._walked.clear()
            self._walked[parent] = state
        return state if state.error is not None or state.prunable else state.enter(name)

    def matches_or_parent(self, path: str) -> bool | PatternError:
        """patternmatcher's `MatchesOrParentMatches`: each pattern tried on the path's ancestors.

        A file that the walk sends but this matcher matches arrives empty: fsutil refuses to open
        it after its name has been sent.
        """
        matched = False
        for rule in self._rules:
            if rule.negated != matched:
                continue
            if isinstance(rule.program, Bad):
                return PatternError("pattern-syntax", rule.ordinal)
            if rule.program.matches_above(path):
                matched = not rule.negated
        return matched

    def skips(self, directory: str) -> bool:
        """Whether the walk does not descend into this directory when it is excluded."""
        return _none_below(self._negated_bases, directory)

    def skips_unincluded(self, directory: str) -> bool:
        """The same for include patterns, and a directory that none of them matches."""
        return _none_below(self._plain_bases, directory)

    def _start(self) -> _Alive:
        return tuple(
            (i, rule.program.start)
            for i, rule in enumerate(self._rules)
            if isinstance(rule.program, Components)
        )

    def _below(self, alive: _Alive, name: str) -> _Alive:
        after = []
        for i, states in alive:
            program = self._rules[i].program
            if isinstance(program, Components):
                stepped = program.step(states, name) & (program.accept - 1)
                if stepped:
                    after.append((i, stepped))
        return tuple(after)

    def _table(self, alive: _Alive, bits: int) -> _Table:
        found = self._tables.get((alive, bits))
        if found is None:
            if len(self._tables) >= _MAX_TABLES:
                self._tables.clear()
            found = self._tables[alive, bits] = self._build_table(alive, bits)
        return found

    def _build_table(self, alive: _Alive, bits: int) -> _Table:
        always = {i for i in range(len(self._rules)) if bits >> i & 1} if bits else set()
        parts: list[tuple[int, Component]] = []
        for i, states in alive:
            program = self._rules[i].program
            if i in always or not isinstance(program, Components):
                continue
            part = program.last(states)
            if part is not None:
                parts.append((i, part))
        always.update(i for i, part in parts if part == TAIL)
        literals: dict[str, tuple[int, ...]] = {}
        globs: list[tuple[int, re.Pattern[str]]] = []
        for i, part in parts:
            if isinstance(part, str):
                literals[part] = (*literals.get(part, ()), i)
            elif not isinstance(part, int):
                globs.append((i, part))
        base = self._judge(always, bits)
        # An exception is looked at only after something has matched.
        plain_only = not always
        return _Table(
            literals,
            tuple(globs),
            frozenset(always),
            frozenset(
                name
                for name, at in literals.items()
                if not plain_only or not all(self._rules[i].negated for i in at)
            ),
            _joined([g for i, g in globs if not (plain_only and self._rules[i].negated)]),
            base,
        )

    def _judge(self, met: set[int], bits: int) -> _Outcome:
        """The verdict when exactly the rules `met` match, `bits` of them by the parent."""
        excluded = False
        by: int | None = None
        after = 0
        for i in sorted(met | self._bad):
            rule = self._rules[i]
            if not bits >> i & 1:
                if rule.negated != excluded:
                    continue
                if isinstance(rule.program, Bad):
                    error = PatternError("pattern-syntax", rule.ordinal)
                    return _Outcome(excluded, by, after, error)
            after |= 1 << i
            excluded = not rule.negated
            by = rule.ordinal
        return _Outcome(excluded, by, after, None)


class WalkState:
    """What the walk knows at one path; immutable. Below a file nothing is ever asked."""

    __slots__ = ("_alive", "_bits", "_parent", "_rows", "by", "error", "excluded", "path", "rules")

    def __init__(
        self, rules: IgnoreRules, parent: WalkState | None, path: str, outcome: _Outcome
    ) -> None:
        self.rules = rules
        self.path = path
        self.excluded, self.by, self._bits, self.error = outcome
        self._parent = parent
        self._alive: _Alive | None = None
        self._rows: _Table | None = None

    @property
    def prunable(self) -> bool:
        """Whether the walk skips this (directory): nothing below can be included again."""
        return self.excluded and self.rules.skips(self.path)

    def enter(self, name: str) -> WalkState:
        """The state at an entry of this directory."""
        path = f"{self.path}/{name}" if self.path else name
        return WalkState(self.rules, self, path, self._judge(name))

    @property
    def shows_all(self) -> bool:
        """Whether no pattern can exclude an entry of this directory, whatever its name."""
        table = self._table()
        return not (
            self.rules._functions
            or table.quick_literals
            or table.quick_globs
            or table.always
            or table.base.excluded
        )

    def hides(self, name: str) -> bool:
        """Whether the entry is excluded."""
        return self._judge(name).excluded

    def split(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The names of this directory that are not excluded, and those that are."""
        shown: list[str] = []
        hidden: list[str] = []
        judge = self._judge
        for name in names:
            (hidden if judge(name).excluded else shown).append(name)
        return shown, hidden

    def _states(self) -> _Alive:
        if self._alive is None:
            # From the nearest known ancestor downwards: a deep path must not recurse.
            way: list[WalkState] = [self]
            while (parent := way[-1]._parent) is not None and parent._alive is None:
                way.append(parent)
            for state in reversed(way):
                above = state._parent
                if above is None or above._alive is None:
                    state._alive = self.rules._start()
                else:
                    name = state.path.rpartition("/")[2]
                    state._alive = self.rules._below(above._alive, name)
        return self._alive or ()

    def _table(self) -> _Table:
        if self._rows is None:
            self._rows = self.rules._table(self._states(), self._bits)
        return self._rows

    def _judge(self, name: str) -> _Outcome:
        table = self._rows or self._table()
        rules = self.rules
        if "\n" in name:
            return rules._judge(self._met_across_lines(name), self._bits)
        met: set[int] = set()
        if rules._functions:
            path = f"{self.path}/{name}" if self.path else name
            met.update(i for i, matches in rules._functions if matches(path))
        if not met and name not in table.quick_literals:
            for joined in table.quick_globs:
                if joined.match(name):
                    break
            else:
                return table.base
        met.update(i for i, glob in table.globs if glob.match(name))
        met.update(table.literals.get(name, ()))
        return rules._judge(met | table.always, self._bits)

    def _met_across_lines(self, name: str) -> set[int]:
        """The rules that match a name with a line feed, which no `.*` crosses."""
        path = f"{self.path}/{name}" if self.path else name
        met = {i for i, matches in self.rules._functions if matches(path)}
        for i, states in self._states():
            program = self.rules._rules[i].program
            if isinstance(program, Components) and program.step(states, name) & program.accept:
                met.add(i)
        met.update(i for i in range(len(self.rules._rules)) if self._bits >> i & 1)
        return met


def _bases(texts: list[str]) -> tuple[str, ...] | None:
    """The directories that patterns without wildcards lie in; None if one has a wildcard."""
    bases = [literal_base(text) for text in texts]
    return None if None in bases else tuple(base + "/" for base in bases if base is not None)


def _none_below(bases: tuple[str, ...] | None, directory: str) -> bool:
    below = directory + "/"
    return bases is not None and not any(base.startswith(below) for base in bases)


def _untransferable(patterns: tuple[str, ...]) -> PatternError | None:
    for ordinal, cleaned in enumerate(patterns):
        if has_control_character(cleaned):
            return PatternError("control-character", ordinal)
    return None


def _joined(globs: list[re.Pattern[str]]) -> tuple[re.Pattern[str], ...]:
    """The expressions as few as possible: those without back references in one alternation."""
    plain = [glob.pattern for glob in globs if not glob.groups]
    rest = tuple(glob for glob in globs if glob.groups)
    return (re.compile("|".join(plain)), *rest) if plain else rest
