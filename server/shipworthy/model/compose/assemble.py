"""From the merged tree to the project: names, profiles, consistency, env files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shipworthy.model.compose import dotenv
from shipworthy.model.compose.consistency import check_consistency
from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.parts import Where
from shipworthy.model.compose.services import build_service
from shipworthy.model.compose.state import Layer, State
from shipworthy.model.compose.tree import MARK, Entry, Problem, Record, Report
from shipworthy.model.compose.types import (
    EnvFile,
    Flag,
    LoadRequest,
    Pair,
    Project,
    Resource,
    Service,
    Volume,
)
from shipworthy.model.compose.units import check_units
from shipworthy.model.compose.values import at_of, filled, flag, unset
from shipworthy.model.compose.variables import Environment
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import whole_file
from shipworthy.text.records import NamedTuple

T = TypeVar("T")


class _Built(NamedTuple):
    service: Service
    problems: tuple[Problem, ...]


def assemble(model: Record, name: str, request: LoadRequest, layer: Layer, state: State) -> Project:
    """The project of a merged tree; what Compose would still refuse is reported."""
    at = whole_file(request.config_files[0] if request.config_files else layer.directory)
    if not request.config_files:
        state.report(Problem("file-not-found", "no configuration file provided: not found", at))
    elif not model.entries and not state.all_hurt:
        state.report(Problem("other", "empty compose file", at))
    if not name:
        state.report(Problem("other", "project name must not be empty", at))
    found = _services(model, layer, state)
    enabled = [service for service in found if _is_enabled(service, request.profiles)]
    project = Project(
        name=name,
        directory=layer.directory,
        files=tuple(state.read),
        services=tuple(enabled),
        disabled=tuple(s.name for s in found if not _is_enabled(s, request.profiles)),
        volumes=_each(model, "volumes", _volume, state),
        networks=_each(model, "networks", _resource, state),
        configs=_each(model, "configs", _resource, state),
        secrets=_each(model, "secrets", _resource, state),
    )
    check_consistency(project, model, state)
    services = tuple(_with_env_files(service, layer.environment, state) for service in enabled)
    return project._replace(services=services)


def _services(model: Record, layer: Layer, state: State) -> list[Service]:
    services = model.get("services")
    found: list[Service] = []
    for name, entry in services.entries.items() if isinstance(services, Record) else ():
        if not isinstance(entry.value, Record):
            continue
        complete = not state.all_hurt and name not in state.hurt
        where = ("services", name)
        built = state.memory.once(where, _built, entry, entry.value, layer.environment, complete)
        for problem in built.problems:
            state.report(problem)
        found.append(built.service)
    return found


def _built(
    where: Where, entry: Entry, record: Record, environment: Environment, complete: bool
) -> _Built:
    name = where[-1]
    problems = list(check_units(name, record))
    service = build_service(
        name, entry.key_at, record, environment.lookup, problems.append, complete
    )
    return _Built(service, tuple(problems))


def _is_enabled(service: Service, profiles: tuple[str, ...] | None) -> bool:
    if profiles is None or not service.profiles or "*" in profiles:
        return True
    return any(profile in profiles for profile in service.profiles)


def _each(
    model: Record, kind: str, make: Callable[[Where, Entry], T], state: State
) -> tuple[T, ...]:
    found = model.get(kind)
    entries = found.entries if isinstance(found, Record) else {}
    return tuple(state.memory.once((kind, name), make, entry) for name, entry in entries.items())


def _volume(where: Where, entry: Entry) -> Volume:
    record = entry.value if isinstance(entry.value, Record) else None
    options = record.get("driver_opts") if record else None
    device = None
    if record and isinstance(options, Record):
        kinds = {word.strip() for word in (options.text("o") or "").split(",")}
        if record.text("driver") in (None, "local") and "bind" in kinds:
            device = options.get("device")
    return Volume(where[-1], entry.key_at, _is_external(record), filled(device), at_of(device))


def _resource(where: Where, entry: Entry) -> Resource:
    record = entry.value if isinstance(entry.value, Record) else None
    file = filled(record.get("file")) if record else None
    return Resource(where[-1], entry.key_at, _is_external(record), file)


def _is_external(record: Record | None) -> Flag:
    external = record.get("external") if record else None
    return True if isinstance(external, Record) else flag(external)


def _with_env_files(service: Service, environment: Environment, state: State) -> Service:
    """The service with its environment on top of what its env files say (types/project.go)."""
    if not service.env_file:
        return service
    texts = [
        state.files.text(file.path) if isinstance(file.path, str) else None
        for file in service.env_file
    ]
    where = ("services", service.name)
    built = state.memory.once(where, _with_texts, service, environment, *texts)
    for problem in built.problems:
        state.report(problem)
    return built.service


def _with_texts(
    where: Where, service: Service, environment: Environment, *texts: str | None
) -> _Built:
    del where
    problems: list[Problem] = []
    values: dict[str, Pair] = {}
    for file, text in zip(service.env_file, texts, strict=True):
        for pair in _env_file(service, file, text, values, environment, problems.append):
            values[pair.name] = pair
    for pair in service.environment:
        values[pair.name] = pair
    return _Built(service._replace(environment=tuple(values.values())), tuple(problems))


def _env_file(
    service: Service,
    file: EnvFile,
    text: str | None,
    before: dict[str, Pair],
    environment: Environment,
    report: Report,
) -> list[Pair]:
    if is_unknown(file.path):
        return []
    if text is None:
        if file.required is True:
            report(Problem("env-file", f"env file {file.path} not found", file.at))
        return []
    own = {pair.name: pair.value for pair in service.environment}

    def lookup(name: str) -> str | None:
        outside = environment.lookup(name)
        value = own.get(name)
        if value is None or (outside is not None and outside != MARK):
            return outside
        return value if isinstance(value, str) else MARK

    try:
        found = _parsed(text, file, lookup, before)
    except dotenv.DotenvError as error:
        message = f"services.{service.name}: failed to read {file.path}: {error}"
        report(Problem("env-file", message, file.at))
        return []
    return [
        Pair(name, unset(file.at) if MARK in value else value, file.at)
        for name, value in found.items()
    ]


def _parsed(text: str, file: EnvFile, lookup: Lookup, before: dict[str, Pair]) -> dict[str, str]:
    if file.format == "raw":
        return dotenv.parse_raw(text, lookup)
    if isinstance(file.format, str) and file.format != ".env":
        raise dotenv.DotenvError(f'unsupported env_file format "{file.format}"')
    earlier = {name: pair.value for name, pair in before.items()}
    known = {name: value for name, value in earlier.items() if isinstance(value, str)}
    return dotenv.parse(text, lookup, known)
