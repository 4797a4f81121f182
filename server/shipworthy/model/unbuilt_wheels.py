"""Which locked packages an image has no fitting wheel for, and whether it could build them."""

from __future__ import annotations

from typing import Literal

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.installed import UvInstall, machines, selection_of
from shipworthy.model.python.uv_package import Package
from shipworthy.model.python.wheels import NATIVE_SOURCES, Target, best_wheel
from shipworthy.model.stage_python import effective_minor
from shipworthy.model.system_packages import system_tools
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
    minor = effective_minor(db, made, install) if made is not None else None
    if made is None or base is None or base.libc is None or minor is None:
        return None
    settings = install.facts.uv
    if settings.no_binary or install.tool.options.has("--no-binary", "--no-build"):
        return None
    tools = system_tools(made, install.run, install.command)
    python = f"{minor[0]}.{minor[1]}"
    common: dict[str, NoWheel] | None = None
    for machine in machines(made, install.run.stage):
        chosen = selection_of(db, install, python, machine)
        if chosen is None:
            return None
        target = Target(minor, base.libc, None, machine)
        found = {
            package.name: judged
            for package in chosen
            if (judged := _judge(package, target, tools.compiler)) is not None
        }
        if common is not None:
            found = {name: item for name, item in found.items() if name in common}
        common = found
    return Platform(minor, base.libc), tuple((common or {}).values())


def _judge(package: Package, target: Target, compiler: bool | None) -> NoWheel | None:
    if package.source.kind != "registry" or best_wheel(package, target) is not None:
        return None
    native = NATIVE_SOURCES.get(package.name)
    libraries = native.packages if native is not None else ()
    if not package.has_sdist:
        return NoWheel(package, "impossible", ()) if package.wheels else None
    if compiler is not False:
        return None
    if native is not None:
        return NoWheel(package, "fails", libraries)
    return NoWheel(package, "compiles", ()) if package.wheels else None
