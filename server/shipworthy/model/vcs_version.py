"""Whether a build can ask git for the project's version, and gets the right answer.

Sources: the documentation of setuptools-scm, hatch-vcs, pdm-backend, dunamai's plugins and
versioningit; experiments with trees that lack `.git` or tracked files.
"""

from __future__ import annotations

from typing import Literal

from shipworthy.db.database import Database, query
from shipworthy.model.git import committed
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.lineage import until
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import UvInstall
from shipworthy.model.project_build import reaches_image
from shipworthy.model.python.build_inputs import VersionSource
from shipworthy.model.system_packages import system_tools
from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_STATED = (
    "SETUPTOOLS_SCM_PRETEND_VERSION", "PDM_BUILD_SCM_VERSION", "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "UV_DYNAMIC_VERSIONING_BYPASS", "HATCH_BUILD", "VERSIONINGIT", "DUNAMAI",
)  # fmt: skip


class VcsVersion(NamedTuple):
    """What goes wrong when the version is taken from git."""

    source: VersionSource
    problem: Literal["no-repository", "no-git", "partial"]
    missing: tuple[str, ...]
    """Tracked files and folders of the repository's root that are not in the image."""
    at: Anchor | None
    """The instruction that brings `.git`."""


def vcs_version(db: Database, install: UvInstall) -> VcsVersion | None:
    """What goes wrong; None where nothing does, or where it is not known."""
    made = image(db, install.run.unit.id)
    source = install.facts.build.version_source
    if made is None or source is None or source.kind != "vcs" or source.fallback is not None:
        return None
    if not install.builds_project or not install.certain or _stated(install):
        return None
    folder = install.manifest.rpartition("/")[0]
    repository = _repository(db, folder)
    if repository is None or not _same_tree(folder, repository, install.project.root):
        return None
    root = install.project.root
    depth = folder[len(repository) :].count("/")
    for _ in range(depth):
        root = root.rpartition("/")[0] or "/"
    head = "" if _is_file(db, f"{repository}/.git") else "/HEAD"
    found = find_during(db, made, install.run, f"{root.rstrip('/')}/.git{head}")
    if isinstance(found, Unknown):
        return None
    if found is None:
        if db.stat(f"{repository}/.git{head}") is None or any(until(made, install.run, _git_runs)):
            return None
        return VcsVersion(source, "no-repository", (), None)
    tools = system_tools(made, install.run, install.command)
    if tools.git is False:
        return VcsVersion(source, "no-git", (), None)
    missing = _missing(db, made, install.run, repository, root)
    return VcsVersion(source, "partial", missing, _brought(made, found)) if missing else None


def pretend_variable(source: VersionSource, name: str | None) -> str | None:
    """The variable that states the version instead of git; None where the tool has none."""
    if source.tool in ("hatch-vcs", "setuptools-scm"):
        suffix = f"_FOR_{name.upper().replace('-', '_')}" if name else ""
        return f"SETUPTOOLS_SCM_PRETEND_VERSION{suffix}"
    return {
        "pdm-backend": "PDM_BUILD_SCM_VERSION",
        "poetry-dynamic-versioning": "POETRY_DYNAMIC_VERSIONING_BYPASS",
        "uv-dynamic-versioning": "UV_DYNAMIC_VERSIONING_BYPASS",
    }.get(source.tool)


def _stated(install: UvInstall) -> bool:
    return any(name.startswith(_STATED) for name in install.command.env)


def _repository(db: Database, folder: str) -> str | None:
    """The nearest folder at or above that holds `.git` on this disk."""
    while folder:
        if db.stat(f"{folder}/.git") is not None:
            return folder
        folder = folder.rpartition("/")[0]
    return None


def _same_tree(folder: str, repository: str, root: str) -> bool:
    """Whether the image keeps the folders between the repository's root and the project."""
    inside = folder[len(repository) :]
    return not inside or root.endswith(inside)


def _is_file(db: Database, path: str) -> bool:
    status = db.stat(path)
    return status is not None and status.kind != "dir"


@query
def _git_runs(db: Database, unit_id: str, stage: int) -> tuple[Run, ...]:
    """The RUNs of a stage that deal with git themselves."""
    made = image(db, unit_id)
    return tuple(
        run
        for run in (made.stage(stage).runs() if made is not None else ())
        if any(item.program == "git" for item in run.commands)
    )


def _missing(db: Database, made: Image, run: Run, repository: str, root: str) -> tuple[str, ...]:
    found = []
    for name, kind in db.entries(repository) or ():
        path = f"{repository}/{name}"
        if name == ".git" or (kind != "dir" and not committed(db, repository, path)):
            continue
        sample = _tracked_below(db, repository, path) if kind == "dir" else path
        if sample is None:
            continue
        target = f"{root.rstrip('/')}/{sample[len(repository) + 1 :]}"
        if not reaches_image(db, made, run, target, sample):
            found.append(f"{name}/" if kind == "dir" else name)
    return tuple(sorted(found, key=lambda name: (not name.endswith("/"), name)))


def _tracked_below(db: Database, repository: str, folder: str) -> str | None:
    """One tracked file of a folder, not looked for deeper than three levels."""
    todo = [folder]
    for _ in range(8):
        if not todo:
            return None
        current = todo.pop(0)
        for name, kind in db.entries(current) or ():
            path = f"{current}/{name}"
            if kind == "dir":
                todo.append(path)
            elif committed(db, repository, path):
                return path
    return None


def _brought(made: Image, found: Landed) -> Anchor | None:
    for step in made.stage(found.stage).steps:
        if step.ordinal == found.ordinal:
            return step.at
    return None
