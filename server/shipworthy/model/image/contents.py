"""What lies at a path of an image: which host file a build puts there, before which instruction."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from shipworthy.db.database import Database, query
from shipworthy.model.context import ignore_rules
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.image.build import image as image_of
from shipworthy.model.image.steps import Copy, Image, Mount, Run
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.syntax.gopath import match
from shipworthy.text.records import NamedTuple

_MAKERS = frozenset(
    {"cp", "mv", "tar", "unzip", "curl", "wget", "git", "install", "ln", "rsync", "tee", "touch"}
)
_MANAGERS = frozenset({"uv", "poetry", "pdm", "pipenv"})
_MAX_MATCHES = 200


class Landed(NamedTuple):
    """A file of this disk that a build puts at some image path."""

    host: str
    """Absolute path on this disk."""
    stage: int
    ordinal: int
    """The instruction that brings it."""
    mounted: bool
    """Whether it is there only while one RUN executes (`--mount=type=bind`)."""


def find(db: Database, image: Image, stage: int, before: int, path: str) -> Landed | Unknown | None:
    """The host file at an absolute image path just before instruction `before` of a stage.

    None: nothing that the model sees puts one there. UNKNOWN: something may.
    """
    uncertain = False
    name = path.rpartition("/")[2]
    for current in reversed(image.chain(stage)):
        end = before if current.number == stage else current.shape.end
        landings = _landings(db, image.unit.id, current.number, path)
        for _, found in reversed(landings[: bisect_left(landings, (end,))]):
            if found is not None:
                return found
            uncertain = True
        writer = _first_writer(db, image.unit.id, current.number, name)
        uncertain = uncertain or (writer is not None and writer < end)
    base = image.base(stage)
    if base.image is not None and not base.image.known:
        uncertain = True
    return UNKNOWN if uncertain else None


def find_during(db: Database, image: Image, run: Run, path: str) -> Landed | Unknown | None:
    """Like `find`, while a RUN executes: its bind mounts lie over the image."""
    for mount in reversed(run.mounts):
        found = _from_mount(db, image, run, mount, path)
        if found is not None:
            return found
    return find(db, image, run.stage, run.ordinal, path)


@query
def _landings(
    db: Database, unit_id: str, stage: int, path: str
) -> tuple[tuple[int, Landed | None], ...]:
    """The COPY instructions of a stage that bring a path, in order; None where one only may."""
    image = image_of(db, unit_id)
    if image is None:
        return ()
    by_destination = _copies(db, unit_id, stage)
    copies = list(by_destination.get(None, ()))
    folder = path.rstrip("/")
    while True:
        copies.extend(by_destination.get(folder, ()))
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    landings: list[tuple[int, Landed | None]] = []
    for copy in sorted(copies, key=lambda copy: copy.ordinal):
        found = _from_copy(db, image, copy, path)
        if found is not None:
            landings.append((copy.ordinal, found if isinstance(found, Landed) else None))
    return tuple(landings)


@query
def _copies(db: Database, unit_id: str, stage: int) -> Mapping[str | None, tuple[Copy, ...]]:
    """The COPY instructions of a stage by destination, without a trailing `/`."""
    image = image_of(db, unit_id)
    found: dict[str | None, list[Copy]] = {}
    for copy in image.stage(stage).copies() if image is not None else ():
        place = None if copy.destination is None else copy.destination.rstrip("/")
        found.setdefault(place, []).append(copy)
    return {place: tuple(copies) for place, copies in found.items()}


@query
def _first_writer(db: Database, unit_id: str, stage: int, name: str) -> int | None:
    """The first RUN of a stage that may make a file of that name."""
    return next(
        (run.ordinal for run in _writers(db, unit_id, stage) if _may_write(run, name)), None
    )


@query
def _writers(db: Database, unit_id: str, stage: int) -> tuple[Run, ...]:
    """The RUN instructions of a stage that may make files of some name."""
    image = image_of(db, unit_id)
    return tuple(
        run
        for run in (image.stage(stage).runs() if image is not None else ())
        if not run.complete
        or any(item.program in _MAKERS or _locks(item.words) for item in run.commands)
    )


def _may_write(run: Run, name: str) -> bool:
    if not run.complete:
        return True
    for command in run.commands:
        if command.program in _MAKERS:
            mentioned = any(word is None or name in word for word in command.words[1:])
            if mentioned or command.program in ("tar", "unzip", "rsync") or _clones(command.words):
                return True
        if name.endswith((".lock", "pyproject.toml")) and _locks(command.words):
            return True
    return False


def _locks(words: tuple[str | None, ...]) -> bool:
    """Whether a package manager may write a lock or a manifest of its own."""
    return len(words) > 1 and words[0] in _MANAGERS and words[1] in ("lock", "add", "init", "new")


def _clones(words: tuple[str | None, ...]) -> bool:
    return len(words) > 1 and words[0] == "git" and words[1] in ("clone", "checkout", "init")


def _from_copy(db: Database, image: Image, copy: Copy, path: str) -> Landed | Unknown | None:
    if copy.destination is None:
        return UNKNOWN
    if not _may_land(copy.destination, path):
        return None
    if copy.origin == "context" and copy.context is not None:
        return _from_context(db, copy, copy.context, path)
    if copy.origin == "stage" and copy.from_stage is not None:
        return _from_stage(db, image, copy, path)
    return UNKNOWN


def _may_land(destination: str, path: str) -> bool:
    base = destination.rstrip("/")
    return path == base or path.startswith(base + "/")


def _from_context(db: Database, copy: Copy, context: str, path: str) -> Landed | Unknown | None:
    rules = ignore_rules(db, copy.ignore)
    unknown = False
    for candidate in candidates(db, copy, context, path):
        if candidate is None:
            unknown = True
            continue
        status = db.stat(f"{context}/{candidate}")
        if status is None or status.kind == "dir":
            continue
        if copy.lands(candidate) == path and isinstance(visible(rules, candidate), Visible):
            return Landed(f"{context}/{candidate}", copy.stage, copy.ordinal, False)
    return UNKNOWN if unknown else None


def candidates(db: Database, copy: Copy, context: str, path: str) -> list[str | None]:
    """Context paths that the COPY might put at the image path; None for what cannot be named."""
    destination = (copy.destination or "").rstrip("/")
    below = path[len(destination) + 1 :]
    name = path.rpartition("/")[2]
    found: list[str | None] = []
    for source in reversed(copy.sources):
        if source.kind != "path":
            if source.kind == "url":
                found.append(None)
            continue
        if source.path is None:
            found.append(None)
            continue
        for base in _expanded(db, context, source.path, source.wildcard):
            if copy.parents:
                found.append(_with_pivot(source.original or "", base, below))
            found.extend([f"{base}/{below}" if base else below, base])
            if base.rpartition("/")[2] != name and source.wildcard:
                found.append(f"{base}/{name}")
    return [candidate.rstrip("/") if candidate else candidate for candidate in found]


def _with_pivot(original: str, base: str, below: str) -> str:
    head, pivot, _ = original.partition("/./")
    return f"{head}/{below}".lstrip("/") if pivot else below or base


def _expanded(db: Database, context: str, path: str, wildcard: bool) -> list[str]:
    """The context paths that a source names: itself, or what its wildcards match on this disk."""
    if not wildcard:
        return [path]
    found = [""]
    for part in path.split("/"):
        step: list[str] = []
        for folder in found:
            names = db.entries(f"{context}/{folder}" if folder else context) or ()
            step.extend(
                f"{folder}/{name}" if folder else name for name, _ in names if match(part, name)
            )
        found = step[:_MAX_MATCHES]
    return found


def _from_stage(db: Database, image: Image, copy: Copy, path: str) -> Landed | Unknown | None:
    assert copy.from_stage is not None
    destination = (copy.destination or "").rstrip("/")
    below = path[len(destination) + 1 :]
    end = image.stage(copy.from_stage).shape.end
    unknown = False
    for source in copy.sources:
        if source.path is None or source.wildcard:
            unknown = True
            continue
        base = "/" + source.path
        tries = [f"{base.rstrip('/')}/{below}" if below else base]
        if base.rpartition("/")[2] == path.rpartition("/")[2]:
            tries.append(base)
        for candidate in tries:
            found = find(db, image, copy.from_stage, end, candidate)
            if isinstance(found, Landed):
                return found
            unknown = unknown or isinstance(found, Unknown)
        if base.rpartition("/")[2] == path.rpartition("/")[2]:
            unknown = True  # the COPY names the file itself: something makes it there
    return UNKNOWN if unknown else None


def _from_mount(
    db: Database, image: Image, run: Run, mount: Mount, path: str
) -> Landed | Unknown | None:
    if mount.type != "bind" or mount.source is None:
        return None
    target = mount.target
    if target is None:
        return UNKNOWN
    if not _may_land(target, path):
        return None
    below = path[len(target.rstrip("/")) + 1 :]
    if mount.source.path is None or mount.origin in ("image", "unknown"):
        return UNKNOWN
    inner = "/".join(part for part in (mount.source.path, below) if part)
    if mount.origin == "stage" and mount.from_stage is not None:
        end = image.stage(mount.from_stage).shape.end
        return find(db, image, mount.from_stage, end, "/" + inner)
    if mount.context is None:
        return UNKNOWN
    status = db.stat(f"{mount.context}/{inner}")
    if status is None or status.kind == "dir":
        return None
    rules = ignore_rules(db, mount.ignore)
    if not isinstance(visible(rules, inner), Visible):
        return None
    return Landed(f"{mount.context}/{inner}", run.stage, run.ordinal, True)
