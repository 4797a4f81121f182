"""Writing files: all or nothing, only what was analysed, only inside the workspace."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, TypeAlias

from shipworthy.db.inputs import encode

_PREFIX = ".shipworthy-"
_LEFT_AFTER = 60.0
"""Seconds after which a temporary file is one that a killed process left; writing takes less."""

Reason: TypeAlias = Literal["changed", "read-only", "outside", "exists", "special", "failed"]


class WriteRefused(Exception):
    """The file was left as it is; `reason` says why.

    `changed`: the disk no longer holds what was analysed. `read-only`: the file or its folder
    cannot be written. `outside`: the path, links followed, lies in none of the roots. `exists`: a
    new file would replace one. `special`: no regular file. `failed`: the system refused; `detail`
    says in its words why.
    """

    def __init__(self, path: str, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{path}: {reason}" + (f" ({detail})" if detail else ""))
        self.path = path
        self.reason: Reason = reason
        self.detail = detail


def write_atomically(path: str, old_text: str | None, new_text: str, roots: Sequence[str]) -> None:
    """Replace a file's text, or with `old_text` None create the file; raises WriteRefused.

    The new text is written beside the target, flushed to the disk, given the target's permissions,
    extended attributes and, where the system lets us, owner, and renamed over it, so that a reader
    sees the old or the new file and never half of one. A symbolic link is followed to its target
    and stays a link. Another hard link keeps the old text: its name may lie outside the roots.
    """
    try:
        target = os.path.realpath(path)
        if not any(_inside(target, os.path.realpath(root)) for root in roots):
            raise WriteRefused(path, "outside")
        if old_text is None:
            _create(path, target, encode(new_text))
        else:
            _replace(path, target, encode(old_text), encode(new_text))
    except PermissionError as error:
        raise WriteRefused(path, "read-only", error.strerror or "") from error
    except OSError as error:
        raise WriteRefused(path, "failed", error.strerror or "") from error
    except ValueError as error:
        # No file can have such a name.
        raise WriteRefused(path, "failed", str(error)) from error


def matches_disk(path: str, text: str) -> bool:
    """Whether the disk still holds exactly that text."""
    try:
        with open(path, "rb") as file:
            return file.read() == encode(text)
    except OSError:
        return False


def _inside(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)


def _create(path: str, target: str, data: bytes) -> None:
    if os.path.lexists(path) or os.path.lexists(target):
        raise WriteRefused(path, "exists")
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    mask = os.umask(0)
    os.umask(mask)
    temporary = _write_beside(target, data)
    try:
        os.chmod(temporary, 0o666 & ~mask)
        # A hard link fails where a rename would replace what somebody created in the meantime.
        os.link(temporary, target)
    except FileExistsError as error:
        raise WriteRefused(path, "exists") from error
    except OSError:
        if os.path.lexists(target):
            raise WriteRefused(path, "exists") from None
        os.replace(temporary, target)
        return
    finally:
        _remove(temporary)


def _replace(path: str, target: str, old: bytes, new: bytes) -> None:
    try:
        status = os.stat(target)
    except FileNotFoundError as error:
        raise WriteRefused(path, "changed") from error
    if not stat.S_ISREG(status.st_mode):
        raise WriteRefused(path, "special")
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteRefused(path, "read-only")
    _require_bytes(path, target, old)
    temporary = _write_beside(target, new)
    try:
        _take_over(target, temporary, status)
        _require_bytes(path, target, old)
        os.replace(temporary, target)
    finally:
        _remove(temporary)


def _require_bytes(path: str, target: str, old: bytes) -> None:
    with open(target, "rb") as file:
        if file.read(len(old) + 1) != old:
            raise WriteRefused(path, "changed")


def _write_beside(target: str, data: bytes) -> str:
    folder = os.path.dirname(target)
    _clean(folder)
    descriptor, temporary = tempfile.mkstemp(".tmp", _PREFIX, folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _take_over(target: str, temporary: str, status: os.stat_result) -> None:
    """Owner, extended attributes (access lists among them) and permissions of the target."""
    mode = stat.S_IMODE(status.st_mode)
    if hasattr(os, "chown"):
        for owner in (status.st_uid, -1):
            try:
                os.chown(temporary, owner, status.st_gid)
                break
            except OSError:
                # Who does not own the file gives it no rights of another owner.
                mode &= 0o777
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(target, name))
    os.chmod(temporary, mode)


def _clean(folder: str) -> None:
    """Remove what killed processes left."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if entry.name.startswith(_PREFIX) and entry.name.endswith(".tmp"):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and status.st_mtime < time.time() - _LEFT_AFTER:
                    _remove(entry.path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
