"""Positions, recovery and BuildKit's corners that the recorded vectors do not show."""

from __future__ import annotations

import pytest

from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.syntax.dockerfile.parse import comments_before, parse, stage_problems
from shipworthy.syntax.dockerfile.source_map import joined


def one(text: str) -> Instruction:
    return parse(text).tree.instructions[0]


def spans(node: Instruction) -> list[str]:
    return [word.span.of(node.source) for word in node.args]


def test_word_spans_cover_the_raw_source_through_continuations() -> None:
    node = one("COPY --from=a\\\nb src/\\\n# comment\nx \\\n  dst/\n")
    assert [word.text for word in node.args] == ["src/x", "dst/"]
    assert spans(node) == ["src/\\\n# comment\nx", "dst/"]
    assert node.flags[0].span.of(node.source) == "--from=a\\\nb"
    assert node.flags[0].value == "ab"


def test_pair_spans() -> None:
    node = one('  ENV A=1 \\\n  B="x y"\n')
    assert spans(node) == ["A", "1", "=", "B", '"x y"', "="]
    legacy = one("ENV KEY  some value\n")
    assert spans(legacy) == ["KEY", "some value", ""]


def test_json_spans_cover_the_literals() -> None:
    node = one('CMD [ "a", \\\n "b\\n" ]\n')
    assert node.json
    assert spans(node) == ['"a"', '"b\\n"']


def test_shell_form_maps_back_to_the_source() -> None:
    node = one("RUN uv sync \\\n # why\n\n  --frozen\n")
    (word,) = node.args
    assert word.span.of(node.source) == "uv sync \\\n # why\n\n  --frozen"
    source_map = joined(node, word, "\\")
    at = word.text.index("--frozen")
    assert source_map.span(at, at + 8).of(node.source) == "--frozen"
    assert source_map.offset(len(word.text)) == word.span.end


def test_map_of_a_json_word() -> None:
    node = one('CMD ["uv", "a\\u0062"]\n')
    plain = joined(node, node.args[0], "\\")
    assert plain.span(0, 2).of(node.source) == "uv"
    escaped = joined(node, node.args[1], "\\")
    assert not escaped.exact
    assert escaped.span(0, 1) == node.args[1].span


def test_map_of_a_trigger() -> None:
    node = one("ONBUILD RUN a \\\n b\n")
    assert node.trigger is not None
    (word,) = node.trigger.args
    assert joined(node, word, "\\").span(3, 4).of(node.source) == "b"


def test_heredoc_bodies_have_their_place() -> None:
    text = "RUN <<-A <<'B'\r\n\tone\r\n\tA\r\ntwo\r\nB\r\nCMD x\n"
    parsed = parse(text)
    node = parsed.tree.instructions[0]
    assert [h.span.of(node.source) for h in node.heredocs] == ["\tone\r\n", "two\r\n"]
    assert node.source.endswith("\r\nB")
    assert parsed.tree.instructions[1].keyword == "CMD"


def test_an_unfinished_heredoc_keeps_the_instructions_below() -> None:
    parsed = parse("FROM a\nRUN <<EOF\necho\nCOPY b c\nCMD d\n")
    assert [i.keyword for i in parsed.tree.instructions] == ["FROM", "RUN", "COPY", "CMD"]
    assert [(p.fatal, p.message) for p in parsed.problems] == [(True, "unterminated heredoc")]
    assert parsed.tree.instructions[1].heredocs[0].body == "echo"


@pytest.mark.parametrize(
    ("text", "keywords"),
    [
        ("FROM a\nENV B\nRUN c\n", ["FROM", "ENV", "RUN"]),
        ("FROM a\nCMD [1]\nRUN c\n", ["FROM", "CMD", "RUN"]),
        ("# escape=x\nFROM a\nRUN b\\\nc\n", ["FROM", "RUN"]),
        ("#syntax=a\n#syntax=b\nFROM a\n", ["FROM"]),
    ],
)
def test_a_broken_file_keeps_what_can_be_read(text: str, keywords: list[str]) -> None:
    parsed = parse(text)
    assert [i.keyword for i in parsed.tree.instructions] == keywords
    assert parsed.problems[0].fatal


def test_the_first_overlong_line_is_fatal_and_counted_in_bytes() -> None:
    assert not parse("FROM a\nRUN " + "y" * 65_531 + "\n").problems
    assert parse("FROM a\nRUN " + "y" * 65_532 + "\n").problems[0].span.start == 7
    assert parse("FROM a\nRUN " + "é" * 32_766 + "\n").problems


def test_comments_attach_as_in_buildkit() -> None:
    parsed = parse("# a\nFROM x\n# b\n#\n# c\n\n  # d\nRUN y\n")
    assert comments_before(parsed, 0) == ("a",)
    assert comments_before(parsed, 1) == ("c", "# d")


def test_stage_problems_in_order() -> None:
    parsed = parse("ARG A\nRUN x\nFROM a b\nFOO\nRUN y\n")
    assert [p.message for p in stage_problems(parsed)] == [
        "no build stage in current context",
        "FROM requires either one or three arguments",
        "unknown instruction: FOO",
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ADD --parents a b", "unknown flag: --parents"),
        ("COPY --exclude=a --exclude=b c d", None),
        (
            "RUN --mount=from=$X,target=/a b",
            "'from' doesn't support variable expansion, define alias stage instead",
        ),
        ("RUN --mount=type=cache,target=/a b", None),
        ("HEALTHCHECK --interval=1m30s CMD a", None),
        ("HEALTHCHECK --interval=1x CMD a", 'time: unknown unit "x" in duration "1x"'),
        ("HEALTHCHECK --bogus NONE", None),
        ("STOPSIGNAL --x 9", None),
        ("ARG --x A", None),
        ("CMD", None),
        ("COPY a <<EOF", "COPY cannot accept a heredoc as a destination"),
    ],
)
def test_instruction_errors(line: str, error: str | None) -> None:
    text = line + "\n" + ("EOF\n" if "<<EOF" in line else "")
    assert one(text).error == error


def test_json_oddities() -> None:
    assert one("CMD [1e999]\n").args[0].text == "[1e999]"
    assert one("CMD [NaN]\n").error is None
    assert one("CMD [null]\n").error is not None
    assert one('CMD ["\\ud800"]\n').args[0].text == "\ufffd"


def test_only_the_known_white_space_counts() -> None:
    assert one("FROM\u00a0a\n").keyword == "FROM\u00a0A"
    assert one("\u3000FROM a\n").keyword == "FROM"
    assert one("\x1cFROM a\n").keyword == "\x1cFROM"
