"""What lies in a folder of an image, as far as the files of the workspace tell."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.context import ignore_rules
from shipworthy.model.ignoring import Hidden, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import environments
from shipworthy.model.image.steps import Copy, Image, Setting, Source
from shipworthy.syntax.gopath import clean, has_wildcard, match

_MOST = 2_000


@query
def image_folder(
    db: Database, unit_id: str, stage: int, before: int, folder: str
) -> dict[str, bool]:
    """The names known in an absolute folder of a stage, before an instruction; True: a folder.

    Only what COPY, WORKDIR and installs put there: a base image's files are not known.
    """
    made = image(db, unit_id)
    found: dict[str, bool] = {}
    if made is None:
        return found
    base = clean(f"/{folder}").rstrip("/")
    for path, is_folder in _paths(db, made, stage, before, base):
        if path.startswith(f"{base}/"):
            name, slash, _ = path[len(base) + 1 :].partition("/")
            if name:
                found[name] = found.get(name, False) or is_folder or bool(slash)
        if len(found) >= _MOST:
            break
    return found


def _paths(
    db: Database, made: Image, stage: int, before: int, base: str
) -> Iterator[tuple[str, bool]]:
    """Known paths at or above a folder's entries: absolute, and whether each is a folder."""
    for current in made.chain(stage):
        end = before if current.number == stage else current.shape.end
        for environment in environments(db, made.unit.id, current.number):
            if environment.ordinal < end and environment.path.startswith("/"):
                yield environment.path, True
                yield environment.bin, True
        for step in current.steps:
            if step.ordinal >= end:
                break
            if isinstance(step, Setting):
                if step.instruction.keyword == "WORKDIR" and step.after.workdir is not None:
                    yield step.after.workdir, True
            elif isinstance(step, Copy) and step.destination is not None:
                yield from _copied(db, made, step, step.destination.rstrip("/"), base)


def _copied(
    db: Database, made: Image, copy: Copy, destination: str, base: str
) -> Iterator[tuple[str, bool]]:
    if copy.into:
        yield destination, True
    for source in copy.sources:
        if source.path is None:
            continue
        if copy.origin == "context" and copy.context is not None:
            yield from _from_context(db, copy, copy.context, source, base)
        elif copy.origin == "stage" and copy.from_stage is not None:
            yield from _from_stage(db, made, copy, copy.from_stage, source.path, base)
        else:
            name = source.path.rpartition("/")[2]
            if name and not source.wildcard and source.kind == "path":
                yield (f"{destination}/{name}" if copy.into else destination), False


def _from_context(
    db: Database, copy: Copy, context: str, source: Source, base: str
) -> Iterator[tuple[str, bool]]:
    alone = copy._replace(sources=(source,))
    rules = ignore_rules(db, copy.ignore)
    for root in _roots(db, context, source.path or ""):
        status = db.stat(f"{context}/{root}" if root else context)
        if status is None:
            continue
        if status.kind != "dir":
            landed = alone.lands(root)
            if landed is not None and not isinstance(visible(rules, root), Hidden):
                yield landed, False
            continue
        landed = alone.lands_folder(root) if root else copy.destination
        below = f"{base}/"[len((landed or "").rstrip("/")) + 1 :]
        if landed is None or not f"{base}/".startswith(f"{landed.rstrip('/')}/"):
            if landed is not None:
                yield landed, True
            continue
        folder = "/".join(part for part in (root, below.strip("/")) if part)
        for name, kind in db.names(context, f"{context}/{folder}" if folder else context):
            path = f"{folder}/{name}" if folder else name
            shown = not isinstance(visible(rules, path), Hidden)
            if kind == "dir":
                place = alone.lands_folder(path) if shown else None
            else:
                place = alone.lands(path) if shown else None
            if place is not None:
                yield place, kind == "dir"


def _roots(db: Database, context: str, path: str) -> Iterator[str]:
    """The paths that a source names: itself, or what its pattern matches in its last folder."""
    folder, _, name = path.rpartition("/")
    if not has_wildcard(path):
        yield path
    elif not has_wildcard(folder):
        for found, _ in db.names(context, f"{context}/{folder}" if folder else context):
            if match(name, found):
                yield f"{folder}/{found}" if folder else found


def _from_stage(
    db: Database, made: Image, copy: Copy, stage: int, path: str, base: str
) -> Iterator[tuple[str, bool]]:
    """What a COPY of another stage's folder or file brings into a folder."""
    destination = (copy.destination or "").rstrip("/")
    end = made.stages[stage].shape.end
    folder, _, name = path.rpartition("/")
    known = image_folder(db, made.unit.id, stage, end, f"/{folder}")
    is_folder = known.get(name, True) if name else True
    if not is_folder or (copy.into and name not in known):
        yield (f"{destination}/{name}" if copy.into else destination), False
    if not is_folder:
        return
    yield destination or "/", True
    if f"{base}/".startswith(f"{destination}/"):
        inner = f"/{path}{base[len(destination) :]}"
        for child, child_is_folder in image_folder(db, made.unit.id, stage, end, inner).items():
            yield f"{base}/{child}", child_is_folder
