"""The settings of a workspace: `[tool.shipworthy]`, `shipworthy.toml` and the editor's own.

The editor's settings win over the file's; command-line options arrive as editor settings do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_toml
from shipworthy.syntax.toml import ParsedToml
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

PROFILES = ("minimal", "default", "strict")
SEVERITIES = ("error", "warning", "info", "hint", "off")


class ContextPin(NamedTuple):
    """A build that only people know: this Dockerfile is built with that context."""

    dockerfile: str
    """Relative to the workspace root."""
    context: str
    """Relative to the workspace root."""
    target: str | None


class SettingProblem(NamedTuple):
    """A setting that cannot be used: where it stands, its key, and what was expected."""

    at: Anchor | None
    key: str
    expected: str


class Settings(NamedTuple):
    """All settings with their defaults filled in; unusable ones are listed and skipped."""

    select: tuple[str, ...] = ()
    """Exactly these rules run; empty means those of the profile."""
    ignore: tuple[str, ...] = ()
    profile: str = "default"
    exclude: tuple[str, ...] = ()
    """Folders and files that are not searched, as .gitignore patterns from the root."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    contexts: tuple[ContextPin, ...] = ()
    lenses: bool = False
    """Whether an editor shows lines of figures over files, stages and services."""
    inlay_hints: bool = False
    """Whether an editor shows values of variables and absolute folders within lines."""
    format: bool = False
    """Whether an editor is offered formatting; off, since other formatters are likely there."""
    problems: tuple[SettingProblem, ...] = ()


def settings_file(db: Database, root: str) -> tuple[str, tuple[str, ...]] | None:
    """The file with the settings of a root and the key path of its table."""
    chosen = db.setting("config")
    if chosen:
        prefix = ("tool", "shipworthy") if chosen.endswith("pyproject.toml") else ()
        return chosen, prefix
    own = f"{root}/shipworthy.toml"
    if db.text(own) is not None:
        return own, ()
    project = f"{root}/pyproject.toml"
    parsed = parsed_toml(db, project)
    if parsed is not None and parsed.value is not None:
        tool = parsed.value.get("tool")
        if isinstance(tool, dict) and "shipworthy" in tool:
            return project, ("tool", "shipworthy")
    return None


@query
def settings(db: Database, root: str) -> Settings:
    """The settings in force below a workspace root."""
    reader = _Reader()
    found = settings_file(db, root)
    if found is not None:
        path, prefix = found
        parsed = parsed_toml(db, path)
        if parsed is None:
            reader.problems.append(SettingProblem(whole_file(path), "", "a readable TOML file"))
        elif parsed.value is None:
            # A TOML error in pyproject.toml is reported as such; the settings are the defaults.
            if not prefix:
                reader.problems.append(SettingProblem(whole_file(path), "", "valid TOML"))
        else:
            table: Any = parsed.value
            for part in prefix:
                table = table.get(part, {})
            if isinstance(table, dict):
                reader.read(table, lambda key: _place(parsed, path, (*prefix, key)))
            else:
                reader.problems.append(
                    SettingProblem(_place(parsed, path, prefix), ".".join(prefix), "a table")
                )
    client = db.setting("client")
    if client:
        reader.read(_thaw(client), lambda _: None)
    return Settings(**reader.values, problems=tuple(reader.problems))


def _place(parsed: ParsedToml, path: str, key: tuple[str, ...]) -> Anchor:
    spans = parsed.spans.get(key)
    return Anchor(path, 0, spans.key if spans else Span(0, 0))


_MAX_DEPTH = 10
"""Far deeper than any setting; a client can send what would exhaust the stack."""


def freeze(value: Any, depth: int = 0) -> Any:
    """A JSON-like value as nested tuples, so that it can be an input of the database."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        items = ((str(key), freeze(item, depth + 1)) for key, item in value.items())
        return ("{}", tuple(sorted(items, key=lambda item: item[0])))
    if isinstance(value, list | tuple):
        return ("[]", tuple(freeze(item, depth + 1) for item in value))
    return value


def _thaw(value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "{}":
        return {key: _thaw(item) for key, item in value[1]}
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "[]":
        return [_thaw(item) for item in value[1]]
    return value


class _Reader:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.problems: list[SettingProblem] = []

    def read(self, table: dict[str, Any], place: Callable[[str], Anchor | None]) -> None:
        for key, value in table.items():
            convert = _KEYS.get(key)
            if convert is None:
                import difflib  # noqa: PLC0415  (only a typing error needs it)

                near = difflib.get_close_matches(key, _KEYS, 1)
                hint = f" (did you mean `{near[0]}`?)" if near else ""
                self.problems.append(
                    SettingProblem(place(key), key, f"one of {', '.join(_KEYS)}{hint}")
                )
                continue
            name, check, expected = convert
            usable = check(value)
            if usable is None:
                self.problems.append(SettingProblem(place(key), key, expected))
            else:
                self.values[name] = usable


def _names(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _profile(value: Any) -> str | None:
    return value if value in PROFILES else None


def _per_file(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if not isinstance(value, dict):
        return None
    result = []
    for pattern, rules in value.items():
        names = _names(rules)
        if names is None:
            return None
        result.append((str(pattern), names))
    return tuple(result)


def _severities(value: Any) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(value, dict) or any(word not in SEVERITIES for word in value.values()):
        return None
    return tuple(value.items())


def _contexts(value: Any) -> tuple[ContextPin, ...] | None:
    if not isinstance(value, dict):
        return None
    pins = []
    for dockerfile, pin in value.items():
        table = {"context": pin} if isinstance(pin, str) else pin
        if not isinstance(table, dict) or not isinstance(table.get("context"), str):
            return None
        target = table.get("target")
        if target is not None and not isinstance(target, str):
            return None
        pins.append(ContextPin(str(dockerfile), table["context"], target))
    return tuple(pins)


def _switch(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_RULE_LIST = "a list of rule names"
_KEYS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "select": ("select", _names, _RULE_LIST),
    "ignore": ("ignore", _names, _RULE_LIST),
    "profile": ("profile", _profile, "one of minimal, default, strict"),
    "exclude": ("exclude", _names, "a list of patterns"),
    "lenses": ("lenses", _switch, "true or false"),
    "inlay-hints": ("inlay_hints", _switch, "true or false"),
    "format": ("format", _switch, "true or false"),
    "per-file-ignores": ("per_file_ignores", _per_file, "a table of pattern = [rule names]"),
    "severity": ("severity", _severities, f"a table of rule = one of {', '.join(SEVERITIES)}"),
    "contexts": (
        "contexts",
        _contexts,
        'a table of Dockerfile = "context" or { context = "...", target = "..." }',
    ),
}
