"""One instruction's node: a function of its raw text and the file's escape character.

After BuildKit's `newNodeFromLine` (parser.go) and line_parsers.go. Results are memoised by their
text, so a re-parse makes nodes only for what changed.
"""

from __future__ import annotations

from functools import lru_cache

from shipworthy.syntax.dockerfile.arguments import (
    Piece,
    read_fields,
    read_flags,
    read_json,
    read_words,
)
from shipworthy.syntax.dockerfile.checks import instruction_error
from shipworthy.syntax.dockerfile.heredoc import HeredocWord, heredoc_words
from shipworthy.syntax.dockerfile.lines import FIELD_SPACE, GO_SPACE, Joined, join
from shipworthy.syntax.dockerfile.nodes import Flag, Heredoc, Instruction, Word
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_SHELL_OR_JSON = frozenset({"CMD", "ENTRYPOINT", "RUN", "SHELL"})
_LIST_OR_JSON = frozenset({"ADD", "COPY", "VOLUME"})
_FIELDS = frozenset({"EXPOSE", "FROM"})
_WHOLE = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})
_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})

_MAX_DEPTH = 8

NOT_STRINGS = "when using JSON array syntax, arrays must be comprised of strings only"
UNTERMINATED = "unterminated heredoc"


class Header(NamedTuple):
    """An instruction without heredoc bodies.

    `fatal` is why BuildKit cannot parse the whole file because of it; `opens` are the
    here-documents whose bodies follow.
    """

    instruction: Instruction
    fatal: str | None
    opens: tuple[HeredocWord, ...]


class _Arguments(NamedTuple):
    words: tuple[Piece, ...]
    json: bool = False
    fatal: str | None = None


@lru_cache(maxsize=16_384)
def read_header(source: str, escape: str) -> Header:
    """The node of an instruction's logical line; `source` is exactly that line."""
    return _header(source, join(source, escape), 0, escape, depth=0)


@lru_cache(maxsize=1_024)
def read_instruction(source: str, header_length: int, escape: str) -> Instruction:
    """The node of an instruction whose here-documents follow its first `header_length` characters.

    A last body without its terminator reaches to the end of `source`.
    """
    header = read_header(source[:header_length], escape)
    bodies = source.find("\n", header_length) + 1 or len(source)
    heredocs, terminated = _read_bodies(source, bodies, header.opens)
    node = header.instruction
    return node._replace(
        heredocs=heredocs,
        trigger=node.trigger and node.trigger._replace(heredocs=heredocs, source=source),
        error=node.error if terminated else UNTERMINATED,
        source=source,
    )


def is_terminator(line: str, word: HeredocWord) -> bool:
    """Whether a line, with or without its end, closes the here-document."""
    line = line.rstrip("\r\n")
    return (line.lstrip("\t") if word.chomp else line) == word.name


def _read_bodies(
    source: str, start: int, opens: tuple[HeredocWord, ...]
) -> tuple[tuple[Heredoc, ...], bool]:
    heredocs: list[Heredoc] = []
    pos = start
    for word in opens:
        body_start = body_end = pos = min(pos, len(source))
        terminated = False
        while pos < len(source) and not terminated:
            end = source.find("\n", pos) + 1 or len(source)
            terminated = is_terminator(source[pos:end], word)
            body_end = pos if terminated else end
            pos = end
        body = source[body_start:body_end]
        span = Span(body_start, body_end)
        heredocs.append(Heredoc(word.name, body, word.chomp, word.expand, word.fd, span))
        if not terminated:
            return tuple(heredocs), False
    return tuple(heredocs), True


def _header(source: str, joined: Joined, start: int, escape: str, *, depth: int) -> Header:
    line = joined.text
    end = len(line.rstrip(GO_SPACE))
    while start < end and line[start] in GO_SPACE:
        start += 1
    name_end = start
    while name_end < end and line[name_end] not in FIELD_SPACE:
        name_end += 1
    name = line[start:name_end]
    keyword = name.upper()
    flags, rest = read_flags(line[:end], name_end)
    while rest < end and line[rest] in GO_SPACE:
        rest += 1
    inner: Header | None = None
    arguments = _Arguments(())
    if keyword == "ONBUILD":
        # A second ONBUILD is an error already, but what it holds may break the whole file.
        if rest < end and depth < _MAX_DEPTH:
            inner = _header(source, joined, rest, escape, depth=depth + 1)
    else:
        arguments = _read_arguments(keyword, line, rest, end, escape)
    node = Instruction(
        keyword=keyword,
        name=name,
        keyword_span=joined.span(start, name_end),
        flags=tuple([_flag(joined, flag) for flag in flags]),
        args=tuple([Word(w.text, joined.span(w.start, w.end)) for w in arguments.words]),
        json=arguments.json,
        heredocs=(),
        trigger=inner.instruction if inner else None,
        error=None,
        source=source,
    )
    fatal = arguments.fatal or (inner.fatal if inner else None)
    error = fatal or instruction_error(node)
    if error is not None:
        node = node._replace(error=error)
    return Header(node, fatal, () if depth else _opens(node, line))


def _opens(node: Instruction, line: str) -> tuple[HeredocWord, ...]:
    if "<<" not in line:
        return ()
    target = node.trigger if node.keyword == "ONBUILD" else node
    if target is None or target.keyword not in _HEREDOCS or target.json:
        return ()
    return heredoc_words(line)


def _flag(joined: Joined, piece: Piece) -> Flag:
    span = joined.span(piece.start, piece.end)
    name, equals, value = piece.text[2:].partition("=")
    if not equals:
        return Flag(piece.text, name, None, span, None)
    at = joined.text.find("=", piece.start, piece.end) + 1
    return Flag(piece.text, name, value, span, joined.span(at, piece.end))


def _read_arguments(keyword: str, line: str, start: int, end: int, escape: str) -> _Arguments:
    if keyword in _SHELL_OR_JSON:
        return _shell_or_json(line, start, end)
    if keyword in _LIST_OR_JSON:
        return _list_or_json(line, start, end)
    if keyword in ("ENV", "LABEL"):
        return _pairs(keyword, line, start, end, escape)
    if keyword == "ARG":
        return _Arguments(read_words(line, start, end, escape))
    if keyword in _FIELDS:
        return _Arguments(read_fields(line, start, end))
    if keyword in _WHOLE:
        return _Arguments(_whole(line, start, end))
    if keyword == "HEALTHCHECK":
        return _healthcheck(line, start, end)
    # BuildKit leaves one empty word in the place of what an unknown instruction says.
    return _Arguments((Piece("", end, end),))


def _whole(line: str, start: int, end: int) -> tuple[Piece, ...]:
    return (Piece(line[start:end], start, end),) if start < end else ()


def _shell_or_json(line: str, start: int, end: int) -> _Arguments:
    array = read_json(line, start, end)
    if array is None:
        return _Arguments(_whole(line, start, end))
    if array.strings is None:
        return _Arguments(_whole(line, start, end), fatal=NOT_STRINGS)
    return _Arguments(array.strings, json=True)


def _list_or_json(line: str, start: int, end: int) -> _Arguments:
    array = read_json(line, start, end)
    if array is None:
        return _Arguments(read_fields(line, start, end))
    if array.strings is None:
        return _Arguments(read_fields(line, start, end), fatal=NOT_STRINGS)
    return _Arguments(array.strings, json=True)


def _healthcheck(line: str, start: int, end: int) -> _Arguments:
    if start >= end:
        return _Arguments(())
    stop = start
    while stop < end and line[stop] not in GO_SPACE:
        stop += 1
    kind = Piece(line[start:stop], start, stop)
    while stop < end and line[stop] in GO_SPACE:
        stop += 1
    command = _shell_or_json(line, stop, end)
    return command._replace(words=(kind, *command.words))


def _pairs(keyword: str, line: str, start: int, end: int, escape: str) -> _Arguments:
    """ENV and LABEL: key, value and separator for each pair."""
    words = read_words(line, start, end, escape)
    if not words:
        return _Arguments(())
    if "=" not in words[0].text:
        return _legacy_pair(keyword, line, start, end)
    pieces: list[Piece] = []
    fatal: str | None = None
    for word in words:
        key, equals, value = word.text.partition("=")
        if not equals:
            fatal = fatal or (
                f'Syntax error - can\'t find = in "{word.text}". Must be of the form: name=value'
            )
            continue
        at = word.start + len(key)
        pieces.append(Piece(key, word.start, at))
        pieces.append(Piece(value, at + 1, word.end))
        pieces.append(Piece("=", at, at + 1))
    return _Arguments(tuple(pieces), fatal=fatal)


def _legacy_pair(keyword: str, line: str, start: int, end: int) -> _Arguments:
    """`ENV name value`: the value is the rest of the line, quotes and all."""
    stop = start
    while stop < end and line[stop] not in FIELD_SPACE:
        stop += 1
    if stop >= end:
        return _Arguments((), fatal=f"{keyword} must have two arguments")
    value = stop
    while value < end and line[value] in FIELD_SPACE:
        value += 1
    return _Arguments(
        (
            Piece(line[start:stop], start, stop),
            Piece(line[value:end], value, end),
            Piece("", stop, stop),
        )
    )
