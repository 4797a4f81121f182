"""The full simulation of a COPY or ADD on trees (fsutil copy.go, the solver's file backend)."""

from __future__ import annotations

from shipworthy.model.copying import (
    CopyErrorClass,
    CopySpec,
    Source,
    check_sources,
    destination_of,
    resolve_glob,
    sources_of,
)
from shipworthy.model.file_modes import Mode, parse_mode
from shipworthy.model.ignoring import WalkState, compile_copy_patterns
from shipworthy.model.trees import MemoryTree, Node, Tree, TreeError, joined, resolved
from shipworthy.syntax.gopath import has_wildcard
from shipworthy.text.records import NamedTuple


class Landed(NamedTuple):
    """What a copy wrote: image paths without the leading slash."""

    files: dict[str, Node]
    """Files and symlinks."""
    directories: frozenset[str]
    """Directories that were made."""


def copy_into(image: MemoryTree, copy: CopySpec, source: Tree) -> Landed | CopyErrorClass:
    """Performs the copy on the image's tree; on an error the tree is left half done.

    The source is the context as it was sent, or the tree of another stage.
    """
    mode = parse_mode(copy.chmod) if copy.chmod else None
    if copy.chmod and mode is None:
        return "bad-chmod"
    refused = check_sources(copy, source)
    if refused is not None:
        return refused
    # With --link the files are put into a layer of their own, which then lies over the image.
    linked = copy.link and not copy.chmod
    run = _Run(MemoryTree() if linked else image, copy, mode)
    try:
        for one in sources_of(copy):
            run.copy_source(source, one)
        for name in copy.heredocs:
            run.copy_heredoc(name)
    except TreeError as failed:
        return failed.kind
    except _CopyError as failed:
        return failed.kind
    if linked:
        _lay_over(image, run.image)
    return run.landed()


class _CopyError(Exception):
    def __init__(self, kind: CopyErrorClass) -> None:
        super().__init__(kind)
        self.kind: CopyErrorClass = kind


class _Parent(NamedTuple):
    target: str
    mode: int


class _Run:
    """One copy in progress."""

    def __init__(self, image: MemoryTree, copy: CopySpec, mode: Mode | None) -> None:
        self.image = image
        self._mode = mode
        self._destination, self._is_directory = destination_of(copy)
        self._excludes = compile_copy_patterns(copy.excludes) if copy.excludes else None
        self._files: dict[str, Node] = {}
        self._directories: set[str] = set()

    def landed(self) -> Landed:
        return Landed(self._files, frozenset(self._directories))

    def copy_source(self, tree: Tree, source: Source) -> None:
        if not has_wildcard(source.path):
            self._copy_root(tree, source.path, source.pattern)
            return
        found = resolve_glob(tree, source.path)
        if found is None:
            raise _CopyError("source-not-found")
        for path in found:
            self._copy_root(tree, path, source.pattern)

    def copy_heredoc(self, name: str) -> None:
        destination = self._prepare()
        self._copy_entry(MemoryTree(), name, Node("file"), name, destination, None)

    def _copy_root(self, tree: Tree, path: str, pattern: str | None) -> None:
        destination = self._prepare()
        followed = resolved(tree, path)
        node = tree.node(followed)
        if node is None:
            raise _CopyError("source-not-found")
        self._copy_entry(tree, followed, node, path.rpartition("/")[2], destination, pattern)

    def _prepare(self) -> str:
        """The destination with links followed; its parent (or itself) is made."""
        ensured = self._destination
        if not self._is_directory:
            ensured = ensured.rpartition("/")[0]
        self._make(resolved(self.image, ensured))
        return resolved(self.image, self._destination)

    def _copy_entry(
        self, tree: Tree, path: str, node: Node, name: str, destination: str, pattern: str | None
    ) -> None:
        there = self.image.node(destination)
        is_directory = node.kind == "directory"
        if there is not None and there.kind == "directory" and not is_directory:
            destination = joined(destination, name)
        parent = destination
        if not (is_directory and there is None):
            parent = destination.rpartition("/")[0]
        self._make(parent)
        if not is_directory:
            self._put(destination, node)
            return
        include = compile_copy_patterns((pattern,)).root() if pattern is not None else None
        exclude = self._excludes.root() if self._excludes is not None else None
        self._enter_directory(destination, node.mode, keep=True)
        self._copy_below(tree, path, destination, include, exclude, [])

    def _copy_below(
        self,
        tree: Tree,
        path: str,
        target: str,
        include: WalkState | None,
        exclude: WalkState | None,
        waiting: list[_Parent],
    ) -> None:
        for name in tree.names(path):
            here = joined(path, name)
            node = tree.node(here)
            if node is None:
                continue
            included = include.enter(name) if include is not None else None
            excluded = exclude.enter(name) if exclude is not None else None
            if (included is not None and included.error) or (
                excluded is not None and excluded.error
            ):
                raise _CopyError("bad-pattern")
            taken = (included is None or included.excluded) and not (
                excluded is not None and excluded.excluded
            )
            to = joined(target, name)
            if taken:
                for parent in waiting:
                    self._enter_parent(parent)
                waiting.clear()
            if node.kind != "directory":
                if taken:
                    self._put(to, node)
                continue
            if taken:
                self._enter_directory(to, node.mode)
            else:
                waiting.append(_Parent(to, node.mode))
            self._copy_below(tree, here, to, included, excluded, waiting)
            if waiting:
                waiting.pop()

    def _enter_directory(self, target: str, mode: int, *, keep: bool = False) -> None:
        """Makes the directory; one that is there gets the source's mode unless that is kept."""
        there = self.image.node(target)
        if there is not None and there.kind != "directory":
            raise _CopyError("not-a-directory")
        if there is None:
            self.image.make_directories(target)
            self._directories.add(target)
        if there is None or not keep:
            mode = self._changed(mode, is_directory=True)
            self.image.replace(target, Node("directory", mode=mode))

    def _enter_parent(self, parent: _Parent) -> None:
        """Makes a directory that only lies on the way to what is taken: --chmod spares it."""
        there = self.image.node(parent.target)
        if there is None:
            self._directories.update(self.image.make_directories(parent.target, parent.mode))
        elif there.kind == "directory":
            self.image.replace(parent.target, Node("directory", mode=parent.mode))
        else:
            raise _CopyError("not-a-directory")

    def _make(self, path: str) -> None:
        for made in self.image.make_directories(path):
            self._directories.add(made)
            self.image.replace(
                made, Node("directory", mode=self._changed(0o755, is_directory=True))
            )

    def _put(self, target: str, node: Node) -> None:
        there = self.image.node(target)
        if there is not None and there.kind == "directory":
            raise _CopyError("not-a-directory")
        if node.kind == "file":
            node = node._replace(mode=self._changed(node.mode, is_directory=False))
        self.image.put(target, node)
        self._files[target] = node

    def _changed(self, mode: int, *, is_directory: bool) -> int:
        return mode if self._mode is None else self._mode.apply(mode, is_directory=is_directory)


def _lay_over(image: MemoryTree, layer: MemoryTree) -> None:
    for path, node in sorted(layer.entries()):
        there = image.node(path)
        if node.kind != "directory" or there is None or there.kind != "directory":
            image.put(path, node)
        else:
            image.replace(path, node)
