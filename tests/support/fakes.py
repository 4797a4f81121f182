"""A model of a few lines, so that the engine is tested without the real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from shipworthy.db.database import Database, query
from shipworthy.engine.source import Source
from shipworthy.model.files import dockerfile, ignore_file, kind_of, parsed_yaml
from shipworthy.model.settings import Settings
from shipworthy.model.unknown import Unknown
from shipworthy.rules.rule import Listed, Rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span


class Unit(NamedTuple):
    """A build."""

    name: tuple[str, str, str, str]


class Scope(NamedTuple):
    """A part of the workspace."""

    kind: str
    key: str


class Line(NamedTuple):
    """An instruction of a Dockerfile, as one build sees it."""

    path: str
    number: int
    source: str
    units: tuple[Unit, ...]

    @property
    def at(self) -> Anchor:
        return Anchor(self.path, self.number, Span(0, len(self.source)))


class PatternNode(NamedTuple):
    """A pattern of an ignore file."""

    path: str
    number: int
    text: str
    units: tuple[Unit, ...]

    @property
    def at(self) -> Anchor:
        return Anchor(self.path, self.number, Span(0, len(self.text)))


class YamlFile(NamedTuple):
    """A YAML file as a whole."""

    path: str
    units: tuple[Unit, ...]


@query
def paths(db: Database) -> tuple[str, ...]:
    """Every file below the roots."""
    found: list[str] = []
    todo: list[str] = list(db.setting("folders"))
    while todo:
        folder = todo.pop()
        for name, kind in db.entries(folder) or ():
            (todo if kind == "dir" else found).append(f"{folder}/{name}")
    return tuple(sorted(found))


def scopes(db: Database) -> tuple[Scope, ...]:
    """Each Dockerfile is built by two services; each file is a scope."""
    result: list[Scope] = []
    for path in paths(db):
        result.append(Scope("file", path))
        if kind_of(path) == "dockerfile":
            result += [Scope("build", f"{path}#{service}") for service in ("api", "web")]
    return tuple(result)


def nodes(db: Database, scope: Scope) -> Iterator[tuple[str, Any]]:
    """The instructions, patterns and YAML files of a scope."""
    path, _, service = scope.key.partition("#")
    kind = kind_of(path)
    unit = Unit(("/ws/compose.yaml", service, path, "/ws"))
    if kind == "dockerfile" and service:
        tree = dockerfile(db, path)
        for number, instruction in enumerate(tree.instructions if tree else ()):
            yield "Line", Line(path, number, instruction.source, (unit,))
    elif kind == "ignore":
        ignore = ignore_file(db, path)
        for number, pattern in enumerate(ignore.patterns if ignore else ()):
            yield "PatternNode", PatternNode(path, number, pattern.text, ())
    elif kind == "yaml" and parsed_yaml(db, path) is not None:
        yield "YamlFile", YamlFile(path, ())


def source(rules: Sequence[tuple[str, Rule]], settings: Settings | None = None) -> Source:
    """A source of the fake model with rules, each by the node type it visits.

    The settings are what the host was configured with, or the ones given.
    """
    by_name = {rule.name: rule for _, rule in rules}
    listed = tuple(
        Listed(
            rule.name,
            "",
            (node,),
            rule.severity,
            rule.on,
            None,
            rule.supersedes,
            rule.same_as,
        )
        for node, rule in rules
    )

    def unresolved(db: Database) -> tuple[tuple[Anchor, Unknown], ...]:
        return ()

    return Source(
        lambda db: db.setting("folders"),
        scopes,
        nodes,
        unresolved,
        lambda db: db.setting("test-settings") or settings or Settings(),
        listed,
        lambda item: by_name[item.name],
    )
