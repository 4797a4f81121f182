"""Requirements that pip has to compile in an image without a compiler."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.commands import PipCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import join
from shipworthy.model.image.steps import Image
from shipworthy.model.pip_installs import PipInstall, requirements_file
from shipworthy.model.python.values import normalise
from shipworthy.model.python.wheels import WITHOUT_LINUX_WHEELS
from shipworthy.model.system_packages import system_tools

_MAX_FILES = 30
_OTHER_SOURCES = ("--index-url", "--extra-index-url", "--find-links", "-f ", "-i ", "--only-binary")
_OTHER_SOURCES_ENV = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX")


def unbuilt_requirements(db: Database, install: PipInstall) -> tuple[str, ...]:
    """The normalised names of what this command compiles although no compiler is there.

    Only packages that are published without wheels for Linux; none where an index of the user's
    own, which may have wheels, is asked.
    """
    made = image(db, install.run.unit.id)
    command = install.command
    if made is None or not install.decided or _other_source(install):
        return ()
    if system_tools(made, install.run, command).compiler is not False:
        return ()
    names = dict.fromkeys(name for name in _names(db, made, install))
    return tuple(name for name in names if name in WITHOUT_LINUX_WHEELS)


def _other_source(install: PipInstall) -> bool:
    command = install.command
    return any(option in command.source for option in _OTHER_SOURCES) or any(
        command.env.sets(name) for name in _OTHER_SOURCES_ENV
    )


def _names(db: Database, made: Image, install: PipInstall) -> Iterator[str]:
    tool = install.command.tool
    if isinstance(tool, PipCommand):
        yield from (normalise(item.name) for item in tool.packages if item.name)
    todo = [use.path for use in install.requirements if isinstance(use.file, Landed)]
    seen = set(todo)
    while todo:
        path = todo.pop(0)
        found = find_during(db, made, install.run, path) if path is not None else None
        parsed = requirements_file(db, found.host) if isinstance(found, Landed) else None
        if path is None or parsed is None:
            continue
        if any(line.kind == "option" and line.value in _OTHER_SOURCES for line in parsed.lines):
            return
        for line in parsed.lines:
            if line.name is not None and not line.marker:
                yield line.name
            elif line.kind == "include" and "://" not in line.value and len(seen) < _MAX_FILES:
                target = join(path.rpartition("/")[0] or "/", line.value)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
