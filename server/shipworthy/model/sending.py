"""What the client sends of a directory: the walk with its include and exclude patterns.

BuildKit asks only for the paths that the reachable stages name (`FollowPaths`, with symlinks
followed), and the client leaves out what the ignore file hides (fsutil filter.go, followlinks.go).
"""

from __future__ import annotations

from shipworthy.model.ignoring import IgnoreRules, PatternError, WalkState, compile_copy_patterns
from shipworthy.model.trees import MemoryTree, Node, Tree, joined, link_target
from shipworthy.syntax.gopath import clean, has_wildcard, match
from shipworthy.text.records import NamedTuple


class Filter(NamedTuple):
    """What a transfer leaves out: only `include` (None = everything) without `exclude`."""

    include: IgnoreRules | None
    exclude: IgnoreRules

    @property
    def error(self) -> PatternError | None:
        """Why nothing can be sent at all."""
        if self.include is not None and self.include.error is not None:
            return self.include.error
        return self.exclude.error

    def skips(self, directory: str) -> bool:
        """Whether no include pattern can match anything in a directory that none matches."""
        return self.include is not None and self.include.skips_unincluded(directory)


def follow_filter(tree: Tree, paths: list[str] | None, exclude: IgnoreRules) -> Filter:
    """The filter for the sources of all COPY, ADD and bind mounts; None or the root: everything."""
    if not paths:
        return Filter(None, exclude)
    targets = follow_links(tree, sorted({clean("/" + path)[1:] or "." for path in paths}))
    return Filter(compile_copy_patterns(tuple(targets)) if targets else None, exclude)


def follow_links(tree: Tree, paths: list[str]) -> list[str] | None:
    """The include patterns for paths (which may have wildcards), link targets added.

    None when one of them is the root.
    """
    found: set[str] = set()
    todo = list(reversed(paths))
    while todo:
        _follow(tree, todo.pop(), found, todo)
    kept: list[str] = []
    last = ""
    for path in sorted(found):
        if path == ".":
            return None
        if not path.startswith(last + "/"):
            kept.append(path)
            last = path
    return kept


def send(tree: Tree, wanted: Filter) -> MemoryTree | PatternError:
    """The tree that arrives, or the pattern that makes the walk fail."""
    if wanted.error is not None:
        return wanted.error
    arrived = MemoryTree()
    include = wanted.include.root() if wanted.include is not None else None
    failed = _walk(tree, "", include, wanted.exclude.root(), wanted, arrived)
    return failed or arrived


def _follow(tree: Tree, path: str, found: set[str], todo: list[str]) -> None:
    current = ""
    left = path
    while True:
        part, _, left = left.partition("/")
        if part not in {"", "."}:
            current = clean(joined(current, part))
        targets = _link_targets(tree, current, wildcard=True)
        name = current or "."
        if (not left or targets) and name in found:
            return
        if targets:
            found.add(name)
            todo.extend(reversed([clean("/".join(filter(None, [to, left]))) for to in targets]))
            return
        if not left:
            found.add(name)
            return


def _link_targets(tree: Tree, path: str, *, wildcard: bool) -> list[str]:
    directory, _, name = path.rpartition("/")
    if not _is_reachable(tree, directory):
        return []
    if wildcard and has_wildcard(name):
        return [
            target
            for one in tree.names(directory)
            if match(name, one)
            for target in _link_targets(tree, joined(directory, one), wildcard=False)
        ]
    node = tree.node(path)
    if node is None or node.kind != "symlink":
        return []
    return ["/" + "/".join(link_target(directory, node.link))]


def _is_reachable(tree: Tree, directory: str) -> bool:
    node = tree.node(directory)
    return node is not None and node.kind == "directory"


def _walk(
    tree: Tree,
    path: str,
    include: WalkState | None,
    exclude: WalkState,
    wanted: Filter,
    arrived: MemoryTree,
) -> PatternError | None:
    for name in tree.names(path):
        here = joined(path, name)
        node = tree.node(here)
        if node is None:
            continue
        is_directory = node.kind == "directory"
        included = include.enter(name) if include is not None else None
        if included is not None and included.error is not None:
            return included.error
        unwanted = included is not None and not included.excluded
        if unwanted and is_directory and wanted.skips(here):
            continue
        excluded = exclude.enter(name)
        if excluded.error is not None:
            return excluded.error
        if not unwanted and not excluded.excluded:
            failed = _arrive(here, node, wanted, arrived)
            if failed is not None:
                return failed
        if is_directory and not excluded.prunable:
            failed = _walk(tree, here, included, excluded, wanted, arrived)
            if failed is not None:
                return failed
    return None


def _arrive(path: str, node: Node, wanted: Filter, arrived: MemoryTree) -> PatternError | None:
    if node.kind == "directory":
        arrived.make_directories(path)
        return None
    if node.kind == "file":
        opened = _opens(path, wanted)
        if isinstance(opened, PatternError):
            return opened
        node = node._replace(emptied=not opened)
    arrived.put(path, node)
    return None


def _opens(path: str, wanted: Filter) -> bool | PatternError:
    """Whether the client can open a file that it has announced.

    Without exceptions the walk and the matcher that is asked then always agree.
    """
    if wanted.include is not None and wanted.include.negations:
        found = wanted.include.matches_or_parent(path)
        if found is not True:
            return found
    if not wanted.exclude.negations:
        return True
    found = wanted.exclude.matches_or_parent(path)
    return found if isinstance(found, PatternError) else not found
