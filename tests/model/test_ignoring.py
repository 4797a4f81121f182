"""The walk of the context: verdicts, their causes, and that shortcuts change nothing."""

from __future__ import annotations

from itertools import product
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model import goregexp
from shipworthy.model.globs import Components, compile_program
from shipworthy.model.goregexp import RegexpError, compile_glob
from shipworthy.model.ignoring import (
    Hidden,
    PatternError,
    Visible,
    compile_patterns,
    visible,
)
from shipworthy.model.sending import Filter, send
from shipworthy.model.trees import MemoryTree
from shipworthy.syntax.dockerignore import parse
from shipworthy.syntax.gopath import is_bad_pattern

_NAMES = ["a", "b", "ab", ".env", "a.py", "é"]
_PIECES = [
    *_NAMES,
    "*",
    "**",
    "?",
    "*.py",
    "a*",
    "[ab]",
    "[^a]",
    "**a",
    "a**b",
    "\\a",
    "\\*",
    "[*]",
]

paths = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4).map("/".join)
globs = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4).map("/".join)
lines = st.tuples(st.sampled_from(["", "!"]), globs).map("".join)


def _verdict(text: str, path: str) -> Visible | Hidden | PatternError:
    return visible(compile_patterns(parse(text).tree.cleaned), path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (".venv", ".venv/bin/python", Hidden(0)),
        (".venv", "backend/.venv", Visible(None)),
        ("x\n**/.venv", "backend/.venv/x", Hidden(1)),
        ("docs\n!docs/README.md", "docs/README.md", Visible(1)),
        ("docs\n!docs", "docs/a", Visible(1)),
        # The exception was skipped at `docs`, which nothing had excluded yet.
        ("docs/*\n!docs", "docs/a", Hidden(0)),
        ("x/**", "x", Visible(None)),
        ("x/**", "x/y", Hidden(0)),
        ("a**b", "axb", Visible(None)),
        ("a**b", "ax/b", Hidden(0)),
        ("**x", "ax", Hidden(0)),
        ("[*]", "*", Visible(None)),
        ("[*]", "[]", Hidden(0)),
        ("[[:alpha:]]b", "xb", Hidden(0)),
        ("\\d", "7", Hidden(0)),
        ("\\Qa.*", "a.*", Visible(None)),
        ("[l-O]", "m", PatternError("pattern-syntax", 0)),
        ("src\\pkg", "x", PatternError("pattern-syntax", 0)),
        ("!", "x", PatternError("illegal-exclusion", 0)),
        ("ok\na\tb", "x", PatternError("control-character", 1)),
        ("", "x", Visible(None)),
        ("*", ".", Visible(None)),
    ],
)
def test_verdicts(text: str, path: str, expected: Visible | Hidden | PatternError) -> None:
    assert _verdict(text, path) == expected


def test_a_pattern_that_is_never_looked_at_breaks_nothing() -> None:
    assert _verdict("*\n[l-O]", "a") == Hidden(0)
    assert _verdict("*\n![l-O]", "a") == PatternError("pattern-syntax", 1)


def test_a_directory_is_skipped_when_nothing_below_can_come_back() -> None:
    rules = compile_patterns(("node_modules", "docs", "!docs/a"))
    assert rules.root().enter("node_modules").prunable
    assert not rules.root().enter("docs").prunable
    assert not compile_patterns(("docs", "!*/a")).root().enter("docs").prunable


def test_the_walk_and_the_open_disagree() -> None:
    rules = compile_patterns(("*", "!a/b", "*"))
    assert isinstance(visible(rules, "a/b"), Visible)
    assert rules.matches_or_parent("a/b") is True


@pytest.mark.parametrize(
    "pattern",
    [
        "**/a*/**/b*/**/c*/**/d*/**/e",
        "*a*a*a*a*a*a*a*a*a*b",
        "**/" * 30 + "x**y**z",
        "[^b]*" * 20,
        "*a" * 5000,
    ],
)
def test_no_pattern_takes_exponential_time(pattern: str) -> None:
    for path in ("a" * 250, "/".join(["abcde"] * 200)):
        rules = compile_patterns((pattern,))
        assert isinstance(visible(rules, path), (Visible, Hidden))
        assert rules.matches_or_parent(path) in {True, False}


def test_what_an_expression_learned_on_one_path_serves_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    move = Mock(wraps=goregexp._move)
    monkeypatch.setattr(goregexp, "_move", move)
    expression = compile_glob("**/*a*b**c\\b*")
    assert not any(expression.matches(f"src/pkg/module{n}.py") for n in range(2000))
    assert move.call_count < 200


def test_a_full_memory_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = ("**/*a*b**c", "a\\b*", "a\\B**b", "x^**", "*\\b/**", "[^/]**\\bc")
    names = ["".join(name) for size in range(5) for name in product("ab/c", repeat=size)]
    kept = {pattern: compile_glob(pattern) for pattern in patterns}
    expected = [kept[pattern].matches(name) for pattern in patterns for name in names]
    assert any(expected)
    assert expected == [compile_glob(p).matches(name) for p in patterns for name in names]
    monkeypatch.setattr(goregexp, "_MAX_MOVES", 2)
    assert expected == [kept[pattern].matches(name) for pattern in patterns for name in names]


@given(st.lists(st.text(alphabet="a*?[]^!-\\/.:dQEpLx7\n\u00e9\ufeff{}()|+$"), max_size=4), paths)
def test_any_pattern_has_a_verdict(texts: list[str], path: str) -> None:
    rules = compile_patterns(parse("\n".join(texts)).tree.cleaned)
    assert isinstance(visible(rules, path), (Visible, Hidden, PatternError))
    assert isinstance(rules.matches_or_parent(path), (bool, PatternError))


@given(st.lists(lines, max_size=5), st.lists(paths, max_size=6))
def test_single_verdicts_are_those_of_the_whole_walk(texts: list[str], files: list[str]) -> None:
    rules = compile_patterns(parse("\n".join(texts)).tree.cleaned)
    tree = MemoryTree()
    for path in files:
        tree.make_directories(path)
    sent = send(tree, Filter(None, rules))
    if isinstance(sent, PatternError):
        assert sent in {rules.error, *(visible(rules, path) for path, _ in tree.entries())}
        return
    for path, _ in tree.entries():
        shown = isinstance(visible(rules, path), Visible)
        below = any(other.startswith(path + "/") for other, _ in sent.entries())
        assert (sent.node(path) is not None) == (shown or below)


@given(st.lists(lines, max_size=5), st.lists(st.sampled_from(_NAMES), max_size=2))
def test_names_of_a_directory_are_split_as_they_are_entered(
    texts: list[str], way: list[str]
) -> None:
    state = compile_patterns(parse("\n".join(texts)).tree.cleaned).root()
    for name in way:
        state = state.enter(name)
    shown, hidden = state.split(_NAMES)
    assert shown == [name for name in _NAMES if not state.enter(name).excluded]
    assert hidden == [name for name in _NAMES if state.hides(name)]


@given(globs, paths)
def test_components_match_as_the_whole_expression_does(pattern: str, path: str) -> None:
    if is_bad_pattern(pattern):
        return
    program = compile_program(pattern)
    if not isinstance(program, Components):
        return
    try:
        expression = compile_glob(pattern)
    except RegexpError:
        pytest.fail("Go refuses the expression of a pattern of plain components")
    assert program.matches(path) == expression.matches(path)
