"""Completion in a compose file: keys and values of the specification, and this project's names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Text, clause
from shipworthy.model.builds import compose
from shipworthy.model.compose.types import Project
from shipworthy.model.compose_files import compose_groups
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import dockerfile, kind_of
from shipworthy.model.image.build import image
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, root_of
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.build_views import unit_of_service
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.compose_schema_places import holds, keys_at, values_at
from shipworthy.views.docker_names import all_stages, workdirs
from shipworthy.views.path_candidates import (
    Root,
    context_candidates,
    disk_candidates,
    split_path,
)
from shipworthy.views.shell_completion import variable_names, variable_values
from shipworthy.views.snippets import SNIPPETS
from shipworthy.views.yaml_cursor import Cursor, cursor_at
from shipworthy.views.yaml_places import YamlPath, matches, yaml_places

NAMED = Text(en="named volume", ja="名前付きボリューム")
OF_ENV = Text(en="from `.env`", ja="`.env` の値")

_VARIABLE = regex(r"(?<!\$)\$(\{?)([A-Za-z_0-9]*)\Z")
_FIXED: dict[str, tuple[str, ...]] = {
    "restart": ("no", "always", "on-failure", "unless-stopped"),
    "pull_policy": ("always", "missing", "never", "build", "daily", "weekly"),
    "network_mode": ("host", "none", "bridge"),
    "platform": ("linux/amd64", "linux/arm64"),
    "driver": ("local",),
}
_FILES = ("compose.", "docker-compose.")


def is_compose_name(path: str) -> bool:
    """Whether a YAML file is taken for a compose file by its name, while its text is half-typed."""
    name = path.rpartition("/")[2].lower()
    return kind_of(path) == "yaml" and name.startswith(_FILES)


def compose_offer(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset of a compose file."""
    text = db.text(path) or ""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    variable = _VARIABLE.search(before)
    if variable is not None:
        closing = "}" if variable[1] and text[offset : offset + 1] != "}" else ""
        found = [item._replace(insert=item.label + closing) for item in _outer_variables(db, path)]
        return offer(Span(offset - len(variable[2]), offset), found, variable[2])
    cursor = cursor_at(text, offset)
    if cursor is None:
        return None
    candidates: list[Candidate] = []
    cut = 0
    if cursor.key:
        candidates += _keys(db, path, cursor)
    if cursor.value:
        values, cut = _values(db, path, cursor)
        candidates += values
    typed = cursor.typed[cut:]
    return offer(Span(offset - len(typed), offset), candidates, typed)


# Keys


def _keys(db: Database, path: str, cursor: Cursor) -> Iterator[Candidate]:
    for named in _named_keys(db, path, cursor.path):
        if named.label not in cursor.siblings:
            yield named
    for key in keys_at(cursor.path):
        if key in cursor.siblings:
            continue
        kind = holds((*cursor.path, key))
        below = "\n" + " " * (cursor.indent + 2)
        ending = {"scalar": ": ", "array": f":{below}- ", "object": f":{below}"}[kind]
        doc = ("compose", *cursor.path, key)
        yield Candidate(key, "keyword", insert=key + ending, doc=doc, last=key in _OLD)
    if matches(cursor.path, "services", "*") and "develop" not in cursor.siblings:
        indent = "\n" + " " * cursor.indent
        for name, snippet in SNIPPETS.items():
            if snippet.where == "compose-service":
                body = snippet.body.rstrip("\n").replace("\n", indent)
                yield Candidate(name, "snippet", insert=body, doc=("snippet", name), last=True)


_OLD = frozenset({"version", "links", "volumes_from", "external_links"})


def _named_keys(db: Database, path: str, at: YamlPath) -> Iterator[Candidate]:
    """Keys that are names: of services, networks, variables, the Dockerfile's ARGs."""
    if matches(at, "services", "*", "depends_on"):
        yield from (_keyed(item) for item in _names(db, path, "services", but=at[1]))
    elif matches(at, "services", "*", "networks"):
        yield from (_keyed(item) for item in _names(db, path, "networks"))
    elif matches(at, "services", "*", "environment"):
        yield from (_keyed(item) for item in variable_names(with_equals=False))
    elif matches(at, "services", "*", "build", "args"):
        yield from (_keyed(item) for item in _args(db, path, at[1]))
    elif matches(at, "services", "*", "build", "additional_contexts"):
        return
    elif at in (("volumes",), ("networks",), ("configs",), ("secrets",)):
        yield from _undeclared(db, path, at[0])


def _keyed(item: Candidate) -> Candidate:
    return item._replace(insert=f"{item.label}: ")


def _undeclared(db: Database, path: str, section: str) -> Iterator[Candidate]:
    """Names that services use and nothing declares yet."""
    declared = {place.path[1] for place in yaml_places(db, path) if len(place.path) == 2}
    for place in yaml_places(db, path):
        if place.key or not place.text or len(place.path) < 4:
            continue
        if matches(place.path, "services", "*", section, "[]"):
            name = place.text.partition(":")[0]
            if re.fullmatch(r"[A-Za-z0-9][\w.-]*", name) and name not in declared:
                yield Candidate(name, "name", insert=f"{name}:")


# Values


def _values(db: Database, path: str, cursor: Cursor) -> tuple[list[Candidate], int]:
    """The candidates, and how much of the typed text stays before them."""
    at, typed = cursor.path, cursor.typed
    if at[:1] == ("services",) and len(at) > 2:
        special = _service_values(db, path, at, typed)
        if special is not None:
            return special
    fixed = (*values_at(at), *_FIXED.get(at[-1] if at else "", ()))
    found = [Candidate(value, "value") for value in fixed]
    if matches(at, "include", "[]") or at[-1:] == ("env_file",) or matches(at, "*", "*", "file"):
        return _host_paths(db, path, typed)
    return found, 0


def _service_values(
    db: Database, path: str, at: YamlPath, typed: str
) -> tuple[list[Candidate], int] | None:
    service, below = at[1], at[2:]
    if below == ("volumes", "[]"):
        return _short_volume(db, path, service, typed)
    for form, section in _REFERENCES.items():
        if matches(below, *form):
            return list(_names(db, path, section, but=service)), 0
    if below == ("network_mode",):
        names = [f"service:{item.label}" for item in _names(db, path, "services", but=service)]
        return [Candidate(name, "value") for name in (*_FIXED["network_mode"], *names)], 0
    if below == ("build", "target"):
        unit = unit_of_service(db, path, service)
        known = unit.dockerfile if unit is not None else None
        return (list(all_stages(db, known)) if isinstance(known, str) else []), 0
    if below == ("build", "dockerfile"):
        return _dockerfiles(db, path, service), 0
    if below in (("build",), ("build", "context")):
        found, cut = _host_paths(db, path, typed, folders_only=True)
        return ([*found, Candidate(".", "folder")] if not typed else found), cut
    if below in (("build", "args", "[]"), ("environment", "[]")):
        name, equals, _ = typed.partition("=")
        if equals:
            return list(variable_values(name)), len(name) + 1
        if below[0] == "environment":
            return list(variable_names(with_equals=True)), 0
        return [item._replace(insert=f"{item.label}=") for item in _args(db, path, service)], 0
    if matches(below, "environment", "*"):
        return list(variable_values(below[-1])), 0
    if matches(below, "develop", "watch", "[]", "path"):
        return _watched(db, path, service, typed)
    if matches(below, "develop", "watch", "[]", "target") or below == ("working_dir",):
        return _folders(db, path, service), 0
    if below in (("env_file",), ("env_file", "[]"), ("env_file", "[]", "path"), _EXTENDED):
        return _host_paths(db, path, typed)
    return None


_EXTENDED = ("extends", "file")
_REFERENCES: dict[tuple[str, ...], str] = {
    ("depends_on", "[]"): "services",
    ("extends",): "services",
    ("extends", "service"): "services",
    ("links", "[]"): "services",
    ("volumes_from", "[]"): "services",
    ("networks", "[]"): "networks",
    ("configs", "[]"): "configs",
    ("configs", "[]", "source"): "configs",
    ("secrets", "[]"): "secrets",
    ("secrets", "[]", "source"): "secrets",
    ("build", "secrets", "[]"): "secrets",
    ("build", "secrets", "[]", "source"): "secrets",
    ("volumes", "[]", "source"): "volumes",
}


def _short_volume(db: Database, path: str, service: str, typed: str) -> tuple[list[Candidate], int]:
    source, colon, target = typed.partition(":")
    if colon:
        _, mode, flags = target.partition(":")
        if mode:
            options = ("ro", "rw", "nocopy", "cached")
            return [Candidate(item, "value") for item in options], len(typed) - len(flags)
        return _folders(db, path, service), len(source) + 1
    if typed.startswith((".", "/", "~")):
        return _host_paths(db, path, typed)
    found = [
        item._replace(insert=f"{item.label}:", detail=clause(NAMED))
        for item in _names(db, path, "volumes")
    ]
    found.append(Candidate("./", "folder"))
    return found, 0


def _folders(db: Database, path: str, service: str) -> list[Candidate]:
    """Folders of the service's image: those it works in, and its environments."""
    unit = unit_of_service(db, path, service)
    if unit is None or not isinstance(unit.dockerfile, str):
        return []
    made = image(db, unit.id)
    final = made.final() if made is not None else None
    found = []
    if final is not None and final.end.workdir is not None:
        found.append(Candidate(final.end.workdir, "folder"))
    tree = dockerfile(db, unit.dockerfile)
    return [*found, *(workdirs(tree) if tree is not None else ())]


def _watched(db: Database, path: str, service: str, typed: str) -> tuple[list[Candidate], int]:
    folder, _ = split_path(typed)
    unit = unit_of_service(db, path, service)
    here = path.rpartition("/")[0]
    ignore = ignore_path_of(db, unit) if unit is not None else None
    if unit is None or isinstance(ignore, Unknown) or unit.context != here:
        return _host_paths(db, path, typed)
    return list(context_candidates(db, (Root(service, here, ignore),), folder)), len(folder)


def _host_paths(
    db: Database, path: str, typed: str, *, folders_only: bool = False
) -> tuple[list[Candidate], int]:
    """Names on the disk; relative paths begin at the project's folder."""
    folder, _ = split_path(typed)
    if folder.startswith("~"):
        return [], 0
    base = _group_folder(db, path)
    if folder.startswith("/") and not folder.startswith(root_of(db, path) + "/"):
        return [], 0
    return list(disk_candidates(db, base, folder, folders_only=folders_only)), len(folder)


def _dockerfiles(db: Database, path: str, service: str) -> list[Candidate]:
    """The Dockerfiles below the context, relative to it."""
    unit = unit_of_service(db, path, service)
    context = unit.context if unit is not None else None
    if not isinstance(context, str):
        return []
    found = inventory(db, root_of(db, path)).dockerfiles
    start = context.rstrip("/") + "/"
    return [Candidate(item.removeprefix(start), "file") for item in found if item.startswith(start)]


def _args(db: Database, path: str, service: str) -> Iterator[Candidate]:
    """The ARGs that the service's Dockerfile declares."""
    unit = unit_of_service(db, path, service)
    known = unit.dockerfile if unit is not None else None
    tree = dockerfile(db, known) if isinstance(known, str) else None
    for instruction in tree.instructions if tree is not None else ():
        if instruction.keyword == "ARG":
            for word in instruction.args:
                yield Candidate(word.text.partition("=")[0], "variable")


def _names(db: Database, path: str, section: str, but: str = "") -> Iterator[Candidate]:
    """The names of a section, of this file as it stands and of the projects that it belongs to."""
    names = [
        place.path[1]
        for place in yaml_places(db, path)
        if place.key and len(place.path) == 2 and place.path[0] == section
    ]
    for project in _projects(db, path):
        names += [name for name in _of(project, section) if (section, name) != _IMPLIED]
    yield from (Candidate(name, "name") for name in names if name != but)


_IMPLIED = ("networks", "default")


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
        yield from (resource.name for resource in resources[section])


def _projects(db: Database, path: str) -> Iterator[Project]:
    for group in compose_groups(db, root_of(db, path)):
        if path in group.files:
            yield compose(db, group).project


def _group_folder(db: Database, path: str) -> str:
    for group in compose_groups(db, root_of(db, path)):
        if path in group.files:
            return group.directory
    return path.rpartition("/")[0]


def _outer_variables(db: Database, path: str) -> Iterator[Candidate]:
    """The variables of `.env`, and those that this file uses already."""
    text = db.text(f"{_group_folder(db, path)}/.env") or ""
    for line in text.split("\n"):
        found = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", line)
        if found is not None:
            yield Candidate(found[1], "variable", detail=clause(OF_ENV))
    for name in re.findall(r"(?<!\$)\$\{?([A-Za-z_]\w*)", db.text(path) or ""):
        yield Candidate(name, "variable", last=True)
