"""The README's picture shows what the command prints."""

from __future__ import annotations

from support.terminal_picture import PICTURE, picture


def test_the_picture_is_current() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), (
        "run: PYTHONPATH=tests uv run python tests/support/terminal_picture.py"
    )
