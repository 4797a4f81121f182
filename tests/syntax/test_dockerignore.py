"""Reading ignore files: which lines are patterns, what becomes of them, where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.syntax.dockerignore import parse
from shipworthy.syntax.gopath import clean, is_bad_pattern, match, trim_space


@pytest.mark.parametrize(
    ("line", "cleaned"),
    [
        ("foo/", "foo"),
        ("./foo", "foo"),
        ("/foo", "foo"),
        ("a//b/../c", "a/c"),
        ("**/", "**"),
        ("/", "/"),
        (".", "."),
        ("../x", "../x"),
        ("  # x", "# x"),
        ("foo # x", "foo # x"),
        ("! foo/ ", "!foo"),
        ("!", "!"),
        ("!/", "!/"),
        ("a b", "a b"),
        ("\u00a0x\u2003", "x"),
    ],
)
def test_cleaning(line: str, cleaned: str) -> None:
    assert parse(line).tree.cleaned == (cleaned,)


def test_comments_stand_in_column_zero_only() -> None:
    parsed = parse("# one\n #two\nx\n")
    assert [comment.text for comment in parsed.comments] == [" one"]
    assert parsed.tree.cleaned == ("#two", "x")


def test_byte_order_mark_and_line_ends() -> None:
    text = "\ufeff# c\r\n\r\n  .venv\t\r\nlone\rcr\n"
    parsed = parse(text)
    assert parsed.tree.cleaned == (".venv", "lone\rcr")
    first = parsed.tree.patterns[0]
    assert first.span.shift(parsed.starts[0]).of(text) == ".venv"
    assert parsed.comments[0].span.of(text) == "# c"


def test_a_mark_on_the_first_line_leaves_the_tree_equal() -> None:
    assert parse("\ufeffa\n!b\n").tree == parse("# note\na\r\n\n!b").tree


def test_an_exception_that_only_the_cleaning_makes() -> None:
    (pattern,) = parse("./!x").tree.patterns
    assert (pattern.cleaned, pattern.negated) == ("!x", True)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("!", "illegal-exclusion"),
        ("!/", "illegal-exclusion"),
        ("a[", "pattern-syntax"),
        ("b\\", "pattern-syntax"),
        ("[]a]", "pattern-syntax"),
        ("a\tb", "control-character"),
        ("x" * 70_000, "line-too-long"),
    ],
)
def test_problems(line: str, kind: str) -> None:
    text = f"ok\n{line}\n"
    (problem,) = parse(text).problems
    assert problem.kind == kind
    assert problem.span.of(text) == line


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    parsed = parse(text)
    assert len(parsed.starts) == len(parsed.tree.patterns)
    for start, pattern in zip(parsed.starts, parsed.tree.patterns, strict=True):
        assert pattern.span.shift(start).of(text) == pattern.text


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*", ".env", True),
        ("*", "a/b", False),
        ("a[^x]b", "a/b", True),
        ("[a-c]?", "bé", True),
        ("*.p[yx]", "m.py", True),
        ("a\\*", "a*", True),
        ("a*b*c", "a-b-b-c", True),
        ("a[", "a[", False),
        ("*??", "日", True),
    ],
)
def test_match(pattern: str, name: str, matches: bool) -> None:
    assert match(pattern, name) is matches


@given(st.text(alphabet="a*?[]^-\\/é\ud800"), st.text(alphabet="a-/é\ud800"))
def test_match_is_total(pattern: str, name: str) -> None:
    if is_bad_pattern(pattern):
        return
    assert match(pattern, name) in {True, False}
    assert clean(clean(name)) == clean(name)
    assert trim_space(f" {name}\t") == trim_space(name)
