"""The few facts we need of the locks of Poetry, PDM and Pipenv, and of pylock.toml.

Sources: `Locker` of Poetry, PDM's lock file reference, plette's `Pipfile.get_hash`, PEP 751.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from shipworthy.model.python.values import array, normalise, string, table
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

LockKind: TypeAlias = Literal["poetry", "pdm", "pipenv", "pylock"]


class OtherLock(NamedTuple):
    """A lock's facts; `packages` are versions by normalised name (the last one where several)."""

    kind: LockKind
    tool_version: str | None
    """Version of the tool that wrote it, as far as its header says."""
    lock_version: str | None
    requires_python: str | None
    content_hash: str | None
    groups: tuple[str, ...]
    packages: Mapping[str, str]
    readable: bool
    """False for merge conflicts and other damage: then no absence means anything."""


_PACKAGE = regex(
    r'^\[\[packages?\]\]\r?\nname = "([^"\n]+)"(?:\r?\nversion = "([^"\n]*)")?', re.MULTILINE
)
_MERGE = regex(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_WRITTEN_BY = regex(r"^# .*\bby (?:Poetry|PDM)(?: (?P<version>\d[\w.+-]*))?", re.MULTILINE)
_HEAD = 400


def poetry_lock(text: str) -> OtherLock:
    """A poetry.lock. Total."""
    return _toml_lock("poetry", text, "content-hash", "lock-version", "python-versions")


def pdm_lock(text: str) -> OtherLock:
    """A pdm.lock. Total."""
    return _toml_lock("pdm", text, "content_hash", "lock_version", "requires_python")


def pylock(text: str) -> OtherLock:
    """A pylock.toml (PEP 751). Total."""
    return _toml_lock("pylock", text, "", "lock-version", "requires-python")


def _toml_lock(
    kind: LockKind, text: str, hash_key: str, version_key: str, python_key: str
) -> OtherLock:
    # Values stand on lines of their own in all three; reading them so costs a hundredth of TOML.
    packages = {normalise(found[1]): found[2] or "" for found in _PACKAGE.finditer(text)}
    head = _WRITTEN_BY.search(text, 0, _HEAD)
    groups = re.search(r"^groups = \[([^\]]*)\]", text, re.MULTILINE) if kind == "pdm" else None
    return OtherLock(
        kind=kind,
        tool_version=None if head is None else head["version"],
        lock_version=_value(text, version_key),
        requires_python=_value(text, python_key),
        content_hash=_value(text, hash_key) if hash_key else None,
        groups=() if groups is None else tuple(re.findall(r'"([^"\n]*)"', groups[1])),
        packages=packages,
        readable=_MERGE.search(text) is None and _value(text, version_key) is not None,
    )


def _value(text: str, key: str) -> str | None:
    # The last one: Poetry and PDM 2.8 and older keep `[metadata]` at the end of the file.
    found = re.findall(rf'^{re.escape(key)} = "([^"\n]*)"', text, re.MULTILINE)
    return found[-1] if found else None


def pipfile_lock(text: str) -> OtherLock:
    """A Pipfile.lock. Total."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    sections = [name for name in table(value) if name != "_meta"]
    packages = {
        normalise(name): (string(entry, "version") or "").removeprefix("==")
        for section in sections
        for name, entry in table(value, section).items()
    }
    meta = table(value, "_meta")
    requires = table(meta, "requires")
    return OtherLock(
        kind="pipenv",
        tool_version=None,
        lock_version=None if "pipfile-spec" not in meta else str(meta["pipfile-spec"]),
        requires_python=string(requires, "python_full_version")
        or string(requires, "python_version"),
        content_hash=string(meta, "hash", "sha256"),
        groups=tuple(sections),
        packages=packages,
        readable=bool(meta),
    )


class PipfileFacts(NamedTuple):
    """A Pipfile: names by category (`packages`, `dev-packages`, own ones), and local paths."""

    categories: Mapping[str, tuple[str, ...]]
    paths: tuple[str, ...]
    """Of the dependencies with `path` or `file`."""
    requires_python: str | None
    content_hash: str | None
    """What Pipenv writes into the lock; `None` where the default index address is part of it."""


_NO_CATEGORY = {"source", "requires", "scripts", "pipfile", "pipenv", "default", "develop"}


def pipfile_facts(value: Mapping[str, object]) -> PipfileFacts:
    """The facts of a Pipfile's TOML value. Total."""
    categories = {name: table(value, name) for name in value if name not in _NO_CATEGORY}
    entries = [entry for section in categories.values() for entry in section.values()]
    paths = (string(entry, "path") or string(entry, "file") for entry in entries)
    return PipfileFacts(
        categories={name: tuple(map(normalise, section)) for name, section in categories.items()},
        paths=tuple(path for path in paths if path is not None),
        requires_python=string(value, "requires", "python_full_version")
        or string(value, "requires", "python_version"),
        content_hash=_pipfile_hash(value),
    )


def _pipfile_hash(value: Mapping[str, object]) -> str | None:
    if not array(value, "source"):
        return None
    content: dict[str, object] = {
        "_meta": {"sources": array(value, "source"), "requires": table(value, "requires")},
        "default": table(value, "packages"),
        "develop": table(value, "dev-packages"),
    }
    own = value.keys() - _NO_CATEGORY - {"packages", "dev-packages"}
    content |= {name: value[name] for name in own}
    try:
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        # Dates and the like: no Pipenv wrote that.
        return None
    from hashlib import sha256  # noqa: PLC0415  (slow to import)

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def pipfile_stale(facts: PipfileFacts, lock: OtherLock) -> bool | None:
    """Whether Pipenv would find the lock out of date; `None` = cannot be said."""
    if facts.content_hash is None or lock.content_hash is None or not lock.readable:
        return None
    return facts.content_hash != lock.content_hash
