"""Where mounts lie over other mounts: the folders that Docker must find, or make, on the host.

Source: moby daemon/volumes.go and runc: the target of a mount is created where the mount below it
has nothing at that path, by the daemon, so as root.
"""

from __future__ import annotations

from shipworthy.model.run import RunMount, RunUnit
from shipworthy.text.records import NamedTuple


class MountPoint(NamedTuple):
    """The host path of a mount's target that lies inside a bind mount."""

    bind: RunMount
    """The bind mount in which the target lies."""
    host: str
    """Absolute path on the host."""


def mount_point(run: RunUnit, mount: RunMount) -> MountPoint | None:
    """The host folder that a mount needs as its mount point; None when no bind lies below it."""
    if mount.target == "/":
        return None
    below = run.mount_over(mount.target.rpartition("/")[0] or "/")
    if below is None or below == mount or below.type != "bind" or below.source is None:
        return None
    inside = mount.target[len(below.target.rstrip("/")) :]
    return MountPoint(below, f"{below.source.rstrip('/')}{inside}")
