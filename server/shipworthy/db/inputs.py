"""The only place of the analysis that touches the disk.

Paths are absolute, normalised, with `/`. Names that are no UTF-8 carry surrogate escapes, and so
does text: decoding and encoding again gives back the same bytes.
"""

from __future__ import annotations

import os
import stat as stat_module
from collections.abc import Iterator, Mapping
from typing import Literal, Protocol, TypeAlias

from shipworthy.text.records import NamedTuple

MAX_BYTES = 64 * 1024 * 1024
"""Files beyond this size are not read; what they define is UNKNOWN."""

Kind: TypeAlias = Literal["file", "dir", "link", "other"]
Absence: TypeAlias = Literal["absent", "directory", "unreadable", "too-large", "special"]


class FileText(NamedTuple):
    """A file's text, or why there is none."""

    text: str | None
    absence: Absence | None


class Entry(NamedTuple):
    """One name of a directory; symbolic links are `link`, not followed."""

    name: str
    kind: Kind


class Stat(NamedTuple):
    """What a path is: size in bytes, whether any execute bit is set, the text of a link."""

    kind: Kind
    size: int
    executable: bool
    link: str | None


class Files(Protocol):
    """Where texts, listings and sizes come from: the disk, or a test's own tree."""

    def read(self, path: str) -> FileText: ...
    def entries(self, path: str) -> tuple[Entry, ...] | None: ...
    def stat(self, path: str) -> Stat | None: ...
    def scan(self, path: str) -> Iterator[tuple[str, Kind, int]]: ...


class DiskFiles:
    """The real disk. Opens regular files only and follows no link to read a listing."""

    __slots__ = ()

    def read(self, path: str) -> FileText:
        """The file's text; links are followed, devices, sockets and pipes are not opened."""
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _CLOEXEC)
        except IsADirectoryError:
            return FileText(None, "directory")
        except (FileNotFoundError, NotADirectoryError):
            return FileText(None, "absent")
        except (OSError, ValueError):
            return FileText(None, "directory" if os.path.isdir(path) else "unreadable")
        try:
            with open(descriptor, "rb") as file:
                status = os.fstat(file.fileno())
                if stat_module.S_ISDIR(status.st_mode):
                    return FileText(None, "directory")
                if not stat_module.S_ISREG(status.st_mode):
                    return FileText(None, "special")
                if status.st_size > MAX_BYTES:
                    return FileText(None, "too-large")
                return FileText(decode(file.read(MAX_BYTES + 1)), None)
        except IsADirectoryError:
            return FileText(None, "directory")
        except OSError:
            return FileText(None, "unreadable")

    def entries(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a directory, sorted; None when it cannot be listed."""
        try:
            with os.scandir(path) as found:
                names = sorted([(entry.name, _kind(entry)) for entry in found])
                return tuple([tuple.__new__(Entry, name) for name in names])
        except (OSError, ValueError):
            return None

    def stat(self, path: str) -> Stat | None:
        """What the path is, links not followed; None when there is nothing."""
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return None
        mode = status.st_mode
        if stat_module.S_ISLNK(mode):
            try:
                return Stat("link", status.st_size, False, os.readlink(path))
            except OSError:
                return Stat("link", status.st_size, False, None)
        if stat_module.S_ISDIR(mode):
            return Stat("dir", 0, False, None)
        if stat_module.S_ISREG(mode):
            return Stat("file", status.st_size, bool(mode & 0o111), None)
        return Stat("other", 0, False, None)

    def scan(self, path: str) -> Iterator[tuple[str, Kind, int]]:
        """Names, kinds and sizes of one directory, unsorted, for walks over big trees."""
        try:
            with os.scandir(path) as found:
                for entry in found:
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError:
                        yield entry.name, _kind(entry), 0
                        continue
                    # One question for kind and size: a tree may have a million files.
                    kind = _KINDS.get(status.st_mode & _TYPE, "other")
                    yield entry.name, kind, status.st_size if kind == "file" else 0
        except (OSError, ValueError):
            return


_TYPE = stat_module.S_IFMT(0xFFFF)
_KINDS: Mapping[int, Kind] = {
    stat_module.S_IFREG: "file",
    stat_module.S_IFDIR: "dir",
    stat_module.S_IFLNK: "link",
}
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)


def decode(data: bytes) -> str:
    """Bytes as text; bytes that are no UTF-8 become surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The inverse of `decode`; a surrogate that stands for no byte becomes `?`."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _kind(entry: os.DirEntry[str]) -> Kind:
    try:
        # Files first: nearly every entry is one, and each question is a call.
        if entry.is_file(follow_symlinks=False):
            return "file"
        if entry.is_dir(follow_symlinks=False):
            return "dir"
        if entry.is_symlink():
            return "link"
    except OSError:
        return "other"
    return "other"


class MemoryFiles:
    """A tree of texts in memory, for tests and for what-if analyses. Directories are implied."""

    __slots__ = ("executables", "files", "links")

    def __init__(self, files: Mapping[str, str], links: Mapping[str, str] | None = None) -> None:
        self.files = dict(files)
        self.links = dict(links or {})
        self.executables: set[str] = set()

    def read(self, path: str) -> FileText:
        """The text stored under the path."""
        if path in self.files:
            return FileText(self.files[path], None)
        return FileText(None, "directory" if self._is_dir(path) else "absent")

    def entries(self, path: str) -> tuple[Entry, ...] | None:
        """The names implied below the path."""
        prefix = path.rstrip("/") + "/"
        names: dict[str, Kind] = {}
        for known in self.files:
            if known.startswith(prefix):
                head, slash, _ = known[len(prefix) :].partition("/")
                names[head] = "dir" if slash else "file"
        for known in self.links:
            if known.startswith(prefix):
                head, slash, _ = known[len(prefix) :].partition("/")
                names[head] = "dir" if slash else "link"
        if not names and not self._is_dir(path):
            return None
        return tuple(sorted(Entry(name, kind) for name, kind in names.items()))

    def stat(self, path: str) -> Stat | None:
        """What is stored under the path."""
        if path in self.files:
            size = len(encode(self.files[path]))
            return Stat("file", size, path in self.executables, None)
        if path in self.links:
            return Stat("link", 0, False, self.links[path])
        return Stat("dir", 0, False, None) if self._is_dir(path) else None

    def scan(self, path: str) -> Iterator[tuple[str, Kind, int]]:
        """Names, kinds and sizes of one directory."""
        for name, kind in self.entries(path) or ():
            status = self.stat(f"{path.rstrip('/')}/{name}")
            yield name, kind, status.size if status else 0

    def _is_dir(self, path: str) -> bool:
        prefix = path.rstrip("/") + "/"
        return any(known.startswith(prefix) for known in (*self.files, *self.links))
