"""Frames, URIs, positions, edits and settings at the edge of the server."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from shipworthy.lsp.convert import UNTITLED, path_of, printable, range_of, uri_of
from shipworthy.lsp.documents import changed_text
from shipworthy.lsp.edits import before_last_line_end, differences
from shipworthy.lsp.settings import section_of, usable
from shipworthy.lsp.transport import read_frames
from shipworthy.lsp.words import refusal_words
from shipworthy.text.edits import Replacement, apply
from shipworthy.text.lines import LineIndex
from shipworthy.text.spans import Span


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        (b"Content-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"content-length:2\r\nContent-Type: x\r\n\r\n{}Content-Length: 0\r\n\r\n", [b"{}", b""]),
        (b"noise\r\n\r\nContent-Length: no\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 999999999999999999\r\n\r\nContent-Length: 1\r\n\r\n1", [b"1"]),
        (b"Content-Length: 9\r\n\r\n{}", []),
        (b"", []),
    ],
)
def test_frames(data: bytes, bodies: list[bytes]) -> None:
    found: list[bytes] = []
    read_frames(io.BufferedReader(io.BytesIO(data)), found.append)
    assert found == bodies


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_the_end(data: bytes) -> None:
    read_frames(io.BytesIO(data), lambda body: None)


@pytest.mark.skipif(os.sep != "/", reason="paths of POSIX")
@pytest.mark.parametrize(
    "path", ["/a/b", "/a b/ü/\U0001f40d#?%.yml", "/raw/\udcff", "/a/b:c", "/a/Dockerfile.dev"]
)
def test_paths_survive_as_uris(path: str) -> None:
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize(
    ("uri", "language", "path"),
    [
        ("file:///a%20b/../Dockerfile", "", "/Dockerfile"),
        ("file://localhost/a", "", "/a"),
        ("file://", "", None),
        ("git:/a/Dockerfile?x", "", None),
        ("vscode-remote://x/a", "", None),
        ("file://[/a", "", None),
        ("untitled:Untitled-1", "dockerfile", f"{UNTITLED}/Untitled-1/unsaved/Dockerfile"),
        ("untitled:Untitled-2", "dockercompose", f"{UNTITLED}/Untitled-2/unsaved/compose.yaml"),
        ("untitled:/home/me/Dockerfile", "", "/home/me/Dockerfile"),
    ],
)
def test_uris(uri: str, language: str, path: str | None) -> None:
    assert path_of(uri, language) == path


def test_positions_count_in_the_client_s_units() -> None:
    lines = LineIndex("\U0001f40d\u000cé x\r\ny")
    ends = {
        encoding: range_of(lines, Span(4, 5), encoding)["end"]
        for encoding in ("utf-8", "utf-16", "utf-32")
    }
    assert ends == {
        "utf-8": {"line": 0, "character": 9},
        "utf-16": {"line": 0, "character": 6},
        "utf-32": {"line": 0, "character": 5},
    }


def test_no_lone_surrogate_leaves_the_server() -> None:
    assert printable("a\udcffb\U0001f40d") == "a\\xffb\U0001f40d"
    assert printable("plain") == "plain"


@given(st.text("ab\r\n\u2028", max_size=30), st.text("ab\r\n\u2028", max_size=30))
def test_differences_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    found = differences(before, after)
    assert apply(before, found) == after
    assert apply(before, [before_last_line_end(before, edit) for edit in found]) == after


def test_lines_are_added_before_the_last_line_end() -> None:
    edit = Replacement(Span(4, 4), "b\r\n")
    assert before_last_line_end("a1\r\n", edit) == Replacement(Span(2, 2), "\r\nb")
    assert before_last_line_end("a1\r\nc", edit) == edit


def test_ranged_changes_of_clients_that_send_them() -> None:
    change = types.TextDocumentContentChangePartial(
        types.Range(types.Position(0, 3), types.Position(1, 99)), "!"
    )
    assert changed_text("a\U0001f40db\u000cc\nd\ne", [change], "utf-16") == "a\U0001f40d!\ne"
    whole = types.TextDocumentContentChangeWholeDocument("new")
    assert changed_text("old", [change, whole], "utf-8") == "new"


def test_settings_that_say_nothing_do_not_hide_the_project_s_own() -> None:
    given_by_editor = {
        "select": [],
        "ignore": ["a"],
        "profile": None,
        "perFileIgnores": {"x": ["a"]},
        "severity": {},
        "trace": {"server": "off"},
    }
    assert usable(given_by_editor) == {"ignore": ["a"], "per-file-ignores": {"x": ["a"]}}
    assert usable(None) == {}
    assert section_of({"shipworthy": {"ignore": []}}) == {"ignore": []}
    assert section_of({"ignore": []}) == {"ignore": []}


def test_refusals_are_said_in_both_languages() -> None:
    assert refusal_words("exists", "a", "en") == "`a` exists already"
    assert refusal_words("exists", "a", "ja") == "`a` はすでに存在します"
