"""Which compose files share their names, and what stands in them with aliases followed."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.compose_files import ComposeGroup, compose_groups
from shipworthy.model.files import parsed_yaml
from shipworthy.model.workspace import roots
from shipworthy.syntax.gopath import join
from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, ParsedYaml, Scalar, Sequence
from shipworthy.text.anchors import Anchor
from shipworthy.views.yaml_places import Place, YamlPath, absolute, matches, yaml_places

_BUDGET = 20_000
_DEPTH = 40


@query
def groups(db: Database) -> tuple[ComposeGroup, ...]:
    """Every compose project of the workspace."""
    return tuple(group for root in roots(db) for group in compose_groups(db, root))


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

    todo = [path for group in groups(db) for path in group.files]
    for group in groups(db):
        for path in group.files[1:]:
            parents[top(path)] = top(group.files[0])
    seen: set[str] = set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        top(path)
        for other in _included(db, path):
            parents[top(other)] = top(path)
            todo.append(other)
        for other in extended_files(db, path):
            top(other)
            todo.append(other)
    found: dict[str, list[str]] = {}
    for path in sorted(seen):
        found.setdefault(top(path), []).append(path)
    return tuple(tuple(paths) for _, paths in sorted(found.items()))


def _included(db: Database, path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    for place in yaml_places(db, path):
        included = matches(place.path, "include", "[]") or matches(
            place.path, "include", "[]", "path"
        )
        if included or matches(place.path, "include", "[]", "path", "[]"):
            yield from _existing(db, folder, place)


@query
def extended_files(db: Database, path: str) -> tuple[str, ...]:
    """The files whose services the services of a compose file extend."""
    return tuple(dict.fromkeys(_extended(db, path)))


def _extended(db: Database, path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    for place in yaml_places(db, path):
        if matches(place.path, "services", "*", "extends", "file"):
            yield from _existing(db, folder, place)


def _existing(db: Database, folder: str, place: Place) -> Iterator[str]:
    if not place.key and isinstance(place.node, Scalar) and "$" not in place.text and place.text:
        path = file_of(folder, place.text)
        if parsed_yaml(db, path) is not None:
            yield path


def file_of(folder: str, text: str) -> str:
    """The absolute path of a path in a compose file of a folder."""
    return join("/", text) if text.startswith("/") else join(folder, text)


def cluster_of(db: Database, path: str) -> tuple[str, ...]:
    """The compose files that share their names with a file; empty for what is no compose file."""
    return next((files for files in clusters(db) if path in files), ())


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
