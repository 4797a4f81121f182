"""Services, volumes, networks, configs, secrets, anchors and variables of compose files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.builds import compose
from shipworthy.model.compose.volume_spec import InvalidSpec
from shipworthy.model.compose.volume_spec import parse as parse_volume
from shipworthy.model.files import dockerfile, locate, parsed_dockerfile, parsed_yaml
from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import (
    cluster_of,
    clusters,
    compose_places,
    extended_files,
    file_of,
    groups,
    setting_of,
)
from shipworthy.views.compose_variables import SETTING, compose_uses
from shipworthy.views.docker_symbols import compose_units, mount_values
from shipworthy.views.symbols import Occurrence, Role, Symbol, SymbolKind
from shipworthy.views.yaml_places import Place, absolute, inner_span, matches, yaml_places

TOP: dict[str, SymbolKind] = {
    "services": "service",
    "volumes": "volume",
    "networks": "network",
    "configs": "config",
    "secrets": "secret",
    "models": "model",
}
_NAMESPACES = frozenset({"network_mode", "ipc", "pid", "cgroup"})
_RUN_SECRET = regex(r"/run/secrets/([A-Za-z0-9._-]+)")
_DOTENV = regex(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[=:]", re.MULTILINE)


def in_compose(db: Database, path: str) -> Iterator[Occurrence]:
    """What a compose file names in its own language."""
    files = cluster_of(db, path)
    scope = files[0] if files else path
    text = db.text(path) or ""
    borrowers = extending(db, path)
    env_files = setting_of(db, path).env_files
    set_in = {name: file for file in reversed(env_files) for name in _set_in(db, file)}
    for place in compose_places(db, path):
        for found in _of_place(db, path, scope, text, place):
            for owner in _owners(db, found, scope, borrowers):
                yield found._replace(symbol=found.symbol._replace(scope=owner))
    for place in yaml_places(db, path):
        if not place.key and isinstance(place.node, Scalar):
            yield from _variables(path, text, place, set_in, env_files[0])
    yield from _anchors(db, path, text)
    yield from _computed(db, path, scope, text)


def _owners(
    db: Database, found: Occurrence, scope: str, borrowers: tuple[str, ...]
) -> tuple[str, ...]:
    """The projects whose thing a name means: one that extends a service brings its own things."""
    symbol = found.symbol
    if found.role == "definition" or symbol.scope != scope or not borrowers:
        return (symbol.scope,)
    key = (symbol.kind, symbol.name)
    owners = [owner for owner in (scope, *borrowers) if key in defined(db, owner)]
    return tuple(owners) or (scope,)


@query
def defined(db: Database, scope: str) -> frozenset[tuple[SymbolKind, str]]:
    """What the compose files that share their names with a file define."""
    return frozenset(
        (TOP[place.path[0]], place.path[1])
        for path in cluster_of(db, scope)
        for place in yaml_places(db, path)
        if place.key and len(place.path) == 2 and place.path[0] in TOP
    )


@query
def extending(db: Database, path: str) -> tuple[str, ...]:
    """The first files of the other clusters that extend services of a file, at any distance."""
    found: dict[str, None] = {}
    own = cluster_of(db, path)
    todo = [own]
    while todo:
        files = todo.pop()
        for other in clusters(db):
            if other[0] in found or other == own:
                continue
            if any(extended in files for file in other for extended in extended_files(db, file)):
                found[other[0]] = None
                todo.append(other)
    return tuple(found)


def _computed(db: Database, path: str, scope: str, text: str) -> Iterator[Occurrence]:
    """Names that only come out when variables are filled in: they cannot be rewritten."""
    for group in groups(db):
        if path not in group.files or "$" not in text:
            continue
        for service in compose(db, group).project.services:
            for mount in service.volumes:
                if mount.type == "volume" and isinstance(mount.source, str):
                    symbol = Symbol("volume", scope, mount.source)
                    yield from _hidden(db, path, text, symbol, mount.source_at)
            for other in service.depends_on:
                symbol = Symbol("service", scope, other.service)
                yield from _hidden(db, path, text, symbol, other.at)


def _hidden(db: Database, path: str, text: str, symbol: Symbol, at: Anchor) -> Iterator[Occurrence]:
    if at.path == path:
        span = locate(db, at).span
        if "$" in span.of(text):
            yield Occurrence(symbol, path, span, "reference", False)


def _of_place(db: Database, path: str, scope: str, text: str, place: Place) -> Iterator[Occurrence]:
    keys = place.path
    if place.key and len(keys) == 2 and keys[0] in TOP:
        yield _named(Symbol(TOP[keys[0]], scope, keys[1]), path, text, place, role="definition")
        return
    if not isinstance(place.node, Scalar):
        return
    if not place.key:
        for found in _RUN_SECRET.finditer(place.text):
            symbol = Symbol("secret", scope, found[1])
            yield _named(symbol, path, text, place, found.start(1))
    if len(keys) > 2 and keys[0] == "services":
        yield from _in_service(db, path, scope, text, place)


def _in_service(
    db: Database, path: str, scope: str, text: str, place: Place
) -> Iterator[Occurrence]:
    below = place.path[2:]
    if below[:2] == ("pre_start", "[]") and len(below) > 2:
        below = below[2:]
    head = below[0]
    value = place.text

    def ref(kind: SymbolKind, name: str, at: int = 0, within: str = scope) -> Occurrence:
        return _named(Symbol(kind, within, name), path, text, place, at)

    if place.key:
        if len(below) == 2 and head == "depends_on":
            yield ref("service", below[1])
        elif len(below) == 2 and head in ("networks", "models"):
            yield ref(TOP[head], below[1])
        return
    if not value or "$" in value:
        return
    item = len(below) == 2 and below[1] == "[]"
    linked = head == "links" or (head == "volumes_from" and not value.startswith("container:"))
    if item and head == "depends_on":
        yield ref("service", value)
    elif item and linked:
        yield ref("service", value.partition(":")[0])
    elif item and head in ("networks", "models"):
        yield ref(TOP[head], value)
    elif below == ("credential_spec", "config"):
        yield ref("config", value)
    elif head in ("configs", "secrets") and (item or matches(below, head, "[]", "source")):
        yield ref(TOP[head], value)
    elif matches(below, "build", "secrets", "[]") or matches(
        below, "build", "secrets", "[]", "source"
    ):
        yield ref("secret", value)
    elif len(below) == 1 and head in _NAMESPACES and value.startswith("service:"):
        yield ref("service", value[8:], 8)
    elif matches(below, "extends") or matches(below, "extends", "service"):
        yield ref("service", value, 0, _extended_scope(db, path, scope, place))
    elif below[:2] == ("build", "additional_contexts") and len(below) == 3:
        _, mark, name = value.partition("service:")
        if mark and (value.startswith("service:") or "=service:" in value):
            yield ref("service", name, len(value) - len(name))
    elif head == "volumes":
        yield from _volume(path, scope, text, place, below)


def _extended_scope(db: Database, path: str, scope: str, place: Place) -> str:
    parent = place.parent
    file = parent.get("file") if isinstance(parent, Mapping) else None
    if place.path[-1] == "service" and isinstance(file, Scalar) and "$" not in file.value:
        extended = file_of(setting_of(db, path).folder, file.value)
        files = cluster_of(db, extended)
        return files[0] if files else extended
    return scope


def _volume(
    path: str, scope: str, text: str, place: Place, below: tuple[str, ...]
) -> Iterator[Occurrence]:
    if len(below) == 2:
        try:
            spec = parse_volume(place.text)
        except InvalidSpec:
            return
        if spec.kind == "volume" and spec.source is not None:
            symbol = Symbol("volume", scope, spec.source.text)
            yield _named(symbol, path, text, place, spec.source.start)
    elif below[1:] == ("[]", "source") and isinstance(place.parent, Mapping):
        kind = place.parent.get("type")
        if isinstance(kind, Scalar) and kind.value == "volume":
            yield _named(Symbol("volume", scope, place.text), path, text, place)


def _named(
    symbol: Symbol, path: str, text: str, place: Place, start: int = 0, role: Role = "reference"
) -> Occurrence:
    """The occurrence of a name that stands at an offset of a scalar's value."""
    value = place.text
    span = inner_span(text, place.span, start, start + len(symbol.name), value)
    literal = span is not None and span.of(text) == symbol.name
    return Occurrence(symbol, path, span if span is not None else place.span, role, literal)


def _variables(
    path: str, text: str, place: Place, set_in: dict[str, str], otherwise: str
) -> Iterator[Occurrence]:
    source = place.span.of(text)
    for name, start, end, _ in compose_uses(source):
        span = Span(place.span.start + start, place.span.start + end)
        symbol = Symbol("compose-variable", set_in.get(name, otherwise), name)
        yield Occurrence(symbol, path, span, "reference", True)


@query
def _set_in(db: Database, path: str) -> frozenset[str]:
    """The variables that a `.env` file sets."""
    return frozenset(found[1] for found in SETTING.finditer(db.text(path) or ""))


def in_env_file(db: Database, path: str) -> Iterator[Occurrence]:
    """The variables that a `.env` file sets for compose files."""
    for found in SETTING.finditer(db.text(path) or ""):
        symbol = Symbol("compose-variable", path, found[1])
        yield Occurrence(symbol, path, Span(*found.span(1)), "definition", True)


def _anchors(db: Database, path: str, text: str) -> Iterator[Occurrence]:
    parsed = parsed_yaml(db, path)
    todo: list[Node] = [parsed.root] if parsed is not None and parsed.root is not None else []
    while todo and parsed is not None:
        node = todo.pop()
        span = absolute(parsed, node)
        if isinstance(node, Alias):
            symbol = Symbol("anchor", path, node.name)
            yield Occurrence(symbol, path, Span(span.start + 1, span.end), "reference", True)
            continue
        if node.anchor:
            at = _anchor_span(text, span.start, node.anchor)
            if at is not None:
                symbol = Symbol("anchor", path, node.anchor)
                yield Occurrence(symbol, path, at, "definition", True)
        if isinstance(node, Mapping):
            for entry in node.entries:
                todo += (entry.key, entry.value)
        elif isinstance(node, Sequence):
            todo += node.items


def _anchor_span(text: str, start: int, name: str) -> Span | None:
    """Where `&name` stands: before the node's content, after the colon of an empty one."""
    mark = re.compile(rf"&({re.escape(name)})(?![^\s,\[\]{{}}])")
    window = max(0, start - 400)
    before = list(mark.finditer(text, window, start))
    found = before[-1] if before else mark.search(text, start, start + len(name) + 100)
    return Span(*found.span(1)) if found else None


def secrets_of_dockerfile(db: Database, path: str) -> Iterator[Occurrence]:
    """The build secrets of compose projects that a Dockerfile's `--mount=type=secret` names."""
    tree, parsed = dockerfile(db, path), parsed_dockerfile(db, path)
    lent = lent_secrets(db, path)
    if tree is None or parsed is None or not lent:
        return
    for ordinal, instruction in enumerate(tree.instructions):
        for flag in instruction.flags:
            if flag.name != "mount" or "type=secret" not in (flag.value or ""):
                continue
            for name, span in mount_values(instruction, flag, "id"):
                for symbol in lent.get(name, ()):
                    at = span.shift(parsed.starts[ordinal])
                    yield Occurrence(symbol, path, at, "reference", True)


def lent_secrets(db: Database, path: str) -> dict[str, list[Symbol]]:
    """The secrets lent to builds of a Dockerfile under their own name, by that name."""
    services = {(u.origin_file, u.service) for u in compose_units(db) if u.dockerfile == path}
    found: dict[str, list[Symbol]] = {}
    for files in clusters(db) if services else ():
        for file in files:
            for place in compose_places(db, file):
                lent = matches(place.path, "services", "*", "build", "secrets", "[]")
                named = lent and isinstance(place.node, Scalar)
                if named and (file, place.path[1]) in services:
                    symbol = Symbol("secret", files[0], place.text)
                    found.setdefault(place.text, []).append(symbol)
    return found
