"""Dockerfile text to tree: total, position-exact, after BuildKit's parser.go."""

from __future__ import annotations

from bisect import bisect_left

from shipworthy.syntax.dockerfile.directives import detect_syntax, read_directive
from shipworthy.syntax.dockerfile.lines import GO_SPACE
from shipworthy.syntax.dockerfile.nodes import (
    Comment,
    Directive,
    Dockerfile,
    ParsedDockerfile,
    Problem,
)
from shipworthy.syntax.dockerfile.split import Block, split
from shipworthy.text.spans import Span

_MAX_LINE = 65_535
NO_INSTRUCTIONS = "file with no instructions"
NO_STAGE = "no build stage in current context"


def parse(text: str) -> ParsedDockerfile:
    """The tree of a Dockerfile's text; any text gives one.

    Where BuildKit refuses the file, `problems` says why (fatal, in the order of the text; the
    first is the one BuildKit reports), and the tree holds every instruction that can be read.
    """
    start = 1 if text.startswith("\ufeff") else 0
    problems: list[Problem] = []
    directives, body = _read_directives(text, start, problems)
    escape = "\\"
    for directive in directives:
        if directive.name == "escape" and directive.value in ("\\", "`"):
            escape = directive.value
            break
    parts = split(text, body, escape)
    problems.extend(_fatal(block) for block in parts.blocks if block.fatal)
    if not parts.blocks:
        end = len(text) - text.endswith("\n")
        problems.append(Problem(NO_INSTRUCTIONS, Span(end, end), True))
    tree = Dockerfile(
        escape, detect_syntax(text), tuple(block.instruction for block in parts.blocks)
    )
    return ParsedDockerfile(
        tree,
        tuple(block.start for block in parts.blocks),
        tuple(directives),
        tuple(parts.comments),
        tuple(_with_long_line(text, problems)),
        tuple(i for i, block in enumerate(parts.blocks) if block.empty_continuation),
    )


def comments_before(parsed: ParsedDockerfile, ordinal: int) -> tuple[str, ...]:
    """The comment lines that BuildKit attaches to the instruction, stripped.

    Blank lines do not separate them from it, an empty `#` in the first column does. Of an
    indented comment BuildKit keeps the `#`.
    """
    comments = parsed.comments
    first = bisect_left(comments, parsed.starts[ordinal - 1], key=_start) if ordinal > 0 else 0
    last = bisect_left(comments, parsed.starts[ordinal], key=_start)
    attached: list[str] = []
    for comment in comments[first:last]:
        text = ("#" + comment.text if comment.indented else comment.text).strip()
        if text:
            attached.append(text)
        else:
            attached.clear()
    return tuple(attached)


def stage_problems(parsed: ParsedDockerfile) -> tuple[Problem, ...]:
    """Why the instructions do not make build stages, in the order of the file.

    The first is the one BuildKit reports (instructions/parse.go `Parse`).
    """
    problems: list[Problem] = []
    in_stage = False
    for start, instruction in zip(parsed.starts, parsed.tree.instructions, strict=True):
        message = instruction.error
        if instruction.keyword == "FROM":
            in_stage = True
        elif message is None and not in_stage and instruction.keyword != "ARG":
            message = NO_STAGE
        if message is not None:
            problems.append(Problem(message, instruction.span.shift(start), False))
    return tuple(problems)


def _start(comment: Comment) -> int:
    return comment.span.start


def _fatal(block: Block) -> Problem:
    return Problem(block.fatal or "", block.instruction.span.shift(block.start), True)


def _read_directives(text: str, start: int, problems: list[Problem]) -> tuple[list[Directive], int]:
    """The directives in force and the offset of the first line that is none."""
    directives: list[Directive] = []
    seen: set[str] = set()
    pos = start
    while pos < len(text):
        end = text.find("\n", pos)
        line = text[pos:] if end < 0 else text[pos:end]
        bare = line.rstrip("\r").lstrip(GO_SPACE)
        directive = read_directive(bare) if bare.startswith("#") else None
        if directive is None:
            break
        at = pos + line.index("#")
        span = Span(at, at + len(bare))
        if directive.name in seen:
            message = f"only one {directive.name} parser directive can be used"
            problems.append(Problem(message, span, True))
        else:
            seen.add(directive.name)
            directives.append(Directive(directive.name, directive.value, span))
            if directive.name == "escape" and directive.value not in ("\\", "`"):
                message = f"invalid escape token '{directive.value}' does not match ` or \\"
                problems.append(Problem(message, span, True))
        pos = len(text) if end < 0 else end + 1
    return directives, pos


def _with_long_line(text: str, problems: list[Problem]) -> list[Problem]:
    """The problems with the one of the first line that is longer than BuildKit reads."""
    line = _long_line(text)
    if line is None:
        return problems
    message = f"dockerfile line greater than max allowed size of {_MAX_LINE}"
    before = [problem for problem in problems if problem.span.end <= line.start]
    after = [problem for problem in problems if problem.span.end > line.start]
    return [*before, Problem(message, line, True), *after]


def _long_line(text: str) -> Span | None:
    if len(text) * 4 <= _MAX_LINE:
        return None
    pos = 0
    while pos < len(text):
        end = text.find("\n", pos)
        if end < 0:
            end = len(text)
        if (end - pos) * 4 > _MAX_LINE:
            size = len(text[pos:end].encode("utf-8", "surrogatepass"))
            if size > _MAX_LINE:
                return Span(pos, end)
        pos = end + 1
    return None
