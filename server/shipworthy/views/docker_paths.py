"""Paths at the cursor of a Dockerfile: of contexts as builds are sent them, and of images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shipworthy.model.builds import units_of_dockerfile
from shipworthy.model.context import context_ignore_path, ignore_path_of
from shipworthy.model.image.stages import resolve_stage
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.dockerfile.expand import expand_known
from shipworthy.syntax.gopath import has_wildcard, match
from shipworthy.text.patterns import regex
from shipworthy.views.candidates import Candidate, Offer
from shipworthy.views.docker_cursor import At
from shipworthy.views.docker_places import steps_at
from shipworthy.views.image_paths import image_folder
from shipworthy.views.page import relative
from shipworthy.views.path_candidates import Root, context_candidates, split_path
from shipworthy.views.path_writing import Form, decoded, open_string, without_escapes, written

_FLAGS = regex(r"\s*(?:--\S+\s+)*")
_ARRAY = regex(r"\s*\[\s*(?:\"|\Z)")
_MOST_FOLDERS = 20


def source_offer(at: At) -> Offer | None:
    """The paths that a word of COPY or ADD could be: its sources, then its destination."""
    text = at.joined[_leading(at.joined) :]
    form: Form = "words"
    if _ARRAY.match(text):
        form = "json"
        raw = open_string(text)
        if raw is None:
            return _new_string(at, text)
        first = text.count('"') - raw.count('"') == 1
    else:
        raw = at.typed
        first = raw == text.strip()
        if raw.startswith("<<"):
            return None
    if not first and raw.startswith("/"):
        return image_offer(at, raw, form)
    offered = _paths(at, raw, form, at.flag("from"))
    if first or raw or offered is None:
        return offered
    return offered._replace(candidates=(*offered.candidates, Candidate("./", "folder", last=True)))


def _leading(text: str) -> int:
    found = _FLAGS.match(text)
    return found.end() if found else 0


def _new_string(at: At, text: str) -> Offer | None:
    """The next string of a JSON array, with its quotes."""
    if text.rstrip()[-1:] not in ("[", ","):
        return None
    offered = _paths(at, "", "json", at.flag("from"))
    if offered is None:
        return None
    quoted = (item._replace(insert=f'"{item.text}"') for item in offered.candidates)
    return at.offer("", quoted)


def mount_source_offer(at: At, typed: str, named: str | None) -> Offer | None:
    """The paths that a bind mount could show; `named` is what its `from` says."""
    return _paths(at, typed, "mount", named)


def pattern_offer(at: At, typed: str) -> Offer | None:
    """The paths that a pattern of `--exclude` could begin with."""
    folder, name = split_path(typed)
    return at.offer(name, context_candidates(at.db, roots(at, at.flag("from")), folder))


def _paths(at: At, raw: str, form: Form, named: str | None) -> Offer | None:
    """Names of the folder that a raw path begins with, of the context or of what `from` names."""
    folder, name = split_path(raw)
    read = _read(at, folder, form)
    if read is None:
        return None
    known = roots(at, named)
    found: Iterable[Candidate]
    if named is None or known:
        found = (
            candidate
            for resolved in _folders(at, known, read, form)
            for candidate in _written(at, context_candidates(at.db, known, resolved), form)
        )
    else:
        found = _written(at, _of_stage(at, named, read), form)
    return at.offer(name, found)


def image_offer(at: At, raw: str, form: Form = "words") -> Offer | None:
    """Names of an absolute folder of the stage, as it is before the instruction."""
    folder, name = split_path(raw)
    read = _read(at, folder, form)
    if read is None:
        return None
    names: dict[str, bool] = {}
    for made, stage, _ in steps_at(at.db, at.path, at.ordinal):
        names.update(image_folder(at.db, made.unit.id, stage.number, at.ordinal, read))
    return at.offer(name, _written(at, _named(names), form))


def _of_stage(at: At, named: str, folder: str) -> Iterator[Candidate]:
    """Names of a folder of an earlier stage."""
    names: dict[str, bool] = {}
    for made, stage, _ in steps_at(at.db, at.path, at.ordinal):
        number = resolve_stage(tuple(s.shape for s in made.stages), named, stage.number)
        if number is not None:
            end = made.stages[number].shape.end
            names.update(image_folder(at.db, made.unit.id, number, end, folder))
    return _named(names)


def _named(names: dict[str, bool]) -> Iterator[Candidate]:
    for name, is_folder in sorted(names.items()):
        yield Candidate(f"{name}/" if is_folder else name, "folder" if is_folder else "file")


def _written(at: At, found: Iterable[Candidate], form: Form) -> Iterator[Candidate]:
    """The candidates as the instruction must write them; those that it cannot are left out."""
    listed = tuple(found)
    names = frozenset(item.label.removesuffix("/") for item in listed)
    for item in listed:
        name = item.label.removesuffix("/")
        word = written(name, names, form, at.tree.escape)
        if word is not None:
            yield item._replace(insert=word + item.label[len(name) :])


def _read(at: At, raw: str, form: Form) -> str | None:
    """A folder as written, decoded and expanded; None where that is not known."""
    text: str | None = raw
    if form == "json":
        text = decoded(raw)
    elif form == "mount":
        text = without_escapes(raw)
    step = next(steps_at(at.db, at.path, at.ordinal), None)
    variables = step[2].state.variables() if step is not None else {}
    return None if text is None else expand_known(text, variables, at.tree.escape)


def _folders(at: At, known: tuple[Root, ...], folder: str, form: Form) -> list[str]:
    """The folders that a source's folder means: itself, or what its wildcards match."""
    if form == "mount" or not has_wildcard(folder):
        return [folder]
    found: dict[str, None] = {}
    for root in known:
        ways = [""]
        for part in folder.rstrip("/").split("/"):
            ways = [
                f"{way}{name}/"
                for way in ways
                for name, kind in at.db.names(root.folder, f"{root.folder}/{way}".rstrip("/"))
                if kind == "dir" and match(part, name)
            ][:_MOST_FOLDERS]
        found.update(dict.fromkeys(ways))
    return list(found)


def roots(at: At, named: str | None) -> tuple[Root, ...]:
    """The folders on this disk that sources are taken from; none for stages and images."""
    found = []
    for unit in units_of_dockerfile(at.db, at.path):
        name = unit.service or relative(at.db, unit.origin_file)
        if named is None:
            ignore = ignore_path_of(at.db, unit)
            if isinstance(unit.context, str) and not isinstance(ignore, Unknown):
                found.append(Root(name, unit.context, ignore))
            continue
        folder = dict(unit.named_contexts).get(named)
        if isinstance(folder, str) and folder.startswith("/"):
            found.append(Root(name, folder, context_ignore_path(at.db, folder)))
    return tuple(found)
