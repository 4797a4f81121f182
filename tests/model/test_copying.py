"""Where COPY brings things: single answers, the simulation, and that both agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shipworthy.model.copy_run import Landed, copy_into
from shipworthy.model.copying import (
    CopySpec,
    destination_of,
    flag_text,
    image_path_of,
    resolve_sources,
    split_wildcards,
)
from shipworthy.model.file_modes import parse_mode
from shipworthy.model.ignoring import compile_patterns
from shipworthy.model.sending import follow_filter, follow_links, send
from shipworthy.model.trees import MemoryTree, Node, TreeError, resolved
from shipworthy.syntax.dockerfile.parse import parse

_VECTORS = Path(__file__).parent.parent / "vectors"


@pytest.mark.parametrize(
    ("copy", "path", "lands"),
    [
        (CopySpec((".",), "/app/"), "backend/.venv/x", "/app/backend/.venv/x"),
        (CopySpec((".",), ".", "/w"), "a", "/w/a"),
        (CopySpec(("backend/",), "/app"), "backend/.venv/x", "/app/.venv/x"),
        (CopySpec(("backend",), "/app"), "frontend/x", None),
        (CopySpec(("uv.lock",), "/app"), "uv.lock", "/app"),
        (CopySpec(("uv.lock",), "/app/."), "uv.lock", "/app/uv.lock"),
        (CopySpec(("../uv.lock", "/x"), "/app/"), "uv.lock", "/app/uv.lock"),
        (CopySpec(("*",), "/app/"), ".venv/bin/python", "/app/bin/python"),
        (CopySpec(("*/src",), "/app/"), "a/src/m.py", "/app/m.py"),
        (CopySpec(("*/src",), "/app/"), "a/b/src/m.py", None),
        (CopySpec(("**/m.py",), "/app/"), "a/b/m.py", None),
        (CopySpec((".",), "/app", excludes=("**/.venv",)), "a/.venv/x", None),
        (CopySpec(("a",), "/app", excludes=("a",)), "a", "/app"),
        (CopySpec(("src/./**/*.py",), "/o", parents=True), "src/x/m.py", "/o/x/m.py"),
        (CopySpec(("src/**/*.py",), "/o", parents=True), "src/x/m.py", "/o/src/x/m.py"),
        (CopySpec(("a", "a/b"), "/o/"), "a/b", "/o/b"),
        (CopySpec((), "/o/", heredocs=("E",)), "a", None),
    ],
)
def test_image_path(copy: CopySpec, path: str, lands: str | None) -> None:
    assert image_path_of(copy, path) == lands


def test_a_file_goes_into_a_directory_that_is_there() -> None:
    copy = CopySpec(("uv.lock",), "/app")
    assert image_path_of(copy, "uv.lock", into_directory=True) == "/app/uv.lock"


def test_sources_are_resolved_without_a_walk() -> None:
    tree = MemoryTree.of(["a/x.py", "b"], ["c"], {"l": "a", "d": "nowhere"})
    copy = CopySpec(("a", "b", "no", "l", "d", "*.py", "a/*", "no/*"), "/")
    found = [(one.kind, one.matches) for one in resolve_sources(copy, tree)]
    assert found == [
        ("directory", ("a",)),
        ("file", ("b",)),
        ("missing", ()),
        ("directory", ("a",)),
        ("missing", ()),
        ("glob", ()),
        ("glob", ("a/x.py",)),
        ("missing", ()),
    ]


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        (CopySpec(("no",), "/x"), "source-not-found"),
        (CopySpec(("no/*",), "/x"), "source-not-found"),
        (CopySpec(("f/x",), "/x"), "source-not-found"),
        (CopySpec(("a",), "/f"), "not-a-directory"),
        (CopySpec(("f",), "/f/x/"), "not-a-directory"),
        (CopySpec(("[",), "/x"), "bad-pattern"),
        (CopySpec(("a",), "/x", excludes=("[",)), "bad-pattern"),
        (CopySpec(("f",), "/x", chmod="8"), "bad-chmod"),
        (CopySpec(("loop",), "/x"), "symlink-loop"),
        (CopySpec((".",), "/x", parents=True), "source-not-found"),
    ],
)
def test_errors(copy: CopySpec, expected: str) -> None:
    image = MemoryTree.of(["f"])
    tree = MemoryTree.of(["a/x", "f"], (), {"loop": "loop"})
    assert copy_into(image, copy, tree) == expected


def test_a_linked_copy_replaces_what_is_in_its_way() -> None:
    image = MemoryTree.of((), ["w/dst"])
    landed = copy_into(image, CopySpec(("f",), "/w/dst", link=True), MemoryTree.of(["f"]))
    assert isinstance(landed, Landed)
    assert image.node("w/dst") == Node("file", origin="f")


def test_links_on_the_way_stay_inside_the_tree() -> None:
    tree = MemoryTree.of(["a/x"], (), {"b/up": "../../../a", "abs": "/a"})
    assert resolved(tree, "b/up/x") == "a/x"
    assert resolved(tree, "abs/x") == "a/x"
    assert resolved(tree, "abs", last=False) == "abs"
    with pytest.raises(TreeError):
        resolved(tree, "a/x/y")


def test_link_targets_are_sent_too() -> None:
    tree = MemoryTree.of(["src/m.py", "x"], (), {"current": "src"})
    assert follow_links(tree, ["current"]) == ["current", "src"]
    sent = send(tree, follow_filter(tree, ["current/m.py"], compile_patterns(())))
    assert isinstance(sent, MemoryTree)
    assert {path for path, _ in sent.entries()} == {"current", "src", "src/m.py"}


def test_small_parts() -> None:
    assert destination_of(CopySpec((), "a/..", "/w")) == ("w", False)
    assert split_wildcards("a/b*/c") == ("a", "b*/c")
    assert flag_text("é") == "Ã©"


@pytest.mark.parametrize(
    ("text", "mode", "after"),
    [
        ("0600", 0o644, 0o600),
        ("u+x", 0o644, 0o744),
        ("a=r,u+w", 0o777, 0o644),
        ("go-rwx", 0o755, 0o700),
    ],
)
def test_modes(text: str, mode: int, after: int) -> None:
    parsed = parse_mode(text)
    assert parsed is not None
    assert parsed.apply(mode, is_directory=False) == after


def _recorded_copies() -> Iterator[tuple[str, CopySpec, MemoryTree]]:
    for line in (_VECTORS / "copy_result.jsonl").read_text("utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        given = record["tree"]
        tree = MemoryTree.of(given.get("files") or (), given.get("dirs") or ())
        for one in parse(record["dockerfile"]).tree.instructions:
            if one.keyword in {"COPY", "ADD"} and one.error is None and not one.heredocs:
                words = [word.text for word in one.args]
                excludes = tuple(f.value or "" for f in one.flags if f.name == "exclude")
                copy = CopySpec(
                    tuple(words[:-1]),
                    words[-1].rstrip("/") + "/",
                    parents=one.flag("parents") is not None,
                    excludes=excludes,
                )
                yield record["id"], copy, tree


def test_single_answers_agree_with_the_simulation() -> None:
    judged = 0
    for record, copy, tree in _recorded_copies():
        landed = copy_into(MemoryTree(), copy, tree)
        if not isinstance(landed, Landed):
            continue
        origins = {node.origin for node in landed.files.values()}
        for path, node in tree.entries():
            if node.kind != "file":
                continue
            judged += 1
            lands = image_path_of(copy, path)
            if lands is None:
                assert path not in origins, (record, copy, path)
            else:
                assert lands[1:] in landed.files, (record, copy, path)
    assert judged > 1000
