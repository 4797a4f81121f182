"""Which YAML files are compose projects, and which belong together."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.compose.load import discover
from shipworthy.model.files import parsed_json, parsed_yaml
from shipworthy.model.workspace import inventory
from shipworthy.syntax.gopath import clean
from shipworthy.syntax.json import Array, Object, to_python
from shipworthy.syntax.yaml.nodes import Mapping, Node, Scalar
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_SERVICES = regex(r"(?m)^\ufeff?(?:services|include|[\"']services[\"'])\s*:")
_TEMPLATE = regex(r"\{\{|\{%")


class ComposeGroup(NamedTuple):
    """The files of one compose project in the order of Compose's `-f`, and its directory."""

    files: tuple[str, ...]
    directory: str


class _Shape(NamedTuple):
    """What a YAML file says at first sight: its services, and those that stand on their own."""

    services: frozenset[str]
    own: frozenset[str]
    includes: bool


@query
def _shape(db: Database, path: str) -> _Shape | None:
    text = db.text(path)
    if text is None or not _SERVICES.search(text):
        return None
    if _TEMPLATE.search(text) and "services" in text and not _parses(db, path):
        return None
    parsed = parsed_yaml(db, path)
    if parsed is None or not isinstance(parsed.root, Mapping):
        return None
    services = parsed.root.get("services")
    includes = parsed.root.get("include") is not None
    if not isinstance(services, Mapping):
        return _Shape(frozenset(), frozenset(), True) if includes else None
    names = []
    own = []
    for key, value in services.entries:
        if not isinstance(key, Scalar):
            continue
        names.append(key.value)
        if _stands_alone(value):
            own.append(key.value)
    return _Shape(frozenset(names), frozenset(own), includes)


def _parses(db: Database, path: str) -> bool:
    parsed = parsed_yaml(db, path)
    return parsed is not None and not parsed.problems


def _stands_alone(service: Node) -> bool:
    if not isinstance(service, Mapping):
        return not isinstance(service, Scalar)
    keys = {key.value for key, _ in service.entries if isinstance(key, Scalar)}
    return bool(keys & {"build", "image", "extends", "<<", "provider"})


@query
def compose_groups(db: Database, root: str) -> tuple[ComposeGroup, ...]:
    """The compose projects below a root.

    Each folder's default file with its override, as Compose finds them; any other file with
    services of its own is a project of its own, one whose services only extend those of the
    default file is merged onto it. Files that a devcontainer.json lists are a project together
    (`dockerComposeFile`), and none of them is one alone that could not be.
    """
    stated = _stated(db, root)
    parts = frozenset(path for files in stated for path in files)
    by_folder: dict[str, list[str]] = {}
    for path in inventory(db, root).yaml:
        if _shape(db, path) is not None:
            folder, _, name = path.rpartition("/")
            by_folder.setdefault(folder, []).append(name)
    groups = []
    for folder, names in sorted(by_folder.items()):
        default: tuple[str, ...] = ()
        found = discover(names)
        if found is not None:
            default = tuple(f"{folder}/{name}" for name in found if name is not None)
            if not _is_part(db, default, parts):
                groups.append(ComposeGroup(default, folder))
        for name in sorted(names):
            path = f"{folder}/{name}"
            if path not in default:
                group = _other(db, folder, path, default)
                if group is not None:
                    groups.append(group)
    known = {group.files for group in groups}
    groups += [
        ComposeGroup(files, files[0].rpartition("/")[0]) for files in stated if files not in known
    ]
    return tuple(groups)


def _stated(db: Database, root: str) -> tuple[tuple[str, ...], ...]:
    """The lists of two and more compose files in the devcontainer.json files below a root."""
    found: dict[tuple[str, ...], None] = {}
    for path in inventory(db, root).callers:
        if not path.lower().endswith("devcontainer.json"):
            continue
        parsed = parsed_json(db, path)
        listed = (
            parsed.root.get("dockerComposeFile")
            if parsed is not None and isinstance(parsed.root, Object)
            else None
        )
        names = to_python(listed) if isinstance(listed, Array) else []
        folder = path.rpartition("/")[0]
        files = tuple(
            clean(f"{folder}/{name}")
            for name in (names if isinstance(names, list) else [])
            if isinstance(name, str) and "${" not in name
        )
        if len(files) > 1 and all(_shape(db, file) is not None for file in files):
            found[files] = None
    return tuple(found)


def _is_part(db: Database, files: tuple[str, ...], parts: frozenset[str]) -> bool:
    """Whether the files only add to those that a devcontainer.json lists before them."""
    shapes = [_shape(db, path) for path in files]
    return parts.issuperset(files) and any(
        shape is not None and shape.own != shape.services for shape in shapes
    )


def _other(db: Database, folder: str, path: str, default: tuple[str, ...]) -> ComposeGroup | None:
    shape = _shape(db, path)
    assert shape is not None
    if shape.own == shape.services and (shape.own or shape.includes):
        return ComposeGroup((path,), folder)
    if default:
        base = frozenset().union(*(_services(db, known) for known in default))
        if shape.services - shape.own <= base:
            return ComposeGroup((*default, path), folder)
    return ComposeGroup((path,), folder) if shape.own else None


def _services(db: Database, path: str) -> frozenset[str]:
    shape = _shape(db, path)
    return shape.services if shape else frozenset()
