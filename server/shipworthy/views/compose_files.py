"""Which compose files share their names, and what stands in them with aliases followed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.compose_files import ComposeGroup, compose_groups
from shipworthy.model.files import parsed_yaml
from shipworthy.model.workspace import roots
from shipworthy.syntax.gopath import join
from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, ParsedYaml, Scalar, Sequence
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.views.yaml_places import Place, YamlPath, absolute, matches, yaml_places

_BUDGET = 20_000
_DEPTH = 40


@query
def groups(db: Database) -> tuple[ComposeGroup, ...]:
    """Every compose project of the workspace."""
    return tuple(group for root in roots(db) for group in compose_groups(db, root))


class Inclusion(NamedTuple):
    """One entry of `include`: the files, the folder of their relative paths, their `.env` files."""

    files: tuple[str, ...]
    folder: str
    env_files: tuple[str, ...]


class Setting(NamedTuple):
    """Where a compose file is read: its relative paths begin at `folder`.

    `env_files` fill in its variables, the first one that has a name decides.
    """

    folder: str
    env_files: tuple[str, ...]


@query
def settings_of(db: Database) -> dict[str, Setting]:
    """Every compose file of the workspace that could be found, and where it is read.

    Relative paths begin at the project's folder; in included files at the folder of the first
    file of their `include` (or its `project_directory`), in extended ones at their own. A file
    that is included and a project as well counts as included.
    """
    found: dict[str, Setting] = {}
    alone = {
        path: Setting(group.directory, (f"{group.directory}/.env",))
        for group in reversed(groups(db))
        for path in group.files
    }
    todo = deque(alone.items())
    extended: deque[tuple[str, Setting]] = deque()
    while todo or extended:
        direct = bool(todo)
        path, setting = (todo or extended).popleft()
        if path in found and not (direct and alone.get(path, setting) != setting):
            continue
        if path in found:
            del alone[path]
        found[path] = setting
        for included in inclusions(db, path, setting.folder):
            below = Setting(included.folder, (*setting.env_files, *reversed(included.env_files)))
            todo.extend((file, below) for file in included.files)
        for other in _extended(db, path, setting.folder):
            extended.append((other, Setting(other.rpartition("/")[0], setting.env_files)))
    return found


def setting_of(db: Database, path: str) -> Setting:
    """Where a compose file is read; a file of no project as if it were one alone."""
    folder = path.rpartition("/")[0]
    return settings_of(db).get(path) or Setting(folder, (f"{folder}/.env",))


@query
def clusters(db: Database) -> tuple[tuple[str, ...], ...]:
    """The compose files that share their names: merged with each other, or included.

    Files that are only extended share nothing: `extends` names a service of another project.
    """
    parents: dict[str, str] = {}

    def top(path: str) -> str:
        while parents.setdefault(path, path) != path:
            path = parents[path]
        return path

    for group in groups(db):
        for path in group.files[1:]:
            parents[top(path)] = top(group.files[0])
    for path, setting in settings_of(db).items():
        top(path)
        for included in inclusions(db, path, setting.folder):
            for other in included.files:
                parents[top(other)] = top(path)
    found: dict[str, list[str]] = {}
    for path in sorted(settings_of(db)):
        found.setdefault(top(path), []).append(path)
    return tuple(tuple(paths) for _, paths in sorted(found.items()))


def inclusions(db: Database, path: str, folder: str) -> Iterator[Inclusion]:
    """What a compose file includes, its relative paths beginning at a folder."""
    parsed = parsed_yaml(db, path)
    wanted = parsed.root.get("include") if parsed and isinstance(parsed.root, Mapping) else None
    for item in wanted.items if isinstance(wanted, Sequence) else ():
        mapping = item if isinstance(item, Mapping) else None
        files = _paths(folder, mapping.get("path") if mapping is not None else item)
        if not files:
            continue
        stated = _paths(folder, mapping.get("project_directory")) if mapping is not None else ()
        inside = stated[0] if stated else files[0].rpartition("/")[0]
        env_files = _paths(folder, mapping.get("env_file")) if mapping is not None else ()
        known = tuple(file for file in files if parsed_yaml(db, file) is not None)
        yield Inclusion(known, inside, env_files or (f"{inside}/.env",))


def _paths(folder: str, node: Node | None) -> tuple[str, ...]:
    """The absolute paths of a text or of a list of texts, those with variables left out."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    return tuple(
        file_of(folder, item.value)
        for item in nodes
        if isinstance(item, Scalar) and item.value and "$" not in item.value
    )


@query
def extended_files(db: Database, path: str) -> tuple[str, ...]:
    """The files whose services the services of a compose file extend."""
    return tuple(dict.fromkeys(_extended(db, path, setting_of(db, path).folder)))


def _extended(db: Database, path: str, folder: str) -> Iterator[str]:
    for place in yaml_places(db, path):
        if matches(place.path, "services", "*", "extends", "file") and not place.key:
            for file in _paths(folder, place.node):
                if parsed_yaml(db, file) is not None:
                    yield file


def file_of(folder: str, text: str) -> str:
    """The absolute path of a path in a compose file of a folder."""
    return join("/", text) if text.startswith("/") else join(folder, text)


def cluster_of(db: Database, path: str) -> tuple[str, ...]:
    """The compose files that share their names with a file; empty for what is no compose file."""
    return next((files for files in clusters(db) if path in files), ())


def companions(db: Database, path: str) -> tuple[str, ...]:
    """The same; for a file that is only begun, those of the project in its folder."""
    folder = path.rpartition("/")[0]
    beside = (group.files for group in groups(db) if group.directory == folder)
    return cluster_of(db, path) or next(beside, ())


def is_compose(db: Database, path: str) -> bool:
    """Whether a YAML file takes part in a compose project."""
    return bool(cluster_of(db, path))


@query
def compose_places(db: Database, path: str) -> tuple[Place, ...]:
    """Keys and values of a compose file; what an alias or merge key brings stands there too.

    A place can come several times, with other paths.
    """
    parsed = parsed_yaml(db, path)
    if parsed is None or parsed.root is None:
        return ()
    found: list[Place] = []
    _Expander(parsed, path, found).walk(parsed.root, (), None, 0)
    return tuple(found)


class _Expander:
    def __init__(self, parsed: ParsedYaml, path: str, found: list[Place]) -> None:
        self.parsed = parsed
        self.path = path
        self.found = found
        self.anchors: dict[str, Node] = {}
        if parsed.root is not None:
            self._collect(parsed.root, 0)

    def _collect(self, node: Node, depth: int) -> None:
        if isinstance(node, Alias) or depth > _DEPTH:
            return
        if node.anchor:
            self.anchors.setdefault(node.anchor, node)
        if isinstance(node, Mapping):
            for entry in node.entries:
                self._collect(entry.value, depth + 1)
        elif isinstance(node, Sequence):
            for found in node.items:
                self._collect(found, depth + 1)

    def walk(self, node: Node, keys: YamlPath, parent: Node | None, depth: int) -> None:
        if depth > _DEPTH or len(self.found) > _BUDGET:
            return
        if isinstance(node, Alias):
            target = self.anchors.get(node.name)
            if target is not None:
                self.walk(target, keys, parent, depth + 1)
            return
        self._add(keys, node, False, parent, None)
        if isinstance(node, Mapping):
            for entry in node.entries:
                if isinstance(entry.key, Scalar):
                    self._entry(entry.key, entry.value, keys, node, depth)
        elif isinstance(node, Sequence):
            for found in node.items:
                self.walk(found, (*keys, "[]"), node, depth + 1)

    def _entry(self, key: Scalar, value: Node, keys: YamlPath, node: Mapping, depth: int) -> None:
        if key.value == "<<" and key.style == "plain":
            sources = value.items if isinstance(value, Sequence) else (value,)
            for source in sources:
                self.walk(source, keys, node, depth + 1)
            return
        inner = (*keys, key.value)
        self._add(inner, key, True, node, value)
        self.walk(value, inner, node, depth + 1)

    def _add(
        self, keys: YamlPath, node: Node, key: bool, parent: Node | None, value: Node | None
    ) -> None:
        at = Anchor(self.path, node.block, node.span)
        span = absolute(self.parsed, node)
        self.found.append(Place(keys, node, key, span, at, parent, value))
