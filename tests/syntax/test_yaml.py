"""Reading YAML: spans, styles, comments, tabs, documents."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shipworthy.syntax.yaml.nodes import (
    Alias,
    Mapping,
    Node,
    ParsedYaml,
    Scalar,
    Sequence,
)
from shipworthy.syntax.yaml.parse import MAX_LENGTH, parse
from shipworthy.text.spans import Span


def at(root: Node | None, *path: str | int) -> Node:
    node = root
    for step in path:
        if isinstance(step, int):
            assert isinstance(node, Sequence)
            node = node.items[step]
        else:
            assert isinstance(node, Mapping)
            node = node.get(step)
    assert node is not None
    return node


def absolute(parsed: ParsedYaml, node: Node) -> Span:
    return node.span.shift(parsed.starts[node.block])


def source(text: str, *path: str | int) -> str:
    parsed = parse(text)
    assert parsed.problems == ()
    return absolute(parsed, at(parsed.root, *path)).of(text)


COMPOSE = """\
# top
x-env: &env
  DEBUG: "1"   # quoted
services:   # all of them
  web: &web
    image: 'it''s'
    empty:
    # own line

    build: !reset {context: ., args: [a, "b"], }
    list:
    - a
    -
    - - x
      - y # last

    text: |-  # header
      # not a comment
      foo

    after: *web
  db: *web
volumes:
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("x-env",), 'DEBUG: "1"'),
        (("x-env", "DEBUG"), '"1"'),
        (("services", "web", "image"), "'it''s'"),
        (("services", "web", "empty"), ""),
        (("services", "web", "build"), '{context: ., args: [a, "b"], }'),
        (("services", "web", "build", "args"), '[a, "b"]'),
        (("services", "web", "build", "args", 1), '"b"'),
        (("services", "web", "list"), "- a\n    -\n    - - x\n      - y"),
        (("services", "web", "list", 1), ""),
        (("services", "web", "list", 2), "- x\n      - y"),
        (("services", "web", "text"), "|-  # header\n      # not a comment\n      foo"),
        (("services", "web", "after"), "*web"),
        (("services", "db"), "*web"),
        (("volumes",), ""),
    ],
)
def test_spans(path: tuple[str | int, ...], expected: str) -> None:
    assert source(COMPOSE, *path) == expected
    assert source("\ufeff" + COMPOSE, *path) == expected
    assert source("# \U0001f40b\n" + COMPOSE, *path) == expected
    windows = COMPOSE.replace("\n", "\r\n")
    assert source(windows, *path) == expected.replace("\n", "\r\n")
    old = COMPOSE.replace("\n", "\r")
    assert source(old, *path) == expected.replace("\n", "\r")


def test_collections_end_with_their_last_value() -> None:
    text = "services:\n  web:\n    image: x\n\n  # comment\n\nvolumes: {}\n"
    assert source(text, "services") == "web:\n    image: x"
    assert source(text, "services", "web") == "image: x"
    assert source(text) == text.rstrip()


def test_values() -> None:
    root = parse(COMPOSE).root
    web = at(root, "services", "web")
    assert isinstance(web, Mapping)
    assert web.anchor == "web"
    image = at(web, "image")
    assert isinstance(image, Scalar)
    assert (image.value, image.style) == ("it's", "single")
    build = at(web, "build")
    assert isinstance(build, Mapping)
    assert (build.tag, build.flow) == ("!reset", True)
    text = at(web, "text")
    assert isinstance(text, Scalar)
    assert (text.value, text.style) == ("# not a comment\nfoo", "literal")
    after = at(web, "after")
    assert isinstance(after, Alias)
    assert after.name == "web"


def test_empty_values_stand_behind_their_colon_dash_or_anchor() -> None:
    text = "a:\n\n# c\nb: &x\nc:\n-\n-   # d\n- !t\nd: {k, l: , m}\n"
    parsed = parse(text)
    assert parsed.problems == ()
    empty = [
        at(parsed.root, "a"),
        at(parsed.root, "b"),
        at(parsed.root, "c", 0),
        at(parsed.root, "c", 1),
        at(parsed.root, "c", 2),
        at(parsed.root, "d", "k"),
        at(parsed.root, "d", "l"),
    ]
    before = [text[: absolute(parsed, node).start].splitlines()[-1] for node in empty]
    assert before == ["a:", "b: &x", "-", "-", "- !t", "d: {k", "d: {k, l:"]
    assert all(node.span.start == node.span.end for node in empty)
    assert all(isinstance(node, Scalar) and node.style == "empty" for node in empty)


def test_dashes_stand_beside_their_items() -> None:
    text = "a:\n- 1\n-\n  - 2\n  - {b: [c]}\n- d: 3\n  e:\n  - 4\n- *x\n"
    parsed = parse(text)
    outer = at(parsed.root, "a")
    assert isinstance(outer, Sequence)
    starts = [dash.start for dash in outer.dashes]
    assert [text[start : start + 3] for start in starts] == ["- 1", "-\n ", "- d", "- *"]
    inner = outer.items[1]
    assert isinstance(inner, Sequence)
    assert [text[dash.start : dash.start + 3] for dash in inner.dashes] == ["- 2", "- {"]


def test_single_pairs_in_flow_sequences() -> None:
    assert source("a: [b: c, d]\n", "a", 0) == "b: c"
    assert source("a: [b: c]\n", "a") == "[b: c]"
    assert source("a: [? b : c , d]\n", "a", 0) == "b : c"


def test_comments() -> None:
    text = COMPOSE + "# 'end\n\"k#\": 'a # b' # real\n"
    found = parse(text).comments
    assert [(comment.text, comment.trailing) for comment in found] == [
        ("# top", False),
        ("# quoted", True),
        ("# all of them", True),
        ("# own line", False),
        ("# last", True),
        ("# header", True),
        ("# 'end", False),
        ("# real", True),
    ]
    assert all(comment.span.of(text) == comment.text for comment in found)
    assert [comment.text for comment in parse("# only\n\n  # two\n").comments] == [
        "# only",
        "# two",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:\tx\n", "x"),
        ("a: x\t# c\n", "x"),
        ("a: x\ty\n", "x\ty"),
        ("a: x\n\t\nb: 1\n", "x"),
        ("a: x\n  \t# c\nb: 1\n", "x"),
        ("a: |\t\n  x\n", "x\n"),
        ("a: |-\t# c\n  x\ty\n", "x\ty"),
        ("a: !t\tx\n", "x"),
        ("a: &b\tx\n", "x"),
        ("a: x\n  \ty\n", "x y"),
        ("a: 'x\n\ty'\n", "x y"),
    ],
)
def test_tabs_that_libyaml_accepts(text: str, value: str) -> None:
    parsed = parse(text)
    assert parsed.problems == ()
    scalar = at(parsed.root, "a")
    assert isinstance(scalar, Scalar)
    assert scalar.value == value


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "\ta: 1\n", "a:\n  b: 1\n\tc: 1\n"])
def test_tabs_that_indent_are_refused(text: str) -> None:
    assert parse(text).problems


def test_documents() -> None:
    one = parse("---\na: 1\n")
    assert len(one.documents) == 1
    assert one.root == one.documents[0]
    two = parse("a: 1\n---\nb: 2\n...\n")
    assert [isinstance(root, Mapping) and root.entries[0].key for root in two.documents] == [
        Scalar("a", "plain", Span(0, 1), 0),
        Scalar("b", "plain", Span(9, 10), 0),
    ]
    assert parse("").root is None
    assert parse("# c\n").documents == ()


def test_duplicate_and_merge_keys_are_kept() -> None:
    root = parse("a: 1\n<<: *x\na: 2\n<<: [*y]\n").root
    assert isinstance(root, Mapping)
    assert [entry.key.value for entry in root.entries if isinstance(entry.key, Scalar)] == [
        "a",
        "<<",
        "a",
        "<<",
    ]
    last = root.get("a")
    assert isinstance(last, Scalar)
    assert last.value == "2"


def test_deep_nesting_is_cut_off() -> None:
    for text in ("[" * 10_000, "a: " + "[" * 10_000, "[\n" * 10_000, "- " * 5_000, "{" * 10_000):
        parsed = parse(text)
        assert [problem.repaired for problem in parsed.problems] == [False]


def test_alias_bombs_stay_aliases() -> None:
    lines = ["a0: &a0 x"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    parsed = parse("\n".join(lines))
    assert parsed.problems == ()
    assert isinstance(at(parsed.root, "a39", 8), Alias)


def test_oversized_files_are_not_read() -> None:
    parsed = parse("a: 1\n" * (MAX_LENGTH // 5 + 1))
    assert parsed.root is None
    assert [problem.repaired for problem in parsed.problems] == [False]


def test_characters_yaml_forbids() -> None:
    text = "a: x\0y\nb: \udc80\nc: \x07 # \x1b\nd: 1\n"
    parsed = parse(text)
    assert [problem.span.of(text) for problem in parsed.problems] == [
        "\0",
        "\udc80",
        "\x07",
        "\x1b",
    ]
    assert all(problem.repaired for problem in parsed.problems)
    assert absolute(parsed, at(parsed.root, "d")).of(text) == "1"


def test_line_separators_are_exact() -> None:
    text = "a: 'x\x85y\u2028z\u2029'\nb: \U0001f40b w\n"
    parsed = parse(text)
    assert absolute(parsed, at(parsed.root, "a")).of(text) == "'x\x85y\u2028z\u2029'"
    assert absolute(parsed, at(parsed.root, "b")).of(text) == "\U0001f40b w"


def test_importing_loads_no_ruamel_and_leaves_it_whole() -> None:
    code = (
        "import sys\n"
        "from shipworthy.syntax.yaml.parse import parse\n"
        "assert not any(name.startswith('ruamel') for name in sys.modules)\n"
        "parse('a: 1')\n"
        "assert 'ruamel.yaml.main' not in sys.modules\n"
        "import ruamel.yaml\n"
        "assert ruamel.yaml.YAML(typ='safe', pure=True).load('a: [1]') == {'a': [1]}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
