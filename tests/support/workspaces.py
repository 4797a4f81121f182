"""Workspaces made from fenced blocks: in memory under `/ws`, or in a real folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from shipworthy.db.inputs import MemoryFiles, encode
from shipworthy.docsgen.markdown import Fence
from shipworthy.engine.host import Host
from shipworthy.engine.source import Source

ROOT = "/ws"


class Workspace(NamedTuple):
    """A small tree of files, by relative path."""

    files: Mapping[str, str]
    links: Mapping[str, str] = {}
    executables: frozenset[str] = frozenset()

    def host(self, source: Source | None = None) -> Host:
        """A host over the tree in memory."""
        tree = MemoryFiles(_rooted(self.files), _rooted(self.links))
        tree.executables = {f"{ROOT}/{path}" for path in self.executables}
        return Host([ROOT], tree, source=source)

    def write(self, folder: Path) -> None:
        """The tree on the disk."""
        for path, text in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(encode(text))
            if path in self.executables:
                file.chmod(0o755)
        for path, target in self.links.items():
            link = folder / path
            link.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target, link)

    def mapped(self, change: Callable[[str, str], str]) -> Workspace:
        """The tree with every text changed by `change(path, text)`."""
        return self._replace(files={path: change(path, text) for path, text in self.files.items()})


def workspace(fences: Iterable[Fence], base: Workspace | None = None) -> Workspace:
    """A tree from blocks with `file=PATH`, laid over another tree.

    `link=TARGET` makes a symbolic link, `mode=755` an executable file, `eol=crlf` Windows line
    ends; the words `bom`, `no-final-newline` and `absent` do what they say.
    """
    files = dict(base.files) if base else {}
    links = dict(base.links) if base else {}
    executables = set(base.executables) if base else set()
    for fence in fences:
        path = fence.get("file")
        if path is None:
            continue
        assert not path.startswith("/"), f"{path} must be relative"
        assert ".." not in path.split("/"), f"{path} leaves the workspace"
        files.pop(path, None)
        links.pop(path, None)
        executables.discard(path)
        link = fence.get("link")
        if link is not None:
            links[path] = link
        elif "absent" not in fence.words:
            files[path] = _text(fence)
            if int(fence.get("mode") or "644", 8) & 0o111:
                executables.add(path)
    return Workspace(files, links, frozenset(executables))


def _text(fence: Fence) -> str:
    text = fence.text
    if "no-final-newline" in fence.words:
        text = text.removesuffix("\n")
    if fence.get("eol") == "crlf":
        text = text.replace("\n", "\r\n")
    return "\ufeff" + text if "bom" in fence.words else text


def _rooted(paths: Mapping[str, str]) -> dict[str, str]:
    return {f"{ROOT}/{path}": text for path, text in paths.items()}
