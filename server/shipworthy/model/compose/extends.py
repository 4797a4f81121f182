"""`extends`, after compose-go loader/extends.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shipworthy.model.compose import paths
from shipworthy.model.compose.merge import merge
from shipworthy.model.compose.read import reset
from shipworthy.model.compose.tree import (
    MARK,
    Entry,
    Items,
    Leaf,
    Path,
    Problem,
    Record,
    Report,
    Value,
    is_null,
)
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_DEPTH = 60
"""A longer chain of services is not followed: Python's stack is finite."""


class Base(NamedTuple):
    """Another file's `services` and what it resets."""

    services: Value | None
    resets: tuple[Path, ...]


_Files: TypeAlias = Callable[[str, Anchor], "Base | None"]
_Resets: TypeAlias = tuple[tuple[Path, ...], ...]


class _Step(NamedTuple):
    """Where a chain stands: the services in sight, whose resets apply, and what was passed."""

    services: dict[str, Value]
    resets: _Resets
    passed: tuple[tuple[str, str], ...]


class _Link(NamedTuple):
    """What an `extends` names; `file` None for the same file."""

    service: str
    file: str | None
    at: Anchor


def apply_extends(
    project: Record,
    path: str,
    directory: str,
    resets: tuple[Path, ...],
    files: _Files,
    report: Report,
    hurt: set[str],
) -> Record:
    """The project with every `extends` carried out; one that fails leaves its service as it is."""
    found = project.get("services")
    if found is None:
        return project
    if not isinstance(found, Record):
        report(Problem("schema", "services must be a mapping", found.at))
        return project.without("services")
    chain = _Chain(path, directory, files, report, hurt)
    services = {name: entry.value for name, entry in found.entries.items()}
    entries: dict[str, Entry] = {}
    for name, entry in found.entries.items():
        value = chain.service(name, _Step(services, (resets,), ()))
        if value is None:
            hurt.add(name)
            continue
        services[name] = value
        entries[name] = entry._replace(value=value)
    return project.with_value("services", found._replace(entries=entries))


class _Chain:
    """One file's extends: `service` follows the links."""

    def __init__(
        self, path: str, directory: str, files: _Files, report: Report, hurt: set[str]
    ) -> None:
        self._path = path
        self._directory = directory
        self._files = files
        self._report = report
        self._hurt = hurt

    def service(self, name: str, step: _Step) -> Value | None:
        """The service with its bases under it; None for what is no mapping."""
        value = step.services[name]
        if is_null(value) or (isinstance(value, Leaf) and is_unknown(value.value)):
            return value
        if not isinstance(value, Record):
            self._report(Problem("schema", f"services.{name} must be a mapping", value.at))
            return None
        extends = value.get("extends")
        if extends is None:
            return value
        own = value.without("extends")
        link = self._link(name, extends)
        base = self._base(name, link, step) if link is not None else None
        if link is None or base is None:
            self._hurt.add(name)
            return own
        merged = merge(_inherited(base, link.service), own, self._report, ("services", name))
        step.services[name] = merged
        return merged

    def _link(self, name: str, extends: Value) -> _Link | None:
        if isinstance(extends, Leaf):
            text = extends.value
            if isinstance(text, str):
                return None if MARK in text else _Link(text, None, extends.at)
            if not is_unknown(text):
                self._report(Problem("schema", "extends must be a string", extends.at))
            return None
        service = extends.text("service") if isinstance(extends, Record) else None
        if not isinstance(extends, Record) or service is None:
            wanted = extends.get("service") if isinstance(extends, Record) else None
            if not (isinstance(wanted, Leaf) and is_unknown(wanted.value)):
                message = f"extends.{name}.service is required"
                self._report(Problem("extends", message, extends.at))
            return None
        file = extends.get("file")
        if file is None or is_null(file):
            return None if MARK in service else _Link(service, None, extends.at)
        if not isinstance(file, Leaf) or not isinstance(file.value, str):
            return None
        if MARK in file.value or MARK in service:
            return None
        return _Link(service, file.value, file.at)

    def _base(self, name: str, link: _Link, step: _Step) -> Record | None:
        services, resets, place = step.services, step.resets, self._path
        if link.file is not None:
            place = paths.absolute(link.file, self._directory, lambda _: None)
            base = self._files(place, link.at)
            if base is None:
                return None
            if not isinstance(base.services, Record):
                message = f'cannot extend service "{name}" in {place}: no services section'
                self._report(Problem("extends", message, link.at))
                return None
            services = {key: entry.value for key, entry in base.services.entries.items()}
            resets = (*resets, base.resets)
        if link.service not in services:
            message = f'cannot extend service "{name}" in {self._path}: '
            message += f'service "{link.service}" not found'
            self._report(Problem("file-not-found", message, link.at))
            return None
        if (place, name) in step.passed or len(step.passed) > _DEPTH:
            self._report(Problem("circular", f"circular reference: {name} in {place}", link.at))
            return None
        below = _Step(services, resets, (*step.passed, (place, name)))
        value = self.service(link.service, below)
        if link.service in self._hurt:
            self._hurt.add(name)
        if not isinstance(value, Record):
            return Record({}, link.at) if value is not None and is_null(value) else None
        for paths_reset in resets:
            cleared = reset(value, paths_reset, ("services", name))
            assert isinstance(cleared, Record)
            value = cleared
        return value


def _inherited(base: Record, origin: str) -> Record:
    """A base whose mounts remember the service they come from."""
    volumes = base.get("volumes")
    if not isinstance(volumes, Items):
        return base
    items = tuple(item if item.origin else item._replace(origin=origin) for item in volumes.items)
    return base.with_value("volumes", volumes._replace(items=items))
