"""One ignore pattern as a program over the components of a path.

patternmatcher compares a pattern with a whole path: as text, as a prefix, as a suffix or as a
regular expression. Most patterns mean something simpler, a list of components with gaps, which
can be followed down a tree one name at a time; those become `Components`. What cannot (a class
that may match `/`, `a**b`, Go's own escapes) stays a test of the whole path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from shipworthy.model.goregexp import RegexpError, compile_glob
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

GAP = 0
"""`**` before another component: any number of components, also none."""
TAIL = 1
"""`**` at the end: at least one component."""

Component = int | str | re.Pattern[str]
"""GAP, TAIL, a literal name, or an expression for one name (used with `match`)."""

_SIMPLE_CLASS = regex(r"\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_., !#@%+=])+\]")
_MAX_CHUNKS = 50
"""With more stars in one component Python's expression gets slow to compile."""
_SPECIAL = frozenset("*?[]\\")


class Components(NamedTuple):
    """Matches a path component by component; states are bit sets of component ordinals."""

    parts: tuple[Component, ...]
    """Never two gaps in a row."""
    gaps: int
    """The states that stand before a gap."""
    lines: bool
    """Whether gaps do not cross a name with a line feed (they are `.*` of an expression)."""

    @property
    def start(self) -> int:
        """The states before the first name."""
        return self.closed(1)

    @property
    def accept(self) -> int:
        """The bit of the state after the last component."""
        return 1 << len(self.parts)

    def closed(self, states: int) -> int:
        """The states with those behind a gap that may be empty."""
        return states | (states & self.gaps) << 1

    def step(self, states: int, name: str) -> int:
        """The states after one more name of the path."""
        blocked = self.lines and "\n" in name
        after = 0
        left = states & (self.accept - 1)
        while left:
            bit = left & -left
            left ^= bit
            part = self.parts[bit.bit_length() - 1]
            if isinstance(part, int):
                if not blocked:
                    after |= bit if part == GAP else bit | bit << 1
            elif (part == name) if isinstance(part, str) else part.match(name):
                after |= bit << 1
        return self.closed(after)

    def last(self, states: int) -> Component | None:
        """What the next name must meet for the path to match there, or None: it cannot."""
        i = len(self.parts) - 1
        return self.parts[i] if states >> i & 1 else None

    def matches(self, path: str) -> bool:
        """Whether the whole path matches."""
        return self._run(path, above=False)

    def matches_above(self, path: str) -> bool:
        """Whether the path or one of its ancestors matches."""
        return self._run(path, above=True)

    def _run(self, path: str, *, above: bool) -> bool:
        states = self.start
        for name in path.split("/"):
            states = self.step(states, name)
            if not states:
                return False
            if above and states & self.accept:
                return True
        return bool(states & self.accept)


class WholePath(NamedTuple):
    """Matches whole paths only."""

    matches: Callable[[str], bool]

    def matches_above(self, path: str) -> bool:
        """Whether the path or one of its ancestors matches."""
        end = len(path)
        while end > 0:
            if self.matches(path[:end]):
                return True
            end = path.rfind("/", 0, end)
        return False


class Bad(NamedTuple):
    """A pattern that Go's regexp refuses, found out only when a path is compared with it."""


Program = Components | WholePath | Bad


def compile_program(pattern: str) -> Program:
    """The program of one pattern in matcher form (no `!`, cleaned, accepted by filepath.Match)."""
    kind = _kind(pattern)
    if kind == "exact":
        return _program(pattern.split("/"), lines=False)
    if kind == "prefix":
        prefix = pattern[:-2]
        if prefix.endswith("/"):
            return _program([*prefix[:-1].split("/"), TAIL], lines=False)
        return WholePath(lambda path: path.startswith(prefix))
    if kind == "suffix":
        suffix = pattern[2:]
        if not suffix:
            return _program([TAIL], lines=False)
        if suffix.startswith("/"):
            return _program([GAP, *suffix[1:].split("/")], lines=False)
        return WholePath(lambda path: path.endswith(suffix))
    parts = _components(pattern)
    if parts is not None:
        return _program(parts, lines=True)
    try:
        return WholePath(compile_glob(pattern).matches)
    except RegexpError:
        return Bad()


def _program(parts: Sequence[Component], *, lines: bool) -> Components:
    kept: list[Component] = []
    gaps = 0
    for part in parts:
        if isinstance(part, int) and kept and kept[-1] == GAP:
            kept.pop()
        kept.append(part)
    for i, part in enumerate(kept):
        gaps |= (part == GAP) << i
    return Components(tuple(kept), gaps, lines)


def literal_base(pattern: str) -> str | None:
    """The pattern without a trailing `/**` and `/*`, or None if a wildcard is left.

    This is what fsutil's walk compares with a directory to see whether it must descend.
    """
    base = pattern.removesuffix("/**").removesuffix("/*")
    return None if any(char in "*[]?^\\" for char in base) else base


def _kind(pattern: str) -> str:
    """How patternmatcher compares: `exact`, `prefix`, `suffix` or `regexp`."""
    kind = "exact"
    i = 0
    first = True
    while i < len(pattern):
        char = pattern[i]
        i += 1
        if char == "*" and pattern.startswith("*", i):
            i += 1
            if pattern.startswith("/", i):
                i += 1
            kind = "prefix" if i >= len(pattern) and kind == "exact" else "regexp"
            if first:
                kind = "suffix"
        elif char in _SPECIAL:
            kind = "regexp"
            if char == "\\":
                i += 1
        first = False
    return kind


def _components(pattern: str) -> list[Component] | None:
    texts = pattern.split("/")
    parts: list[Component] = []
    for i, text in enumerate(texts):
        if text == "**":
            parts.append(TAIL if i == len(texts) - 1 else GAP)
            continue
        part = _component(text)
        if part is None:
            return None
        parts.append(part)
    return parts


def _component(text: str) -> str | re.Pattern[str] | None:
    """One component as a name or an expression; None when only the whole expression tells."""
    chunks: list[list[str]] = [[]]
    literal: list[str] | None = []
    i = 0
    while i < len(text):
        char = text[i]
        if char == "*":
            if text.startswith("**", i):
                return None
            chunks.append([])
            literal = None
        elif char == "?":
            chunks[-1].append(".")
            literal = None
        elif char == "[":
            found = _SIMPLE_CLASS.match(text, i)
            if found is None or not _in_order(found[0]):
                return None
            chunks[-1].append(found[0])
            literal = None
            i = found.end()
            continue
        else:
            if char == "\\":
                i += 1
                char = text[i : i + 1]
                if not char.isascii() or char.isalnum() or not char:
                    return None
            elif char in "]^\ufeff":
                return None
            chunks[-1].append(re.escape(char))
            if literal is not None:
                literal.append(char)
        i += 1
    if literal is not None:
        return "".join(literal)
    if len(chunks) > _MAX_CHUNKS:
        return None
    return re.compile(_expression(["".join(chunk) for chunk in chunks]))


def _in_order(text: str) -> bool:
    return all(low <= high for low, high in re.findall(r"(.)-(.)", text))


def _expression(chunks: list[str]) -> str:
    """An expression for chunks with a star between each two, without backtracking into them.

    A star followed by another one may stop at the first place where its chunk fits; the look-ahead
    with its back reference keeps Python from trying the others.
    """
    first, *rest = chunks
    if not rest:
        return f"(?s:{first})\\Z"
    middle = "".join(
        f"(?=(.*?{chunk}))\\{number}" for number, chunk in enumerate(filter(None, rest[:-1]), 1)
    )
    return f"(?s:{first}{middle}.*{rest[-1]})\\Z"
