"""Whether a program that is no part of Python is in an image, as far as the files say.

Sources: docker-library's slim, buildpack and Alpine images (what they install), the packages of
Debian and Alpine that hold the programs.
"""

from __future__ import annotations

from typing import Final

from shipworthy.model.base_image import BaseImage
from shipworthy.model.commands import SystemPackages
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run

PACKAGES: Final[dict[str, tuple[str, ...]]] = {
    "curl": ("curl",),
    "wget": ("wget",),
    "nc": ("netcat", "netcat-openbsd", "netcat-traditional", "nmap-ncat", "ncat"),
    "jq": ("jq",),
    "pg_isready": ("postgresql", "postgresql-client"),
    "psql": ("postgresql", "postgresql-client"),
    "redis-cli": ("redis", "redis-tools", "redis-server"),
    "mysqladmin": ("mysql-client", "default-mysql-client", "mariadb-client"),
    "pgrep": ("procps", "procps-ng"),
    "ps": ("procps", "procps-ng"),
    "pidof": ("procps", "sysvinit-utils", "procps-ng"),
}
"""By program, the packages that bring it (as beginnings: `postgresql-client-16`)."""

_BUSYBOX: Final = frozenset({"wget", "nc", "pgrep", "ps", "pidof"})
_SYSTEM: Final = frozenset({"", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/bin"})
_INSTALLERS: Final = frozenset({"make", "conda", "mamba", "micromamba", "brew", "nix-env", "dpkg"})


def program_in_base(base: BaseImage | None, program: str) -> bool | None:
    """Whether a base image has the program; None when that is not known."""
    if base is None or not base.known or program not in PACKAGES:
        return None
    if program == "curl":
        return base.has_curl
    if program == "wget":
        return base.has_wget
    if base.distribution == "alpine":
        return program in _BUSYBOX
    slim = base.distribution == "debian" and base.has_compiler is False
    return False if slim and program != "pidof" else None


def has_program(made: Image, stage: int, program: str) -> bool | None:
    """Whether the program is in the image at the end of a stage; None when that is not known."""
    base = made.base(stage).image
    present = program_in_base(base, program)
    if present is not False:
        return present
    for current in made.chain(stage):
        for step in current.steps:
            if isinstance(step, Copy) and _may_bring(step, program):
                return None
            if isinstance(step, Run):
                brought = _run_brings(step, program)
                if brought is not False:
                    return brought
    return False


def _may_bring(copy: Copy, program: str) -> bool:
    if copy.destination is None or copy.destination.rpartition("/")[2] == program:
        return True
    names = copy.names
    if copy.origin == "context" or names <= {"uv", "uvx"}:
        return program in names
    return copy.destination.rstrip("/") in _SYSTEM


def _run_brings(run: Run, program: str) -> bool | None:
    if not run.complete:
        return None
    for command in run.commands:
        tool = command.tool
        if isinstance(tool, SystemPackages):
            if tool.action == "install":
                wanted = PACKAGES[program]
                if any(name.lower().startswith(wanted) for name in tool.packages):
                    return True
                if not tool.known:
                    return None
        elif _may_install(command, program):
            return None
    return False


def _may_install(command: Executed, program: str) -> bool:
    name = command.program
    if name is None or name.endswith(".sh"):
        return True
    if name in _INSTALLERS and command.tool is None:
        return True
    return any(word is None or word.endswith(f"bin/{program}") for word in command.words[1:])
