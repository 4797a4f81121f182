"""Unified diffs that `git apply` takes."""

from __future__ import annotations

import difflib


def unified(file: str, old: str | None, new: str) -> str:
    """The diff of one file; `old` is None for a new one."""
    before = "/dev/null" if old is None else f"a/{file}"
    diff = difflib.unified_diff(_lines(old or ""), _lines(new), before, f"b/{file}")
    return "".join(_ended(line) for line in diff)


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one (`str.splitlines` knows many more)."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
