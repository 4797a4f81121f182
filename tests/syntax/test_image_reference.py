"""Image references against the grammar of distribution/reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.syntax.image_reference import ImageReference, parse

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python", ("docker.io", "library/python", None, None)),
        ("python:3.12-slim", ("docker.io", "library/python", "3.12-slim", None)),
        ("docker.io/python", ("docker.io", "library/python", None, None)),
        ("index.docker.io/library/python", ("docker.io", "library/python", None, None)),
        ("astral/uv:0.11", ("docker.io", "astral/uv", "0.11", None)),
        ("ghcr.io/astral-sh/uv", ("ghcr.io", "astral-sh/uv", None, None)),
        ("localhost/a/b:c", ("localhost", "a/b", "c", None)),
        ("localhost:5000/a", ("localhost:5000", "a", None, None)),
        ("index.example:80/a__b/c-d.e:T_1", ("index.example:80", "a__b/c-d.e", "T_1", None)),
        (f"python@{DIGEST}", ("docker.io", "library/python", None, DIGEST)),
        (f"python:3@{DIGEST}", ("docker.io", "library/python", "3", DIGEST)),
        ("[::1]:80/a", ("[::1]:80", "a", None, None)),
    ],
)
def test_parse(text: str, expected: tuple[str, str, str | None, str | None]) -> None:
    assert parse(text) == ImageReference(*expected)


@pytest.mark.parametrize(
    "text",
    ["", "Python", "python:", "python:a b", "$BASE", "python:${V}", "/a", "a//b", "a/", "a_/b",
     "a___b", "python@sha256:1", "python@", "python:-a", "a" * 300, ":3", "-a", "http://a/b"],
)  # fmt: skip
def test_invalid(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "official", "name", "tag"),
    [
        ("python", "python", "python", "latest"),
        ("public.ecr.aws/docker/library/python:3", "python", "python", "3"),
        ("mirror.gcr.io/library/node", "node", "node", "latest"),
        ("ghcr.io/astral-sh/uv:0.11", None, "uv", "0.11"),
        ("quay.io/library/python", None, "python", "latest"),
        (f"python@{DIGEST}", "python", "python", None),
    ],
)
def test_names(text: str, official: str | None, name: str, tag: str | None) -> None:
    reference = parse(text)
    assert reference is not None
    assert (reference.official, reference.name, reference.effective_tag) == (official, name, tag)


@given(st.text(alphabet="aA1.:/@-_[]$ é", max_size=40))
def test_any_text(text: str) -> None:
    reference = parse(text)
    if reference is not None:
        again = f"{reference.registry}/{reference.repository}"
        assert parse(again) == reference._replace(tag=None, digest=None)
