"""Any text gives a stable tree; an independent parser sees the same instructions."""

from __future__ import annotations

import io
import re

from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shipworthy.syntax.dockerfile.checks import KEYWORDS
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.syntax.dockerfile.parse import comments_before, parse, stage_problems
from shipworthy.syntax.dockerfile.source_map import joined

TOKENS = st.sampled_from(
    [
        *("FROM", "RUN", "COPY", "ENV", "ARG", "CMD", "ONBUILD", "HEALTHCHECK", "LABEL", "USER"),
        *("# escape=`\n", "#", "# x", "\n", "\r\n", "\\", "`", "\\\n", "`\n", " ", "\t", "\u3000"),
        *("<<EOF", "<<-'EOF'", "EOF", "\nEOF\n", "\n\tEOF", "a", "é", "🐍", "--from=b", "--", "$A"),
        *('["a"]', "[", "]", '"', "'", "=", "A=1", "${A:-b}", ",", "\ufeff", "\x00", "\x0c", "AS"),
    ]
)
TEXTS = st.lists(TOKENS, max_size=60).map("".join) | st.text(max_size=200)


def _within(node: Instruction, limit: int) -> None:
    found = [node.keyword_span, *(w.span for w in node.args), *(f.span for f in node.flags)]
    found += [f.value_span for f in node.flags if f.value_span is not None]
    found += [h.span for h in node.heredocs]
    for span in found:
        assert 0 <= span.start <= span.end <= limit
    for heredoc in node.heredocs:
        assert heredoc.span.of(node.source) == heredoc.body


@settings(max_examples=400)
@given(TEXTS)
def test_any_text_gives_a_consistent_tree(text: str) -> None:
    parsed = parse(text)
    assert parsed == parse(text)
    assert list(parsed.starts) == sorted(set(parsed.starts))
    end = 0
    for ordinal, (start, node) in enumerate(
        zip(parsed.starts, parsed.tree.instructions, strict=True)
    ):
        assert start >= end
        end = start + len(node.source)
        assert text[start:end] == node.source
        _within(node, len(node.source))
        if node.trigger is not None:
            _within(node.trigger, len(node.source))
        for word in node.args:
            source_map = joined(node, word, parsed.tree.escape)
            assert word.span.start <= source_map.offset(len(word.text)) <= word.span.end
        comments_before(parsed, ordinal)
    spans = [c.span for c in parsed.comments] + [d.span for d in parsed.directives]
    spans += [p.span for p in (*parsed.problems, *stage_problems(parsed))]
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text)


@settings(max_examples=200)
@given(TEXTS)
def test_a_comment_at_the_top_changes_nothing_below(text: str) -> None:
    before = parse(text)
    assume(not before.directives and not text.startswith(("\ufeff", "#!", "//", "{")))
    assume(before.tree.syntax is None and not text.lstrip().startswith("{"))
    after = parse("# one more\n" + text)
    assert after.tree == before.tree
    assert after.starts == tuple(start + 11 for start in before.starts)


ARGUMENT = st.text(alphabet="abcXYZ09./=:$-\"' ", min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
PLAIN = st.tuples(st.sampled_from(sorted(KEYWORDS - {"ONBUILD"})), ARGUMENT).map(
    lambda pair: f"{pair[0]} {pair[1].strip()}"
)
CONTINUED = st.tuples(PLAIN, st.sampled_from(["", "# inner\n"]), ARGUMENT).map(
    lambda parts: f"{parts[0]} \\\n{parts[1]}  {parts[2].strip()}"
)
LINES = st.lists(PLAIN | CONTINUED | st.sampled_from(["", "# comment", "  "]), max_size=12)


@settings(max_examples=150)
@given(LINES)
def test_an_independent_parser_sees_the_same_instructions(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    parsed = parse(text)
    ours = [
        (
            node.keyword,
            text.count("\n", 0, start),
            text.count("\n", 0, start + len(node.source)),
        )
        for start, node in zip(parsed.starts, parsed.tree.instructions, strict=True)
    ]
    oracle = DockerfileParser(fileobj=io.BytesIO(text.encode()))
    theirs = [
        (entry["instruction"], entry["startline"], entry["endline"])
        for entry in oracle.structure
        if entry["instruction"] != "COMMENT"
    ]
    assert ours == theirs


@given(LINES)
def test_line_ends_do_not_matter(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    unix = parse(text).tree.instructions
    windows = parse(re.sub("\n", "\r\n", text)).tree.instructions
    assert [[w.text for w in n.args] for n in unix] == [[w.text for w in n.args] for n in windows]
