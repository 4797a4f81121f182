"""Which locked packages an image has no fitting wheel for, and whether it could build them."""

from __future__ import annotations

from typing import Literal

from shipworthy.db.database import Database, query
from shipworthy.model.image.build import image
from shipworthy.model.installed import UvInstall, machines, selection
from shipworthy.model.python.uv_package import Package
from shipworthy.model.python.wheels import NATIVE_SOURCES, Target, best_wheel
from shipworthy.model.stage_python import effective_minor
from shipworthy.model.system_packages import system_tools
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class NoWheel(NamedTuple):
    """A package without a wheel for the image; `libraries` are Debian packages with headers."""

    package: Package
    outcome: Literal["impossible", "fails", "compiles"]
    """No source either; a compiler is needed and missing; one is probably needed and missing."""
    libraries: tuple[str, ...]


class Platform(NamedTuple):
    """What the wheels were chosen for."""

    python: tuple[int, int]
    libc: Literal["glibc", "musl"]


def unbuilt_wheels(db: Database, install: UvInstall) -> tuple[Platform, tuple[NoWheel, ...]] | None:
    """The packages that this command cannot install from a wheel, nor build; None = not known.

    Where the processor is not stated, a package counts only when it is so on both usual ones.
    """
    made = image(db, install.run.unit.id)
    base = made.base(install.run.stage).image if made is not None else None
    minor = effective_minor(db, install) if made is not None else None
    if made is None or base is None or base.libc is None or minor is None:
        return None
    settings = install.facts.uv
    if settings.no_binary or install.tool.options.has("--no-binary", "--no-build"):
        return None
    tools = system_tools(made, install.run, install.command)
    common: dict[str, NoWheel] | None = None
    for machine in machines(made, install.run.stage):
        target = Target(minor, base.libc, None, machine)
        lacking = _without_wheel(db, made.unit.id, install.command.at, target)
        if lacking is None:
            return None
        found = {
            package.name: judged
            for package in lacking
            if (judged := _judge(package, tools.compiler)) is not None
        }
        if common is not None:
            found = {name: item for name, item in found.items() if name in common}
        common = found
    return Platform(minor, base.libc), tuple((common or {}).values())


@query
def _without_wheel(
    db: Database, unit_id: str, at: Anchor, target: Target
) -> tuple[Package, ...] | None:
    """What the command at a place takes from an index and has no fitting wheel."""
    major, minor = target.python
    chosen = selection(db, unit_id, at, f"{major}.{minor}", target.machine)
    if chosen is None:
        return None
    return tuple(
        package
        for package in chosen
        if package.source.kind == "registry" and best_wheel(package, target) is None
    )


def _judge(package: Package, compiler: bool | None) -> NoWheel | None:
    native = NATIVE_SOURCES.get(package.name)
    libraries = native.packages if native is not None else ()
    if not package.has_sdist:
        return NoWheel(package, "impossible", ()) if package.wheels else None
    if compiler is not False:
        return None
    if native is not None:
        return NoWheel(package, "fails", libraries)
    return NoWheel(package, "compiles", ()) if package.wheels else None
