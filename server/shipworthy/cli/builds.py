"""What `context` and `why` share: the builds that concern a path, and how places are named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from shipworthy.cli import output
from shipworthy.cli.workspace import absolute, folder_for, make_host
from shipworthy.db.database import Database
from shipworthy.engine.host import Host
from shipworthy.engine.source import relative_to
from shipworthy.findings.finding import BuildName
from shipworthy.model.builds import BuildUnit, all_units
from shipworthy.model.files import line_of
from shipworthy.model.workspace import roots
from shipworthy.report.screen import escaped
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class Workspace(NamedTuple):
    """An opened workspace, and what of it was asked for."""

    host: Host
    path: str
    """Absolute."""
    wipe: Callable[[], None]
    """Take a progress line away before something is printed."""

    @property
    def db(self) -> Database:
        """The workspace's database."""
        return self.host.db

    def relative(self, path: str) -> str:
        """A path as it is shown; still to be escaped."""
        return relative_to(roots(self.db), path)

    def line(self, at: Anchor) -> int:
        """The 1-based line of a place."""
        return line_of(self.db, at)

    def where(self, at: Anchor) -> str:
        """`path:line`, fit for the screen."""
        return escaped(f"{self.relative(at.path)}:{self.line(at)}")

    def name(self, unit: BuildUnit) -> BuildName:
        """A build's name with its paths as they are shown."""
        compose, service, dockerfile, context = unit.name
        return BuildName(
            compose and self.relative(compose),
            service,
            dockerfile and self.relative(dockerfile),
            context and self.relative(context),
        )

    def units(self) -> tuple[BuildUnit, ...]:
        """All builds of the workspace."""
        return all_units(self.db)


def open_workspace(given: str, folder: bool, more: Iterable[str] = ()) -> Workspace:
    """The workspace that holds a path; `folder` tells that the path itself is to be opened.

    `more` are further paths whose folders belong to it.
    """
    path = absolute(given)
    first = path if folder else _searched(path)
    host = make_host(tuple(dict.fromkeys((first, *(_searched(absolute(one)) for one in more)))))
    tick, wipe = output.progress(False)
    host.db.cancelled = tick
    return Workspace(host, path, wipe)


def _searched(path: str) -> str:
    """The folder to open for a path, never the whole disk."""
    # A folder is searched itself: what lies around it may be no project at all.
    folder = folder_for(f"{path}/." if os.path.isdir(path) else path)
    return folder if folder != "/" else absolute(".")


def below(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
