"""Volumes that keep an environment from before a rebuild.

Source: docker/compose create.go (buildContainerMountOptions re-attaches anonymous volumes when a
container is recreated); moby populateVolumes (a volume that is not empty is left alone).
"""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import Executed
from shipworthy.model.run import Volume, run_ids, run_unit
from shipworthy.model.run_environments import run_environments, syncs_at_start
from shipworthy.text.records import NamedTuple

_PACKAGE_FOLDERS = ("/site-packages", "/dist-packages")


class StaleVolume(NamedTuple):
    """A volume over an environment of the image."""

    environment: Environment
    name: str | None
    """The named volume; None for an anonymous one."""
    healed_by: Executed | None
    """The command of the start that brings the environment up to date, if one does."""
    strangers: tuple[str, ...]
    """Other services that mount the same named volume over an environment of another image."""


def stale_volume(db: Database, volume: Volume) -> StaleVolume | None:
    """What the volume keeps, when it lies on (or above) an environment that the image built."""
    run, mount = volume.run, volume.mount
    if mount.type != "volume" or mount.nocopy:
        return None
    for seen in run_environments(db, run):
        environment = seen.environment
        if environment.kind == "system":
            below = mount.target.startswith(f"{environment.path.rstrip('/')}/")
            covered = below and mount.target.rstrip("/").endswith(_PACKAGE_FOLDERS)
            environment = environment._replace(path=mount.target.rstrip("/"))
        else:
            covered = seen.mount == mount
        if covered:
            return StaleVolume(
                environment=environment,
                name=mount.source,
                healed_by=syncs_at_start(db, run, seen.environment),
                strangers=_strangers(db, volume) if mount.source is not None else (),
            )
    return None


def _strangers(db: Database, volume: Volume) -> tuple[str, ...]:
    run, mount = volume.run, volume.mount
    found = []
    for group, name in run_ids(db):
        if group is None or group != run.project or name == _name(volume):
            continue
        other = run_unit(db, group, name)
        if other is None or other.unit is None or run.unit is None:
            continue
        shares = any(item.source == mount.source for item in other.mounts if item.type == "volume")
        same = (other.unit.dockerfile, other.unit.target, other.unit.context) == (
            run.unit.dockerfile,
            run.unit.target,
            run.unit.context,
        )
        if shares and not same:
            found.append(name)
    return tuple(found)


def _name(volume: Volume) -> str:
    return volume.run.service.name if volume.run.service is not None else ""
