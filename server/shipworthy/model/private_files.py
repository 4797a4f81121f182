"""Private files that a COPY puts into an image: by their names, and by what git says of them."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.context import ignore_rules, is_env_file, notable_file, survey
from shipworthy.model.exposures import shows, taken
from shipworthy.model.git import committed
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Source
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.workspace import root_of
from shipworthy.text.records import NamedTuple

_CREDENTIALS = frozenset(
    {".netrc", ".pypirc", "pip.conf", "id_rsa", "id_ed25519", "id_ecdsa", ".git-credentials"}
)


class PrivateFile(NamedTuple):
    """A file with a secret's name that a COPY takes."""

    path: str
    """Relative to the context."""
    private: bool
    """Whether git keeps it out of the repository, or it is a file for credentials by its name."""
    ignored: bool
    """Whether git keeps it out; without that, whoever has the repository has it anyway."""
    source: Source
    named: bool
    """Whether the COPY names it."""


def private_files(db: Database, copy: Copy) -> tuple[PrivateFile, ...]:
    """The secrets that a COPY takes, those that git ignores first.

    Keys, certificates and files like `credentials.json` that are committed are not listed: mostly
    they belong to tests.
    """
    if copy.origin != "context" or copy.context is None:
        return ()
    found = [*_named(db, copy, copy.context), *_taken(db, copy, copy.context)]
    return tuple(sorted(found, key=lambda item: (not item.private, not item.ignored, item.path)))


def _named(db: Database, copy: Copy, context: str) -> Iterator[PrivateFile]:
    rules = ignore_rules(db, copy.ignore)
    for source in copy.sources:
        if source.kind != "path" or source.wildcard or not source.path:
            continue
        name = source.path.rpartition("/")[2]
        if notable_file(name) == "secret" and shows(rules, source.path):
            ignored = _is_ignored(db, f"{context}/{source.path}")
            private = ignored or name in _CREDENTIALS
            if private or is_env_file(name):
                yield PrivateFile(source.path, private, ignored, source, True)


def _taken(db: Database, copy: Copy, context: str) -> Iterator[PrivateFile]:
    for item in taken(db, copy, "secret"):
        name = item.path.rpartition("/")[2]
        ignored = _is_ignored(db, f"{context}/{item.path}")
        private = ignored or name in _CREDENTIALS
        if private or is_env_file(name):
            source = taking_source(copy, item.path)
            if source is not None:
                yield PrivateFile(item.path, private, ignored, source, False)


def _is_ignored(db: Database, path: str) -> bool:
    return not committed(db, root_of(db, path), path)


def taking_source(copy: Copy, path: str) -> Source | None:
    """The source word that takes the path: the last one that would."""
    for source in reversed(copy.sources):
        is_path = source.kind == "path" and source.path is not None
        if is_path and copy._replace(sources=(source,)).lands(path) is not None:
            return source
    return None


def history_source(db: Database, copy: Copy) -> Source | None:
    """The source that takes the repository's `.git` without need.

    None as well when a project of the context takes its version from git.
    """
    if not any(item.path == ".git" for item in taken(db, copy, "git")) or copy.context is None:
        return None
    for item in survey(db, copy.context, copy.ignore).of("manifest"):
        if item.path.rpartition("/")[2] == "pyproject.toml":
            facts = pyproject(db, f"{copy.context}/{item.path}")
            if isinstance(facts, ProjectFacts):
                version = facts.build.version_source
                if version is not None and version.kind == "vcs":
                    return None
    return taking_source(copy, ".git/HEAD")


def is_in_final_image(db: Database, copy: Copy) -> bool:
    """Whether the layer of the COPY is part of the image that the build names."""
    made = image(db, copy.unit.id)
    if made is None or made.target is None:
        return True
    return any(stage.number == copy.stage for stage in made.chain(made.target))
