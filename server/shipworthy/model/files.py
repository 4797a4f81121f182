"""Parsed files as queries: which kind a file is, its tree, and where its nodes start.

The parse of a text changes with every keystroke; the queries that hand out its *tree* compare
equal while only comments, blank lines or positions changed, which is where most edits stop.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.syntax import dockerignore
from shipworthy.syntax import json as json_syntax
from shipworthy.syntax import toml as toml_syntax
from shipworthy.syntax.dockerfile.nodes import Dockerfile, ParsedDockerfile
from shipworthy.syntax.dockerfile.parse import parse as parse_dockerfile
from shipworthy.syntax.dockerignore import IgnoreFile, ParsedIgnoreFile
from shipworthy.syntax.yaml.nodes import ParsedYaml
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import LineIndex
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

FileKind: TypeAlias = Literal["dockerfile", "ignore", "yaml", "toml", "json", "other"]

_NOT_DOCKERFILES = (
    ".dockerignore",
    ".containerignore",
    ".md",
    ".py",
    ".go",
    ".j2",
    ".tmpl",
    ".orig",
)
_DOCKERFILE = regex(r"(?i)^(?:dockerfile(?:\..+)?|.+\.dockerfile|containerfile.*)$")


INLINE = "/:dockerfile_inline:"
"""Between the path of a compose file and the number of a Dockerfile that is written inside it."""


class FileComment(NamedTuple):
    """A comment of any file kind, for suppression.

    `text` has no `#`; `span` is absolute; `trailing` when code stands before it on its line.
    """

    text: str
    span: Span
    trailing: bool


class Location(NamedTuple):
    """An absolute range of code points in a file."""

    path: str
    span: Span


def kind_of(path: str) -> FileKind:
    """The kind of a file by its name alone (editors' language ids are wrong for ignore files)."""
    name = path.rpartition("/")[2]
    lower = name.lower()
    if lower.endswith((".dockerignore", ".containerignore")):
        return "ignore"
    if is_dockerfile_name(name):
        return "dockerfile"
    if lower.endswith((".yml", ".yaml")):
        return "yaml"
    if lower.endswith(".toml") or lower in ("uv.lock", "poetry.lock", "pdm.lock"):
        return "toml"
    if lower.endswith((".json", ".jsonc")):
        return "json"
    return "other"


def is_dockerfile_name(name: str) -> bool:
    """Whether a file of that name is taken for a Dockerfile, without regard to case."""
    return bool(_DOCKERFILE.match(name)) and not name.lower().endswith(_NOT_DOCKERFILES)


def home_of(path: str) -> str:
    """The file that a path means: of a Dockerfile in a compose file, that file."""
    return path.partition(INLINE)[0]


def text_of(db: Database, path: str) -> str | None:
    """The text of a file, or of a Dockerfile that is written in a compose file."""
    if INLINE not in path:
        return db.text(path)
    # Which texts there are is known to the builds, which are made of files.
    from shipworthy.model.inline_dockerfiles import inline_text  # noqa: PLC0415

    return inline_text(db, path)


@query
def parsed_dockerfile(db: Database, path: str) -> ParsedDockerfile | None:
    """The parse of a Dockerfile, positions included; None when there is no text."""
    text = text_of(db, path)
    return None if text is None else parse_dockerfile(text)


@query
def dockerfile(db: Database, path: str) -> Dockerfile | None:
    """The tree of a Dockerfile."""
    parsed = parsed_dockerfile(db, path)
    return None if parsed is None else parsed.tree


@query
def parsed_ignore_file(db: Database, path: str) -> ParsedIgnoreFile | None:
    """The parse of an ignore file, positions included; None when there is no text."""
    text = db.text(path)
    return None if text is None else dockerignore.parse(text)


@query
def ignore_file(db: Database, path: str) -> IgnoreFile | None:
    """The patterns of an ignore file."""
    parsed = parsed_ignore_file(db, path)
    return None if parsed is None else parsed.tree


@query
def parsed_yaml(db: Database, path: str) -> ParsedYaml | None:
    """The parse of a YAML file; None when there is no text."""
    text = db.text(path)
    if text is None:
        return None
    from shipworthy.syntax.yaml.parse import parse  # noqa: PLC0415  (ruamel is slow to import)

    return parse(text)


@query
def parsed_toml(db: Database, path: str) -> toml_syntax.ParsedToml | None:
    """The parse of a TOML file; None when there is no text."""
    text = db.text(path)
    return None if text is None else toml_syntax.parse(text)


@query
def parsed_json(db: Database, path: str) -> json_syntax.ParsedJson | None:
    """The parse of a JSON file, comments allowed; None when there is no text."""
    text = db.text(path)
    return None if text is None else json_syntax.parse(text)


@query
def node_starts(db: Database, path: str) -> tuple[int, ...]:
    """The absolute start of each node of a file, by the node numbers that anchors use."""
    kind = kind_of(path)
    parsed: ParsedDockerfile | ParsedIgnoreFile | ParsedYaml | None = None
    if kind == "dockerfile":
        parsed = parsed_dockerfile(db, path)
    elif kind == "ignore":
        parsed = parsed_ignore_file(db, path)
    elif kind == "yaml":
        parsed = parsed_yaml(db, path)
    return parsed.starts if parsed is not None else (0,)


@query
def line_index(db: Database, path: str) -> LineIndex:
    """The line starts of a file (of the empty text when there is none)."""
    return LineIndex(text_of(db, path) or "")


def locate(db: Database, anchor: Anchor) -> Location:
    """The absolute range of an anchor in its file, clamped to the text."""
    if INLINE in anchor.path:
        from shipworthy.model.inline_dockerfiles import outer_anchor  # noqa: PLC0415  (as above)

        anchor = outer_anchor(db, anchor)
    if anchor.node < 0:
        return Location(anchor.path, anchor.span)
    starts = node_starts(db, anchor.path)
    start = starts[anchor.node] if anchor.node < len(starts) else 0
    length = len(db.text(anchor.path) or "")
    begin = min(start + anchor.span.start, length)
    return Location(anchor.path, Span(begin, max(begin, min(start + anchor.span.end, length))))


def text_at(db: Database, anchor: Anchor) -> str:
    """The text that stands at an anchor."""
    place = locate(db, anchor)
    return place.span.of(db.text(place.path) or "")


def line_of(db: Database, anchor: Anchor) -> int:
    """The 1-based line of an anchor."""
    place = locate(db, anchor)
    return line_index(db, place.path).line_of(place.span.start) + 1


@query
def comments(db: Database, path: str) -> tuple[FileComment, ...]:
    """The comments of a Dockerfile, ignore file or YAML file."""
    kind = kind_of(path)
    if kind == "dockerfile":
        docker = parsed_dockerfile(db, path)
        found = docker.comments if docker else ()
        return tuple(FileComment(comment.text, comment.span, False) for comment in found)
    if kind == "ignore":
        ignore = parsed_ignore_file(db, path)
        return tuple(
            FileComment(comment.text, comment.span, False)
            for comment in (ignore.comments if ignore else ())
        )
    if kind == "yaml":
        yaml = parsed_yaml(db, path)
        return tuple(
            FileComment(comment.text, comment.span, comment.trailing)
            for comment in (yaml.comments if yaml else ())
        )
    return ()
