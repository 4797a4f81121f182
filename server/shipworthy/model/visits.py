"""What the rules visit: the nodes of builds, runs, files and projects, scope by scope.

A scope is judged by one memoised query, so an edit judges only the scopes again whose facts it
changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Literal

from shipworthy.db.database import Database, query
from shipworthy.model.builds import (
    BuildUnit,
    all_units,
    compose,
    id_of_service,
    unit_ids,
    units_of_dockerfile,
)
from shipworthy.model.builds import unit as build_unit
from shipworthy.model.compose_files import ComposeGroup, compose_groups
from shipworthy.model.context import readers
from shipworthy.model.devcontainer import devcontainer, devcontainer_files
from shipworthy.model.files import dockerfile, ignore_file, kind_of
from shipworthy.model.image.build import image
from shipworthy.model.image.plan import judged_stages
from shipworthy.model.image.steps import Copy, Run, Setting
from shipworthy.model.run import Volume, run_ids, run_unit
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, roots
from shipworthy.syntax.dockerfile.nodes import Dockerfile
from shipworthy.syntax.dockerignore import IgnoreFile
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple


class Scope(NamedTuple):
    """A part of the workspace that is judged on its own."""

    kind: Literal["build", "stage", "run", "file", "project", "compose", "devcontainer"]
    key: Hashable


class IgnoreFileView(NamedTuple):
    """An ignore file with the builds that read it, visited once."""

    path: str
    tree: IgnoreFile
    units: tuple[BuildUnit, ...]

    @property
    def at(self) -> Anchor:
        """The file's beginning."""
        return whole_file(self.path)


class DockerfileView(NamedTuple):
    """A Dockerfile with the builds that use it, visited once."""

    path: str
    tree: Dockerfile
    units: tuple[BuildUnit, ...]

    @property
    def at(self) -> Anchor:
        """The file's beginning."""
        return whole_file(self.path)


class ComposeProject(NamedTuple):
    """A compose project, visited once."""

    group: ComposeGroup
    units: tuple[BuildUnit, ...]

    @property
    def at(self) -> Anchor:
        """The first file's beginning."""
        return whole_file(self.group.files[0])


class PythonProject(NamedTuple):
    """A folder with a pyproject.toml, visited once."""

    folder: str
    units: tuple[BuildUnit, ...]

    @property
    def path(self) -> str:
        """The pyproject.toml."""
        return f"{self.folder}/pyproject.toml"

    @property
    def at(self) -> Anchor:
        """The file's beginning."""
        return whole_file(self.path)


@query
def scopes(db: Database) -> tuple[Scope, ...]:
    """Every scope of the workspace, in a fixed order."""
    found: list[Scope] = []
    for unit_id in unit_ids(db):
        found.append(Scope("build", unit_id))
        found.extend(Scope("stage", (unit_id, number)) for number in judged_stages(db, unit_id))
    found.extend(Scope("run", key) for key in run_ids(db))
    for root in roots(db):
        listed = inventory(db, root)
        found.extend(Scope("file", path) for path in listed.ignore_files)
        found.extend(Scope("file", path) for path in listed.dockerfiles)
        found.extend(Scope("compose", group) for group in compose_groups(db, root))
        found.extend(
            Scope("project", path.rpartition("/")[0])
            for path in listed.manifests
            if path.endswith("/pyproject.toml")
        )
        found.extend(Scope("devcontainer", path) for path in devcontainer_files(db, root))
    return tuple(found)


def nodes(db: Database, scope: Scope) -> Iterator[tuple[str, Any]]:
    """The nodes of a scope, each with the name of its type."""
    key: Any = scope.key
    if scope.kind == "build":
        yield from _build_nodes(db, key)
    elif scope.kind == "stage":
        yield from _stage_nodes(db, *key)
    elif scope.kind == "run":
        run = run_unit(db, *key)
        if run is not None:
            yield "RunUnit", run
            for mount in run.mounts:
                yield "Volume", Volume(run, mount)
    elif scope.kind == "file":
        yield from _file_nodes(db, key)
    elif scope.kind == "compose":
        yield "ComposeProject", ComposeProject(key, _units_of_group(db, key))
    elif scope.kind == "devcontainer":
        known = devcontainer(db, key)
        if known is not None:
            yield "DevContainer", known
    else:
        yield "PythonProject", PythonProject(key, ())


def _build_nodes(db: Database, unit_id: str) -> Iterator[tuple[str, Any]]:
    known = build_unit(db, unit_id)
    if known is None:
        return
    yield "BuildUnit", known
    made = image(db, unit_id)
    if made is None:
        return
    yield "Image", made


def _stage_nodes(db: Database, unit_id: str, number: int) -> Iterator[tuple[str, Any]]:
    made = image(db, unit_id)
    if made is None:
        return
    stage = made.stage(number)
    yield "Stage", stage
    for step in stage.steps:
        if isinstance(step, Copy):
            yield "Copy", step
        elif isinstance(step, Run):
            yield "Run", step
        elif isinstance(step, Setting):
            yield "Setting", step


def _file_nodes(db: Database, path: str) -> Iterator[tuple[str, Any]]:
    if kind_of(path) == "ignore":
        patterns = ignore_file(db, path)
        if patterns is not None:
            yield "IgnoreFileView", IgnoreFileView(path, patterns, readers(db, path))
        return
    tree = dockerfile(db, path)
    if tree is not None:
        yield "DockerfileView", DockerfileView(path, tree, units_of_dockerfile(db, path))


def _units_of_group(db: Database, group: ComposeGroup) -> tuple[BuildUnit, ...]:
    services = compose(db, group).project.services
    found = (build_unit(db, id_of_service(group, service.name)) for service in services)
    return tuple(known for known in found if known is not None)


def unresolved(db: Database) -> tuple[tuple[Anchor, Unknown], ...]:
    """What the model itself could not decide: contexts, Dockerfiles, targets."""
    found: list[tuple[Anchor, Unknown]] = []
    for known in all_units(db):
        for value in (known.context, known.dockerfile, known.target):
            if isinstance(value, Unknown):
                found.append((value.at or known.at, value))
                break
    for root in roots(db):
        for group in compose_groups(db, root):
            found.extend(
                (service.at, Unknown("incomplete-service", service.name))
                for service in compose(db, group).project.services
                if not service.complete
            )
    return tuple(found)
