"""Which here-documents a logical line opens.

After BuildKit's `heredocsFromLine` and `ParseHeredoc` (parser.go): the line is lexed as a shell
word list with `\\` as the escape character, whatever the file's own is, and each word is looked
at.
"""

from __future__ import annotations

import re

from shipworthy.syntax.dockerfile.expand import expand
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_HEREDOC = regex(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)", re.DOTALL)
_LEADING_TABS = regex(r"^\t+", re.MULTILINE)
_MAX_FD = 2**63 - 1


class HeredocWord(NamedTuple):
    """`<<NAME`, `<<-NAME` (`chomp`), `<<'NAME'` (not `expand`), `3<<NAME` (`fd`)."""

    name: str
    chomp: bool
    expand: bool
    fd: int


def _unset(_name: str) -> str | None:
    return None


def heredoc_word(word: str) -> HeredocWord | None:
    """The here-document that one word opens, if any."""
    match = _HEREDOC.fullmatch(word)
    if match is None:
        return None
    digits, dash, rest = match.groups()
    if not rest:
        return None
    plain = expand(rest, _unset, "\\", skip_unset=True)
    if plain.error is not None or len(plain.words) != 1:
        return None
    raw = expand(rest, _unset, "\\", raw_quotes=True, skip_unset=True)
    if raw.error is not None or len(raw.words) != 1:
        return None
    name = plain.words[0]
    fd = min(int(digits[:20]), _MAX_FD) if digits else 0
    return HeredocWord(name, dash == "-", _quotes(name) == _quotes(raw.words[0]), fd)


def heredoc_words(line: str) -> tuple[HeredocWord, ...]:
    """The here-documents of a logical line in order; none if its quotes do not close."""
    if "<<" not in line:
        return ()
    lexed = expand(line, _unset, "\\", raw_quotes=True, skip_unset=True, raw_escapes=True)
    found = (heredoc_word(word) for word in lexed.words)
    return tuple(word for word in found if word is not None)


def chomp_body(body: str) -> str:
    """The body of a `<<-` here-document as it arrives: without leading tabs."""
    return _LEADING_TABS.sub("", body)


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
