"""TOML values without positions, for the few places that need values alone."""

from __future__ import annotations

import importlib
import sys
from typing import Any

# Python 3.10 has no TOML reader of its own; `tomli` is the same code.
_reader = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


def read_toml(text: str) -> dict[str, Any] | None:
    """The value of a TOML document; `None` when it is not one."""
    try:
        value: dict[str, Any] = _reader.loads(text)
    except (ValueError, RecursionError):
        return None
    return value
