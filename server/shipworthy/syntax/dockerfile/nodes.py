"""The tree of one Dockerfile.

Spans are code points relative to the start of their instruction (`Dockerfile.starts` has the
absolute starts); everything else in the tree is free of positions, so an instruction's node is a
function of its own text and the escape character.
"""

from __future__ import annotations

from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span


class Word(NamedTuple):
    """One argument word as BuildKit's AST has it: continuation lines joined, quotes kept."""

    text: str
    span: Span


class Flag(NamedTuple):
    """`--name=value`, or `--name` with `value` None."""

    text: str
    name: str
    value: str | None
    span: Span
    value_span: Span | None


class Heredoc(NamedTuple):
    """A here-document: `body` is raw (tabs kept), `span` covers the body without the terminator."""

    name: str
    body: str
    chomp: bool
    expand: bool
    fd: int
    span: Span


class Instruction(NamedTuple):
    """One logical instruction, continuation lines and heredoc bodies included.

    `keyword` is upper case, `name` as written. `args` are the AST's words; for the shell form of
    RUN, CMD and ENTRYPOINT there is a single word with the whole command line. For the JSON form
    (`json`) the words are the decoded strings. `error` says why this instruction alone is invalid.
    For ONBUILD, `trigger` is the instruction it registers (spans relative to the ONBUILD itself).
    """

    keyword: str
    name: str
    keyword_span: Span
    flags: tuple[Flag, ...]
    args: tuple[Word, ...]
    json: bool
    heredocs: tuple[Heredoc, ...]
    trigger: Instruction | None
    error: str | None
    source: str
    """The raw text from the keyword to the end of the last line, heredocs included, no final EOL.

    A trigger has the text of its ONBUILD.
    """

    @property
    def span(self) -> Span:
        """The whole instruction, relative to itself."""
        return Span(0, len(self.source))

    def flag(self, name: str) -> Flag | None:
        """The first flag of that name (lower case, without dashes)."""
        for flag in self.flags:
            if flag.name == name:
                return flag
        return None


class Directive(NamedTuple):
    """A parser directive (`# syntax=`, `# escape=`, `# check=`), name in lower case."""

    name: str
    value: str
    span: Span
    """Absolute: directives stand only at the top of the file."""


class Comment(NamedTuple):
    """A comment line between instructions; directives and comments in continuations are none.

    `text` is what follows the `#`, unstripped; `span` is absolute and covers the whole line.
    """

    text: str
    span: Span
    indented: bool


class Problem(NamedTuple):
    """What BuildKit's parser or its stage interpretation rejects; `span` is absolute."""

    message: str
    span: Span
    fatal: bool
    """True when BuildKit cannot parse the file at all (the tree holds what can still be read)."""


class Dockerfile(NamedTuple):
    """The part of the tree that comments and blank lines do not change."""

    escape: str
    syntax: str | None
    instructions: tuple[Instruction, ...]


class ParsedDockerfile(NamedTuple):
    """One parse: the tree, and beside it everything that has absolute positions."""

    tree: Dockerfile
    starts: tuple[int, ...]
    """Absolute start of each instruction of the tree."""
    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    empty_continuations: tuple[int, ...]
    """Ordinals of instructions that contain an empty continuation line."""
