"""What holds for every YAML text: totality, exact spans, pieces equal to the whole, repair."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent

from shipworthy.syntax.yaml.nodes import (
    Alias,
    Entry,
    Mapping,
    Node,
    ParsedYaml,
    Scalar,
    Sequence,
)
from shipworthy.syntax.yaml.parse import parse, parse_whole
from shipworthy.syntax.yaml.split import cut

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def nodes(node: Node | None) -> list[Node]:
    if node is None:
        return []
    if isinstance(node, Mapping):
        children = [child for entry in node.entries for child in entry]
    else:
        children = list(node.items) if isinstance(node, Sequence) else []
    return [node, *(found for child in children for found in nodes(child))]


def leaves(parsed: ParsedYaml) -> list[Scalar | Alias]:
    return [
        node
        for root in parsed.documents
        for node in nodes(root)
        if isinstance(node, (Scalar, Alias))
    ]


def absolute(node: Node, starts: tuple[int, ...]) -> Node:
    """The node with absolute spans and no block numbers."""
    shift = starts[node.block]
    span = node.span.shift(shift)
    if isinstance(node, Mapping):
        entries = tuple(
            Entry(absolute(entry.key, starts), absolute(entry.value, starts))
            for entry in node.entries
        )
        return node._replace(entries=entries, span=span, block=0)
    if isinstance(node, Sequence):
        items = tuple(absolute(item, starts) for item in node.items)
        dashes = tuple(dash.shift(shift) for dash in node.dashes)
        return node._replace(items=items, dashes=dashes, span=span, block=0)
    return node._replace(span=span, block=0)


FRAGMENTS = st.sampled_from(
    [
        "services:", "volumes:", "x-a:", "a:", "b: ", "  web:", "  db:", "  ", "    ", "      ",
        "image: x", "build: .", "- ", "-", "'", '"', "[", "]", "{", "}", ",", ": ", ":", "#",
        " # c", "&a ", "*a", "!reset ", "|", ">-", "\t", "\n", "\n", "\n", "\r\n", "\r", "\x85",
        "\u2028",
        "\ufeff", "\0", "\x07", "\udc80", "\U0001f40b", "---", "...", "%YAML 1.1", "? ", "<<: ",
        "word", "'it''s'", '"\\x41"', '"\\', "[a, b]", "{a: b}", "0755", "é",
    ]
)  # fmt: skip
SOUP = st.lists(FRAGMENTS, max_size=40).map("".join)


@RELAXED
@given(st.one_of(SOUP, st.text(max_size=60)))
@example("\ufeff\ufeffa: 1")
@example('a: "\\UFFFFFFFF"')
@example("a: !<")
@example("%TAG ! x\n---\n!a b")
@example("a: |99\n x")
def test_any_text_is_read_with_spans_in_range(text: str) -> None:
    parsed = parse(text)
    assert parse(text) == parsed
    for root in parsed.documents:
        for node in nodes(root):
            start = parsed.starts[node.block]
            assert 0 <= start + node.span.start <= start + node.span.end <= len(text)
            if isinstance(node, Scalar) and node.style in {"single", "double"}:
                assert text[start + node.span.start] in "'\""
            if isinstance(node, Sequence):
                assert node.flow or len(node.dashes) == len(node.items)
                assert all(text[start + dash.start] == "-" for dash in node.dashes)
    for comment in parsed.comments:
        assert comment.span.of(text).replace("\0", "\ufffd") == comment.text
        assert comment.text.startswith("#")
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert list(parsed.starts) == sorted(parsed.starts)


@RELAXED
@given(SOUP)
@example('a: "x\nb: y"\n')
@example("services:\n  a: [x,\n  b: y]\nc: 1\n")
@example("services:\n  a: 'x\nb: y'\n")
@example("a: {\nb: 1\n}\nc:\n- 1\n")
@example("# c\n---\na: |\n\n  # x\n\n# c\nb: 1\n")
@example("services:\n  a:\n    b: 1\n\n*c : 2\n")
@example("services:\n  a:\n    b: 1\n\n: v\n")
@example("services:\n  a:\n    b: 1\n  *c : 2\n  d e: 3\n  {f: g}: h\n")
@example("a: 1\n${X}: 2\nb: 3\n")
def test_pieces_give_the_tree_of_the_whole(text: str) -> None:
    text = text.replace("\0", "").lstrip("\ufeff")
    whole = parse_whole(text)
    if whole.problems:
        return
    pieces = parse(text)
    assert [p for p in pieces.problems if p.message.startswith("could not")] == []
    assert tuple(absolute(root, pieces.starts) for root in pieces.documents) == whole.documents
    assert pieces.comments == whole.comments


KEYS = st.sampled_from(["a", "web", "x-y", "image", '"q r"', "'s'", "build.x", "0a"])
PLAIN = st.sampled_from(
    ["x", "a b", "1", "'it''s'", '"a\\n\\"b"', "*r", "[a, {b: c}, ]", "{a: [1, 'x']}", "",
     "é\U0001f40b", "&n v", "!t v", "!t &n", "- x", "http://x:1/#y", "'# no'", "x # c"]
)  # fmt: skip


@st.composite
def mappings(draw: st.DrawFn, indent: int = 0, depth: int = 0) -> str:
    lines = []
    pad = " " * indent
    for key in draw(st.lists(KEYS, min_size=1, max_size=4)):
        kind = draw(st.integers(0, 6))
        if kind <= 2 or depth > 2:
            value = draw(PLAIN.filter(lambda value: not value.startswith("- ")))
            lines.append(f"{pad}{key}: {value}".rstrip())
        elif kind == 3:
            lines.append(f"{pad}{key}:{draw(st.sampled_from(['', ' # c', ' &m', ' !t']))}")
            lines.append(draw(mappings(indent + draw(st.integers(1, 4)), depth + 1)))
        elif kind == 4:
            lines.append(f"{pad}{key}:")
            inner = pad + " " * draw(st.sampled_from([0, 2]))
            lines.extend(
                f"{inner}- {value}".rstrip()
                for value in draw(st.lists(PLAIN, min_size=1, max_size=3))
            )
        elif kind == 5:
            lines.append(f"{pad}{key}: {draw(st.sampled_from(['|', '>-', '|+ # c', '|2']))}")
            lines.extend(
                draw(st.lists(st.sampled_from(["", f"{pad}  a: 'b", f"{pad}   # x"]), max_size=4))
            )
        else:
            lines.append(f"{pad}{key}: 'open\n{pad}  b: more'")
        if draw(st.booleans()):
            lines.append(draw(st.sampled_from(["", "# c", "   # 'c", f"{pad}# c"])))
    return "\n".join(lines)  # fmt: skip


@st.composite
def composes(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(["", "# top\n", "---\n", "\n", "# c\n---\n"]))]
    for _ in range(draw(st.integers(1, 3))):
        head = draw(st.sampled_from(["services:\n", "services: # c\n", "volumes:\n", ""]))
        parts.append(head + draw(mappings(2 if head else 0)) + "\n")
    text = "".join(parts)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@RELAXED
@given(composes())
def test_pieces_give_the_tree_of_the_whole_for_compose_like_files(text: str) -> None:
    whole = parse_whole(text)
    pieces = parse(text)
    if not whole.problems:
        assert not pieces.problems
        assert tuple(absolute(root, pieces.starts) for root in pieces.documents) == whole.documents
        assert pieces.comments == whole.comments
    elif not pieces.problems:
        pytest.fail("the pieces hide a problem of the whole")


@RELAXED
@given(st.one_of(composes(), SOUP.filter(lambda text: "\t" not in text)))
def test_values_agree_with_ruamel(text: str) -> None:
    try:
        events = list(YAML(typ="safe", pure=True).parse(text))
    except (YAMLError, ValueError, IndexError):
        return
    expected = [
        event.value if isinstance(event, ScalarEvent) else event.anchor
        for event in events
        if isinstance(event, (ScalarEvent, AliasEvent))
    ]
    parsed = parse(text)
    assert not parsed.problems
    found = [leaf.value if isinstance(leaf, Scalar) else leaf.name for leaf in leaves(parsed)]
    assert found == expected


@RELAXED
@given(composes())
def test_scalar_spans_read_back_to_the_value(text: str) -> None:
    parsed = parse(text)
    for leaf in leaves(parsed):
        source = leaf.span.shift(parsed.starts[leaf.block]).of(text)
        if isinstance(leaf, Alias):
            assert source == "*" + leaf.name
        elif leaf.style in {"single", "double"} and not parsed.problems:
            again = parse("k: " + source).root
            assert isinstance(again, Mapping)
            value = again.get("k")
            assert isinstance(value, Scalar)
            assert value.value == leaf.value
        elif leaf.style == "plain" and not parsed.problems and "\n" not in source:
            assert source == leaf.value
        elif leaf.style == "empty":
            assert source == ""


SERVICES = """\
services:
  web:
    build: .
    image: "example/web:1"
    volumes:
      - .:/app
      - /app/.venv
    ports: ["80:80"]
  db:
    image: postgres
    environment:
      A: 'b'
volumes:
  data: {}
"""


@pytest.mark.parametrize(
    "junk", ["imag", "image", "[", "{", '"', "'", ":", "&", "*", "!", "@", "- x", "%"]
)
@pytest.mark.parametrize("line", range(1, 15))
def test_a_broken_line_loses_only_its_neighbourhood(junk: str, line: int) -> None:
    lines = SERVICES.splitlines(keepends=True)
    indent = " " * (len(lines[line - 1]) - len(lines[line - 1].lstrip()))
    lines.insert(line, f"{indent}{junk}\n")
    text = "".join(lines)
    parsed = parse(text)
    assert all(problem.repaired for problem in parsed.problems)
    kept = {leaf.value for leaf in leaves(parsed) if isinstance(leaf, Scalar)}
    expected = {leaf.value for leaf in leaves(parse(SERVICES)) if isinstance(leaf, Scalar)}
    assert len(expected - kept) <= 2
    assert {"services", "volumes"} <= kept | {"services" if line == 1 else ""}


def test_a_broken_service_loses_no_other() -> None:
    text = SERVICES.replace('image: "example/web:1"', 'image: "example/web:1')
    parsed = parse(text)
    assert [problem.span.of(text) for problem in parsed.problems] == ['"example/web:1']
    values = [leaf.value for leaf in leaves(parsed) if isinstance(leaf, Scalar)]
    original = [leaf.value for leaf in leaves(parse(SERVICES)) if isinstance(leaf, Scalar)]
    assert values == ["" if value == "example/web:1" else value for value in original]


def test_an_edit_leaves_the_other_blocks_equal() -> None:
    before = parse(SERVICES)
    after = parse("# new\n" + SERVICES.replace("example/web:1", "example/web:latest"))
    assert cut(SERVICES) is not None
    db_before = [node for node in nodes(before.root) if node.block == 2]
    db_after = [node for node in nodes(after.root) if node.block == 2]
    assert db_before == db_after != []
    assert [leaf.block for leaf in leaves(before)][:2] == [0, 1]


@pytest.mark.parametrize("line", ["foo bar", '"foo', "my.service", "a b: c", "${X}", "[", "*a"])
def test_a_half_typed_line_is_read_with_the_block_above(line: str) -> None:
    text = SERVICES.replace("\nvolumes:\n", f"\n  {line}\nvolumes:\n")
    before, after = cut(SERVICES), cut(text)
    assert before is not None
    assert after is not None
    assert [len(piece.children) for piece in before.pieces] == [
        len(piece.children) for piece in after.pieces
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 900_000,
        "[\n" * 400_000,
        "a: '" + "x\n" * 300_000,
        "- " * 300_000,
        "\n" * 900_000,
        "#" * 900_000,
        "# c\n" * 200_000,
        "a\n" * 20_000,
        '"' * 200_000,
        "services:\n" + "  a: '\n" * 5_000,
        "services:\n" + "  a: [\n" * 5_000 + "]",
        "!t\tx\n" * 20_000,
        " " * 900_000,
        "\0" * 100_000,
        "&a " * 50_000,
        "{a: " * 50_000,
        "a: " * 50_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_texts_end(text: str) -> None:
    assert parse(text).starts[0] == 0


def test_a_broken_parent_loses_its_branch_only() -> None:
    below = "".join(f"      k{i}: {i}\n" for i in range(12))
    text = (
        f"services:\n  web:\n    image: x\n    @build:\n{below}    user: u\n  db:\n    image: y\n"
    )
    parsed = parse(text)
    assert [(p.span.of(text), p.repaired) for p in parsed.problems] == [("@build:", False)]
    kept = [leaf.value for leaf in leaves(parsed) if isinstance(leaf, Scalar)]
    assert kept == ["services", "web", "image", "x", "user", "u", "db", "image", "y"]
