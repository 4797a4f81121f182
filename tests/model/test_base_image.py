"""What base images are known to hold."""

from __future__ import annotations

from typing import Any

import pytest

from shipworthy.model.base_image import UNKNOWN_IMAGE, understand
from shipworthy.syntax.image_reference import parse

FULL = {"has_git": True, "has_compiler": True, "has_curl": True, "has_wget": True}
BARE = {"has_git": False, "has_compiler": False, "has_curl": False}
OWN = {"has_python": True, "python_prefix": "/usr/local", "user": "root"}

FACTS: list[tuple[str, dict[str, Any]]] = [
    ("python:3.12", {"python": (3, 12, None), "libc": "glibc", "release": None,
                     "release_floats": True, **FULL, **OWN}),
    ("python:3.12.4-slim-bookworm", {"python": (3, 12, 4), "libc": "glibc", "release": "bookworm",
                                     "release_floats": False, **BARE, **OWN}),
    ("python:3.13-alpine3.21", {"python": (3, 13, None), "libc": "musl", "release": "3.21",
                                "distribution": "alpine", **BARE, **OWN}),
    ("python:3.14.0rc1-slim", {"python": (3, 14, 0), "libc": "glibc", **BARE}),
    ("python:3.14-rc-slim", {"python": (3, 14, None), "libc": "glibc", **BARE}),
    ("python:3-slim", {"python": None, "libc": "glibc", **OWN}),
    ("python", {"python": None, "libc": "glibc", **FULL, **OWN}),
    ("python:slim", {"python": None, "libc": "glibc", **BARE, **OWN}),
    ("python@sha256:" + "0" * 64, {"python": None, "libc": None, "has_git": None, **OWN}),
    ("public.ecr.aws/docker/library/python:3.11-trixie", {"python": (3, 11, None),
                                                          "release": "trixie", **FULL}),
    ("ghcr.io/astral-sh/uv:0.11.3", {"is_uv": True, "distroless_uv": True, "uv": "0.11.3",
                                     "uv_variant": "", "has_python": False, "has_shell": False}),
    ("ghcr.io/astral-sh/uv", {"is_uv": True, "distroless_uv": True, "uv": None}),
    ("ghcr.io/astral-sh/uv:0.9-python3.12-bookworm-slim", {
        "is_uv": True, "distroless_uv": False, "uv": "0.9", "python": (3, 12, None),
        "uv_variant": "python3.12-bookworm-slim", "release": "bookworm", "libc": "glibc",
        **BARE, **OWN}),
    ("ghcr.io/astral-sh/uv:python3.13-alpine", {"uv": None, "python": (3, 13, None),
                                                "libc": "musl", **OWN}),
    ("ghcr.io/astral-sh/uv:debian-slim", {"has_python": False, "libc": "glibc",
                                          "uv_variant": "debian-slim"}),
    ("ghcr.io/astral-sh/uv:trixie", {"has_python": True, "python": (3, 13, None),
                                     "python_prefix": "/usr", "release": "trixie", **FULL}),
    ("astral/uv:0.8.0-alpine", {"is_uv": True, "uv": "0.8.0", "libc": "musl"}),
    ("debian:bookworm-slim", {"release": "bookworm", "has_python": False,
                              "distribution_python": (3, 11), "libc": "glibc"}),
    ("debian:12.5", {"release": "bookworm", "release_floats": False}),
    ("debian:stable-slim", {"release": None, "release_floats": True}),
    ("ubuntu:24.04", {"release": "noble", "distribution": "ubuntu",
                      "distribution_python": (3, 12), "has_python": False}),
    ("ubuntu", {"release": None, "distribution": "ubuntu", "release_floats": True}),
    ("alpine:3.20.1", {"release": "3.20", "libc": "musl", "has_python": False, "has_wget": True}),
    ("node:22-slim", {"node": (22,), "has_python": False, "libc": "glibc", "user": "root"}),
    ("node:20.1.0-bookworm", {"node": (20, 1, 0), "has_python": True, "python": (3, 11, None)}),
    ("node:20-alpine", {"node": (20,), "libc": "musl"}),
    ("buildpack-deps:bookworm-scm", {"has_git": True, "has_compiler": False}),
    ("buildpack-deps:jammy-curl", {"has_git": False, "has_curl": True, "release": "jammy"}),
    ("mcr.microsoft.com/devcontainers/python:1-3.12-bookworm", {
        "python": (3, 12, None), "release": "bookworm", **FULL, **OWN}),
    ("mcr.microsoft.com/devcontainers/python:dev-3.11", {"python": (3, 11, None)}),
    ("mcr.microsoft.com/vscode/devcontainers/python:0-3.9", {"python": (3, 9, None)}),
    ("gcr.io/distroless/python3-debian12:nonroot", {
        "python": (3, 11, None), "python_prefix": "/usr", "has_shell": False, "user": "nonroot"}),
    ("gcr.io/distroless/static", {"has_python": False, "libc": None, "has_shell": False}),
    ("scratch", {"has_python": False, "has_shell": False, "libc": None}),
    ("nvidia/cuda:12.4.1-devel-ubuntu22.04", {"release": "jammy", "has_compiler": True,
                                              "has_python": False}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), FACTS, ids=[text for text, _ in FACTS])
def test_known(text: str, facts: dict[str, Any]) -> None:
    image = understand(parse(text))
    assert image.known
    assert {name: getattr(image, name) for name in facts} == facts


@pytest.mark.parametrize(
    "text",
    ["myimage", "ghcr.io/me/python:3.12", "python:3.12-windowsservercore", "node:iron",
     "continuumio/miniconda3", "$BASE", "nvidia/cuda:latest"],
)  # fmt: skip
def test_unknown(text: str) -> None:
    assert understand(parse(text)) == UNKNOWN_IMAGE
