"""Formatting changes white space alone, twice is once, and no tool reads the result differently."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipworthy.model.files import kind_of
from shipworthy.syntax import dockerignore
from shipworthy.syntax.dockerfile.parse import parse as parse_dockerfile
from shipworthy.syntax.yaml.parse import parse as parse_yaml
from shipworthy.text.edits import apply
from shipworthy.text.spans import Span
from shipworthy.views.format_compose import _meaning as compose_meaning
from shipworthy.views.format_dockerfile import _meaning as dockerfile_meaning
from shipworthy.views.formatting import FORMATTERS, format_edits
from shipworthy.views.typing_lines import new_line_edits
from vectors.answers.compose import compose_model
from vectors.answers.context import dockerignore_sent
from vectors.answers.dockerfile import dockerfile_ast

VECTORS = Path(__file__).parent.parent / "vectors"


def formatted(path: str, text: str) -> str:
    return apply(text, format_edits(path, text))


def dry(text: str) -> str:
    return "".join(text.split())


def vectors(name: str) -> Iterator[dict[str, object]]:
    with (VECTORS / f"{name}.jsonl").open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def holds(path: str, text: str) -> str:
    """The formatted text, after checking all that is promised of it."""
    once = formatted(path, text)
    assert dry(once) == dry(text)
    assert formatted(path, once) == once
    return once


def test_all_dockerfile_vectors_are_read_the_same() -> None:
    changed = 0
    for case in vectors("dockerfile_ast"):
        text = str(case["dockerfile"])
        once = holds("/Dockerfile", text)
        changed += once != text
        if once != text:
            assert dockerfile_meaning(once) == dockerfile_meaning(text)
            assert _without_lines(dockerfile_ast({"dockerfile": once})) == _without_lines(
                dockerfile_ast({"dockerfile": text})
            )
        assert not parse_dockerfile(once).problems or parse_dockerfile(text).problems
    assert changed > 20


_LINES = ("start", "end", "empty_continuation_end_lines")


def _without_lines(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_lines(v) for k, v in value.items() if k not in _LINES}
    return [_without_lines(item) for item in value] if isinstance(value, list) else value


def test_all_compose_vectors_are_loaded_the_same() -> None:
    changed = 0
    for case in vectors("compose_model"):
        files = case["files"]
        assert isinstance(files, dict)
        rough = {p: roughened(t) if kind_of(p) == "yaml" else t for p, t in files.items()}
        after = {p: holds(p, t) if kind_of(p) == "yaml" else t for p, t in rough.items()}
        changed += after != rough
        if after != files:
            question = {key: case[key] for key in case if key not in ("id", "expect", "group")}
            same = compose_model({**question, "files": after})
            assert same == compose_model({**question, "files": files}), case["id"]
    assert changed > 100


def roughened(text: str) -> str:
    """The same YAML with twice the indentation, and blanks where they mean nothing."""
    rough = re.sub(r"(?m)^ +", lambda found: found[0] * 2, text)
    rough = re.sub(r"(?m)^( *[a-z_]+):(?= \S)", r"\1:  ", rough)
    return rough if compose_meaning(rough) == compose_meaning(text) else text


def test_all_ignore_vectors_send_the_same() -> None:
    for case in vectors("dockerignore_sent"):
        text = str(case.get("dockerignore", ""))
        once = holds("/.dockerignore", text)
        assert dockerignore.parse(once).tree.cleaned == dockerignore.parse(text).tree.cleaned
        if once != text:
            question = {key: case[key] for key in case if key not in ("id", "expect", "group")}
            assert dockerignore_sent({**question, "dockerignore": once}) == dockerignore_sent(
                question
            )


def test_dockerfile() -> None:
    text = (
        "# syntax=docker/dockerfile:1  \n\n\n\n  FROM   a  AS  b \n# keep\n\n\nCOPY  --from=b \\\n"
        "  --chown=1   x \\  \n\t/y\nRUN  --mount=type=cache,target=/c   \\\n      "
        "--network=none \\\n  echo  'a  b'   \\ \n     && c\nRUN <<E  \n  x  \n\n\n\nE\n\n\n"
    )
    assert formatted("/Dockerfile", text) == (
        "# syntax=docker/dockerfile:1\n\nFROM a AS b\n# keep\n\nCOPY --from=b \\\n"
        "    --chown=1 x \\\n    /y\nRUN --mount=type=cache,target=/c \\\n    "
        "--network=none \\\n    echo  'a  b'   \\\n     && c\nRUN <<E\n  x  \n\n\n\nE\n"
    )


def test_line_ends_are_kept() -> None:
    assert formatted("/Dockerfile", "FROM  a\r\nRUN b  ") == "FROM a\r\nRUN b\r\n"


def test_an_indented_comment_does_not_become_a_directive() -> None:
    text = " # escape=`\nFROM a\n"
    assert formatted("/Dockerfile", text) == text
    text = "FROM a\nRUN <<E\n  x\nE  \nE\n"
    assert formatted("/Dockerfile", text) == text


def test_ignore_file() -> None:
    text = "\n  .venv  \n\n\n  # no comment\n# comment  \n\t*.log\n\n"
    assert formatted("/.dockerignore", text) == ("\n.venv\n\n  # no comment\n# comment\n*.log\n")


def test_compose() -> None:
    text = (
        "services:  \n    web:\n\n\n        # why\n        build:   .\n        volumes:\n"
        "        - a:/x   # mount\n        -   type: bind\n            source: .\n"
        "        command: >\n            one\n              two\n        labels: {\n"
        "            a: b }\n"
    )
    assert formatted("/compose.yaml", text) == (
        "services:\n  web:\n\n    # why\n    build: .\n    volumes:\n"
        "    - a:/x   # mount\n    -   type: bind\n        source: .\n"
        "    command: >\n        one\n          two\n    labels: {\n"
        "        a: b }\n"
    )


@pytest.mark.parametrize("text", ["a:\n\tb: c\n", "a: [\n", "a: {b\n  c\n", "a: 'x\n"])
def test_broken_compose_stays(text: str) -> None:
    assert parse_yaml(text).problems
    assert formatted("/compose.yaml", text) == text


def test_a_range_changes_its_lines_only() -> None:
    text = "FROM  a\nCOPY  a  b\nCOPY  c  d\n"
    edits = format_edits("/Dockerfile", text, Span(10, 11))
    assert apply(text, edits) == "FROM  a\nCOPY a b\nCOPY  c  d\n"
    nested = "services:\n    a:\n        image: x\n    b:\n        image: y\n"
    edits = format_edits("/compose.yaml", nested, Span(20, 25))
    assert compose_meaning(apply(nested, edits)) == compose_meaning(nested)


def test_any_text_is_taken() -> None:
    for name in ("/Dockerfile", "/.dockerignore", "/compose.yaml", "/x.py"):
        for text in ("", "\n", " ", "\ufeff", "\\", "a:\n" * 3, "\x00", "- " * 200, "[" * 3000):
            once = formatted(name, text)
            assert formatted(name, once) == once
    assert FORMATTERS["yaml"]("a: " + "[" * 2000) == "a: " + "[" * 2000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN a \\\n▮", "RUN a \\\n    "),
        ("RUN a \\\n▮b", "RUN a \\\n    b"),
        ("RUN a \\\n  b \\\n▮", "RUN a \\\n  b \\\n  "),
        ("RUN a \\\n    b\n    ▮", "RUN a \\\n    b\n"),
        ("RUN a \\\n    # why\n▮b", "RUN a \\\n    # why\n    b"),
        ("FROM a\n▮", "FROM a\n"),
        ("# escape=`\r\nRUN a `\r\n▮", "# escape=`\r\nRUN a `\r\n    "),
        ("RUN <<E\nif x \\\n  ▮\nE\n", "RUN <<E\nif x \\\n  \nE\n"),
        ("RUN <<E\n  b\n  ▮\nE\n", "RUN <<E\n  b\n  \nE\n"),
        ("# note \\\n▮FROM a\n", "# note \\\nFROM a\n"),
        ("▮", ""),
    ],
)
def test_new_lines_are_indented_as_they_are_typed(before: str, after: str) -> None:
    text = before.replace("▮", "")
    edits = new_line_edits("/ws/Dockerfile", text, before.index("▮"))
    assert apply(text, edits) == after
    assert new_line_edits("/ws/.dockerignore", text, before.index("▮")) == ()
