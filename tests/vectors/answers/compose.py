"""Answers to the recorded compose vectors, in the form of their expectations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from shipworthy.model.compose.consistency import is_tmpfs_entry
from shipworthy.model.compose.load import discover, load
from shipworthy.model.compose.paths import join, parent
from shipworthy.model.compose.types import (
    Build,
    Command,
    LoadRequest,
    Mount,
    RemoteContext,
    Service,
    Watch,
)
from shipworthy.model.unknown import is_unknown
from shipworthy.syntax.yaml.nodes import ParsedYaml
from shipworthy.syntax.yaml.parse import parse

ROOT = "/vectors/above/proj"


class Files(NamedTuple):
    """The files of one record as a Reader."""

    texts: Mapping[str, str]

    def text(self, path: str) -> str | None:
        return self.texts.get(path)

    def yaml(self, path: str) -> ParsedYaml | None:
        text = self.texts.get(path)
        return None if text is None else parsed(text)


@lru_cache(maxsize=512)
def parsed(text: str) -> ParsedYaml:
    return parse(text)


def request_of(record: Mapping[str, Any]) -> tuple[LoadRequest, Files]:
    """What a record asks to load."""
    files = Files({join(ROOT, path): text for path, text in record["files"].items()})
    where = join(ROOT, record.get("cwd", "."))
    configs = tuple(join(where, path) for path in record.get("configs", ()))
    if not configs:
        configs = discovered(where, files)
    directory = parent(configs[0]) if configs else where
    environment = dict(record.get("env", {}))
    profiles = tuple(record.get("profiles", ()))
    return LoadRequest(configs, directory, environment, profiles), files


def discovered(where: str, files: Files) -> tuple[str, ...]:
    """The default files, found upwards from a directory."""
    while True:
        names = [path.rpartition("/")[2] for path in files.texts if parent(path) == where]
        found = discover(names)
        if found is not None:
            return tuple(join(where, name) for name in found if name)
        if where == "/":
            return ()
        where = parent(where)


def compose_model(record: dict[str, Any]) -> dict[str, Any]:
    """The answer to one record: its services, or the first error."""
    request, files = request_of(record)
    result = load(request, files)
    if result.problems:
        problem = result.problems[0]
        return {"error": {"class": problem.kind, "message": relative(problem.message)}}
    return {"services": {service.name: _service(service) for service in result.project.services}}


def relative(text: str) -> str:
    """A path as the records write it."""
    above = parent(ROOT)
    if not text.startswith("/"):
        return text.replace(ROOT, "$ROOT")
    for prefix, name in ((ROOT, "$ROOT"), (above, "$ROOT/.."), (parent(above), "$ROOT/../..")):
        if text == prefix or text.startswith(prefix + "/"):
            return name + text[len(prefix) :]
    return text


def _service(service: Service) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "build": _build(service.build),
        "image": service.image,
        "volumes": [_mount(mount) for mount in service.volumes if not is_tmpfs_entry(mount)],
        "env_file": [
            {"path": relative(str(f.path)), "required": f.required, "format": f.format}
            for f in service.env_file
        ],
        "environment": {pair.name: pair.value for pair in service.environment},
        "user": service.user,
        "working_dir": service.working_dir,
        "command": _command(service.command),
        "entrypoint": _command(service.entrypoint),
        "profiles": list(service.profiles),
        "watch": [_watch(watch) for watch in service.watch],
        "depends_on": sorted(dependency.service for dependency in service.depends_on),
    }
    return {key: value for key, value in answer.items() if value is not None}


def _build(build: Build | None) -> dict[str, Any] | None:
    if build is None:
        return None
    context = build.context
    contexts = {c.name: _context(c.value) for c in build.additional_contexts}
    answer: dict[str, Any] = {
        "context": _context(context),
        "dockerfile": build.dockerfile,
        "dockerfile_inline": build.dockerfile_inline,
        "target": build.target,
        "args": {pair.name: pair.value for pair in build.args},
        "additional_contexts": contexts,
    }
    return {key: value for key, value in answer.items() if value not in (None, {})}


def _context(context: object) -> str | None:
    if isinstance(context, RemoteContext):
        return context.reference
    return relative(context) if isinstance(context, str) else None


def _mount(mount: Mount) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": mount.type, "target": mount.target}
    if isinstance(mount.source, str):
        answer["source"] = relative(mount.source)
    return {**answer, "read_only": mount.read_only}


def _command(command: Command | None) -> list[str] | None:
    if command is None or is_unknown(command.words):
        return None
    return list(command.words)


def _watch(watch: Watch) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "path": relative(str(watch.path)),
        "action": watch.action,
        "target": watch.target,
        "ignore": [word.value for word in watch.ignore],
        "include": [word.value for word in watch.include],
        "initial_sync": watch.initial_sync or None,
    }
    return {key: value for key, value in answer.items() if value not in (None, [])}
