"""Names of a compose project that can be chosen from: services, volumes, networks, arguments."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Text, clause
from shipworthy.model.builds import compose
from shipworthy.model.compose.types import Project
from shipworthy.model.files import dockerfile
from shipworthy.text.patterns import regex
from shipworthy.views.build_views import unit_of_service
from shipworthy.views.candidates import Candidate
from shipworthy.views.compose_files import companions, compose_places, groups
from shipworthy.views.yaml_places import matches, yaml_places

IMAGE = Text(en="image {name}", ja="イメージ {name}")
BUILT = Text(en="built here", ja="ここでビルド")
TOP_NAMES = frozenset({"services", "volumes", "networks", "configs", "secrets", "models"})
_IMPLIED = ("networks", "default")
_NAME = regex(r"[A-Za-z0-9][\w.-]*")


def names(db: Database, path: str, section: str, but: str = "") -> Iterator[Candidate]:
    """The names of a section, of this file as it stands and of the projects that it belongs to."""
    found = dict.fromkeys(
        place.path[1]
        for place in yaml_places(db, path)
        if place.key and len(place.path) == 2 and place.path[0] == section
    )
    known: dict[str, Inner | str] = {}
    for project in projects_of(db, path):
        found.update(
            dict.fromkeys(name for name in _of(project, section) if (section, name) != _IMPLIED)
        )
        if section == "services":
            for service in project.services:
                built = clause(BUILT) if service.build is not None else ""
                shown = clause(IMAGE, name=service.image) if isinstance(service.image, str) else ""
                known.setdefault(service.name, built or shown)
    for name in found:
        if name != but:
            yield Candidate(name, "name", detail=known.get(name, ""))


def _of(project: Project, section: str) -> Iterator[str]:
    if section == "services":
        yield from (service.name for service in project.services)
    elif section == "volumes":
        yield from (volume.name for volume in project.volumes)
    else:
        resources = {
            "networks": project.networks,
            "configs": project.configs,
            "secrets": project.secrets,
        }
        yield from (resource.name for resource in resources.get(section, ()))


def projects_of(db: Database, path: str) -> Iterator[Project]:
    """The compose projects that read a file, or the companions of one that is only begun."""
    near = frozenset(companions(db, path))
    for group in groups(db):
        project = compose(db, group).project
        if path in project.files or not near.isdisjoint(group.files):
            yield project


def service_names(db: Database, path: str) -> Iterator[str]:
    """The services that a compose file itself defines, for `extends` of another file."""
    for place in compose_places(db, path):
        if place.key and matches(place.path, "services", "*"):
            yield place.path[1]


def undeclared(db: Database, path: str, section: str) -> Iterator[Candidate]:
    """Names that services use and nothing declares yet."""
    declared = {place.path[1] for place in yaml_places(db, path) if len(place.path) == 2}
    for place in yaml_places(db, path):
        if place.key or not place.text or len(place.path) < 4:
            continue
        if matches(place.path, "services", "*", section, "[]"):
            name = place.text.partition(":")[0]
            if _NAME.fullmatch(name) and name not in declared:
                yield Candidate(name, "name")


def declared_arguments(db: Database, path: str, service: str) -> Iterator[Candidate]:
    """The ARGs that the service's Dockerfile declares."""
    unit = unit_of_service(db, path, service)
    known = unit.dockerfile if unit is not None else None
    tree = dockerfile(db, known) if isinstance(known, str) else None
    for instruction in tree.instructions if tree is not None else ():
        if instruction.keyword == "ARG":
            for word in instruction.args:
                yield Candidate(word.text.partition("=")[0], "variable")


def profiles(db: Database, path: str) -> Iterator[str]:
    """The profiles that services of the same projects have."""
    for project in projects_of(db, path):
        for service in project.services:
            yield from service.profiles
