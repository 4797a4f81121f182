"""File trees as a build sees them: the context, and the file system of a stage.

Paths are relative to the root, clean, without a leading slash; `""` is the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from shipworthy.text.records import NamedTuple

Kind = Literal["file", "directory", "symlink"]

_MAX_LINKS = 255


class Node(NamedTuple):
    """One entry of a tree."""

    kind: Kind
    link: str = ""
    """The text of a symlink."""
    origin: str | None = None
    """The context path a file came from, through any number of stages; None if made elsewhere."""
    mode: int = 0o644
    emptied: bool = False
    """Whether the file arrived without its content (see `IgnoreRules.matches_or_parent`)."""


class Tree(Protocol):
    """What copying needs to know of a source; ancestors of a path asked for are directories."""

    def node(self, path: str) -> Node | None:
        """The entry at the path itself; links are not followed."""

    def names(self, path: str) -> Sequence[str]:
        """The names in a directory, in byte order; empty for what is not one."""


class TreeError(Exception):
    """A path cannot be reached; `kind` is the class of the build error."""

    def __init__(self, kind: Literal["symlink-loop", "not-a-directory"]) -> None:
        super().__init__(kind)
        self.kind: Literal["symlink-loop", "not-a-directory"] = kind


class MemoryTree:
    """A tree in memory that can be written to."""

    __slots__ = ("_children", "_nodes")

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {"": Node("directory", mode=0o755)}
        self._children: dict[str, dict[str, None]] = {"": {}}

    @classmethod
    def of(
        cls,
        files: Iterable[str] = (),
        directories: Iterable[str] = (),
        symlinks: Mapping[str, str] | None = None,
    ) -> MemoryTree:
        """A tree of these entries, parents implied; every file is its own origin."""
        tree = cls()
        for path in directories:
            tree.make_directories(path)
        for path in files:
            tree.put(path, Node("file", origin=path))
        for path, link in (symlinks or {}).items():
            tree.put(path, Node("symlink", link=link))
        return tree

    def copy(self) -> MemoryTree:
        """An independent tree with the same entries."""
        other = MemoryTree()
        other._nodes = dict(self._nodes)
        other._children = {path: dict(names) for path, names in self._children.items()}
        return other

    def node(self, path: str) -> Node | None:
        """The entry at the path itself; links are not followed."""
        return self._nodes.get(path)

    def names(self, path: str) -> Sequence[str]:
        """The names in a directory, in byte order; empty for what is not one."""
        return sorted(self._children.get(path, ()))

    def entries(self) -> Iterator[tuple[str, Node]]:
        """All entries but the root, in no particular order."""
        return ((path, node) for path, node in self._nodes.items() if path)

    def put(self, path: str, node: Node) -> None:
        """Sets an entry, whatever was there before; missing parents become directories."""
        self.remove(path)
        parent, _, name = path.rpartition("/")
        self.make_directories(parent)
        self._nodes[path] = node
        self._children[parent][name] = None
        if node.kind == "directory":
            self._children[path] = {}

    def replace(self, path: str, node: Node) -> None:
        """Changes what is known of an entry that stays of its kind."""
        self._nodes[path] = node

    def remove(self, path: str) -> None:
        """Removes an entry and all below it."""
        if path not in self._nodes:
            return
        for name in self.names(path):
            self.remove(f"{path}/{name}" if path else name)
        if path:
            del self._nodes[path]
            self._children.pop(path, None)
            parent, _, name = path.rpartition("/")
            self._children[parent].pop(name, None)

    def make_directories(self, path: str, mode: int = 0o755) -> list[str]:
        """`mkdir -p`: the directories that were made, from the top.

        Raises TreeError when something else is in the way (links are not followed).
        """
        made: list[str] = []
        known = path
        while known not in self._nodes:
            made.append(known)
            known = known.rpartition("/")[0]
        if self._nodes[known].kind != "directory":
            raise TreeError("not-a-directory")
        made.reverse()
        for one in made:
            parent, _, name = one.rpartition("/")
            self._nodes[one] = Node("directory", mode=mode)
            self._children[one] = {}
            self._children[parent][name] = None
        return made


def joined(directory: str, name: str) -> str:
    """The path of a name in a directory."""
    return f"{directory}/{name}" if directory else name


def resolved(tree: Tree, path: str, *, last: bool = True) -> str:
    """The path with all symlinks followed inside the tree, as containerd's `RootPath` does.

    What does not exist stays as written; `last` says whether the last component is followed too.
    Raises TreeError for a loop, or when a component below a file is asked for.
    """
    links = 0
    todo = [part for part in path.split("/") if part]
    at = ""
    i = 0
    while i < len(todo):
        part = todo[i]
        i += 1
        here = joined(at, part)
        node = tree.node(here)
        if node is None:
            return "/".join([here, *todo[i:]])
        if node.kind == "symlink" and (last or i < len(todo)):
            links += 1
            if links > _MAX_LINKS:
                raise TreeError("symlink-loop")
            todo = link_target(at, node.link) + todo[i:]
            i, at = 0, ""
            continue
        if node.kind == "file" and i < len(todo):
            raise TreeError("not-a-directory")
        at = here
    return at


def link_target(directory: str, link: str) -> list[str]:
    """The components a link in the directory points to, `..` taken by text and kept in the root."""
    base = [] if link.startswith("/") else [part for part in directory.split("/") if part]
    for part in link.split("/"):
        if part == "..":
            if base:
                base.pop()
        elif part not in {"", "."}:
            base.append(part)
    return base
