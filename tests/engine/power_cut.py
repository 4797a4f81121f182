"""Fixes a folder again and again and kills the process at each step of writing.

Run as `power_cut.py SOURCE WORK`: prints one line of JSON for each point.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shipworthy.cli.main import main
from shipworthy.engine import writing

FOR_WRITING = "wb"


class _Cut:
    """Counts the system calls that write, and dies before the chosen one."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self.names: list[str] = []

    def before(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.before(f"before {name}")
            return call(*args, **kwargs)

        return counted


class _TornFile(io.FileIO):
    """A file of which only the first half has reached the disk when the power goes."""

    cut: _Cut

    def write(self, data: Any) -> int:
        raw = bytes(data)
        half = len(raw) // 2
        super().write(raw[:half])
        self.cut.before("half of write")
        super().write(raw[half:])
        return len(raw)


def _install(cut: _Cut) -> None:
    def opened(file: int | str, mode: str = "r", **kwargs: Any) -> Any:
        if mode != FOR_WRITING:
            return open(file, mode, **kwargs)
        torn = _TornFile(file, "wb")
        torn.cut = cut
        return torn

    vars(writing)["open"] = opened
    for name in ("fsync", "chmod", "replace", "link", "unlink"):
        setattr(os, name, cut.around(name, getattr(os, name)))
    tempfile.mkstemp = cut.around("mkstemp", tempfile.mkstemp)


def fix(folder: Path, at: int = 0) -> tuple[int, list[str]]:
    """Fix a folder in a child that dies at a point; its status, and the points it passed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        cut = _Cut(at)
        _install(cut)
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.dup2(devnull, 2)
        main(["check", "--fix", "--unsafe-fixes", str(folder)])
        os.write(writer, json.dumps(cut.names).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return status, json.loads(told) if told else []


def contents(folder: Path) -> dict[str, str]:
    """The texts of a folder, as Latin-1 so that every byte shows."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("latin-1") for path in files
    }


def run(source: Path, work: Path) -> None:
    """Kill at every point, look, and fix again."""
    whole = work / "whole"
    shutil.copytree(source, whole, symlinks=True)
    _, names = fix(whole)
    tell = sys.stdout.write
    tell(json.dumps({"old": contents(source), "new": contents(whole), "points": names}) + "\n")
    for at in range(1, len(names) + 1):
        folder = work / str(at)
        shutil.copytree(source, folder, symlinks=True)
        status, _ = fix(folder, at)
        killed = contents(folder)
        _age(folder)
        ended, _ = fix(folder)
        told = {"status": status, "killed": killed, "ended": ended == 0, "again": contents(folder)}
        tell(json.dumps(told) + "\n")
        shutil.rmtree(folder)


def _age(folder: Path) -> None:
    for path in folder.rglob("*.tmp"):
        os.utime(path, (0, 0))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
