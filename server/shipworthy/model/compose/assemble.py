"""From the merged tree to the project: names, profiles, consistency, env files."""

from __future__ import annotations

from shipworthy.model.compose import dotenv
from shipworthy.model.compose.consistency import check_consistency
from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.layers import State
from shipworthy.model.compose.services import build_service
from shipworthy.model.compose.tree import MARK, Problem, Record
from shipworthy.model.compose.types import (
    EnvFile,
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


def assemble(
    model: Record,
    name: str,
    request: LoadRequest,
    directory: str,
    environment: Environment,
    state: State,
) -> Project:
    """The project of a merged tree; what Compose would still refuse is reported."""
    at = whole_file(request.config_files[0] if request.config_files else directory)
    if not request.config_files:
        state.report(Problem("file-not-found", "no configuration file provided: not found", at))
    elif not model.entries and not state.all_hurt:
        state.report(Problem("other", "empty compose file", at))
    if not name:
        state.report(Problem("other", "project name must not be empty", at))
    found = _services(model, environment, state)
    enabled = [service for service in found if _is_enabled(service, request.profiles)]
    project = Project(
        name=name,
        directory=directory,
        files=tuple(state.read),
        services=tuple(enabled),
        disabled=tuple(s.name for s in found if not _is_enabled(s, request.profiles)),
        volumes=_volumes(model),
        networks=_resources(model, "networks"),
        configs=_resources(model, "configs"),
        secrets=_resources(model, "secrets"),
    )
    check_consistency(project, model, state.report, state.all_hurt)
    services = tuple(_with_env_files(service, environment, state) for service in enabled)
    return project._replace(services=services)


def _services(model: Record, environment: Environment, state: State) -> list[Service]:
    services = model.get("services")
    found: list[Service] = []
    for name, entry in services.entries.items() if isinstance(services, Record) else ():
        if not isinstance(entry.value, Record):
            continue
        for problem in check_units(name, entry.value):
            state.report(problem)
        complete = not state.all_hurt and name not in state.hurt
        found.append(
            build_service(
                name, entry.key_at, entry.value, environment.lookup, state.report, complete
            )
        )
    return found


def _is_enabled(service: Service, profiles: tuple[str, ...] | None) -> bool:
    if profiles is None or not service.profiles or "*" in profiles:
        return True
    return any(profile in profiles for profile in service.profiles)


def _volumes(model: Record) -> tuple[Volume, ...]:
    found: list[Volume] = []
    volumes = model.get("volumes")
    for name, entry in volumes.entries.items() if isinstance(volumes, Record) else ():
        record = entry.value if isinstance(entry.value, Record) else None
        options = record.get("driver_opts") if record else None
        device = None
        if record and isinstance(options, Record):
            kinds = {word.strip() for word in (options.text("o") or "").split(",")}
            if record.text("driver") in (None, "local") and "bind" in kinds:
                device = options.get("device")
        external = record.get("external") if record else None
        is_external = True if isinstance(external, Record) else flag(external)
        place = Volume(name, entry.key_at, is_external, filled(device), at_of(device))
        found.append(place)
    return tuple(found)


def _resources(model: Record, kind: str) -> tuple[Resource, ...]:
    found: list[Resource] = []
    resources = model.get(kind)
    for name, entry in resources.entries.items() if isinstance(resources, Record) else ():
        record = entry.value if isinstance(entry.value, Record) else None
        external = record.get("external") if record else None
        is_external = True if isinstance(external, Record) else flag(external)
        file = filled(record.get("file")) if record else None
        found.append(Resource(name, entry.key_at, is_external, file))
    return tuple(found)


def _with_env_files(service: Service, environment: Environment, state: State) -> Service:
    """The service with its environment on top of what its env files say (types/project.go)."""
    if not service.env_file:
        return service
    values: dict[str, Pair] = {}
    for file in service.env_file:
        for pair in _env_file(service, file, values, environment, state):
            values[pair.name] = pair
    for pair in service.environment:
        values[pair.name] = pair
    return service._replace(environment=tuple(values.values()))


def _env_file(
    service: Service,
    file: EnvFile,
    before: dict[str, Pair],
    environment: Environment,
    state: State,
) -> list[Pair]:
    if is_unknown(file.path):
        return []
    text = state.files.text(file.path)
    if text is None:
        if file.required is True:
            message = f"env file {file.path} not found"
            state.report(Problem("env-file", message, file.at))
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
        state.report(Problem("env-file", message, file.at))
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
