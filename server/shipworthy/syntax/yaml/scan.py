"""ruamel.yaml's scanner and parser, fed from a string and steered towards libyaml's behaviour.

Only the low-level event machinery is used: no loader, no constructor, no emitter. What differs
from ruamel.yaml as it comes:

* tabs separate tokens wherever libyaml (and so compose-go's YAML) lets them;
* comments are recorded with their place instead of being dropped;
* the token consumed last is remembered, because events alone do not tell where a scalar begins
  behind its anchor, nor where an absent value belongs.

Importing this module imports ruamel.yaml: `parse` does so when a file is really read.
"""

from __future__ import annotations

import re
from typing import Any

from shipworthy.syntax.yaml.ruamel_parts import (
    BlockEntryToken,
    Parser,
    ScalarToken,
    Scanner,
    YAMLError,
)
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

# The look-ahead of the scanner never goes further than this past the end of the text.
_PADDING = "\0" * 16

_END_OF_LINE = regex("[\n\r\0\x85\u2028\u2029]")
_SPACES = regex(" *")
_SPACES_AND_TABS = regex("[ \t]*")
_BREAKS = "\n\r\x85\u2028\u2029"

ERRORS = (
    YAMLError,
    ValueError,
    LookupError,
    AssertionError,
    AttributeError,
    TypeError,
    OverflowError,
)
"""What ruamel.yaml raises for broken text: its own errors, and slips of its look-ahead."""


class Mark:
    """A place as the scanner counts; only `index` (code points) is meant for anybody else."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index = index
        self.line = line
        self.column = column


class Reader:
    """The scanner's view of a string; the whole of it is in the buffer, so pointer is index."""

    __slots__ = ("buffer", "column", "encoding", "index", "line", "peek", "pointer")

    def __init__(self, text: str) -> None:
        self.buffer = text + _PADDING
        self.pointer = self.index = 0
        self.line = self.column = 0
        self.encoding = None
        self.peek = self._peek

    def _peek(self, index: int = 0) -> str:
        return self.buffer[self.pointer + index]

    def _peek_without_tabs(self, index: int = 0) -> str:
        char = self.buffer[self.pointer + index]
        return " " if char == "\t" else char

    def tabs_as_spaces(self, on: bool) -> None:
        """Show tabs as spaces, for the places where ruamel.yaml forgets them."""
        self.peek = self._peek_without_tabs if on else self._peek

    def prefix(self, length: int = 1) -> str:
        return self.buffer[self.pointer : self.pointer + length]

    def forward(self, length: int = 1) -> None:
        start = self.pointer
        end = start + length
        self.pointer = self.index = end
        if length == 1:
            char = self.buffer[start]
            if char == "\n" or (char == "\r" and self.buffer[end] != "\n"):
                self.line += 1
                self.column = 0
            elif char != "\ufeff":
                self.column += 1
            return
        passed = self.buffer[start:end]
        if "\n" not in passed and "\r" not in passed and "\ufeff" not in passed:
            self.column += length
            return
        for i, char in enumerate(passed, start + 1):
            if char == "\n" or (char == "\r" and self.buffer[i] != "\n"):
                self.line += 1
                self.column = 0
            elif char != "\ufeff":
                self.column += 1

    def skip_to(self, index: int) -> None:
        """Go forward within the line."""
        self.column += index - self.pointer
        self.pointer = self.index = index

    def get_mark(self) -> Mark:
        return Mark(self.index, self.line, self.column)


class _Resolver(NamedTuple):
    processing_version: tuple[int, int] = (1, 2)


class _DocumentInfo:
    def __init__(self) -> None:
        self.doc_version: Any = None


class _Loader:
    """What the scanner and the parser ask of the object that holds them together."""

    typ = "pure"
    comment_handling = None

    def __init__(self, text: str) -> None:
        self.reader = Reader(text)
        self.resolver = _Resolver()
        self.doc_infos = [_DocumentInfo()]
        self.scanner = TrackingScanner(self)
        self.parser = TrackingParser(self)


class TrackingScanner(Scanner):
    """The scanner; see the module."""

    reader: Any = None
    scanner_processing_version = (1, 2)

    def __init__(self, loader: _Loader) -> None:
        self.reader = loader.reader
        self.comment_places: list[tuple[int, int]] = []
        self.last_end = 0
        self.last_dash = 0
        self.last_scalar: Any = None
        self.last_plain = (0, 0)
        self.last_quoted = (0, 0)
        super().__init__(loader)

    def get_token(self) -> Any:
        token = super().get_token()
        if token is not None:
            kind = type(token)
            if kind is ScalarToken:
                self.last_scalar = token
            elif kind is BlockEntryToken:
                self.last_dash = token.start_mark.index
            if token.end_mark.index > token.start_mark.index:
                self.last_end = token.end_mark.index
        return token

    def scan_to_next_token(self) -> None:
        """Skip blanks, line ends and comments.

        libyaml allows a tab wherever no simple key may start. A line of nothing but blanks, or
        blanks and a comment, may hold tabs as well (YAML 1.2.2, rule 79).
        """
        reader = self.reader
        buffer = reader.buffer
        while True:
            tabs = bool(self.flow_context) or not self.allow_simple_key
            end = _match_end(_SPACES_AND_TABS if tabs else _SPACES, buffer, reader.pointer)
            if buffer[end] == "\t":
                after = _match_end(_SPACES_AND_TABS, buffer, end)
                if buffer[after] in "#\0\n\r\x85\u2028\u2029":
                    end = after
            if buffer[end] == "#":
                end = self._record_comment(end)
            if end > reader.pointer:
                reader.skip_to(end)
            if buffer[end] not in _BREAKS:
                return
            self.scan_line_break()
            if not self.flow_context:
                self.allow_simple_key = True

    def _record_comment(self, start: int) -> int:
        found = _END_OF_LINE.search(self.reader.buffer, start)
        end = found.start() if found else len(self.reader.buffer)
        self.comment_places.append((start, end))
        return end

    def scan_plain(self) -> Any:
        token = super().scan_plain()
        self.last_plain = (token.start_mark.index, token.end_mark.index)
        return token

    def scan_flow_scalar(self, style: Any) -> Any:
        token = super().scan_flow_scalar(style)
        self.last_quoted = (token.start_mark.index, token.end_mark.index)
        return token

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> list[str] | None:  # noqa: ARG002
        """The blanks and line ends inside a plain scalar, folded; tabs count as blanks.

        A tab in the indentation of a continuation line ends the scalar, and is then refused
        where the next token is looked for: libyaml refuses it as well.
        """
        reader = self.reader
        buffer = reader.buffer
        start = reader.pointer
        end = _match_end(_SPACES_AND_TABS, buffer, start)
        reader.skip_to(end)
        if buffer[end] not in _BREAKS:
            return [buffer[start:end]] if end > start else []
        first = self.scan_line_break()
        self.allow_simple_key = True
        breaks: list[str] = []
        while not self._at_document_marker():
            reader.skip_to(_match_end(_SPACES, buffer, reader.pointer))
            after = _match_end(_SPACES_AND_TABS, buffer, reader.pointer)
            if reader.column >= indent or buffer[after] in _BREAKS:
                reader.skip_to(after)
            if buffer[reader.pointer] not in _BREAKS:
                folded = [first] if first != "\n" else [] if breaks else [" "]
                return folded + breaks
            breaks.append(self.scan_line_break())
        return None

    def _at_document_marker(self) -> bool:
        return bool(self.check_document_start() or self.check_document_end())

    def scan_tag(self) -> Any:
        self.reader.tabs_as_spaces(True)
        token = super().scan_tag()
        self.reader.tabs_as_spaces(False)
        return token

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:
        self.reader.tabs_as_spaces(True)
        found = super().scan_block_scalar_indicators(start_mark)
        self.reader.tabs_as_spaces(False)
        return found

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        """The rest of the line after `|` or `>`: blanks and perhaps a comment."""
        reader = self.reader
        end = _match_end(_SPACES_AND_TABS, reader.buffer, reader.pointer)
        if reader.buffer[end] == "#":
            end = self._record_comment(end)
        reader.skip_to(end)
        return super().scan_block_scalar_ignored_line(start_mark)


class TrackingParser(Parser):
    """The parser, bound to its scanner without a look-up for each token."""

    scanner: Any = None
    resolver: Any = None

    def __init__(self, loader: _Loader) -> None:
        self.scanner = loader.scanner
        self.resolver = loader.resolver
        super().__init__(loader)


def open_parser(text: str) -> TrackingParser:
    """A parser at the start of the text, which holds no NUL."""
    return _Loader(text).parser


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
