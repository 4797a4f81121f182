"""What git says about a path: ignored by a .gitignore, or tracked by the index. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipworthy.db.database import Database, query
from shipworthy.db.inputs import encode
from shipworthy.model.git_patterns import PlainPattern, git_spec, plain_patterns, verdict
from shipworthy.model.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@query
def _plain(db: Database, path: str) -> tuple[PlainPattern, ...] | None:
    text = db.text(path)
    return () if text is None else plain_patterns(text.lstrip("\ufeff").splitlines())


@query
def _spec(db: Database, path: str) -> GitIgnoreSpec:
    return git_spec((db.text(path) or "").lstrip("\ufeff").splitlines())


@query
def git_ignored(db: Database, root: str, path: str, is_dir: bool) -> bool:
    """Whether git would ignore the path, by the .gitignore files from the root down to it.

    Source: gitignore(5). A path below an ignored directory is ignored, whatever is below says.
    """
    relative = path[len(root) + 1 :]
    if not relative or not path.startswith(root + "/"):
        return False
    parent = path.rpartition("/")[0]
    if parent != root and git_ignored(db, root, parent, True):
        return True
    base = parent
    while True:
        said = _said(db, f"{base}/.gitignore", path[len(base) + 1 :], is_dir)
        if said is not None:
            return said
        if base == root or not base.startswith(root):
            break
        base = base.rpartition("/")[0]
    return bool(_said(db, f"{root}/.git/info/exclude", relative, is_dir))


def _said(db: Database, file: str, path: str, is_dir: bool) -> bool | None:
    plain = _plain(db, file)
    if plain is not None:
        return verdict(plain, path, is_dir)
    return _spec(db, file).check_file(path + ("/" if is_dir else "")).include


@query
def _tracked_paths(db: Database, root: str) -> frozenset[str] | None:
    text = db.text(f"{root}/.git/index")
    return None if text is None else _read_index(encode(text))


def tracked(db: Database, root: str, path: str) -> bool | Unknown:
    """Whether the index of the repository at `root` holds the path; UNKNOWN without an index."""
    paths = _tracked_paths(db, root)
    return UNKNOWN if paths is None else path[len(root) + 1 :] in paths


@query
def committed(db: Database, root: str, path: str) -> bool:
    """Whether a fresh clone has the file: tracked, or (without an index to ask) not ignored."""
    known = tracked(db, root, path)
    if isinstance(known, Unknown):
        return not git_ignored(db, root, path, False)
    return known or not git_ignored(db, root, path, False)


def _read_index(data: bytes) -> frozenset[str] | None:
    """The paths of a git index, versions 2 to 4; None when it is none (gitformat-index(5))."""
    from struct import unpack  # noqa: PLC0415  (needed only where there is a repository)

    if len(data) < 12 or data[:4] != b"DIRC":
        return None
    version, count = unpack(">II", data[4:12])
    if version not in (2, 3, 4):
        return None
    paths = []
    position = 12
    previous = b""
    for _ in range(count):
        if position + 62 > len(data):
            return None
        (flags,) = unpack(">H", data[position + 60 : position + 62])
        start = position + 62 + (2 if version >= 3 and flags & 0x4000 else 0)
        if version == 4:
            drop, start = _offset(data, start)
            end = data.find(b"\0", start)
            if end < 0 or drop > len(previous):
                return None
            name = previous[: len(previous) - drop] + data[start:end]
            position = end + 1
        else:
            end = data.find(b"\0", start)
            if end < 0:
                return None
            name = data[start:end]
            length = end - position
            position += (length // 8 + 1) * 8
        previous = name
        paths.append(name.decode("utf-8", "surrogateescape"))
    return frozenset(paths)


def _offset(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    while position < len(data):
        byte = data[position]
        position += 1
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            return value, position
        value += 1
    return len(data), position
