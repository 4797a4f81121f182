"""Reading TOML: values, and the spans of keys and values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shipworthy.syntax.toml import KeyPath, ParsedToml, parse

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PYPROJECT = """\
# top
[project]
name = "x" # c
dependencies = [
  "a>=1", # c
  'b',
  {x = 1, "y z" = [1, 2]},
]
urls.home.page = 'u'

[tool.uv]
text = \"\"\"
a""b\\\\
\"\"\"
day = 1979-05-27 07:32:00Z

[[tool.uv.index]]
url = 'first'
[[tool.uv.index]]
url = 'second'
[tool.uv.index.more]
q = -1_000
[tool]
own = [[], [1]]
"""


def shown(text: str) -> dict[KeyPath, tuple[str, str]]:
    spans = parse(text).spans
    return {path: (found.key.of(text), found.value.of(text)) for path, found in spans.items()}


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("project", "name"), "name", '"x"'),
        (("project", "dependencies", 0), '"a>=1"', '"a>=1"'),
        (("project", "dependencies", 1), "'b'", "'b'"),
        (("project", "dependencies", 2, "x"), "x", "1"),
        (("project", "dependencies", 2, "y z"), '"y z"', "[1, 2]"),
        (("project", "dependencies", 2, "y z", 1), "2", "2"),
        (("project", "urls"), "urls", "urls.home.page = 'u'"),
        (("project", "urls", "home", "page"), "page", "'u'"),
        (("tool", "uv", "text"), "text", '"""\na""b\\\\\n"""'),
        (("tool", "uv", "day"), "day", "1979-05-27 07:32:00Z"),
        (("tool", "uv", "index", 0), "index", "[[tool.uv.index]]\nurl = 'first'"),
        (("tool", "uv", "index", 1, "url"), "url", "'second'"),
        (("tool", "uv", "index", 1, "more"), "more", "[tool.uv.index.more]\nq = -1_000"),
        (("tool", "own", 1, 0), "1", "1"),
        (("tool",), "tool", "[tool]\nown = [[], [1]]"),
    ],
)
def test_spans(path: KeyPath, key: str, value: str) -> None:
    assert shown(PYPROJECT)[path] == (key, value)
    assert shown("\ufeff# \U0001f40b\n" + PYPROJECT)[path] == (key, value)
    windows = PYPROJECT.replace("\n", "\r\n")
    assert shown(windows)[path] == (key, value.replace("\n", "\r\n"))


def test_tables_end_with_their_last_value() -> None:
    key, value = shown(PYPROJECT)["project",]
    assert key == "project"
    assert value.startswith("[project]\nname")
    assert value.endswith("urls.home.page = 'u'")


def test_values_and_problems() -> None:
    parsed = parse(PYPROJECT)
    assert parsed.problem is None
    assert parsed.value is not None
    assert parsed.value["tool"]["uv"]["index"][1]["more"]["q"] == -1000
    assert parse("\ufeffa = 1").value == {"a": 1}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\n  b = = 2 # c\r\nc = 3", "b = = 2 # c"),
        ("a = [1,\n\n", "a = [1,"),
        ("\ufeffa = 1\r\nb =\r\n", "b ="),
        ("a = 1\na = 2\n", "a = 2"),
        ("d = 2020-02-30", "d = 2020-02-30"),
        ('a = "x\nb = 1', 'a = "x'),
    ],
)
def test_problems_name_the_line(text: str, place: str) -> None:
    parsed = parse(text)
    assert parsed.value is None
    assert parsed.problem is not None
    assert parsed.problem.span.of(text) == place
    assert "(at " not in parsed.problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[project]\nname = "x\nversion = "1"\n', {("project", "version"): '"1"'}),
        ('deps = [\n "a",\n "b\n\n[tool.x]\ny = 1\n', {("deps", 1): '"b', ("tool", "x", "y"): "1"}),
        ('deps = ["a"\nname = "n"\n', {("deps", 0): '"a"', ("name",): '"n"'}),
        ("a = {x = 1\n[b]\nc = 2\n", {("a", "x"): "1", ("b", "c"): "2"}),
        ("half\na =\nb = 2\n", {("a",): "", ("b",): "2"}),
        ("[a\nb = 2\n", {("a", "b"): "2"}),
        ("[[a]\nb = 2\n", {("a", 0, "b"): "2"}),
        ("a = '''x\nb = 2\n", {("b",): "2"}),
    ],
)  # fmt: skip
def test_broken_text_keeps_what_can_be_read(text: str, expected: dict[KeyPath, str]) -> None:
    assert parse(text).problem is not None
    found = shown(text)
    assert {path: found[path][1] for path in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        "a = " + "[" * 300_000,
        "a = " + "{a=" * 100_000,
        "a" + ".a" * 200_000 + " = 1",
        "[a" + ".a" * 200_000 + "]",
        'a = """' * 50_000,
        "a = '''\n" * 50_000,
        'a = """\\' * 50_000,
        "a = [\n" * 50_000,
        "a = 1\n" * 50_000,
        "[[a]]\n" * 20_000,
        "#" * 900_000,
        "\\" * 500_000,
        '"' * 500_001,
        "." * 500_000,
        "=\n" * 200_000,
        ("[" + ".".join("abcde" * 10) + "]\n" + "x.y.z = 1\n" * 1000) * 10,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_texts_end(text: str) -> None:
    assert isinstance(parse(text), ParsedToml)


FRAGMENTS = st.sampled_from(
    ["a", "b", "project", ".", " = ", "=", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", "\r",
     '"', "'", '"""', "'''", "\\", "# c", "1", "1979-05-27", "true", "\t", " ", "\0", "\udc80",
     "\ufeff", "\U0001f40b", "-", "+", "a = 1\n", '"\\UFFFFFFFF"']
)  # fmt: skip


@RELAXED
@given(st.one_of(st.lists(FRAGMENTS, max_size=40).map("".join), st.text(max_size=60)))
@example("[a]\n[a.b]\n[[a]]\nc=1")
def test_any_text_is_read_with_spans_in_range(text: str) -> None:
    parsed = parse(text)
    assert (parsed.value is None) == (parsed.problem is not None)
    for found in parsed.spans.values():
        for span in found:
            assert 0 <= span.start <= span.end <= len(text)
    if parsed.problem is not None:
        assert 0 <= parsed.problem.span.start <= parsed.problem.span.end <= len(text)
    else:
        assert set(parsed.spans) == paths(parsed.value)


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    if isinstance(value, dict):
        steps: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    else:
        return set()
    found: set[KeyPath] = set()
    for step, child in steps:
        inner = (*path, step)
        found |= {inner} | paths(child, inner)
    return found


def at(value: Any, path: KeyPath) -> Any:
    for step in path:
        value = value[step]
    return value


SCALARS = st.one_of(
    st.sampled_from(
        [
            "1", "-1_0", "0xFF", "1.5e3", "true", "false", "+inf", "1979-05-27", "07:32:00.5", "''",
            "1979-05-27T07:32:00-07:00", "1979-05-27 07:32:00", "'a\"[]#'", '"a\\"\\u00e9]"', '""',
            '"""\n[x]\n""a"""', "'''\n#'x''y'''", '"""a\\\n   b"""""',
            "'''\n\n[[q]]\nz = 1\n'''",
        ]
    ),
    st.text("ab ]}#=é\U0001f40b", max_size=5).map(lambda text: f'"{text}"'),
)  # fmt: skip
NAMES = st.sampled_from(["a", "b", "c-d", "1", '"q.r"', "'s t'", '"\\u0061b"', '""', "true"])
SPACE = st.sampled_from(["", " ", "\t"])
GAP = st.sampled_from(["", " ", "\n", " # ]\n", "\r\n\t"])


@st.composite
def values(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(st.integers(0, 4)) if depth < 3 else 0
    if kind <= 2:
        return draw(SCALARS)
    if kind == 3:
        items = draw(st.lists(values(depth + 1), max_size=3))
        comma = draw(st.sampled_from(["", ","])) if items else ""
        gap = draw(GAP)
        return "[" + gap + f"{gap},{gap}".join(items) + gap + comma + gap + "]"
    pairs = draw(st.lists(st.tuples(dotted(), values(depth + 1)), max_size=3))
    return "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"


@st.composite
def dotted(draw: st.DrawFn) -> str:
    space = draw(SPACE)
    return f"{space}.{space}".join(draw(st.lists(NAMES, min_size=1, max_size=3)))


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            lines.append(f"[{draw(SPACE)}{draw(dotted())}{draw(SPACE)}]")
        elif kind == 1:
            lines.append(f"[[{draw(dotted())}]]")
        else:
            lines.append(f"{draw(SPACE)}{draw(dotted())}{draw(SPACE)}= {draw(values())}")
        lines.append(draw(st.sampled_from(["", " # c\n", "\n", "\r\n", "\n\n# [x]\n"])))
        lines.append("\n")
    return "".join(lines)


@RELAXED
@given(files())
@example('a = [\n["]#", """\n[x]\n"""]\n\n]\n')
def test_key_paths_and_scalars_agree_with_tomllib(text: str) -> None:
    parsed = parse(text)
    if parsed.value is None:
        return
    assert set(parsed.spans) == paths(parsed.value)
    for path, spans in parsed.spans.items():
        value = at(parsed.value, path)
        source = spans.value.of(text)
        is_array = isinstance(value, list) and not source.startswith("[[")
        if is_array or not isinstance(value, (dict, list)):
            assert parse(f"x = {source}").value == {"x": value}
        if isinstance(path[-1], str):
            assert parse(f"{spans.key.of(text)} = 1").value == {path[-1]: 1}
