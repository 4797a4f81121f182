"""A client of bare frames, for what well-behaved clients never send, and for timing."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

SERVER = [sys.executable, "-m", "shipworthy.cli.main", "lsp", "--stdio"]


class RawClient:
    """A server process and everything that it said."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.messages: list[dict[str, Any]] = []
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._ids = iter(range(1, 1_000_000))
        self._errors: list[bytes] = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue

    @property
    def errors(self) -> str:
        return b"".join(self._errors).decode(errors="replace")

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def post(self, method: str, params: Any = None) -> int:
        number = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def request(self, method: str, params: Any = None) -> dict[str, Any]:
        return self.answer(self.post(method, params))

    def answer(self, number: int | None) -> dict[str, Any]:
        return self.wait_for(
            lambda message: "method" not in message and message.get("id") == number
        )

    def initialize(self, **params: Any) -> dict[str, Any]:
        base: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
        found = self.request("initialize", {**base, **params})
        self.notify("initialized", {})
        return found

    def wait_for(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 20
    ) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while True:
            message = self._queue.get(timeout=max(0.01, end - time.monotonic()))
            if message is None:
                raise AssertionError(f"the server ended; it said {self.errors!r}")
            if wanted(message):
                return message

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while line := out.readline():
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
                while line not in (b"\r\n", b""):
                    line = out.readline()
                message = json.loads(out.read(length))
                self.messages.append(message)
                self._queue.put(message)
        self._queue.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._errors.append(line)
