"""What the requirements files of a pip command refer to, and whether the image has it."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import join
from shipworthy.model.image.steps import Image
from shipworthy.model.pip_installs import PipInstall, RequirementsUse, requirements_file
from shipworthy.model.python.requirements import RequirementLine
from shipworthy.text.records import NamedTuple

_MAX_FILES = 30
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")


class MissingInclude(NamedTuple):
    """A file or folder that a requirements file names and the image certainly does not have."""

    use: RequirementsUse
    """What the command names; the line may stand in a file that this one includes."""
    file: str
    """The requirements file on this disk."""
    line: RequirementLine
    path: str
    """Where pip looks for it in the image."""
    host: str
    """Where it is on this disk, seen from the file that names it (it need not exist)."""


def missing_includes(db: Database, install: PipInstall) -> tuple[MissingInclude, ...]:
    """The missing targets of `-r`, `-c`, `-e` and path lines, included files followed.

    Includes are relative to the file that names them, folders to the working directory (pip's
    requirements file format).
    """
    made = image(db, install.run.unit.id)
    if made is None:
        return ()
    return tuple(
        missing
        for use in install.requirements
        if isinstance(use.file, Landed) and use.path is not None
        for missing in _missing(db, made, install, use, use.path, use.file.host)
    )


def _missing(
    db: Database, made: Image, install: PipInstall, use: RequirementsUse, path: str, host: str
) -> Iterator[MissingInclude]:
    todo, seen = [(path, host)], {path}
    while todo and len(seen) <= _MAX_FILES:
        current, on_disk = todo.pop()
        parsed = requirements_file(db, on_disk)
        folder, beside = current.rpartition("/")[0], on_disk.rpartition("/")[0]
        for line in parsed.lines if parsed is not None else ():
            if "$" in line.value or "://" in line.value:
                continue
            if line.kind in ("include", "constraint"):
                target = join(folder or "/", line.value)
                if target is None or target in seen:
                    continue
                seen.add(target)
                found = find_during(db, made, install.run, target)
                if isinstance(found, Landed):
                    todo.append((target, found.host))
                elif found is None:
                    there = join(beside, line.value) or ""
                    yield MissingInclude(use, on_disk, line, target, there)
            elif line.kind in ("editable", "path") and _local(line.value):
                value = line.value.removeprefix("file:")
                places = [join(install.command.cwd, value), join(folder or "/", value)]
                if all(place and _absent(db, made, install, place) for place in places):
                    there = join(beside, value) or ""
                    yield MissingInclude(use, on_disk, line, places[0] or "", there)


def _local(value: str) -> bool:
    return not value.startswith(("git+", "hg+", "svn+", "bzr+", "~"))


def _absent(db: Database, made: Image, install: PipInstall, path: str) -> bool:
    if path.endswith(_ARCHIVES):
        return find_during(db, made, install.run, path) is None
    return all(
        find_during(db, made, install.run, f"{path.rstrip('/')}/{name}") is None
        for name in ("pyproject.toml", "setup.py", "setup.cfg")
    )
