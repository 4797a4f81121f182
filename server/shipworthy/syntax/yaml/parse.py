"""`parse`: the tree of a YAML file, put together from pieces that are remembered by their text."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from shipworthy.syntax.yaml.nodes import (
    Comment,
    Entry,
    Mapping,
    Node,
    ParsedYaml,
    Problem,
)
from shipworthy.syntax.yaml.split import Cut, Piece, cut
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

if TYPE_CHECKING:
    from shipworthy.syntax.yaml.block import Block

MAX_LENGTH = 1_000_000
"""Files of more code points are not read: no Compose file or workflow is near that."""

_ROUNDS = 8
_REPAIR_BUDGET = 800_000
_MAX_REPORTED = 20

# What YAML 1.2.2, rule 1 (c-printable) leaves out; lone surrogates stand for undecodable bytes.
# Small sets apart from each other compile in a tenth of the time that one set takes.
_UNPRINTABLE = regex("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|[\ud800-\udfff]|[\ufffe-\uffff]")


def parse(text: str) -> ParsedYaml:
    """The file's tree. Never raises; broken places are in `problems`.

    `text` is decoded with surrogateescape and may begin with a byte-order mark. A NUL is read as
    U+FFFD; other characters that YAML forbids stay in the values.
    """
    if len(text) > MAX_LENGTH:
        problem = Problem(f"longer than {MAX_LENGTH} characters", Span(0, 0), False)
        return ParsedYaml(None, (), (0,), (), (problem,))
    base = 1 if text.startswith("\ufeff") else 0
    body = text[base:].replace("\0", "\ufffd")
    pieces = cut(body)
    joined = None if pieces is None else _Assembly(body).put_together(pieces)
    parsed = parse_whole(body) if joined is None else joined
    return _absolute(parsed, text, base)


def parse_whole(body: str) -> ParsedYaml:
    """The tree of a text without byte-order mark and NUL, read as one block."""
    block = _reader().read_block(body, _rounds(body), 0)
    root = block.documents[0] if block.documents else None
    return ParsedYaml(root, block.documents, (0,), _comments(body, block.comments), block.problems)


def _rounds(body: str) -> int:
    return max(1, min(_ROUNDS, _REPAIR_BUDGET // max(1, len(body))))


def _reader() -> ModuleType:
    """The module that needs ruamel.yaml, whose import takes longer than most files."""
    from shipworthy.syntax.yaml import block  # noqa: PLC0415

    return block


class _Assembly:
    """The pieces of one file on their way to a tree."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.rounds = _rounds(body)
        self.starts: list[int] = []
        self.comments: list[Span] = []
        self.problems: list[Problem] = []

    def put_together(self, pieces: Cut) -> ParsedYaml | None:
        """The tree, or None if a piece runs on into the next."""
        first = pieces.pieces[0].start
        if "#" in self.body[:first]:
            self.comments.extend(_reader().read_block(self.body[:first], 1, 0).comments)
        entries: list[Entry] = []
        for piece in pieces.pieces:
            found = self._services(piece) if piece.children else self._entries(piece, "")
            if found is None:
                return None
            entries.extend(found)
        root = self._mapping(entries, 0) if entries else None
        return ParsedYaml(
            root,
            (root,) if root is not None else (),
            tuple(self.starts),
            _comments(self.body, tuple(self.comments)),
            tuple(self.problems),
        )

    def _entries(self, piece: Piece | Span, parents: str) -> list[Entry] | None:
        """The entries of a piece that is a mapping; `parents` are the lines it needs above it."""
        start = piece.start
        text = self.body[start : piece.end]
        block: Block = _reader().read_block(text, self.rounds, len(self.starts))
        if block.open_end and self._runs_on(piece, parents):
            return None
        self.starts.append(start)
        self.comments.extend(span.shift(start) for span in block.comments)
        self.problems.extend(
            Problem(problem.message, problem.span.shift(start), problem.repaired)
            for problem in block.problems
        )
        root = block.documents[0] if block.documents else None
        if isinstance(root, Mapping):
            return list(root.entries)
        if root is not None and not block.problems:
            span = root.span.shift(start)
            self.problems.append(Problem("could not find expected ':'", span, True))
        return []

    def _runs_on(self, piece: Piece | Span, parents: str) -> bool:
        reader = _reader()
        text = parents + self.body[piece.start :]
        return bool(reader.may_close_later(self.body[piece.end :]) and reader.is_valid(text))

    def _services(self, piece: Piece) -> list[Entry] | None:
        number = len(self.starts)
        header = self._entries(Span(piece.start, piece.children[0].start), "")
        if not header:
            return header
        entries: list[Entry] = []
        for child in piece.children:
            found = self._entries(child, "services:\n")
            if found is None:
                return None
            entries.extend(found)
        key, value = header[0]
        return [Entry(key, self._mapping(entries, number) if entries else value)]

    def _mapping(self, entries: list[Entry], number: int) -> Mapping:
        origin = self.starts[number]
        start = self._place(entries[0].key).start
        end = self._place(entries[-1].value).end
        return Mapping(tuple(entries), False, Span(start - origin, end - origin), number)

    def _place(self, node: Node) -> Span:
        return node.span.shift(self.starts[node.block])


def _comments(body: str, spans: tuple[Span, ...]) -> tuple[Comment, ...]:
    return tuple(_comment(body, span) for span in spans)


def _comment(body: str, span: Span) -> Comment:
    line = max(body.rfind("\n", 0, span.start), body.rfind("\r", 0, span.start)) + 1
    return Comment(span.of(body), span, bool(body[line : span.start].strip(" \t")))


def _absolute(parsed: ParsedYaml, text: str, base: int) -> ParsedYaml:
    problems = parsed.problems + tuple(_unprintable(text[base:]))
    if base == 0:
        return parsed._replace(problems=problems)
    return parsed._replace(
        starts=tuple(start + base for start in parsed.starts),
        comments=tuple(
            Comment(comment.text, comment.span.shift(base), comment.trailing)
            for comment in parsed.comments
        ),
        problems=tuple(
            Problem(problem.message, problem.span.shift(base), problem.repaired)
            for problem in problems
        ),
    )


def _unprintable(body: str) -> list[Problem]:
    problems: list[Problem] = []
    if body.replace("\n", "").isprintable():
        return problems
    for found in _UNPRINTABLE.finditer(body):
        undecodable = 0xD800 <= ord(found.group()) <= 0xDFFF
        message = "not valid UTF-8" if undecodable else "control characters are not allowed"
        problems.append(Problem(message, Span(*found.span()), True))
        if len(problems) == _MAX_REPORTED:
            break
    return problems
