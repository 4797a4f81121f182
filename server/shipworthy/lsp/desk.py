"""Everything that only the worker thread touches: host, documents, what was published."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shipworthy.db.database import Cancelled
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.engine.setting_problems import expected_words, rule_names, setting_problems
from shipworthy.findings.finding import Finding
from shipworthy.findings.message import Language
from shipworthy.lsp.capabilities import Client
from shipworthy.lsp.convert import path_of, printable
from shipworthy.lsp.documents import Documents, changed_text, is_unsaved
from shipworthy.lsp.holding import Holding
from shipworthy.lsp.placing import place_of
from shipworthy.lsp.publisher import SOURCE, Publisher, Send, View
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.lsp.words import SETTING, SETTINGS_FILE, word
from shipworthy.model.files import kind_of
from shipworthy.model.settings import SettingProblem, settings
from shipworthy.model.workspace import roots
from shipworthy.text.anchors import Anchor

FULL_CHECKS = 20
"""Looking at every known file on the disk again may cost one part in so many of the time."""
_WARNING = 2
REFRESHES = {
    "lenses": "workspace/codeLens/refresh",
    "inlay_hints": "workspace/inlayHint/refresh",
}
"""What is shown in documents and depends on others, by the switch that it has."""


class Desk:
    """One session's workspace."""

    def __init__(
        self,
        client: Client,
        folders: Sequence[str],
        send: Send,
        refresh: Callable[[], None] | None = None,
    ) -> None:
        """`refresh` asks a client that pulls diagnostics to do so anew."""
        self.client = client
        self.documents = Documents()
        self.publisher = Publisher(send, client, self.documents, refresh)
        self.host = Host(())
        self._send = send
        self._holding = Holding()
        self._folders = list(folders)
        self._frozen = False
        self._checked = 0.0
        self._check_cost = 0.0
        self._logged: set[str] = set()
        self._elsewhere = False
        """Whether something changed besides the text in which the user types."""
        self._shown: frozenset[str] = frozenset()
        """The switches of `REFRESHES` that were on at the last look."""
        self._on_disk: set[str] = set()
        """Open documents that are known to have a file."""
        self._set_roots()

    # Changes

    def opened(self, uri: str, language_id: str, version: int, text: str) -> None:
        """The editor shows a document."""
        document = self.documents.open(uri, language_id, version, text)
        if document is not None:
            self.host.open(document.path, text)
            self._holding.note(document.path)
            if os.path.lexists(document.path):
                self._on_disk.add(document.path)
            self._set_roots()

    def edited(self, uri: str, version: int, changes: list[Any]) -> None:
        """The user typed."""
        known = self.documents.at(uri)
        if known is None:
            return
        text = changed_text(known.text, changes, self.client.encoding)
        document = self.documents.edit(uri, version, text)
        if document is not None:
            self.host.open(document.path, text)
            self._holding.note(document.path)
            self._elsewhere |= len(self.documents.paths()) > 1

    def closed(self, uri: str) -> None:
        """The disk counts again."""
        document = self.documents.close(uri)
        if document is None:
            return
        self._holding.note(document.path)
        self._elsewhere = True
        other = self.documents.of(document.path)
        if other is not None:
            # The same file by another URI: its buffer counts, not the one that is gone.
            self.host.open(other.path, other.text)
            return
        self.host.close(document.path)
        self._on_disk.discard(document.path)
        self._set_roots()
        self.publisher.pulls_no_more(document.path)

    def saved(self, uri: str) -> None:
        """A document was written; who knows what else was."""
        path = self.documents.path(uri)
        if path is not None:
            self.host.touch(path, listing=path not in self._on_disk)
            self._on_disk.add(path)
        now = time.monotonic()
        if not self.client.watch or now - self._checked > FULL_CHECKS * self._check_cost:
            self.refreshed()

    def touched(self, uris: Mapping[str, bool]) -> None:
        """Files changed on the disk; true for those that were created or deleted."""
        self._elsewhere = True
        for uri, listing in uris.items():
            path = path_of(uri)
            if path is not None:
                self.host.touch(path, listing=listing)
                self._holding.note(path)

    def refreshed(self) -> None:
        """Anything may have changed on the disk."""
        self._elsewhere = True
        self.host.touch_all()
        self._checked = time.monotonic()
        self._check_cost = -1.0

    def moved(self, added: Sequence[str], removed: Sequence[str]) -> None:
        """The opened folders changed."""
        self._folders = [folder for folder in self._folders if folder not in set(removed)]
        self._folders += [folder for folder in added if folder not in self._folders]
        self._set_roots()

    def configured(self, values: Mapping[str, Any], language: Language | None = None) -> None:
        """The editor's settings, and the language that it wants."""
        self._elsewhere = True
        self.host.configure(values)
        if language is not None and language != self.client.language:
            self.client = self.client._replace(language=language)
            self.publisher.renew(self.client)

    def is_on(self, setting: str) -> bool:
        """Whether a switch is on, by the editor's settings or those of an opened folder."""
        return any(getattr(settings(self.host.db, root), setting) for root in roots(self.host.db))

    def outdated(self) -> list[str]:
        """The requests by which to tell the client, after a look, what to ask for anew."""
        shown = frozenset(name for name in REFRESHES if self.is_on(name))
        # A client asks by itself for the document in which the user types.
        names = self._shown | shown if self._elsewhere else self._shown ^ shown
        self._shown, self._elsewhere = shown, False
        able = {"lenses": self.client.refresh_lenses, "inlay_hints": self.client.refresh_hints}
        return [REFRESHES[name] for name in sorted(names) if able[name]]

    def pulled(self, uri: str) -> None:
        """The client asks for the diagnostics of an open document by itself."""
        path = self.documents.path(uri)
        if path is not None:
            self.publisher.pulls(path)

    # Looks

    def look(self, interrupted: Callable[[], bool]) -> None:
        """Judge the workspace and tell the client; raises Cancelled when interrupted."""
        begun = time.monotonic()
        analysis = self.host.analyse(interrupted)
        if self._check_cost < 0:
            self._check_cost = time.monotonic() - begun
        findings = self._holding.shown(self.host.db, analysis)
        extra = self._setting_problems(analysis)
        broken = self._holding.broken
        self.publisher.publish(self.host.db, analysis, findings, self.place, extra, broken)
        if not self._frozen:
            # What start-up left behind lives as long as the process: no collection need see it.
            self._frozen = True
            gc.collect()
            gc.freeze()

    def snapshot(self, interrupted: Callable[[], bool]) -> Snapshot:
        """The workspace for one request."""
        return Snapshot(self.host, self.documents, self.client, self.place, interrupted)

    def answer(
        self, handler: Callable[[Snapshot, Any], Any], params: Any, interrupted: Callable[[], bool]
    ) -> Any:
        """Run a request's handler; raises Cancelled when interrupted."""
        if interrupted():
            raise Cancelled
        db = self.host.db
        db.cancelled = interrupted
        try:
            return handler(self.snapshot(interrupted), params)
        finally:
            db.cancelled = None

    def place(self, finding: Finding) -> Anchor | None:
        """Where a finding is shown."""
        return place_of(self.host.db, finding, self._folders, self.is_inside)

    def is_inside(self, path: str) -> bool:
        """Whether a file's findings are shown there: it is open, or lies in an opened folder."""
        if self.documents.of(path) is not None:
            return True
        return any(path.startswith(folder.rstrip("/") + "/") for folder in self._folders)

    def _set_roots(self) -> None:
        """The opened folders, and the folders of documents outside of them."""
        found = list(self._folders)
        for path in self.documents.paths():
            known = (*found, *self._climbed())
            folder = path.rpartition("/")[0] or "/"
            if is_unsaved(path):
                folder = folder.rpartition("/")[0]
            if (
                kind_of(path) in ("dockerfile", "ignore", "yaml")
                and not any(path.startswith(root.rstrip("/") + "/") for root in known)
                and (is_unsaved(path) or not _is_too_wide(folder))
            ):
                found.append(folder)
        if list(self.host.db.setting("folders") or ()) != found:
            self.host.set_roots(found)

    def _climbed(self) -> tuple[str, ...]:
        return roots(self.host.db) if self._folders else ()

    def _setting_problems(self, analysis: Analysis) -> dict[str, list[Any]]:
        """Unusable settings: those in a file as diagnostics, the editor's in its log, once."""
        view = View(self.host.db, analysis, self.client, self.documents)
        found: dict[str, list[Any]] = {}
        for root in analysis.roots:
            for problem in setting_problems(self.host.db, root, rule_names()):
                text = self._said(problem)
                if problem.at is None:
                    self._log(text)
                elif self.is_inside(problem.at.path):
                    diagnostic = {
                        "range": view.range(problem.at),
                        "severity": _WARNING,
                        "code": "invalid-setting",
                        "source": SOURCE,
                        "message": text,
                    }
                    found.setdefault(problem.at.path, []).append(diagnostic)
        return found

    def _said(self, problem: SettingProblem) -> str:
        text = SETTING if problem.key else SETTINGS_FILE
        language = self.client.language
        expected = expected_words(problem.expected, language)
        return printable(word(text, language, key=problem.key, expected=expected))

    def _log(self, text: str) -> None:
        if text not in self._logged:
            self._logged.add(text)
            self._send("window/logMessage", {"type": _WARNING, "message": f"shipworthy: {text}"})


def _is_too_wide(folder: str) -> bool:
    """Whether a folder is no project for sure: nobody wants it searched for one open file."""
    wide = {"/", os.path.expanduser("~"), tempfile.gettempdir()}
    return folder in {path.replace(os.sep, "/") for path in wide}
