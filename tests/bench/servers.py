"""Language servers as processes, driven by one client that counts only what it sees on the wire."""

from __future__ import annotations

import json
import os
import queue
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench.workspaces import Edit

PATIENCE = 30.0


class Server(NamedTuple):
    """How a language server is started."""

    name: str
    command: tuple[str, ...]
    settings: dict[str, Any]
    languages: tuple[str, ...]


class Figures(NamedTuple):
    """Milliseconds, but for the two counts; MiB for memory. None: it did not answer."""

    start: float | None
    open: float | None
    median: float | None
    p95: float | None
    burst_publishes: int
    burst: float | None
    memory_half: float | None
    memory: float | None


class Client:
    """One session on one folder."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.process = subprocess.Popen(
            server.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        )
        self._arrived: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.folder = folder

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def initialize(self) -> float:
        """Say hello; seconds until the answer."""
        begun = time.perf_counter()
        uri = self.folder.as_uri()
        document = {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}}
        self._number += 1
        self._send(
            id=self._number,
            method="initialize",
            params={
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "bench"}],
                "capabilities": {
                    "workspace": {"configuration": True, "workspaceFolders": True},
                    "textDocument": document,
                },
                "initializationOptions": self.server.settings,
            },
        )
        at = self.wait(lambda message: "result" in message and message.get("id") == self._number)
        self.notify("initialized", {})
        return (at or begun + PATIENCE) - begun

    def open(self, edit: Edit) -> None:
        """Open the document."""
        item = {
            "uri": edit.path.as_uri(),
            "languageId": edit.language,
            "version": 1,
            "text": edit.text,
        }
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, edit: Edit, version: int) -> None:
        """Type: odd versions are the plain text, even ones the other."""
        text = edit.text if version % 2 else edit.other
        document = {"uri": edit.path.as_uri(), "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", params)

    def ask(self, method: str, edit: Edit, line: int, character: int) -> float | None:
        """Ask for something at a place; seconds until the answer."""
        self._number += 1
        number, begun = self._number, time.perf_counter()
        document, position = {"uri": edit.path.as_uri()}, {"line": line, "character": character}
        self._send(
            id=number, method=method, params={"textDocument": document, "position": position}
        )
        at = self.wait(lambda message: "method" not in message and message.get("id") == number)
        return None if at is None else at - begun

    def published(self, edit: Edit, seconds: float = PATIENCE) -> float | None:
        """When the next diagnostics of the document arrived; None when they did not."""
        uri = edit.path.as_uri()
        return self.wait(lambda message: _publishes(message, uri), seconds)

    def quiet(self, edit: Edit, seconds: float) -> list[float]:
        """The times of all diagnostics until none came for so long."""
        times = []
        while (at := self.published(edit, seconds)) is not None:
            times.append(at)
        return times

    def wait(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE
    ) -> float | None:
        """When a wanted message arrived; what the server asks meanwhile is answered."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            try:
                at, message = self._arrived.get(timeout=left)
            except queue.Empty:
                return None
            if "method" in message and "id" in message:
                self._send(id=message["id"], result=self._answer(message))
            if wanted(message):
                return at
        return None

    def memory(self) -> float | None:
        """Resident memory in MiB; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return None
        line = next((line for line in status.splitlines() if line.startswith("VmRSS")), "0 0")
        return int(line.split()[1]) / 1024

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send(method=method, params=params)

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.server.settings for _ in message["params"]["items"]]
        return None

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        length = 0
        while line := out.readline():
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
            elif line == b"\r\n":
                body = out.read(length)
                self._arrived.put((time.perf_counter(), json.loads(body)))


def _publishes(message: dict[str, Any], uri: str) -> bool:
    if message.get("method") != "textDocument/publishDiagnostics":
        return False
    return bool(message["params"]["uri"].lower() == uri.lower())


def measure(server: Server, folder: Path, edit: Edit, keystrokes: int, edits: int) -> Figures:
    """Everything about one server and one document."""
    with Client(server, folder) as client:
        start = client.initialize()
        begun = time.perf_counter()
        client.open(edit)
        opened = client.published(edit)
        client.quiet(edit, 1.0)
        version, waits = 1, []
        for _ in range(keystrokes):
            version += 1
            typed = time.perf_counter()
            client.change(edit, version)
            shown = client.published(edit, 5.0)
            if shown is not None:
                waits.append(1000 * (shown - typed))
        client.quiet(edit, 1.0)
        for _ in range(20):
            version += 1
            client.change(edit, version)
        typed = time.perf_counter()
        burst = client.quiet(edit, 1.5)
        version, half, memory = _hammer(client, edit, version, edits)
    return Figures(
        1000 * start,
        None if opened is None else 1000 * (opened - begun),
        statistics.median(waits) if waits else None,
        _percentile(waits, 0.95),
        len(burst),
        1000 * (burst[-1] - typed) if burst else None,
        half,
        memory,
    )


def measure_views(
    server: Server, folder: Path, edit: Edit, rounds: int = 5
) -> dict[str, tuple[float | None, float | None]]:
    """Milliseconds, median and 95th percentile: a keystroke, a hover and a completion a line."""
    waits: dict[str, list[float]] = {"keystroke": [], "hover": [], "completion": []}
    lines = edit.text.splitlines()
    with Client(server, folder) as client:
        client.initialize()
        client.open(edit)
        client.quiet(edit, 1.0)
        version = 1
        for number in list(range(len(lines))) * rounds:
            version += 1
            typed = time.perf_counter()
            client.change(edit, version)
            shown = client.published(edit, 5.0)
            if shown is not None:
                waits["keystroke"].append(1000 * (shown - typed))
            for what, character in (("hover", 2), ("completion", len(lines[number]))):
                took = client.ask(f"textDocument/{what}", edit, number, character)
                if took is not None:
                    waits[what].append(1000 * took)
    return {
        name: (statistics.median(values) if values else None, _percentile(values, 0.95))
        for name, values in waits.items()
    }


def _hammer(
    client: Client, edit: Edit, version: int, edits: int
) -> tuple[int, float | None, float | None]:
    half = None
    for number in range(edits):
        version += 1
        client.change(edit, version)
        if number % 20 == 19:
            client.published(edit, 2.0)
        if number == edits // 2:
            client.quiet(edit, 0.5)
            half = client.memory()
    client.quiet(edit, 1.0)
    return version, half, client.memory()


def _percentile(values: list[float], share: float) -> float | None:
    if not values:
        return None
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
