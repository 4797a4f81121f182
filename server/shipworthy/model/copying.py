"""What one COPY or ADD brings where.

BuildKit's frontend makes one copy action of every source (dockerfile2llb/convert_copy.go), the
solver checks that the sources exist (contenthash, source selectors) and fsutil's copy.go does the
rest. `copy_into` does all of that to a tree; `image_path_of` and `resolve_sources` answer single
questions without walking anything.
"""

from __future__ import annotations

from typing import Literal

from shipworthy.model.ignoring import (
    Hidden,
    IgnoreRules,
    PatternError,
    compile_copy_patterns,
    visible,
)
from shipworthy.model.trees import Node, Tree, TreeError, joined, resolved
from shipworthy.syntax.gopath import clean, has_wildcard, is_bad_pattern, match
from shipworthy.text.records import NamedTuple

CopyErrorClass = Literal[
    "source-not-found", "not-a-directory", "bad-pattern", "bad-chmod", "symlink-loop"
]


class CopySpec(NamedTuple):
    """A COPY or ADD after variable expansion, local sources only."""

    sources: tuple[str, ...]
    destination: str
    """As written; relative to `workdir`, a trailing `/` or `/.` is significant."""
    workdir: str = "/"
    heredocs: tuple[str, ...] = ()
    """The names of the files that here-documents make."""
    parents: bool = False
    excludes: tuple[str, ...] = ()
    """The values of `--exclude`, through `flag_text`."""
    link: bool = False
    chmod: str = ""


class Source(NamedTuple):
    """One source as the solver gets it."""

    text: str
    """As written."""
    path: str
    """Below the root, clean; with wildcards and backslashes as written."""
    pattern: str | None
    """With `--parents`, what is taken of `path`: a pattern relative to it; else None."""
    required: str | None
    """With `--parents`, the path that must exist (there is none behind a wildcard)."""

    @property
    def is_glob(self) -> bool:
        """Whether the source may match nothing."""
        return has_wildcard(self.path) or (self.pattern is not None and self.required is None)


class ResolvedSource(NamedTuple):
    """Which entries of the context a source names.

    `matches` are paths with links followed; for a pattern of `--parents` they are not looked for.
    """

    source: Source
    kind: Literal["file", "directory", "missing", "glob"]
    matches: tuple[str, ...]


def sources_of(copy: CopySpec) -> tuple[Source, ...]:
    """The sources, normalised: `../x`, `/x` and `./x` all mean `x`."""
    return tuple(_source(copy, text) for text in copy.sources)


def destination_of(copy: CopySpec) -> tuple[str, bool]:
    """The destination below the root, and whether it is written as a directory."""
    written = copy.destination
    if written in {"", "."}:
        written = "./"
    path = written if written.startswith("/") else copy.workdir + "/" + written
    return clean("/" + path)[1:], written.endswith(("/", "/."))


def image_path_of(copy: CopySpec, context_path: str, *, into_directory: bool = False) -> str | None:
    """Where the file at this path of the source lands, as an absolute image path; None: nowhere.

    Nothing needs to exist: a source without wildcards that is an ancestor of the path is taken
    for a directory. `into_directory` tells that the destination is a directory already, which
    decides where a single file goes when the destination has no trailing slash (with `--link` it
    does not: the file takes the directory's place). Symlinks are not
    known here, and not whether the path is in the context at all.
    """
    destination, is_directory = destination_of(copy)
    is_layer = copy.link and not copy.chmod
    is_directory = is_directory or (into_directory and not is_layer)
    excludes = compile_copy_patterns(copy.excludes) if copy.excludes else None
    landed: str | None = None
    for source in sources_of(copy):
        root = _matched_root(source.path, context_path)
        if root is None:
            continue
        below = context_path[len(root) :].lstrip("/")
        if not below:
            name = context_path.rpartition("/")[2]
            landed = joined(destination, name) if is_directory else destination
        elif _takes(below, source, excludes):
            landed = joined(destination, below)
            is_directory = True
    return None if landed is None else "/" + landed


def resolve_sources(copy: CopySpec, tree: Tree) -> tuple[ResolvedSource, ...]:
    """Which of the sources exist in the tree that they are copied from."""
    return tuple(_resolve(source, tree) for source in sources_of(copy))


def resolve_glob(tree: Tree, pattern: str) -> list[str] | None:
    """The paths a pattern matches, a matched directory's content not looked at; None when the
    directory before the first wildcard does not exist.

    Raises TreeError for a loop of links in that directory's path.
    """
    base, rest = split_wildcards(pattern)
    base = resolved(tree, base)
    if tree.node(base) is None:
        return None
    depth = rest.count("/") + rest.count("[") + 1
    found: list[str] = []
    _match_below(tree, base, "", rest, depth, found)
    return found


def split_wildcards(path: str) -> tuple[str, str]:
    """The components before the first one with a wildcard, and the others."""
    parts = path.split("/")
    for i, part in enumerate(parts):
        if has_wildcard(part):
            return "/".join(parts[:i]), "/".join(parts[i:])
    return path, ""


def check_sources(copy: CopySpec, tree: Tree) -> CopyErrorClass | None:
    """Why the solver refuses the copy before it runs: it cannot compute the sources' checksums."""
    for source in sorted(sources_of(copy), key=lambda one: one.path):
        try:
            error = _check(copy, source, tree)
        except TreeError as failed:
            error = _unreachable(copy, source, failed)
        if error is not None:
            return error
    return None


def flag_text(value: str) -> str:
    """A flag's value as BuildKit reads it: byte by byte, each byte a character of its own.

    So `--exclude=é` never matches a file called `é` (parser, split_command.go).
    """
    return value if value.isascii() else value.encode("utf-8", "replace").decode("latin-1")


def includes(rules: IgnoreRules, path: str) -> bool:
    """Whether include or exclude patterns of a Dockerfile match the path, by way of its parents."""
    return isinstance(visible(rules, path), Hidden)


def _source(copy: CopySpec, text: str) -> Source:
    path: str = text
    pattern: str | None = None
    required: str | None = None
    if copy.parents:
        before, pivot, after = text.partition("/./")
        path, pattern = (before, after) if pivot else ("/", text)
        pattern = clean("/" + pattern)
        if not has_wildcard(path) and not has_wildcard(pattern):
            required = clean("/" + path + pattern)[1:]
        pattern = pattern[1:]
    return Source(text, clean("/" + path)[1:], pattern, required)


def _matched_root(pattern: str, path: str) -> str | None:
    """The highest ancestor of the path (or itself) that the source names."""
    if not has_wildcard(pattern):
        if pattern in ("", path) or path.startswith(pattern + "/"):
            return pattern
        return None
    base, rest = split_wildcards(pattern)
    if base and not path.startswith(base + "/"):
        return None
    start = len(base) + 1 if base else 0
    end = path.find("/", start)
    while True:
        root = path if end < 0 else path[:end]
        if match(rest, root[start:]):
            return root
        if end < 0:
            return None
        end = path.find("/", end + 1)


def _takes(below: str, source: Source, excludes: IgnoreRules | None) -> bool:
    if excludes is not None and includes(excludes, below):
        return False
    if source.pattern is None:
        return True
    return includes(compile_copy_patterns((source.pattern,)), below)


def _resolve(source: Source, tree: Tree) -> ResolvedSource:
    try:
        if source.required is not None or not source.is_glob:
            path = resolved(tree, source.path if source.required is None else source.required)
            node = tree.node(path)
            if node is None or node.kind == "symlink":
                return ResolvedSource(source, "missing", ())
            return ResolvedSource(source, node.kind, (path,))
        if source.pattern is not None:
            return ResolvedSource(source, "glob", ())
        found = resolve_glob(tree, source.path)
    except TreeError:
        return ResolvedSource(source, "missing", ())
    if found is None:
        return ResolvedSource(source, "missing", ())
    return ResolvedSource(source, "glob", tuple(found))


def _match_below(
    tree: Tree, base: str, below: str, pattern: str, depth: int, found: list[str]
) -> None:
    directory = joined(base, below) if below else base
    for name in tree.names(directory):
        here = joined(below, name)
        path = joined(directory, name)
        if match(pattern, here):
            found.append(path)
        elif depth > 1 and _is_directory(tree.node(path)):
            _match_below(tree, base, here, pattern, depth - 1, found)


def _unreachable(copy: CopySpec, source: Source, failed: TreeError) -> CopyErrorClass | None:
    """The error for a source below a file: found by its checksum, or only when it is copied."""
    if failed.kind == "symlink-loop":
        return failed.kind
    is_filtered = bool(copy.excludes) or has_wildcard(source.path) or source.is_glob
    return None if is_filtered else "source-not-found"


def _is_taken(copy: CopySpec, source: Source, tree: Tree) -> bool:
    """Whether a path that `--parents` requires is among the paths of the source's checksum.

    The root of the source never is, so `COPY --parents .` always fails, and so does a path that
    `--exclude` takes away again.
    """
    if not source.pattern or tree.node(source.required or "") is None:
        return False
    excludes = compile_copy_patterns(copy.excludes) if copy.excludes else None
    return _takes(source.pattern, source, excludes)


def _is_directory(node: Node | None) -> bool:
    return node is not None and node.kind == "directory"


def _check(copy: CopySpec, source: Source, tree: Tree) -> CopyErrorClass | None:
    for patterns in (copy.excludes, () if source.pattern is None else (source.pattern,)):
        error = compile_copy_patterns(patterns).error
        if isinstance(error, PatternError):
            return "bad-pattern"
    if source.required is not None and not _is_taken(copy, source, tree):
        return "source-not-found"
    if has_wildcard(source.path):
        base, rest = split_wildcards(source.path)
        if is_bad_pattern(rest) and tree.node(resolved(tree, base)) is not None:
            return "bad-pattern"
        return None
    is_filtered = bool(copy.excludes) or source.pattern is not None
    if not is_filtered and tree.node(resolved(tree, source.path)) is None:
        return "source-not-found"
    return None
