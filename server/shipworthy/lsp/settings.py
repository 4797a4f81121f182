"""The editor's settings, `shipworthy.*`, by the names that `shipworthy.toml` uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shipworthy.findings.message import Language
from shipworthy.text.patterns import regex

SECTION = "shipworthy"
_CLIENTS = frozenset(
    {"trace", "interpreter", "server", "path", "language", "enable", "commands", "importStrategy"}
)
"""Settings that concern the client or the session, not the analysis."""
_CAPITAL = regex(r"(?<=[a-z])([A-Z])")


def usable(given: Any) -> dict[str, Any]:
    """The settings that say something about the analysis.

    Editors send all settings with their defaults: null and what is empty count as not set, so that
    they do not hide what the project's own file says. `perFileIgnores` means `per-file-ignores`.
    """
    if not isinstance(given, Mapping):
        return {}
    return {
        _CAPITAL.sub(lambda found: f"-{found[1].lower()}", str(name)): value
        for name, value in given.items()
        if name not in _CLIENTS and value not in (None, "", [], {})
    }


def language_setting(given: Any) -> Language | None:
    """The language that the settings name; None when they leave it to the editor's locale."""
    named = given.get("language") if isinstance(given, Mapping) else None
    return named if named in ("en", "ja") else None


def section_of(settings: Any) -> Any:
    """The server's section in the params of `didChangeConfiguration`, nested or not."""
    if isinstance(settings, Mapping) and SECTION in settings:
        return settings[SECTION]
    return settings
