"""Loading a compose project, in the order of compose-go loader/loader.go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shipworthy.model.compose import dotenv, paths
from shipworthy.model.compose.assemble import assemble
from shipworthy.model.compose.interpolate import substitute
from shipworthy.model.compose.layers import load_layer
from shipworthy.model.compose.parts import Memory
from shipworthy.model.compose.state import Layer, State
from shipworthy.model.compose.tree import MARK, Problem, Record
from shipworthy.model.compose.types import LoadRequest, LoadResult, Reader
from shipworthy.model.compose.variables import Environment
from shipworthy.text.anchors import whole_file

_NAME = "COMPOSE_PROJECT_NAME"
DEFAULT_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_FILES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


def discover(directory_names: Iterable[str]) -> tuple[str, str | None] | None:
    """The default compose file among a directory's names, and its override file (cli/options.go).

    The override is looked for on its own: any of its four names goes with any default file.
    """
    names = set(directory_names)
    for name in DEFAULT_FILES:
        if name in names:
            return name, next((other for other in OVERRIDE_FILES if other in names), None)
    return None


def load(request: LoadRequest, files: Reader, memory: Memory | None = None) -> LoadResult:
    """The project of these files, and why Compose would refuse it.

    Never raises. One broken service does not lose the others: what a problem touches is left out
    or UNKNOWN. The first problem is the one Compose would stop at. `memory` is what earlier loads
    of this project left.
    """
    problems: list[Problem] = []
    directory = paths.clean(request.project_directory)
    memory = Memory() if memory is None else memory
    state = State(files, problems.append, memory)
    environment = _environment(request, directory, files, problems)
    name = _name(request, directory, environment, state)
    environment = environment._replace(values={**environment.values, _NAME: name})
    layer = Layer(request.config_files, directory, environment, ())
    layer = memory.same(request.config_files, layer)
    model = load_layer(layer, state, None)
    project = assemble(model, name, request, layer, state)
    memory.turn()
    return LoadResult(project, tuple(problems))


def _environment(
    request: LoadRequest, directory: str, files: Reader, problems: list[Problem]
) -> Environment:
    """The outside environment, completed by the project directory's `.env`."""
    outside = request.environment
    environment = Environment(outside or {}, outside is not None)
    path = paths.join(directory, ".env")
    text = files.text(path)
    if text is None:
        return environment
    try:
        return environment.over(dotenv.parse(text, environment.lookup))
    except dotenv.DotenvError as error:
        problems.append(Problem("env-file", f"failed to read {path}: {error}", whole_file(path)))
        return environment._replace(closed=False)


def _name(request: LoadRequest, directory: str, environment: Environment, state: State) -> str:
    """The project's name: the environment's, else the last one written, else the directory's."""
    found = environment.lookup(_NAME)
    if not found or found == MARK:
        found = directory.rpartition("/")[2]
        for path in request.config_files:
            # Reads every file first, as Compose does: one without YAML ends it all.
            for document in state.documents(path, None) or ():
                written = document.root.text("name") if isinstance(document.root, Record) else None
                found = _substituted(written, environment) if written else found
    return re.sub(r"[^a-z0-9_-]", "", found.lower()).lstrip("_-")


def _substituted(text: str, environment: Environment) -> str:
    try:
        return substitute(text, lambda name: environment.values.get(name, ""))
    except ValueError:
        return text  # told where the file is interpolated
