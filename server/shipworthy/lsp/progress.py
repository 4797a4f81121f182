"""Work-done progress for looks that take long enough to be wondered about."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from shipworthy.findings.message import Language
from shipworthy.lsp.protocol import Protocol
from shipworthy.lsp.words import LOOKING, word

DELAY = 1.0
"""Seconds before progress is shown."""


class Progress:
    """Shows that a look is under way; silent for clients that cannot show it."""

    def __init__(self, protocol: Protocol) -> None:
        self.enabled = False
        self._protocol = protocol
        self._tokens = count(1)
        self._expected = True

    def expect(self) -> None:
        """The next look reads a whole workspace."""
        self._expected = True

    @contextmanager
    def of_a_look(self, language: Language) -> Iterator[None]:
        """Show progress while the block runs, if it runs long.

        Only where a whole workspace is read: a timer for each keystroke would cost more than it
        says.
        """
        if not self.enabled or not self._expected:
            yield
            return
        shown = _Shown(self._protocol, f"shipworthy-{next(self._tokens)}", word(LOOKING, language))
        timer = threading.Timer(DELAY, shown.ask)
        timer.daemon = True
        timer.start()
        try:
            yield
            self._expected = False
        finally:
            timer.cancel()
            shown.end()


class _Shown:
    """One progress: asked for, begun when the client agreed, ended."""

    def __init__(self, protocol: Protocol, token: str, title: str) -> None:
        self._protocol = protocol
        self._token = token
        self._title = title
        self._lock = threading.Lock()
        self._begun = False
        self._over = False

    def ask(self) -> None:
        """Ask the client to show it."""
        params = {"token": self._token}
        self._protocol.ask("window/workDoneProgress/create", params, lambda _: self._begin())

    def end(self) -> None:
        """The work is done."""
        with self._lock:
            self._over = True
            if self._begun:
                self._tell({"kind": "end"})

    def _begin(self) -> None:
        with self._lock:
            if not self._over:
                self._begun = True
                self._tell({"kind": "begin", "title": self._title, "cancellable": False})

    def _tell(self, value: dict[str, object]) -> None:
        self._protocol.tell("$/progress", {"token": self._token, "value": value})
