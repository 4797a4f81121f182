"""The owner of one workspace's database: takes changes in, gives analyses out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shipworthy.db.database import Database
from shipworthy.db.inputs import DiskFiles, Files
from shipworthy.engine.analysis import Analysis, analyse
from shipworthy.engine.source import Source, standard_source
from shipworthy.model.settings import freeze


class Host:
    """One workspace. Not thread-safe: the thread that made it asks it."""

    def __init__(
        self,
        roots: Sequence[str],
        files: Files | None = None,
        *,
        source: Source | None = None,
    ) -> None:
        """`roots` are the opened folders, absolute with `/`; `source` replaces model and rules."""
        self.db = Database(DiskFiles() if files is None else files)
        self._change = 0
        self.db.set_setting("source", source or standard_source())
        self.set_roots(roots)

    def set_roots(self, roots: Sequence[str]) -> None:
        """Change the opened folders."""
        folders = tuple(root.rstrip("/") or "/" for root in roots)
        self.db.set_setting("folders", folders)
        self._changed()

    def open(self, path: str, text: str) -> None:
        """An editor's buffer shadows the disk from now on."""
        self.db.open(path, text)
        self._changed()

    def close(self, path: str) -> None:
        """The disk counts again for that path."""
        self.db.close(path)
        self._changed()

    def touch(self, path: str, *, listing: bool = True) -> None:
        """The path may have changed on the disk; `listing=False` when it existed and still does."""
        self.db.touch(path, listing=listing)
        self._changed()

    def touch_all(self) -> None:
        """Anything may have changed on the disk."""
        self.db.touch_all()
        self._changed()

    def configure(self, settings: Mapping[str, Any]) -> None:
        """The editor's or command line's settings, by their names in `shipworthy.toml`."""
        self.db.set_setting("client", freeze(dict(settings)))
        self._changed()

    def analyse(self, cancelled: Callable[[], bool] | None = None) -> Analysis:
        """Judge the workspace as it is now; raises db.Cancelled when `cancelled` says so."""
        if cancelled is None:
            return analyse(self.db)
        before = self.db.cancelled
        self.db.cancelled = cancelled
        try:
            return analyse(self.db)
        finally:
            self.db.cancelled = before

    def _changed(self) -> None:
        self._change += 1
        self.db.set_setting("change", self._change)
