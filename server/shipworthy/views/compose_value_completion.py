"""The values that a place of a compose file can have: fixed ones, names, paths, variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Place, Text, clause
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import dockerfile
from shipworthy.model.image.build import image
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, root_of
from shipworthy.syntax.yaml.nodes import Alias, Node
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.views.build_views import unit_of_service
from shipworthy.views.candidates import Candidate
from shipworthy.views.compose_files import file_of, setting_of
from shipworthy.views.compose_names import (
    declared_arguments,
    names,
    profiles,
    projects_of,
    service_names,
)
from shipworthy.views.compose_schema_places import is_flag
from shipworthy.views.compose_values import values as fixed_values
from shipworthy.views.compose_variables import env_values
from shipworthy.views.docker_names import all_stages, image_names, workdirs
from shipworthy.views.path_candidates import Root, context_candidates, disk_candidates, split_path
from shipworthy.views.shell_completion import variable_names, variable_values
from shipworthy.views.yaml_frames import Cursor
from shipworthy.views.yaml_places import YamlPath, matches, yaml_places

NAMED = Text(en="named volume", ja="名前付きボリューム")
OF_ENV = Text(en="`{value}`, from {path}", ja="`{value}`（{path}）")
PUBLISHED = Text(en="EXPOSE of the Dockerfile", ja="Dockerfile の EXPOSE")

_VARIABLE = regex(r"(?<!\$)(?:\$\$)*\$(\{?)([A-Za-z_0-9]*)\Z")
_USED = regex(r"(?<!\$)\$\{?([A-Za-z_]\w*)")
_SHOWN = 60


class Ask(NamedTuple):
    """What is asked: the file, the key path as the schema has it, and the cursor."""

    path: str
    at: YamlPath
    cursor: Cursor

    @property
    def typed(self) -> str:
        """What is typed of the value."""
        return self.cursor.typed

    @property
    def service(self) -> str:
        """The service that the place belongs to."""
        return self.at[1] if len(self.at) > 1 else ""


class Values(NamedTuple):
    """Candidates with the text that each stands for; `cut` of what is typed stays before them."""

    candidates: tuple[Candidate, ...]
    cut: int = 0


class Variable(NamedTuple):
    """A `$NAME` that is being typed."""

    braced: bool
    begun: str


def typed_variable(text: str, offset: int) -> Variable | None:
    """The variable that ends at an offset, as far as it is typed."""
    found = _VARIABLE.search(text[max(0, offset - 200) : offset])
    return Variable(found[1] == "{", found[2]) if found is not None else None


def outer_variables(db: Database, path: str) -> Iterator[Candidate]:
    """The variables of the `.env` files, and those that this file uses already."""
    for name, (value, at) in env_values(db, setting_of(db, path).env_files).items():
        shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        detail = clause(OF_ENV, value=" ".join(shown.split()), path=Place(at))
        yield Candidate(name, "variable", detail=detail)
    for name in _USED.findall(db.text(path) or ""):
        yield Candidate(name, "variable", last=True)


def values(db: Database, ask: Ask) -> Values:
    """The candidates for a value."""
    if ask.typed.startswith("*") and not ask.cursor.quote:
        return _values(Candidate(f"*{name}", "keyword") for name in _anchors(db, ask.path))
    for place, answer in _ANSWERS:
        if matches(ask.at, *place):
            return answer(db, ask)
    found = list(_fixed(ask))
    if is_flag(ask.at):
        found += [Candidate(word, "keyword") for word in ("true", "false")]
    return _values(found)


def _fixed(ask: Ask) -> Iterator[Candidate]:
    for value in fixed_values(ask.at):
        yield Candidate(value, "value", doc=("compose-value", *ask.at, value))


def _values(found: Iterable[Candidate], cut: int = 0) -> Values:
    return Values(tuple(found), cut)


def _anchors(db: Database, path: str) -> Iterator[str]:
    for place in yaml_places(db, path):
        node: Node = place.node
        if not isinstance(node, Alias) and node.anchor:
            yield node.anchor


# Names


def _named(section: str) -> Callable[[Database, Ask], Values]:
    return lambda db, ask: _values(names(db, ask.path, section, but=ask.service))


def _shared_namespace(db: Database, ask: Ask) -> Values:
    fixed = _fixed(ask)
    others = names(db, ask.path, "services", but=ask.service)
    return _values([*fixed, *(Candidate(f"service:{item.label}", "name") for item in others)])


def _extended(db: Database, ask: Ask) -> Values:
    file = ask.cursor.siblings.get("file", "")
    if ask.at[-1] != "service" or not file:
        return _values(names(db, ask.path, "services", but=ask.service))
    other = file_of(setting_of(db, ask.path).folder, file)
    return _values(Candidate(name, "name") for name in service_names(db, other))


def _targets(db: Database, ask: Ask) -> Values:
    known = _dockerfile_of(db, ask)
    return _values(all_stages(db, known) if known is not None else ())


def _dockerfile_of(db: Database, ask: Ask) -> str | None:
    unit = unit_of_service(db, ask.path, ask.service)
    known = unit.dockerfile if unit is not None and unit.inline is None else None
    return known if isinstance(known, str) else None


def _profiles(db: Database, ask: Ask) -> Values:
    return _values(Candidate(name, "name") for name in dict.fromkeys(profiles(db, ask.path)))


def _images(db: Database, ask: Ask) -> Values:
    used = dict.fromkeys(
        service.image
        for project in projects_of(db, ask.path)
        for service in project.services
        if isinstance(service.image, str) and service.name != ask.service
    )
    return _values([*image_names(db, ask.path), *(Candidate(name, "value") for name in used)])


def _arguments(db: Database, ask: Ask) -> Values:
    name, equals, _ = ask.typed.partition("=")
    if equals:
        return _values(variable_values(name), len(name) + 1)
    if ask.at[-2] == "environment":
        return _values(variable_names(with_equals=True))
    found = declared_arguments(db, ask.path, ask.service)
    return _values(item._replace(insert=f"{item.label}=") for item in found)


def _variable_value(db: Database, ask: Ask) -> Values:
    del db
    return _values(variable_values(ask.at[-1]))


def _ports(db: Database, ask: Ask) -> Values:
    """The ports that the Dockerfile exposes, published under the same number."""
    known = _dockerfile_of(db, ask)
    tree = dockerfile(db, known) if known is not None else None
    found = []
    for instruction in tree.instructions if tree is not None else ():
        for word in instruction.args if instruction.keyword == "EXPOSE" else ():
            port = word.text.partition("/")[0]
            if port.isascii() and port.isdigit():
                shown = word.text.removesuffix("/tcp")
                text = shown if ask.at[-2] == "expose" else f"{port}:{shown}"
                found.append(Candidate(text, "value", detail=clause(PUBLISHED)))
    return _values(found)


# Paths


def _files(db: Database, ask: Ask) -> Values:
    return _below(db, ask, setting_of(db, ask.path).folder)


def _folders(db: Database, ask: Ask) -> Values:
    found = _below(db, ask, setting_of(db, ask.path).folder, folders_only=True)
    own = () if ask.typed.strip(".") else (Candidate(".", "folder"), Candidate("..", "folder"))
    return found._replace(candidates=(*own, *found.candidates))


def _below(
    db: Database, ask: Ask, base: str, *, typed: str | None = None, folders_only: bool = False
) -> Values:
    """Names on the disk; relative paths begin at a folder."""
    text = ask.typed if typed is None else typed
    folder, _ = split_path(text)
    cut = len(ask.typed) - len(text) + len(folder)
    where = folder.replace("$$", "\0")
    if "$" in where or folder.startswith("~"):
        return Values((), cut)
    where = where.replace("\0", "$")
    if where.startswith("/") and not where.startswith(root_of(db, ask.path) + "/"):
        return Values((), cut)
    found = disk_candidates(db, base, where, folders_only=folders_only)
    return _values((_as_path(item) for item in found), cut)


def _as_path(item: Candidate) -> Candidate:
    """A `$` of a name is doubled, so that Compose does not take it for a variable."""
    return item._replace(insert=item.label.replace("$", "$$")) if "$" in item.label else item


def _dockerfiles(db: Database, ask: Ask) -> Values:
    """The Dockerfiles below the context, and the files beside what is typed."""
    unit = unit_of_service(db, ask.path, ask.service)
    context = unit.context if unit is not None else None
    if not isinstance(context, str):
        return Values(())
    found = _below(db, ask, context)
    if split_path(ask.typed)[0]:
        return found
    start = context.rstrip("/") + "/"
    known = [
        _as_path(Candidate(path.removeprefix(start), "file"))
        for path in inventory(db, root_of(db, ask.path)).dockerfiles
        if path.startswith(start)
    ]
    later = (item._replace(last=True) for item in found.candidates)
    return _values([*known, *later])


def _named_context(db: Database, ask: Ask) -> Values:
    name, equals, rest = ask.typed.partition("=") if ask.at[-1] == "[]" else ("", "", ask.typed)
    if ask.at[-1] == "[]" and not equals:
        return Values(())
    cut = len(name) + len(equals)
    folder = setting_of(db, ask.path).folder
    found = _below(db, ask, folder, typed=rest, folders_only=True)
    if "/" in rest:
        return found
    others = names(db, ask.path, "services", but=ask.service)
    schemes = [Candidate(f"service:{item.label}", "name") for item in others]
    schemes.append(Candidate("docker-image://", "value"))
    return _values([*found.candidates, *schemes], cut)


def _watched(db: Database, ask: Ask) -> Values:
    base = setting_of(db, ask.path).folder
    folder, _ = split_path(ask.typed)
    unit = unit_of_service(db, ask.path, ask.service)
    ignore = ignore_path_of(db, unit) if unit is not None else None
    if unit is None or isinstance(ignore, Unknown) or unit.context != base or "$" in folder:
        return _files(db, ask)
    found = context_candidates(db, (Root(ask.service, base, ignore),), folder)
    own = () if ask.typed else (Candidate(".", "folder"),)
    return _values([*own, *(_as_path(item) for item in found)], len(folder))


def _image_folders(db: Database, ask: Ask) -> Values:
    return _values(_folders_of_image(db, ask))


def _folders_of_image(db: Database, ask: Ask) -> Iterator[Candidate]:
    """Folders of the service's image: those it works in, and its environments."""
    unit = unit_of_service(db, ask.path, ask.service)
    if unit is None or not isinstance(unit.dockerfile, str):
        return
    made = image(db, unit.id)
    final = made.final() if made is not None else None
    if final is not None and final.end.workdir is not None:
        yield Candidate(final.end.workdir, "folder")
    tree = dockerfile(db, unit.dockerfile)
    if tree is not None:
        yield from workdirs(tree)


def _short_volume(db: Database, ask: Ask) -> Values:
    source, colon, target = ask.typed.partition(":")
    if colon:
        _, mode, flags = target.partition(":")
        if mode:
            cut = len(ask.typed) - len(flags.rpartition(",")[2])
            options = ("ro", "rw", "nocopy", "cached", "z", "Z")
            return _values((Candidate(item, "value") for item in options), cut)
        return _values(_folders_of_image(db, ask), len(source) + 1)
    if ask.typed.startswith((".", "/", "~")):
        found = _files(db, ask)
        # A colon ends the source: names with one need the long form.
        return found._replace(candidates=tuple(c for c in found.candidates if ":" not in c.label))
    volumes = (
        item._replace(insert=f"{item.label}:", detail=clause(NAMED))
        for item in names(db, ask.path, "volumes")
    )
    return _values([*volumes, Candidate("./", "folder"), Candidate("../", "folder")])


def _volume_source(db: Database, ask: Ask) -> Values:
    if ask.cursor.siblings.get("type") == "bind":
        return _files(db, ask)
    return _values(names(db, ask.path, "volumes"))


_SERVICE = ("services", "*")
_ANSWERS: tuple[tuple[YamlPath, Callable[[Database, Ask], Values]], ...] = tuple(
    ((*_SERVICE, *place.split(".")), answer)
    for answer, found in {
        _named("services"): "depends_on.[] links.[] volumes_from.[]",
        _extended: "extends extends.service",
        _named("networks"): "networks.[]",
        _named("models"): "models.[]",
        _named("configs"): "configs.[] configs.[].source credential_spec.config",
        _named("secrets"): "secrets.[] secrets.[].source build.secrets.[] build.secrets.[].source",
        _shared_namespace: "network_mode ipc pid cgroup",
        _targets: "build.target build.no_cache_filter build.no_cache_filter.[]",
        _profiles: "profiles.[]",
        _images: "image",
        _arguments: "build.args.[] environment.[]",
        _variable_value: "environment.*",
        _ports: "ports.[] expose.[]",
        _dockerfiles: "build.dockerfile",
        _folders: "build build.context",
        _named_context: "build.additional_contexts.[] build.additional_contexts.*",
        _watched: "develop.watch.[].path",
        _image_folders: "develop.watch.[].target working_dir volumes.[].target tmpfs tmpfs.[]",
        _short_volume: "volumes.[]",
        _volume_source: "volumes.[].source",
        _files: "env_file env_file.[] env_file.[].path label_file label_file.[] extends.file",
    }.items()
    for place in found.split()
) + tuple(
    (tuple(place.split(".")), answer)
    for answer, found in {
        _files: "include.[] include.[].path include.[].path.[] include.[].env_file"
        " include.[].env_file.[] configs.*.file secrets.*.file",
        _folders: "include.[].project_directory",
    }.items()
    for place in found.split()
)
