"""Frames in, frames out: the base protocol of the Language Server Protocol."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from shipworthy.text.patterns import regex

MAX_FRAME = 256 * 1024 * 1024
"""Bytes; a longer announced body is taken for a broken header."""
AT_ONCE = getattr(select, "PIPE_BUF", 512)
"""Bytes that a pipe takes without blocking when it is ready."""
_LENGTH = regex(rb"(?i)content-length\s*:\s*(\d{1,18})\s*\Z")
"""Looked for at the end of a line: what is left of a body that was longer than announced stands
before the next header, without a line end between them."""


def read_frames(stream: BinaryIO, handle: Callable[[bytes], None]) -> None:
    """Hand over the body of each frame until the stream ends; skips lines that are no header."""
    length: int | None = None
    while True:
        line = stream.readline(65536)
        if not line:
            return
        if line.strip():
            match = _LENGTH.search(line)
            if match:
                length = int(match.group(1))
            continue
        if length is None or length > MAX_FRAME:
            length = None
            continue
        body = _read(stream, length)
        if body is None:
            return
        length = None
        handle(body)


def _read(stream: BinaryIO, length: int) -> bytes | None:
    parts = []
    while length:
        part = stream.read(length)
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class Writer:
    """Writes frames without ever waiting for a client that does not read.

    A short frame is written at once where the system says that this does not block; on a busy
    machine that saves the wait for another thread's turn. All else goes through a thread.
    """

    def __init__(self, stream: BinaryIO, broken: Callable[[], None]) -> None:
        self._stream = stream
        self._broken = broken
        self._frames: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._has_room = _room_of(stream)
        self.backlog = 0
        """Bytes that wait for the client to read."""
        threading.Thread(target=self._run, name="writer", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Write bytes now or later, in the order of the calls."""
        with self._changed:
            idle = not self._frames and not self._busy
            if idle and len(data) <= AT_ONCE and self._has_room():
                try:
                    self._write(data)
                except (OSError, ValueError):
                    self._broken()
                return
            self._frames.append(data)
            self.backlog += len(data)
            self._changed.notify_all()

    def close(self) -> None:
        """Part of the interface that pygls expects; `flush` does the work."""

    def flush(self, seconds: float) -> None:
        """Wait until everything is written, at most so long."""
        end = time.monotonic() + seconds
        with self._changed:
            while (self._frames or self._busy) and time.monotonic() < end:
                self._changed.wait(max(0.0, end - time.monotonic()))

    def wait_below(self, size: int, seconds: float) -> bool:
        """Wait until the backlog is smaller than that; whether it is."""
        end = time.monotonic() + seconds
        with self._changed:
            while self.backlog >= size and time.monotonic() < end:
                self._changed.wait(max(0.0, end - time.monotonic()))
            return self.backlog < size

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._frames:
                    self._changed.wait()
                data = b"".join(self._frames)
                self._frames.clear()
                self._busy = True
            try:
                self._write(data)
            except (OSError, ValueError):
                self._broken()
                return
            with self._changed:
                self._busy = False
                self.backlog -= len(data)
                self._changed.notify_all()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = self._stream.write(view)
            view = view[written or 0 :]


def _room_of(stream: BinaryIO) -> Callable[[], bool]:
    """Whether the stream takes `AT_ONCE` bytes without blocking; never, where nobody can say."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
    except (AttributeError, OSError, ValueError):
        return lambda: False
    return lambda: [event for _, event in poll.poll(0)] == [select.POLLOUT]
