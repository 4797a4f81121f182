"""Reading the files of one layer: the project's own, or those of one `include`."""

from __future__ import annotations

from shipworthy.model.compose import dotenv, paths
from shipworthy.model.compose.canonical import canonical, with_defaults
from shipworthy.model.compose.extends import Base, Chain, apply_extends
from shipworthy.model.compose.merge import merge, merge_values
from shipworthy.model.compose.parts import (
    RESOURCES,
    Outcome,
    Where,
    alone,
    carried_out,
    change_parts,
)
from shipworthy.model.compose.resets import NO_RESETS, Document, Resets, reset
from shipworthy.model.compose.resolve import resolve_environment, resolve_paths
from shipworthy.model.compose.schema import validate
from shipworthy.model.compose.state import Layer, State
from shipworthy.model.compose.tree import (
    Entry,
    Items,
    Leaf,
    Problem,
    Record,
    Report,
    Value,
    is_null,
)
from shipworthy.model.compose.unicity import unique
from shipworthy.model.compose.validation import validate_values
from shipworthy.model.compose.variables import Environment, interpolate
from shipworthy.model.unknown import is_unknown
from shipworthy.text.anchors import Anchor, whole_file

_INCLUDES = 50
"""Files below files; nobody nests deeper, and Python's stack is finite."""
_LOADS = 5000
"""Layers in all: files that include each other with ever other `.env` files make many."""


def load_layer(layer: Layer, state: State, at: Anchor | None) -> Record:
    """The merged, canonical tree of a layer, with absolute paths."""
    model = Record({}, at or whole_file(layer.files[0] if layer.files else layer.directory))
    for path in layer.files:
        model = _load_file(path, model, layer, state, at)
    return state.each(model, layer.files[0], _finished, layer) if layer.files else model


def _finished(where: Where, entry: Entry, layer: Layer) -> Outcome:
    lookup = layer.environment.lookup

    def checked(project: Record, report: Report, hurt: set[str]) -> Record:
        project = with_defaults(project)
        validate_values(project, report, hurt)
        return project

    def resolved(project: Record, report: Report, hurt: set[str]) -> Record:
        project = resolve_paths(project, layer.directory, lookup, report, hurt)
        return resolve_environment(project, lookup)

    return carried_out(where, entry, (checked, resolved))


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
    root = document.root
    if not isinstance(root, Record):
        # Compose reads the `name` of its main files first, and trips over any other type.
        value = interpolate(root, layer.environment.lookup, state.report)
        if not (isinstance(value, Leaf) and is_unknown(value.value)):
            kind = "schema" if is_null(value) or layer.included else "yaml"
            state.report(Problem(kind, "top-level object must be a mapping", value.at))
        state.all_hurt = True
        return model

    def base(file: str, wanted_at: Anchor) -> Base | None:
        return _extended_file(file, layer, state, wanted_at)

    own = state.each(root, path, _interpolated, layer.environment)
    # Included services can be extended (compose-go 2.16; 2.9 did it the other way round).
    own = _include(own, path, document.resets, layer, state)
    chain = Chain(path, layer.directory, base, state.memory, state.report, state.hurt)
    own = apply_extends(own, document.resets, chain)
    model = _merged(_cleared(model, document.resets, path, state), own, path, state)
    return state.each(model, path, _tidied).without("version")


def _interpolated(where: Where, entry: Entry, environment: Environment) -> Outcome:
    def step(project: Record, report: Report, hurt: set[str]) -> Record:
        del hurt
        result = interpolate(project, environment.lookup, report)
        assert isinstance(result, Record)
        return result

    return carried_out(where, entry, (step,))


def _tidied(where: Where, entry: Entry) -> Outcome:
    return carried_out(where, entry, (unique, validate, canonical, unique))


def _cleared(model: Record, resets: Resets, file: str, state: State) -> Record:
    """The model without what a document resets."""
    if not resets.below:
        return model

    def clear(where: Where, entry: Entry) -> Entry | None:
        below = resets.at(*where[1:])
        return None if below.whole else state.memory.once(where, _reset, entry, below)

    kept = model.without(*(key for key, below in resets.below.items() if below.whole))
    return change_parts(kept, file, clear)


def _reset(where: Where, entry: Entry, resets: Resets) -> Entry:
    del where
    return entry._replace(value=reset(entry.value, resets)) if resets.below else entry


def _merged(model: Record, own: Record, file: str, state: State) -> Record:
    """The model with a document on top of it, part by part."""
    told: list[Outcome] = []
    entries = dict(model.entries)

    def put(into: dict[str, Entry], where: Where, entry: Entry) -> None:
        old = into.get(where[-1])
        if old is not None:
            outcome = state.memory.once(where, _merge, old, entry)
            told.append(outcome)
            entry = outcome.entry or old
        into[where[-1]] = entry

    for key, entry in own.entries.items():
        base, other = model.get(key), entry.value
        if key in RESOURCES and isinstance(base, Record) and isinstance(other, Record):
            inner = dict(base.entries)
            for name, below in other.entries.items():
                put(inner, (file, key, name), below)
            entries[key] = entries[key]._replace(value=base._replace(entries=inner))
        else:
            put(entries, (file, key), entry)
    state.tell(told)
    return model._replace(entries=entries)


def _merge(where: Where, base: Entry, other: Entry) -> Outcome:
    def step(project: Record, report: Report, hurt: set[str]) -> Record:
        del hurt
        return merge(project, alone(where, other), report)

    return carried_out(where, base, (step,))


def _extended_file(file: str, layer: Layer, state: State, at: Anchor) -> Base | None:
    """The services of another file, as `extends` sees them: long forms, absolute paths."""
    known = state.bases.get(file)
    if known is not None and known[0] is layer.environment:
        return known[1]
    documents = state.documents(file, at)
    if documents is None:
        return None
    model = Record({}, whole_file(file))
    resets = NO_RESETS
    for document in documents:
        if isinstance(document.root, Record):
            own = state.each(document.root, file, _interpolated, layer.environment)
            resets = document.resets
            model = _merged(_cleared(model, resets, file, state), own, file, state)
            model = state.each(model, file, _lengthened)
        else:
            interpolate(document.root, layer.environment.lookup, state.report)
    model = state.each(model, file, _placed, layer.environment)
    base = Base(file, model.get("services"), resets)
    state.bases[file] = (layer.environment, base)
    return base


def _lengthened(where: Where, entry: Entry) -> Outcome:
    return carried_out(where, entry, (unique, canonical, unique))


def _placed(where: Where, entry: Entry, environment: Environment) -> Outcome:
    def step(project: Record, report: Report, hurt: set[str]) -> Record:
        directory = paths.parent(where[0])
        return resolve_paths(project, directory, environment.lookup, report, hurt)

    return carried_out(where, entry, (step,))


def _include(own: Record, path: str, resets: Resets, layer: Layer, state: State) -> Record:
    wanted = own.get("include")
    if wanted is None:
        return own
    own = own.without("include")
    if not isinstance(wanted, Items):
        if not is_null(wanted):
            _broken(state, Problem("schema", "`include` must be a list", wanted.at))
        return own
    included = (*layer.included, path)
    resources: dict[str, dict[str, Entry]] = {}
    for item in wanted.items:
        below = _included_layer(item, included, layer, state)
        if below is not None:
            _import(_loaded(below, state, item.at), own, resources, path, resets, state)
    for kind, entries in resources.items():
        mine = own.get(kind)
        base = mine if isinstance(mine, Record) else Record({}, wanted.at)
        own = own.with_value(kind, base._replace(entries=entries))
    return own


def _loaded(layer: Layer, state: State, at: Anchor) -> Record:
    """An included layer; one that several files include is loaded once."""
    key = (layer.files, layer.directory)
    known = state.loaded.get(key)
    if known is not None and known[0] == layer.environment:
        return known[1]
    state.loads += 1
    model = load_layer(layer, state, at)
    state.loaded[key] = (layer.environment, model)
    return model


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
    if state.loads > _LOADS:
        _broken(state, Problem("other", f"more than {_LOADS} files are included", item.at))
        return None
    folder = item.text("project_directory") if isinstance(item, Record) else None
    directory = (
        paths.absolute(folder, layer.directory, lookup) if folder else paths.parent(absolute[0])
    )
    named = _texts(item.get("env_file")) if isinstance(item, Record) else []
    environment = _included_environment(item.at, named, directory, layer, state)
    return state.memory.same(absolute, Layer(absolute, directory, environment, included))


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


def _import(
    imported: Record,
    own: Record,
    resources: dict[str, dict[str, Entry]],
    path: str,
    resets: Resets,
    state: State,
) -> None:
    """Put what an include defines below what the including file says of the same names."""
    for kind in RESOURCES:
        theirs, mine = imported.get(kind), own.get(kind)
        if not isinstance(theirs, Record) or not (mine is None or isinstance(mine, Record)):
            continue
        if kind not in resources:
            resources[kind] = dict(mine.entries) if mine is not None else {}
        entries = resources[kind]
        for name, entry in theirs.entries.items():
            local = entries.get(name)
            if local is not None:
                where = (path, kind, name)
                outcome = state.memory.once(where, _below, entry, local, resets.at(kind, name))
                state.tell([outcome])
                entry = outcome.entry or local
            entries[name] = entry


def _below(where: Where, base: Entry, local: Entry, resets: Resets) -> Outcome:
    problems: list[Problem] = []
    cleared = reset(base.value, resets)
    merged = merge_values(cleared, local.value, where[1:], problems.append)
    return Outcome(Entry(local.key_at, merged), (tuple(problems),), frozenset())
