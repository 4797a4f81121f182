"""Reading the files of one layer: the project's own, or those of one `include`."""

from __future__ import annotations

from shipworthy.model.compose import dotenv, paths
from shipworthy.model.compose.canonical import canonical, with_defaults
from shipworthy.model.compose.extends import Base, apply_extends
from shipworthy.model.compose.merge import merge, merge_values
from shipworthy.model.compose.read import Document, read_document, reset
from shipworthy.model.compose.resolve import resolve_environment, resolve_paths
from shipworthy.model.compose.schema import validate
from shipworthy.model.compose.tree import (
    Entry,
    Items,
    Leaf,
    Path,
    Problem,
    Record,
    Report,
    Value,
    is_null,
)
from shipworthy.model.compose.types import Reader
from shipworthy.model.compose.unicity import unique
from shipworthy.model.compose.validation import validate_values
from shipworthy.model.compose.variables import Environment, interpolate
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple

_INCLUDES = 50
"""Files below files; nobody nests deeper, and Python's stack is finite."""
RESOURCES = ("services", "volumes", "networks", "secrets", "configs")


class Layer(NamedTuple):
    """Files that are merged onto each other, and what they are read with.

    `included` are the files that led here, for finding circles.
    """

    files: tuple[str, ...]
    directory: str
    environment: Environment
    included: tuple[str, ...]


class State:
    """What one load collects: problems, the files read, services and projects that lost a part."""

    def __init__(self, files: Reader, report: Report) -> None:
        self.files = files
        self.report = report
        self.read: list[str] = []
        self.hurt: set[str] = set()
        self.all_hurt = False
        self._documents: dict[str, tuple[Document, ...] | None] = {}

    def documents(self, path: str, at: Anchor | None) -> tuple[Document, ...] | None:
        """The documents of a compose file; None (and a problem) where it cannot be read."""
        if path not in self._documents:
            self._documents[path] = self._parse(path, at)
        return self._documents[path]

    def _parse(self, path: str, at: Anchor | None) -> tuple[Document, ...] | None:
        if path not in self.read:
            self.read.append(path)
        parsed = self.files.yaml(path)
        if parsed is None:
            message = f"open {path}: no such file or directory"
            self.report(Problem("file-not-found", message, at or whole_file(path)))
            self.all_hurt = True
            return None
        for problem in parsed.problems:
            self.report(Problem("yaml", problem.message, Anchor(path, -1, problem.span)))
            self.all_hurt = True
        roots = parsed.documents or ((parsed.root,) if parsed.root is not None else ())
        return tuple(read_document(root, path, self._hurting) for root in roots)

    def _hurting(self, problem: Problem) -> None:
        self.all_hurt = True
        self.report(problem)


def load_layer(layer: Layer, state: State, at: Anchor | None) -> Record:
    """The merged, canonical tree of a layer, with absolute paths."""
    model = Record({}, at or whole_file(layer.files[0] if layer.files else layer.directory))
    for path in layer.files:
        model = _load_file(path, model, layer, state, at)
    model = with_defaults(model)
    validate_values(model, state.report, state.hurt)
    lookup = layer.environment.lookup
    model = resolve_paths(model, layer.directory, lookup, state.report, state.hurt)
    return resolve_environment(model, lookup)


def _load_file(path: str, model: Record, layer: Layer, state: State, at: Anchor | None) -> Record:
    documents = state.documents(path, at)
    if documents is None:
        return model
    if not documents:
        return model._replace(at=whole_file(path))
    for document in documents:
        model = _load_document(document, path, model, layer, state)
    return model


def _load_document(
    document: Document, path: str, model: Record, layer: Layer, state: State
) -> Record:
    own = interpolate(document.root, layer.environment.lookup, state.report)
    if not isinstance(own, Record):
        if not (isinstance(own, Leaf) and is_unknown(own.value)):
            # Compose reads the `name` of its main files first, and trips over any other type.
            kind = "schema" if is_null(own) or layer.included else "yaml"
            state.report(Problem(kind, "top-level object must be a mapping", own.at))
        state.all_hurt = True
        return model

    def base(file: str, wanted_at: Anchor) -> Base | None:
        return _extended_file(file, layer, state, wanted_at)

    # Included services can be extended (compose-go 2.16; 2.9 did it the other way round).
    own = _include(own, path, document.resets, layer, state)
    own = apply_extends(own, path, layer.directory, document.resets, base, state.report, state.hurt)
    cleared = reset(model, document.resets)
    assert isinstance(cleared, Record)
    model = merge(cleared, own, state.report)
    model = _unique(model, state)
    model, hurt = validate(model, state.report)
    state.hurt |= hurt
    model = canonical(model.without("version"), state.report, state.hurt)
    return _unique(model, state)


def _unique(model: Record, state: State) -> Record:
    result = unique(model, state.report)
    assert isinstance(result, Record)
    return result


def _extended_file(file: str, layer: Layer, state: State, at: Anchor) -> Base | None:
    """The services of another file, as `extends` sees them: long forms, absolute paths."""
    documents = state.documents(file, at)
    if documents is None:
        return None
    model = Record({}, whole_file(file))
    resets: tuple[Path, ...] = ()
    for document in documents:
        own = interpolate(document.root, layer.environment.lookup, state.report)
        if isinstance(own, Record):
            resets = document.resets
            cleared = reset(model, resets)
            assert isinstance(cleared, Record)
            model = _unique(merge(cleared, own, state.report), state)
            model = _unique(canonical(model, state.report, state.hurt), state)
    lookup = layer.environment.lookup
    model = resolve_paths(model, paths.parent(file), lookup, state.report, state.hurt)
    return Base(model.get("services"), resets)


def _include(
    own: Record, path: str, resets: tuple[Path, ...], layer: Layer, state: State
) -> Record:
    wanted = own.get("include")
    if wanted is None:
        return own
    own = own.without("include")
    if not isinstance(wanted, Items):
        if not is_null(wanted):
            _broken(state, Problem("schema", "`include` must be a list", wanted.at))
        return own
    included = (*layer.included, path)
    for item in wanted.items:
        below = _included_layer(item, included, layer, state)
        if below is None:
            continue
        imported = load_layer(below, state, item.at)
        own = _import(imported, own, resets, state)
    return own


def _broken(state: State, problem: Problem) -> None:
    state.all_hurt = True
    state.report(problem)


def _included_layer(
    item: Value, included: tuple[str, ...], layer: Layer, state: State
) -> Layer | None:
    files = _texts(item if not isinstance(item, Record) else item.get("path"))
    if not files:
        if isinstance(item, Record) and item.get("path") is None:
            _broken(state, Problem("schema", "include has no path", item.at))
        state.all_hurt = True
        return None
    lookup = layer.environment.lookup
    absolute = tuple(paths.absolute(file, layer.directory, lookup) for file in files)
    if absolute[0] in included or len(included) > _INCLUDES:
        _broken(state, Problem("circular", f"include cycle detected: {absolute[0]}", item.at))
        return None
    folder = item.text("project_directory") if isinstance(item, Record) else None
    directory = (
        paths.absolute(folder, layer.directory, lookup) if folder else paths.parent(absolute[0])
    )
    named = _texts(item.get("env_file")) if isinstance(item, Record) else []
    environment = _included_environment(item.at, named, directory, layer, state)
    return Layer(absolute, directory, environment, included)


def _texts(value: Value | None) -> list[str]:
    """A string or a list of strings."""
    if isinstance(value, Items):
        return [text for item in value.items for text in _texts(item)]
    if isinstance(value, Leaf) and isinstance(value.value, str) and value.value:
        return [value.value]
    return []


def _included_environment(
    at: Anchor, named: list[str], directory: str, layer: Layer, state: State
) -> Environment:
    outer = layer.environment
    values: dict[str, str] = {}
    files = [paths.absolute(file, layer.directory, outer.lookup) for file in named]
    for path in files or [paths.join(directory, ".env")]:
        text = state.files.text(path)
        if text is None:
            if files:
                message = f"stat {path}: no such file or directory"
                state.report(Problem("file-not-found", message, at))
            continue
        known = Environment({**values, **outer.values}, outer.closed)
        try:
            values.update(dotenv.parse(text, known.lookup))
        except dotenv.DotenvError as error:
            state.report(Problem("env-file", f"failed to read {path}: {error}", at))
    return outer.over(values)


def _import(imported: Record, own: Record, resets: tuple[Path, ...], state: State) -> Record:
    """What an include defines, below what the including file says of the same names."""
    for kind in RESOURCES:
        theirs = imported.get(kind)
        if not isinstance(theirs, Record):
            continue
        mine = own.get(kind)
        if mine is not None and not isinstance(mine, Record):
            continue
        entries = dict(mine.entries) if mine is not None else {}
        for name, entry in theirs.entries.items():
            local = entries.get(name)
            if local is None:
                entries[name] = entry
                continue
            cleared = reset(entry.value, resets, (kind, name))
            merged = merge_values(cleared, local.value, (kind, name), state.report)
            entries[name] = Entry(local.key_at, merged)
        base = mine if mine is not None else theirs
        own = own.with_value(kind, base._replace(entries=entries))
    return own
