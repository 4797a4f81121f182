"""What building a project inside an image needs and does not find there.

Sources: the build backends' reference pages and experiments with hatchling, uv_build, poetry-core
and setuptools on trees that lack a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.context import ignore_rules
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find, find_during
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run, Stage
from shipworthy.model.installed import UvInstall, installs_of
from shipworthy.model.pip_installs import pip_installs_of
from shipworthy.model.projects import pyproject
from shipworthy.model.python.build_inputs import Backend, BuildFile
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.syntax.gopath import clean
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

READS_README: frozenset[Backend] = frozenset(
    {"hatchling", "uv_build", "poetry-core", "pdm-backend", "flit"}
)
"""Backends that fail when the readme is not there; setuptools leaves it out."""

FAILS_WITHOUT_PACKAGE: frozenset[Backend] = frozenset(
    {"hatchling", "uv_build", "poetry-core", "flit"}
)
"""Backends that fail when the package's folder is not there; setuptools packs an empty wheel."""

_MAX_SAMPLES = 12
_MAX_FOLDERS = 6


class ProjectBuild(NamedTuple):
    """A command that builds a project of this disk in the image."""

    run: Run
    command: Executed
    facts: ProjectFacts
    manifest: Landed
    """The project's pyproject.toml."""
    root: str
    """The project's folder in the image."""
    by_uv: UvInstall | None
    """The command as one of uv's own; None for pip and `uv pip`."""

    @property
    def host(self) -> str:
        """The project's folder on this disk."""
        return self.manifest.host.rpartition("/")[0]


class MissingFile(NamedTuple):
    """A file that the build reads and that is not in the image when it is built."""

    file: BuildFile
    host: str
    hidden_by: Anchor | None
    """The ignore pattern without which a COPY or mount would bring it."""
    named: bool
    """Whether a COPY names it, so that the COPY itself fails."""


def builds_of(db: Database, run: Run) -> Iterator[ProjectBuild]:
    """The builds of a RUN that happen in any case, with all words of the command known."""
    for install in installs_of(db, run):
        build = built_by(install)
        if build is not None and install.certain:
            yield build
    for found in pip_installs_of(db, run):
        for project in found.projects if found.decided else ():
            facts = pyproject(db, project.manifest.host)
            if project.built and isinstance(facts, ProjectFacts):
                yield ProjectBuild(
                    run, found.command, facts, project.manifest, project.root.rstrip("/"), None
                )


def built_by(install: UvInstall) -> ProjectBuild | None:
    """The build of the project that a uv command makes; None where it installs no project."""
    manifest = install.project.manifest
    if manifest is None or not install.builds_project:
        return None
    root = install.project.root.rstrip("/")
    return ProjectBuild(install.run, install.command, install.facts, manifest, root, install)


def missing_packages(db: Database, install: ProjectBuild) -> tuple[str, ...]:
    """The package folders on this disk that are not in the image when the project is built.

    Relative to the project. Empty where it is not known what the package is.
    """
    made = image(db, install.run.unit.id)
    if made is None:
        return ()
    folder, root = install.host, install.root
    build = install.facts.build
    present = [
        path
        for path in build.package_candidates
        if path != "." and ".." not in path and db.stat(f"{folder}/{path}") is not None
    ]
    wanted = present if build.packages_declared else present[:1]
    return tuple(
        path
        for path in wanted
        if not _made_by_hand(made, install.run, path)
        and not reaches_image(db, made, install.run, f"{root}/{path}", f"{folder}/{path}")
    )


def missing_files(db: Database, install: ProjectBuild) -> tuple[MissingFile, ...]:
    """The readme, licence and version files that the build would fail for."""
    made = image(db, install.run.unit.id)
    if made is None:
        return ()
    folder, root = install.host, install.root
    found = []
    for file in _needed(install):
        host = clean(f"{folder}/{file.path}")
        target = clean(f"{root}/{file.path}")
        status = db.stat(host)
        if status is None or status.kind == "dir" or _made_by_hand(made, install.run, file.path):
            continue
        if find_during(db, made, install.run, target) is None:
            hidden, named = _hidden(db, made, install.run, host, target)
            found.append(MissingFile(file, host, hidden, named))
    return tuple(found)


def brings_later(db: Database, made: Image, install: UvInstall, path: str) -> Copy | None:
    """The first COPY after the install, in its stage, that brings a package folder."""
    folder = install.manifest.rpartition("/")[0]
    root = install.project.root.rstrip("/")
    for copy in made.stage(install.run.stage).copies():
        if copy.ordinal > install.run.ordinal and any(
            find(db, made, copy.stage, copy.ordinal + 1, f"{root}/{path}{below}") is not None
            for below in _samples(db, f"{folder}/{path}")
        ):
            return copy
    return None


def _needed(install: ProjectBuild) -> Iterator[BuildFile]:
    build = install.facts.build
    if build.backend in READS_README:
        yield from build.readmes
    if build.backend == "uv_build":
        yield from (file for file in build.licenses if "*" not in file.path)
    yield from build.scripts
    version = build.version_source
    # Of a module (`app.version`) the package's folder is asked for, not a file.
    if version is not None and version.kind == "file" and version.path is not None:
        yield BuildFile(version.path, version.key)


def _made_by_hand(made: Image, run: Run, path: str) -> bool:
    """Whether a RUN before names the file: it may write it (`echo > README.md`)."""
    name = path.rpartition("/")[2]
    for number in made.lineage(run.stage):
        first = _first_mention(made.db, made.unit.id, number, name)
        if first is not None and first < run.ordinal:
            return True
    text = run.instruction.source
    return any(word in text for word in (f"> {name}", f">{name}", f"touch {name}"))


@query
def _first_mention(db: Database, unit_id: str, stage: int, name: str) -> int | None:
    """The first RUN of a stage that names a file."""
    made = image(db, unit_id)
    runs = made.stage(stage).runs() if made is not None else ()
    return next((run.ordinal for run in runs if name in run.instruction.source), None)


def reaches_image(db: Database, made: Image, run: Run, target: str, host: str) -> bool:
    """Whether a file, or some of the files of a folder, may lie at the target during a RUN."""
    samples = tuple(_samples(db, host))
    return not samples or any(
        find_during(db, made, run, target + below) is not None for below in samples
    )


def _samples(db: Database, host: str) -> Iterator[str]:
    """A few files of a folder as `/path` below it, `__init__.py` first; "" for a file."""
    status = db.stat(host)
    if status is not None and status.kind != "dir":
        yield ""
        return
    todo, files, folders = [""], 0, 0
    while todo and folders < _MAX_FOLDERS:
        below = todo.pop(0)
        folders += 1
        entries = db.entries(host + below) or ()
        names = sorted(entries, key=lambda entry: (entry[0] != "__init__.py", entry[0]))
        for name, kind in names:
            if kind == "dir":
                if name != "__pycache__" and not name.startswith("."):
                    todo.append(f"{below}/{name}")
            elif files < _MAX_SAMPLES:
                files += 1
                yield f"{below}/{name}"


def _hidden(
    db: Database, made: Image, run: Run, host: str, target: str
) -> tuple[Anchor | None, bool]:
    """The pattern that hides a file from a COPY that would bring it, and whether it is named."""
    for stage in made.chain(run.stage):
        for copy in stage.copies():
            late = stage.number == run.stage and copy.ordinal > run.ordinal
            if late or copy.context is None or not host.startswith(copy.context + "/"):
                continue
            path = host[len(copy.context) + 1 :]
            if copy.lands(path) != target or copy.ignore is None:
                continue
            outcome = visible(ignore_rules(db, copy.ignore), path)
            if isinstance(outcome, Hidden):
                named = any(source.path == path for source in copy.sources)
                return _pattern(db, copy.ignore, outcome.by), named
    return None, False


def _pattern(db: Database, path: str, number: int) -> Anchor | None:
    tree = ignore_file(db, path)
    if tree is None or number >= len(tree.patterns):
        return None
    return Anchor(path, number, tree.patterns[number].span)


def later_installs(stage: Stage, install: UvInstall, installs: tuple[UvInstall, ...]) -> bool:
    """Whether a later command of the stage builds the project again."""
    return any(
        item.run.stage == stage.number
        and item.run.ordinal > install.run.ordinal
        and item.builds_project
        for item in installs
    )
