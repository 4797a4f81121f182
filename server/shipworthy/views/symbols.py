"""Names that a project gives to things, and every place where they are given or used.

A symbol is a thing with a name: a stage, a variable of a Dockerfile, a service, volume, network,
config or secret of a compose project, a YAML anchor, a variable of `.env`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.files import kind_of
from shipworthy.model.workspace import inventory, roots
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.compose_files import clusters, is_compose, setting_of

SymbolKind: TypeAlias = Literal[
    "stage",
    "variable",
    "heredoc",
    "service",
    "volume",
    "network",
    "config",
    "secret",
    "model",
    "anchor",
    "compose-variable",
]
Role: TypeAlias = Literal["definition", "reference"]


class Symbol(NamedTuple):
    """A named thing. `scope` is the file or folder in which its name counts."""

    kind: SymbolKind
    scope: str
    name: str
    number: int = 0
    """For a stage or a here-document its number, since names can come twice."""


class Occurrence(NamedTuple):
    """A place that gives or uses a symbol's name; `span` is absolute."""

    symbol: Symbol
    path: str
    span: Span
    role: Role
    literal: bool
    """Whether the text there is the name itself; a stage's number or `${...}` is not."""


@query
def files_with_symbols(db: Database) -> tuple[str, ...]:
    """Every file that can name something."""
    found: dict[str, None] = {}
    for root in roots(db):
        found.update(dict.fromkeys(inventory(db, root).dockerfiles))
    for paths in clusters(db):
        found.update(dict.fromkeys(paths))
        for path in paths:
            found.update(dict.fromkeys(env_files(db, path)))
    return (*found, *_devcontainers(db))


def _devcontainers(db: Database) -> tuple[str, ...]:
    from shipworthy.views.caller_symbols import devcontainers  # noqa: PLC0415  (needs these types)

    return devcontainers(db)


def env_files(db: Database, path: str) -> tuple[str, ...]:
    """The files on the disk that fill in the variables of a compose file."""
    return tuple(env for env in setting_of(db, path).env_files if db.text(env) is not None)


@query
def occurrences(db: Database, path: str) -> tuple[Occurrence, ...]:
    """What a file names, in the order of the text; each place once for each symbol."""
    found = dict.fromkeys(_occurrences(db, path))
    return tuple(sorted(found, key=lambda item: (item.span, item.symbol)))


def _occurrences(db: Database, path: str) -> Iterator[Occurrence]:
    # The views of both languages need the types above.
    from shipworthy.views import caller_symbols, compose_symbols, docker_symbols  # noqa: PLC0415

    if kind_of(path) == "dockerfile":
        yield from docker_symbols.in_dockerfile(db, path)
        yield from compose_symbols.secrets_of_dockerfile(db, path)
    elif kind_of(path) == "yaml" and is_compose(db, path):
        yield from docker_symbols.in_compose(db, path)
        yield from compose_symbols.in_compose(db, path)
        yield from docker_symbols.in_inline(db, path)
    elif kind_of(path) == "json":
        yield from caller_symbols.in_devcontainer(db, path)
    elif path in files_with_symbols(db):
        yield from compose_symbols.in_env_file(db, path)


def occurrences_at(db: Database, path: str, offset: int) -> tuple[Occurrence, ...]:
    """The occurrences at an absolute offset; several where a text names several things."""
    return tuple(
        item for item in occurrences(db, path) if item.span.start <= offset <= item.span.end
    )


def all_occurrences(db: Database, symbol: Symbol) -> tuple[Occurrence, ...]:
    """Every place of a symbol in the workspace, file by file, definitions and references."""
    return tuple(
        item
        for path in files_with_symbols(db)
        for item in occurrences(db, path)
        if item.symbol == symbol
    )
