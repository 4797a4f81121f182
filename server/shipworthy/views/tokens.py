"""What the words of a file are, for colouring by meaning: shell in RUN and here-documents too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.files import comments, kind_of, parsed_dockerfile, parsed_ignore_file, text_of
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.syntax.shell import Variable, parse
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import is_compose
from shipworthy.views.inline_places import documents, outer_span
from shipworthy.views.symbols import SymbolKind, occurrences
from shipworthy.views.variable_uses import uses

TokenKind: TypeAlias = Literal[
    "keyword",
    "comment",
    "macro",
    "parameter",
    "class",
    "variable",
    "property",
    "string",
    "function",
    "operator",
    "regexp",
    "label",
    "type",
]
KINDS: tuple[TokenKind, ...] = (
    "keyword",
    "comment",
    "macro",
    "parameter",
    "class",
    "variable",
    "property",
    "string",
    "function",
    "operator",
    "regexp",
    "label",
    "type",
)
_OF_SYMBOL: dict[SymbolKind, TokenKind] = {
    "stage": "class",
    "variable": "variable",
    "heredoc": "label",
    "service": "class",
    "volume": "type",
    "network": "type",
    "config": "type",
    "secret": "type",
    "model": "type",
    "anchor": "label",
    "compose-variable": "variable",
}
_SHELLS = frozenset({"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"})
_JOINERS = regex(r"&&|\|\||[|;&]")
_WILDCARDS = regex(r"\*+|\?|\[[^\]]*\]")
_LIMIT = 400_000
"""Files of more code points get no tokens."""


class Token(NamedTuple):
    """A coloured range on one line; `span` is absolute. `declares` marks where a name is given."""

    span: Span
    kind: TokenKind
    declares: bool = False


def tokens(db: Database, path: str, within: Span | None = None) -> tuple[Token, ...]:
    """The tokens of a file, or of a part of it, apart from each other and in order."""
    text = text_of(db, path) or ""
    if len(text) > _LIMIT:
        return ()
    kind = kind_of(path)
    found: list[Token] = []
    if kind == "dockerfile":
        found = [*_of_symbols(db, path), *_dockerfile(db, path, within)]
    elif kind == "ignore":
        found = list(_ignore_file(db, path))
    elif kind == "yaml" and is_compose(db, path):
        found = [*_of_symbols(db, path), *_inline(db, path)]
    return tuple(_apart(text, found, within))


def _apart(text: str, found: list[Token], within: Span | None) -> Iterator[Token]:
    """Without overlaps and cut at line ends: inner ranges lie over outer ones.

    Of equal ranges the first one found counts.
    """
    by_span: dict[Span, Token] = {}
    for token in found:
        by_span.setdefault(token.span, token)
    layers = sorted(by_span.values(), key=lambda item: (item.span.start, -item.span.end))
    owners = [-1] * len(text)
    for number, token in enumerate(layers):
        start, end = token.span
        owners[start:end] = [number] * (min(end, len(text)) - start)
    pos = 0
    for owner, run in groupby(owners):
        start, pos = pos, pos + sum(1 for _ in run)
        for span in _lines(text, Span(start, pos)) if owner >= 0 else ():
            if within is None or (span.start < within.end and within.start < span.end):
                yield layers[owner]._replace(span=span)


def _lines(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while start < span.end:
        found = text.find("\n", start, span.end)
        end = found if found >= 0 else span.end
        stop = end - 1 if end > start and text[end - 1] == "\r" else end
        if stop > start:
            yield Span(start, stop)
        start = end + 1


def _of_symbols(db: Database, path: str) -> Iterator[Token]:
    for item in occurrences(db, path):
        declares = item.role == "definition"
        yield Token(item.span, _OF_SYMBOL[item.symbol.kind], declares)


def _inline(db: Database, path: str) -> Iterator[Token]:
    """The tokens of the Dockerfiles inside a compose file, those in their symbols left out."""
    for known in documents(db, path):
        for token in tokens(db, known.path):
            yield token._replace(span=outer_span(db, known.path, token.span))


# Dockerfiles


def _dockerfile(db: Database, path: str, within: Span | None) -> Iterator[Token]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    for directive in parsed.directives:
        yield Token(directive.span, "macro")
    for comment in parsed.comments:
        yield Token(comment.span, "comment")
    for outer, start in zip(parsed.tree.instructions, parsed.starts, strict=True):
        end = start + len(outer.source)
        if within is None or (start < within.end and within.start < end):
            for token in _instruction(outer, parsed.tree.escape):
                yield token._replace(span=token.span.shift(start))


def _instruction(outer: Instruction, escape: str) -> Iterator[Token]:
    instruction = outer
    yield Token(instruction.keyword_span, "keyword")
    while instruction.trigger is not None:
        instruction = instruction.trigger
        yield Token(instruction.keyword_span, "keyword")
    keyword = instruction.keyword
    source = instruction.source
    yield from _inner_comments(instruction)
    for flag in instruction.flags:
        end = flag.value_span.start - 1 if flag.value_span is not None else flag.span.end
        yield Token(Span(flag.span.start, end), "parameter")
        if flag.value_span is not None:
            yield Token(flag.value_span, "string")
    for _, span in uses(instruction, escape, instruction.keyword_span.end):
        yield Token(span, "variable")
    words = instruction.args
    if keyword == "FROM":
        if words:
            yield Token(words[0].span, "type")
        if len(words) == 3:
            yield Token(words[1].span, "keyword")
    elif keyword in ("ENV", "LABEL"):
        for i in range(0, len(words) - 1, 3):
            yield Token(words[i].span, "variable" if keyword == "ENV" else "property", True)
            yield Token(words[i + 1].span, "string")
    elif keyword in _SHELLS and not instruction.json:
        yield from _shell_parts(instruction, escape)
    elif keyword != "ARG":
        for word in words:
            yield Token(word.span, "string")
    for document in instruction.heredocs:
        if keyword != "RUN" or not words or not words[0].text.startswith("<<"):
            yield Token(document.span, "string")
        end = source.find("\n", document.span.end)
        close = Span(document.span.end, end if end >= 0 else len(source))
        if close.of(source).strip() == document.name:
            yield Token(close, "label")


def _inner_comments(instruction: Instruction) -> Iterator[Token]:
    """Comment lines between continuation lines."""
    source = instruction.source
    end = min((d.span.start for d in instruction.heredocs), default=len(source))
    for found in re.finditer(r"(?m)^[ \t]*(#[^\n]*)$", source[:end]):
        yield Token(Span(*found.span(1)), "comment")


def _shell_parts(instruction: Instruction, escape: str) -> Iterator[Token]:
    words = instruction.args[1:] if instruction.keyword == "HEALTHCHECK" else instruction.args
    if instruction.keyword == "HEALTHCHECK" and instruction.args:
        yield Token(instruction.args[0].span, "keyword")
    script = bool(words) and words[0].text.startswith("<<") and bool(instruction.heredocs)
    if script:
        yield Token(words[0].span, "label")
        for document in instruction.heredocs:
            yield from _shell(instruction.source, document.span, escape)
    elif words:
        end = min((d.span.start for d in instruction.heredocs), default=len(instruction.source))
        yield from _shell(instruction.source, Span(words[0].span.start, end), escape)


def _shell(source: str, span: Span, escape: str) -> Iterator[Token]:
    """Programs, options, strings and joiners of a script; offsets stay those of the source."""
    text = span.of(source)

    def blank(found: re.Match[str]) -> str:
        return " " * len(found[0])

    text = re.sub(re.escape(escape) + r"[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*", blank, text)
    used: list[Span] = []
    for command in parse(text).commands:
        for number, word in enumerate(command.words):
            used.append(word.span)
            shown = text[word.span.start : word.span.end]
            at = word.span.shift(span.start)
            if number == 0:
                yield Token(at, "function")
            elif shown.startswith("-"):
                yield Token(at, "parameter")
            elif shown[:1] in "'\"" or any(isinstance(part, Variable) for part in word.parts):
                yield Token(at, "string")
    used.sort()
    yield from _between(text, used, span.start)


def _between(text: str, used: list[Span], shift: int) -> Iterator[Token]:
    """Joiners and comments between the words of the commands."""
    pos = 0
    for word in [*used, Span(len(text), len(text))]:
        if word.start > pos:
            gap = text[pos : word.start]
            mark = gap.find("#")
            code = gap if mark < 0 else gap[:mark]
            for found in _JOINERS.finditer(code):
                yield Token(Span(*found.span()).shift(pos + shift), "operator")
            if mark >= 0:
                yield Token(Span(pos + mark, word.start).shift(shift), "comment")
        pos = max(pos, word.end)


# Ignore files


def _ignore_file(db: Database, path: str) -> Iterator[Token]:
    for comment in comments(db, path):
        yield Token(comment.span, "comment")
    parsed = parsed_ignore_file(db, path)
    for number, pattern in enumerate(parsed.tree.patterns if parsed is not None else ()):
        assert parsed is not None
        span = pattern.span.shift(parsed.starts[number])
        start = span.start
        if pattern.text.startswith("!"):
            yield Token(Span(start, start + 1), "operator")
        lead = 1 if pattern.text.startswith("!") else 0
        if span.end > start + lead:
            yield Token(Span(start + lead, span.end), "string")
        for found in _WILDCARDS.finditer(pattern.text, lead):
            yield Token(Span(*found.span()).shift(start), "regexp")
