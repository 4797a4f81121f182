"""Whether a uv.lock was made for the platform that a build makes."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.projects import uv_lock
from shipworthy.model.python.closure import supports
from shipworthy.model.python.markers import linux
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.sync_inputs import SyncInputs

_MACHINES = ("x86_64", "aarch64", "armv7l", "i686", "ppc64le", "s390x", "riscv64")
_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 17))


def excluded_platform(db: Database, sync: SyncInputs) -> str | None:
    """The platform of the image when the lock leaves it out; None when it may fit.

    `linux` when no Linux machine is in, else Docker's name of the platform that is stated
    (`platform:` of the service, `FROM --platform`). Python versions are not judged.
    """
    if not isinstance(sync.lock, Landed):
        return None
    lock = uv_lock(db, sync.lock.host)
    if not isinstance(lock, UvLock) or lock.problem is not None or not lock.supported_markers:
        return None
    if not any(_fits(lock, machine) for machine in _MACHINES):
        return "linux"
    stated = _stated(db, sync)
    if stated is None or not stated.startswith("linux/"):
        return None
    return None if _fits(lock, stated.split("/")[1]) else stated


def _fits(lock: UvLock, machine: str) -> bool:
    return any(supports(lock, linux(python, machine)) for python in _PYTHONS)


def _stated(db: Database, sync: SyncInputs) -> str | None:
    made = image(db, sync.run.unit.id)
    if made is None:
        return None
    return made.base(sync.run.stage).platform or sync.run.unit.platform
