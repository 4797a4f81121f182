"""The value of `--chmod`: octal, or symbolic as chmod(1) has it."""

from __future__ import annotations

import re

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_CLAUSE = regex(r"([ugoa]*)((?:[-+=][rwxXstugo]*)+)")
_ACTION = regex(r"([-+=])([rwxXstugo]*)")
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
_PERMISSION = {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}
_UMASK = 0o022


class _Change(NamedTuple):
    who: int
    operator: str
    permissions: str


class Mode(NamedTuple):
    """What becomes of a mode: a new one, or changes to the old one."""

    octal: int | None
    changes: tuple[_Change, ...]

    def apply(self, mode: int, *, is_directory: bool) -> int:
        """The mode after the change."""
        if self.octal is not None:
            return self.octal
        for change in self.changes:
            mode = _changed(mode, change, is_directory)
        return mode


def parse_mode(text: str) -> Mode | None:
    """The mode that the value of `--chmod` means, or None: BuildKit refuses it."""
    if re.fullmatch("[0-7]+", text):
        value = int(text.lstrip("0")[:5] or "0", 8)
        return Mode(value, ()) if value <= 0o7777 else None
    changes: list[_Change] = []
    for clause in text.split(","):
        found = _CLAUSE.fullmatch(clause)
        if found is None:
            return None
        who = 0
        for letter in found[1]:
            who |= _WHO[letter]
        for operator, permissions in _ACTION.findall(found[2]):
            changes.append(_Change(who or 0o7777 & ~_UMASK, operator, permissions))
    return Mode(None, tuple(changes))


def _changed(mode: int, change: _Change, is_directory: bool) -> int:
    bits = 0
    for letter in change.permissions:
        if letter == "X":
            bits |= 0o111 if is_directory or mode & 0o111 else 0
        elif letter in "ugo":
            three = mode >> {"u": 6, "g": 3, "o": 0}[letter] & 7
            bits |= three << 6 | three << 3 | three
        else:
            bits |= _PERMISSION[letter]
    bits &= change.who
    if change.operator == "+":
        return mode | bits
    if change.operator == "-":
        return mode & ~bits
    return mode & ~(change.who & 0o777) | bits
