"""Answers of the Dockerfile layer in the form of the recorded vectors."""

from __future__ import annotations

from typing import Any

from shipworthy.syntax.dockerfile.expand import expand
from shipworthy.syntax.dockerfile.nodes import Flag, Instruction, ParsedDockerfile, Problem, Word
from shipworthy.syntax.dockerfile.parse import comments_before, parse, stage_problems


def dockerfile_ast(request: dict[str, Any]) -> dict[str, Any]:
    text: str = request["dockerfile"]
    parsed = parse(text)
    if parsed.problems:
        return {"parse_error": _parse_error(text, parsed, parsed.problems[0])}
    result: dict[str, Any] = {"escape": parsed.tree.escape}
    directives = _directives(text, parsed)
    if directives:
        result["directives"] = directives
    if parsed.tree.syntax:
        result["syntax"] = parsed.tree.syntax
    result["instructions"] = [
        _instruction(text, parsed, ordinal) for ordinal in range(len(parsed.starts))
    ]
    if parsed.empty_continuations:
        result["empty_continuation_end_lines"] = [
            result["instructions"][ordinal]["end"] for ordinal in parsed.empty_continuations
        ]
    problems = stage_problems(parsed)
    if problems:
        result["build_error"] = _located(text, problems[0])
    return result


def shell_expand(request: dict[str, Any]) -> dict[str, Any]:
    expansion = expand(
        request["word"],
        request["env"].get,
        request["escape"],
        raw_quotes=request.get("raw_quotes", False),
        skip_unset=request.get("skip_unset", False),
    )
    if expansion.error is not None:
        return {"error": expansion.error, "words_error": expansion.error}
    return {
        "result": expansion.result,
        "matched": list(expansion.matched),
        "unmatched": list(expansion.unmatched),
        "words": list(expansion.words),
    }


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _located(text: str, problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "start": _line(text, problem.span.start),
        "end": _line(text, problem.span.end),
    }


def _parse_error(text: str, parsed: ParsedDockerfile, problem: Problem) -> dict[str, Any]:
    """BuildKit counts the lines before a bad directive or an overlong line, not that line."""
    located = _located(text, problem)
    if problem.message == "file with no instructions" and text:
        return located
    if problem.message == "unterminated heredoc":
        # BuildKit has read to the end of the file by then.
        return {**located, "end": _line(text, len(text) - text.endswith("\n"))}
    if not any(
        start <= problem.span.start <= start + len(instruction.source)
        for start, instruction in zip(parsed.starts, parsed.tree.instructions, strict=True)
    ) or problem.message.startswith("dockerfile line greater"):
        line = located["start"] - 1 or None
        return {"message": problem.message, "start": line, "end": line}
    return located


def _directives(text: str, parsed: ParsedDockerfile) -> list[dict[str, Any]]:
    """The directives as `ParseAll` sees them: it knows no byte order mark and no indentation."""
    found: list[dict[str, Any]] = []
    for directive in parsed.directives:
        if directive.span.start > 0 and text[directive.span.start - 1] != "\n":
            break
        line = _line(text, directive.span.start)
        found.append({"name": directive.name, "value": directive.value, "line": line})
    return found


def _instruction(text: str, parsed: ParsedDockerfile, ordinal: int) -> dict[str, Any]:
    node = parsed.tree.instructions[ordinal]
    start = parsed.starts[ordinal]
    out: dict[str, Any] = {
        "name": node.name,
        "start": _line(text, start),
        "end": _line(text, start + len(node.source)),
    }
    out.update(_words(node))
    if node.heredocs:
        out["heredocs"] = [
            {"name": h.name, "body": h.body, "chomp": h.chomp, "expand": h.expand}
            | ({"fd": h.fd} if h.fd else {})
            for h in node.heredocs
        ]
    comments = comments_before(parsed, ordinal)
    if comments:
        out["comments"] = list(comments)
    if node.trigger is not None:
        out["onbuild"] = {"name": node.trigger.name, **_words(node.trigger)}
    if node.error is not None:
        out["error"] = node.error
    return out


def _words(node: Instruction) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if node.flags:
        out["flags"] = _texts(node.flags)
    if node.args:
        out["args"] = _texts(node.args)
    if node.json:
        out["json"] = True
    return out


def _texts(items: tuple[Flag, ...] | tuple[Word, ...]) -> list[str]:
    return [item.text for item in items]
