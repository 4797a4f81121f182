"""Where a finding is shown when its own file is not opened in the editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shipworthy.db.database import Database
from shipworthy.findings.finding import Finding
from shipworthy.model.builds import BuildUnit, all_units
from shipworthy.model.image.build import image
from shipworthy.model.workspace import inventory, root_of
from shipworthy.text.anchors import Anchor, whole_file

Place = Callable[[Finding], Anchor | None]


def place_of(
    db: Database, finding: Finding, folders: Sequence[str], inside: Callable[[str], bool]
) -> Anchor | None:
    """The finding's own place, else the first related one that is opened, else a file it is about.

    None when nothing that is opened has to do with it.
    """
    if inside(finding.at.path):
        return finding.at
    for related in finding.related:
        if inside(related.at.path):
            return related.at
    for build in finding.builds:
        for path in (build.dockerfile, build.compose):
            if path and inside(path):
                return whole_file(path)
    return _copied_file(db, finding, folders)


def _copied_file(db: Database, finding: Finding, folders: Sequence[str]) -> Anchor | None:
    """The first file of an opened folder that goes into the image which the finding is about."""
    named = set(map(tuple, finding.builds))
    units = [unit for unit in all_units(db) if tuple(unit.name) in named]
    for folder in folders:
        for unit in units:
            for path in _files_in(db, folder):
                if _is_copied(db, unit, path):
                    return whole_file(path)
    return None


def _files_in(db: Database, folder: str) -> list[str]:
    """The manifests of a folder, the outermost first, `pyproject.toml` before others."""
    found = [
        path
        for path in inventory(db, root_of(db, folder)).manifests
        if path.startswith(folder.rstrip("/") + "/")
    ]
    return sorted(
        found, key=lambda path: (path.count("/"), not path.endswith("/pyproject.toml"), path)
    )


def _is_copied(db: Database, unit: BuildUnit, path: str) -> bool:
    context = unit.context
    if not isinstance(context, str) or not path.startswith(context.rstrip("/") + "/"):
        return False
    known = image(db, unit.id)
    relative = path[len(context.rstrip("/")) + 1 :]
    return known is not None and any(
        copy.origin == "context" and copy.context == context and copy.lands(relative) is not None
        for stage in known.stages
        for copy in stage.copies()
    )
