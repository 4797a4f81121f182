"""Reading JSON with comments and trailing commas."""

from __future__ import annotations

import json as standard
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shipworthy.syntax.json import Array, Node, Object, Scalar, parse, to_python

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DEVCONTAINER = """\
// how to work here
{
  "name": "x", /* a "name" */
  "build": {
    "dockerfile": "../Dockerfile", // not "./"
    "args": { "A": "1", },
  },
  "forwardPorts": [80, -1.5e3, true, null,],
  "escaped": "a\\"b\\\\\\u00e9\\ud83d\\udc0b\\n"
}
"""


def nodes(node: Node) -> list[Node]:
    if isinstance(node, Object):
        return [node, *(found for m in node.members for found in [m.key, *nodes(m.value)])]
    if isinstance(node, Array):
        return [node, *(found for item in node.items for found in nodes(item))]
    return [node]


def value(text: str) -> Any:
    root = parse(text).root
    return None if root is None else to_python(root)


@pytest.mark.parametrize("prefix", ["", "\ufeff", "// \U0001f40b\r\n"])
def test_values_and_spans(prefix: str) -> None:
    text = prefix + DEVCONTAINER
    parsed = parse(text)
    assert parsed.problems == ()
    assert isinstance(parsed.root, Object)
    assert to_python(parsed.root) == {
        "name": "x",
        "build": {"dockerfile": "../Dockerfile", "args": {"A": "1"}},
        "forwardPorts": [80, -1500.0, True, None],
        "escaped": 'a"b\\é\U0001f40b\n',
    }
    build = parsed.root.get("build")
    assert isinstance(build, Object)
    assert build.members[0].key.span.of(text) == '"dockerfile"'
    assert build.members[0].value.span.of(text) == '"../Dockerfile"'
    args = build.get("args")
    assert args is not None
    assert args.span.of(text) == '{ "A": "1", }'
    assert parsed.root.get("other") is None


def test_duplicate_keys_are_kept_and_the_last_counts() -> None:
    parsed = parse('{"a": 1, "a": 2}')
    assert isinstance(parsed.root, Object)
    assert len(parsed.root.members) == 2
    assert to_python(parsed.root) == {"a": 2}


@pytest.mark.parametrize(
    ("text", "expected", "places"),
    [
        ('{"a": , "b": 2}', {"a": None, "b": 2}, [""]),
        ('{"a": }', {"a": None}, [""]),
        ('{"a" "b": 1}', {"a": None, "b": 1}, ['"a"', ""]),
        ('{"a": tru}', {"a": None}, ["tru"]),
        ('{"a": 1\n "b": 2}', {"a": 1, "b": 2}, [""]),
        ('{"a": [1, 2\n', {"a": [1, 2]}, ["[", "{"]),
        ('{"a": "x\n, "b": 2}', {"a": "x", "b": 2}, ['"x']),
        ('{"a": [1}', {"a": [1]}, ["["]),
        ('{a: 1, "b": 2}', {"b": 2}, ["a", ":", "1", ","]),
        ("[1,,2]", [1, 2], [","]),
        ("[01, -]", [None, None], ["01", "-"]),
        ('{"a": 1} x ', {"a": 1}, ["x"]),
        ('{"a": 1} /* x', {"a": 1}, ["/*"]),
        ("[\xa0]", [None], ["\xa0"]),
        ("{]", {}, ["{", "]"]),
    ],
)
def test_broken_text(text: str, expected: Any, places: list[str]) -> None:
    assert value(text) == expected
    assert [problem.span.of(text) for problem in parse(text).problems] == places


def test_nothing_is_nothing() -> None:
    assert parse("").root is None
    assert parse(" // x\n").problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        '{"a":' * 200_000,
        "/" * 500_000,
        "/*" * 200_000,
        "/* *" * 200_000,
        '"' * 500_001,
        '"\\' * 200_000,
        "\\" * 500_000,
        "[1 " * 200_000,
        "]" * 500_000,
        "{" + '"a" ' * 100_000,
        "[" + "1 " * 200_000,
        " " * 900_000,
        "[" + "9" * 10_000 + "]",
        "\\ud83d" * 50_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_texts_end(text: str) -> None:
    root = parse(text).root
    if root is not None:
        to_python(root)


FRAGMENTS = st.sampled_from(
    ["{", "}", "[", "]", ",", ":", '"a"', '"', "\\", "\\u00", "1", "-", "true", "//", "/*", "*/",
     "*", "/", "\n", "\r\n", " ", "\t", "\xa0", "\ufeff", "\0", "\udc80", "\U0001f40b", "x",
     '"a": ', "\x0b"]
)  # fmt: skip


@RELAXED
@given(st.one_of(st.lists(FRAGMENTS, max_size=40).map("".join), st.text(max_size=60)))
@example('{"a":\n')
def test_any_text_is_read_with_spans_in_range(text: str) -> None:
    parsed = parse(text)
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    if parsed.root is None:
        return
    to_python(parsed.root)
    for node in nodes(parsed.root):
        assert 0 <= node.span.start <= node.span.end <= len(text)
        if isinstance(node, Scalar) and node.kind == "string":
            assert text[node.span.start] == '"'


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), FLOATS, st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)
    ),
)


@RELAXED
@given(JSON, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_real_json_agrees_with_the_standard_module(
    original: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = standard.dumps(original, indent=indent, ensure_ascii=ascii_only)
    parsed = parse(text)
    assert parsed.problems == ()
    assert parsed.root is not None
    assert to_python(parsed.root) == original
    for node in nodes(parsed.root):
        assert standard.loads(node.span.of(text)) == to_python(node)
