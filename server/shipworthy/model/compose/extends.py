"""`extends`, after compose-go loader/extends.go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from shipworthy.model.compose import paths
from shipworthy.model.compose.merge import merge
from shipworthy.model.compose.parts import Memory, Where
from shipworthy.model.compose.resets import Resets, reset
from shipworthy.model.compose.tree import (
    MARK,
    Entry,
    Items,
    Leaf,
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

    file: str
    services: Value | None
    resets: Resets


_Files: TypeAlias = Callable[[str, Anchor], "Base | None"]


class _Step(NamedTuple):
    """Where a chain stands: the services in sight, whose resets apply, and what was passed.

    `done` are those of the services that were already carried out.
    """

    file: str
    services: Mapping[str, Entry]
    done: dict[str, Value]
    resets: tuple[Resets, ...]
    passed: tuple[tuple[str, str], ...]


class _Link(NamedTuple):
    """What an `extends` names; `file` None for the same file."""

    service: str
    file: str | None
    at: Anchor


def apply_extends(project: Record, resets: Resets, chain: Chain) -> Record:
    """The project with every `extends` carried out; one that fails leaves its service as it is."""
    found = project.get("services")
    if found is None:
        return project
    if not isinstance(found, Record):
        chain.report(Problem("schema", "services must be a mapping", found.at))
        return project.without("services")
    step = _Step(chain.path, found.entries, {}, (resets,), ())
    entries: dict[str, Entry] = {}
    for name, entry in found.entries.items():
        value = chain.service(name, step)
        if value is None:
            chain.hurt.add(name)
            continue
        step.done[name] = value
        where = (chain.path, "services", name)
        entries[name] = chain.memory.once(where, _entry, entry, value)
    return project.with_value("services", found._replace(entries=entries))


def _entry(where: Where, entry: Entry, value: Value) -> Entry:
    del where
    return entry if value is entry.value else entry._replace(value=value)


class Chain:
    """One file's extends: `service` follows the links."""

    def __init__(
        self,
        path: str,
        directory: str,
        files: _Files,
        memory: Memory,
        report: Report,
        hurt: set[str],
    ) -> None:
        self.path = path
        self.memory = memory
        self.report = report
        self.hurt = hurt
        self._directory = directory
        self._files = files

    def service(self, name: str, step: _Step) -> Value | None:
        """The service with its bases under it; None for what is no mapping."""
        value = step.done.get(name) or step.services[name].value
        if is_null(value) or (isinstance(value, Leaf) and is_unknown(value.value)):
            return value
        if not isinstance(value, Record):
            self.report(Problem("schema", f"services.{name} must be a mapping", value.at))
            return None
        extends = value.get("extends")
        if extends is None:
            return value
        link = self._link(name, extends)
        base = self._base(name, link, step) if link is not None else None
        where = (step.file, "services", name)
        if link is None or base is None:
            self.hurt.add(name)
            return self.memory.once(where, _unlinked, value)
        extended = self.memory.once(where, _extended, value, base, link.service)
        for problem in extended.problems:
            self.report(problem)
        step.done[name] = extended.value
        return extended.value

    def _link(self, name: str, extends: Value) -> _Link | None:
        if isinstance(extends, Leaf):
            text = extends.value
            if isinstance(text, str):
                return None if MARK in text else _Link(text, None, extends.at)
            if not is_unknown(text):
                self.report(Problem("schema", "extends must be a string", extends.at))
            return None
        service = extends.text("service") if isinstance(extends, Record) else None
        if not isinstance(extends, Record) or service is None:
            wanted = extends.get("service") if isinstance(extends, Record) else None
            if not (isinstance(wanted, Leaf) and is_unknown(wanted.value)):
                message = f"extends.{name}.service is required"
                self.report(Problem("extends", message, extends.at))
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
        sight = step
        place = self.path
        if link.file is not None:
            place = paths.absolute(link.file, self._directory, lambda _: None)
            base = self._files(place, link.at)
            if base is None:
                return None
            if not isinstance(base.services, Record):
                message = f'cannot extend service "{name}" in {place}: no services section'
                self.report(Problem("extends", message, link.at))
                return None
            resets = (*step.resets, base.resets)
            sight = _Step(place, base.services.entries, {}, resets, step.passed)
        if link.service not in sight.services:
            message = f'cannot extend service "{name}" in {self.path}: '
            message += f'service "{link.service}" not found'
            self.report(Problem("file-not-found", message, link.at))
            return None
        if (place, name) in step.passed or len(step.passed) > _DEPTH:
            self.report(Problem("circular", f"circular reference: {name} in {place}", link.at))
            return None
        below = sight._replace(passed=(*step.passed, (place, name)))
        value = self.service(link.service, below)
        if link.service in self.hurt:
            self.hurt.add(name)
        if not isinstance(value, Record):
            return Record({}, link.at) if value is not None and is_null(value) else None
        for each in sight.resets:
            cleared = reset(value, each.at("services", name))
            assert isinstance(cleared, Record)
            value = cleared
        return value


class _Extended(NamedTuple):
    value: Record
    problems: tuple[Problem, ...]


def _unlinked(where: Where, value: Record) -> Record:
    del where
    return value.without("extends")


def _extended(where: Where, value: Record, base: Record, origin: str) -> _Extended:
    problems: list[Problem] = []
    own = value.without("extends")
    merged = merge(_inherited(base, origin), own, problems.append, where[1:])
    return _Extended(merged, tuple(problems))


def _inherited(base: Record, origin: str) -> Record:
    """A base whose mounts remember the service they come from."""
    volumes = base.get("volumes")
    if not isinstance(volumes, Items):
        return base
    items = tuple(item if item.origin else item._replace(origin=origin) for item in volumes.items)
    return base.with_value("volumes", volumes._replace(items=items))
