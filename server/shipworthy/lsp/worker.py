"""The model thread: changes first, then requests, then one look at the workspace.

No wait before the first look of a burst. Later edits call the look under way off and are taken in
together; after `PATIENCE` without a finished look, edits wait instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any, Generic, TypeVar

from shipworthy.db.database import Cancelled
from shipworthy.text.records import NamedTuple

logger = logging.getLogger("shipworthy.lsp")

D = TypeVar("D")

PATIENCE = 0.2
"""Seconds in which edits may call off the look under way."""

Interrupted = Callable[[], bool]


class Job(NamedTuple):
    """A request: what to do, where the result goes, and whether quicker work may go first."""

    work: Callable[[Any, Interrupted], Any]
    future: Future[Any]
    slow: bool


class Worker(Generic[D]):
    """A daemon thread around a desk: whatever holds the state that only this thread touches."""

    def __init__(self, look: Callable[[D, Interrupted], None]) -> None:
        """`look` is called after changes; it raises Cancelled when its argument says so."""
        self._look = look
        self._wake = threading.Condition()
        self._changes: deque[Callable[[D], None]] = deque()
        self._jobs: deque[Job] = deque()
        self._slow: deque[Job] = deque()
        self._since: float | None = None
        self._stopped = False

    def start(self, make: Callable[[], D]) -> None:
        """Start the thread; `make` runs on it."""
        threading.Thread(target=self._run, args=(make,), name="model", daemon=True).start()

    def change(self, apply: Callable[[D], None]) -> None:
        """Let something change; a look follows."""
        with self._wake:
            self._changes.append(apply)
            self._wake.notify()

    def ask(self, work: Callable[[D, Interrupted], Any], *, slow: bool = False) -> Future[Any]:
        """Run a request on the thread; cancelling the future calls it off."""
        job = Job(work, Future(), slow)
        with self._wake:
            (self._slow if slow else self._jobs).append(job)
            self._wake.notify()
        return job.future

    def stop(self) -> None:
        """Call off what is under way and end the thread; does not wait."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def _run(self, make: Callable[[], D]) -> None:
        desk = make()
        while not self._stopped:
            self._wait()
            self._take_changes(desk)
            if self._jobs:
                self._do(desk, self._jobs.popleft())
            elif self._since is not None:
                self._take_a_look(desk)
            elif self._slow:
                self._do(desk, self._slow.popleft())

    def _wait(self) -> None:
        with self._wake:
            while not (
                self._stopped
                or self._changes
                or self._jobs
                or self._slow
                or self._since is not None
            ):
                self._wake.wait()

    def _take_changes(self, desk: D) -> None:
        while self._changes:
            if self._since is None:
                self._since = time.monotonic()
            try:
                self._changes.popleft()(desk)
            except Exception:
                logger.exception("a change could not be taken in")

    def _take_a_look(self, desk: D) -> None:
        try:
            self._look(desk, self._must_yield)
        except Cancelled:
            return
        except Exception:
            logger.exception("the workspace could not be looked at")
        self._since = None

    def _must_yield(self) -> bool:
        if self._stopped or self._jobs:
            return True
        if not self._changes:
            return False
        return self._since is None or time.monotonic() - self._since < PATIENCE

    def _do(self, desk: D, job: Job) -> None:
        if job.future.cancelled():
            return

        def interrupted() -> bool:
            if job.slow and (self._changes or self._jobs):
                return True
            return self._stopped or job.future.cancelled()

        try:
            result = job.work(desk, interrupted)
        except Cancelled:
            if not job.future.cancelled():
                (self._slow if job.slow else self._jobs).append(job)
            return
        except Exception as error:  # noqa: BLE001  (becomes the answer)
            _settle(job.future, error=error)
            return
        _settle(job.future, result)


def _settle(future: Future[Any], result: Any = None, error: Exception | None = None) -> None:
    try:
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
    except InvalidStateError:
        # Cancelled in the meantime: it is answered already.
        return
