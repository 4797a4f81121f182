"""Projects that are installed as editable and whose source does not come along.

Source: uv's Docker guide ("Non-editable installs") and experiments.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.image.steps import Copy, Image
from shipworthy.model.installed import UvInstall, uv_installs
from shipworthy.model.local_packages import local_needs
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.run import runs_of
from shipworthy.model.sync_inputs import syncs_of
from shipworthy.text.records import NamedTuple


class LostSource(NamedTuple):
    """An editable install in a stage that lacks its source."""

    environment: Environment
    install: UvInstall
    name: str
    """The package as its pyproject.toml has it."""
    root: str
    """The folder that the environment's link leads to."""
    copy: Copy
    """The COPY that brings the environment."""
    module: str
    source: str | None
    """The folder of the build stage that would have to come along."""


@query
def lost_sources(db: Database, unit_id: str) -> tuple[LostSource, ...]:
    """The editable installs of the final image that lead nowhere."""
    made = image(db, unit_id)
    if made is None or made.target is None:
        return ()
    found = []
    for environment in final_environments(db, unit_id):
        if not environment.copies or environment.kind == "node":
            continue
        install = _last_sync(db, unit_id, environment)
        for name, root, facts, host in _links(db, install) if install is not None else ():
            if install is None or _provided(db, made, unit_id, environment, root):
                continue
            folder, module = _source(db, facts, root, host)
            copy = environment.copies[-1]
            found.append(LostSource(environment, install, name, root, copy, module, folder))
            break
    return tuple(found)


def _last_sync(db: Database, unit_id: str, environment: Environment) -> UvInstall | None:
    """The last sync of the environment, when it installs local projects as editable."""
    if not environment.installs:
        return None
    last = environment.installs[-1]
    known: tuple[UvInstall, ...] = uv_installs(db, unit_id)
    for install in known[::-1]:
        same = (install.run.stage, install.run.ordinal) == (last.run.stage, last.run.ordinal)
        if same and install.command.words == last.command.words:
            editable = install.tool.scope.no_editable.on is False
            return install if install.certain and editable else None
    return None


def _links(db: Database, install: UvInstall) -> Iterator[tuple[str, str, ProjectFacts, str]]:
    """The editable projects: name, folder in the image, facts, folder on this disk."""
    if install.builds_project:
        facts = install.facts
        host = install.manifest.rpartition("/")[0]
        name = facts.written_name or facts.name or ""
        yield name, install.project.root.rstrip("/"), facts, host
    for sync in syncs_of(db, install.run):
        if sync.command.words != install.command.words or sync.relocks:
            continue
        for need in local_needs(db, sync):
            local = pyproject(db, f"{need.host}/pyproject.toml")
            if need.package.source.kind == "editable" and isinstance(local, ProjectFacts):
                name = local.written_name or need.package.name
                yield name, need.path.rstrip("/"), local, need.host


def _provided(db: Database, made: Image, unit_id: str, environment: Environment, root: str) -> bool:
    """Whether something brings the source to its old path, or may do so."""
    assert made.target is not None
    for stage in made.chain(made.target):
        for copy in stage.copies():
            if copy.destination is None:
                return True
            if copy in environment.copies and copy.lands_folder(root.lstrip("/")) != root:
                continue
            if _brings(copy, root):
                return True
    runs = runs_of(db, unit_id)
    return bool(runs) and all(run.mount_over(root) is not None for run in runs)


def _brings(copy: Copy, root: str) -> bool:
    """Whether a COPY puts the project, or a folder of it, below the project's path."""
    destination = (copy.destination or "").rstrip("/")
    if copy.lands_folder(root.lstrip("/")) == root and copy.origin == "stage":
        return True
    if destination != root and not destination.startswith(f"{root}/"):
        return False
    names = [source.path for source in copy.sources if source.path is not None]
    single_file = all("." in name.rpartition("/")[2] for name in names) and bool(names)
    return not single_file


def _source(db: Database, facts: ProjectFacts, root: str, host: str) -> tuple[str | None, str]:
    """The image folder of the package and the module's name, as the disk has them."""
    name = (facts.name or "").replace("-", "_").replace(".", "_")
    for candidate in facts.build.package_candidates:
        if db.stat(f"{host}/{candidate}") is not None:
            top = candidate.split("/", 1)[0]
            module = candidate.rpartition("/")[2].removesuffix(".py")
            return f"{root}/{top}", module
    return None, name
