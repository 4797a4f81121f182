"""What no well-behaved client does, and how a session ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.raw_client import RawClient
from e2e.sessions import faulty_copy

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")


def test_nonsense_is_answered_and_survived(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    with RawClient() as client:
        early = client.request("textDocument/codeAction", {})
        assert early["error"]["code"] == -32002
        client.notify("textDocument/didOpen", {"textDocument": 3})
        client.initialize(rootUri=shop.as_uri())
        assert client.request("initialize", {"capabilities": {}})["error"]["code"] == -32600
        client.send_bytes(b"Content-Length: 5\r\n\r\n{]}{]")
        assert client.answer(None)["error"]["code"] == -32700
        client.send([1, 2])
        assert client.answer(None)["error"]["code"] == -32600
        client.send_bytes(b"garbage\r\nContent-Length: x\r\n\r\n")
        client.send({"id": 7})
        assert client.request("no/such", {"a": 1})["error"]["code"] == -32601
        assert client.request("textDocument/codeAction", {"range": 1})["error"]["code"] == -32602
        assert "error" in client.request("workspace/executeCommand", {"command": "rm"})
        bad = {"command": "shipworthy.explain", "arguments": [{}]}
        assert "error" in client.request("workspace/executeCommand", bad)
        for params in (None, 4, {"textDocument": {"uri": 1}}, {"textDocument": {"uri": "x:"}}):
            for what in ("didOpen", "didChange", "didClose", "didSave"):
                client.notify(f"textDocument/{what}", params)
        client.notify("$/cancelRequest", {"id": 99})
        client.notify("$/unknown", None)
        client.send({"jsonrpc": "2.0", "id": "never-asked", "result": 1})
        dockerfile = shop / "deploy/backend/Dockerfile.dev"
        uri = dockerfile.as_uri()
        document = {"uri": uri, "languageId": "dockerfile", "version": 5, "text": "FROM a\n"}
        for version in (5, 5, 3):
            client.notify(
                "textDocument/didOpen", {"textDocument": {**document, "version": version}}
            )
        for version in (9, 2):
            change = {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": f"FROM a:{version}\n"}],
            }
            client.notify("textDocument/didChange", change)
        newest = client.wait_for(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"].get("version") == 9
            )
        )
        assert newest["params"]["uri"] == uri
        assert client.request("shutdown")["result"] is None
        assert client.request("textDocument/codeAction", {})["error"]["code"] == -32600
        client.notify("exit")
        assert client.process.wait(2) == 0
        said = {message.get("method") for message in client.messages}
        assert not said & {"window/showMessage", "window/showMessageRequest"}


def test_a_burst_ends_with_the_last_text_and_cancellation_is_answered(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    path = shop / "deploy/backend/Dockerfile.dev"
    uri, text = path.as_uri(), path.read_text()
    with RawClient() as client:
        client.initialize(rootUri=shop.as_uri())
        document = {"uri": uri, "languageId": "dockerfile", "version": 0, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})
        number = client.post("textDocument/codeAction", _action_params(uri))
        client.notify("$/cancelRequest", {"id": number})
        for version in range(1, 301):
            change = {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": text + "\n" * version}],
            }
            client.notify("textDocument/didChange", change)
        client.wait_for(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"].get("version") == 300
            )
        )
        answers = [message for message in client.messages if message.get("id") == number]
        assert len(answers) == 1
        assert "result" in answers[0] or answers[0]["error"]["code"] == -32800


def test_the_server_ends_with_its_client(tmp_path: Path) -> None:
    shop = faulty_copy(tmp_path)
    with RawClient() as client:
        client.initialize(rootUri=shop.as_uri())
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(2) == 1
    with RawClient() as client:
        parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        client.initialize(rootUri=shop.as_uri(), processId=parent.pid)
        time.sleep(0.2)
        assert client.process.poll() is None
        parent.kill()
        parent.wait()
        assert parent.stdin is not None
        parent.stdin.close()
        assert client.process.wait(2) == 1
    with RawClient() as client:
        client.initialize(rootUri=shop.as_uri())
        client.notify("exit")
        assert client.process.wait(2) == 1


def _action_params(uri: str) -> dict[str, object]:
    start = {"line": 0, "character": 0}
    return {
        "textDocument": {"uri": uri},
        "range": {"start": start, "end": start},
        "context": {"diagnostics": []},
    }
