"""Broken frames, broken JSON and params of wrong kinds: answered, logged at most, survived."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from e2e.raw_client import RawClient
from e2e.sessions import faulty_copy
from support.wrong_params import right_params, wrong_params

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL = (
    -32700,
    -32600,
    -32601,
    -32602,
    -32603,
)
CALL = b'{"jsonrpc":"2.0","id":7,"method":"no/such"}'


def frame(body: bytes, length: int | None = None) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body) if length is None else length, body)


def call(method: str, params: bytes, message_id: bytes = b"7") -> bytes:
    head = b'{"jsonrpc":"2.0","id":%b,"method":"%b","params":' % (message_id, method.encode())
    return frame(head + params + b"}")


def nested(depth: int) -> bytes:
    return b'{"title":"x","label":"x","data":' + b"[" * depth + b"]" * depth + b"}"


# What is sent, and the codes of the answers. A frame that swallows the next one costs that one.
FRAMES: dict[str, tuple[bytes, list[int]]] = {
    "no header": (CALL, []),
    "shorter than the body": (frame(CALL, len(CALL) - 3), [PARSE_ERROR]),
    "negative": (b"Content-Length: -5\r\n\r\n{}", []),
    "no number": (b"Content-Length: 0x4\r\n\r\nnull", []),
    "endless number": (b"Content-Length: " + b"9" * 9_000 + b"\r\n\r\n{}", []),
    "more than memory": (b"Content-Length: 99999999999\r\n\r\n{}", []),
    "empty": (frame(b""), [PARSE_ERROR]),
    "two lengths": (b"Content-Length: 2\r\nContent-Length: 4\r\n\r\nnull", [INVALID_REQUEST]),
    "long line": (b"x" * 200_000 + b"\r\n", []),
    "no UTF-8": (frame(b"\xff\xfe\xfd"), [PARSE_ERROR]),
    "batch": (frame(b"[%b,%b]" % (CALL, CALL)), [INVALID_REQUEST]),
    "number": (frame(b"3"), [INVALID_REQUEST]),
    "not a number": (frame(b"NaN"), [PARSE_ERROR]),
    "nested": (frame(b"[" * 100_000), [PARSE_ERROR]),
    "nested objects": (frame(b'{"a":' * 100_000), [PARSE_ERROR]),
    "giant id": (call("no/such", b"null", b"9" * 5_000), [PARSE_ERROR]),
    "fraction as id": (call("no/such", b"null", b"1.5"), [INVALID_REQUEST]),
    "null as id": (call("no/such", b"null", b"null"), [INVALID_REQUEST]),
    "text as id": (call("no/such", b"null", b'"\\ud800"'), [NO_METHOD]),
    "method of wrong kind": (frame(b'{"jsonrpc":"2.0","id":7,"method":3}'), [INVALID_REQUEST]),
    "version": (frame(b'{"jsonrpc":"1.0","id":7,"method":"x"}'), [INVALID_REQUEST]),
    "answer never asked for": (frame(b'{"jsonrpc":"2.0","id":"shipworthy-9","result":1}'), []),
    "both": (frame(b'{"jsonrpc":"2.0","id":7,"result":1,"error":{}}'), []),
    "notification with an id": (call("textDocument/didSave", b'{"textDocument":{"uri":"x:"}}'),
                                [NO_METHOD]),
    "params by place": (call("textDocument/hover", b"[1]"), [INVALID_PARAMS]),
    "data too deep to be sent back": (call("codeAction/resolve", nested(900)), [INTERNAL]),
    "data that JSON does not know": (call("codeAction/resolve", b'{"title":"x","data":1e999}'),
                                     [INTERNAL]),
}  # fmt: skip


class Session:
    """A server with the article's Dockerfile open."""

    def __init__(self, client: RawClient, folder: Path) -> None:
        self.client = client
        self._answers: dict[Any, dict[str, Any]] = {}
        self._seen = 0
        self.path = faulty_copy(folder) / "deploy/backend/Dockerfile.dev"
        self.uri = self.path.as_uri()
        lines = self.path.read_text().split("\n")
        line = next(number for number, text in enumerate(lines) if text.startswith("FROM"))
        self.position = {"line": line, "character": 2}
        client.initialize(rootUri=self.path.parents[2].as_uri())
        self.open()

    def open(self) -> None:
        text = self.path.read_text()
        document = {"uri": self.uri, "languageId": "dockerfile", "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})

    def answer(self, number: int) -> dict[str, Any]:
        """The answer to a request, whether it has come already or not."""
        while self._seen < len(self.client.messages):
            found = self.client.messages[self._seen]
            self._seen += 1
            if "method" not in found:
                self._answers[found["id"]] = found
        return self._answers.get(number) or self.client.answer(number)

    def is_healthy(self) -> bool:
        place = {"textDocument": {"uri": self.uri}, "position": self.position}
        return bool(self.client.request("textDocument/hover", place)["result"])

    def quiet(self) -> bool:
        """Whether the user was not bothered, and nothing failed that is not meant to."""
        said = {message.get("method") for message in self.client.messages}
        bothers = said & {"window/showMessage", "window/showMessageRequest"}
        return not bothers and "Traceback" not in self.client.errors


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with RawClient() as client:
        yield Session(client, tmp_path)


def test_broken_frames_cost_themselves_alone(session: Session) -> None:
    for what, (data, codes) in FRAMES.items():
        before = len(session.client.messages)
        session.client.send_bytes(data)
        # The header that follows a body of the wrong length ends the same line.
        assert session.is_healthy(), what
        answers = [found for found in session.client.messages[before:] if "error" in found]
        assert [found["error"]["code"] for found in answers] == codes, what
    assert session.quiet()


REQUESTS = (
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.CODE_ACTION_RESOLVE,
    types.TEXT_DOCUMENT_CODE_LENS,
    types.TEXT_DOCUMENT_COMPLETION,
    types.COMPLETION_ITEM_RESOLVE,
    types.TEXT_DOCUMENT_DEFINITION,
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
    types.TEXT_DOCUMENT_DOCUMENT_LINK,
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    types.TEXT_DOCUMENT_FOLDING_RANGE,
    types.TEXT_DOCUMENT_FORMATTING,
    types.TEXT_DOCUMENT_HOVER,
    types.TEXT_DOCUMENT_INLAY_HINT,
    types.TEXT_DOCUMENT_PREPARE_RENAME,
    types.TEXT_DOCUMENT_RANGE_FORMATTING,
    types.TEXT_DOCUMENT_REFERENCES,
    types.TEXT_DOCUMENT_RENAME,
    types.TEXT_DOCUMENT_SELECTION_RANGE,
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
    types.WORKSPACE_EXECUTE_COMMAND,
    types.WORKSPACE_SYMBOL,
)


def test_params_of_wrong_kinds_are_refused(session: Session) -> None:
    client = session.client
    asked: dict[int, Any] = {}
    for method in REQUESTS:
        right = right_params(method, session.uri)
        for params in (right, *wrong_params(right)):
            asked[client.post(method, params)] = (method, params)
    assert session.is_healthy()
    for number, call in asked.items():
        code = session.answer(number).get("error", {}).get("code")
        assert code in (None, INVALID_PARAMS, types.LSPErrorCodes.RequestFailed), f"{call!r:.300}"
    answers = Counter(found["id"] for found in client.messages if found.get("id") in asked)
    assert answers == dict.fromkeys(asked, 1)
    assert session.quiet()


NOTIFICATIONS = (
    types.CANCEL_REQUEST,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.PROGRESS,
    types.SET_TRACE,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_SAVE,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
)


def test_notifications_of_wrong_kinds_change_nothing(session: Session, tmp_path: Path) -> None:
    other = (tmp_path / "other" / "Dockerfile").as_uri()
    for method in NOTIFICATIONS:
        right = right_params(method, other)
        for params in (right, *wrong_params(right)):
            session.client.notify(method, params)
    deep = json.loads("[" * 300 + "]" * 300)
    session.client.notify(
        types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"settings": {"shipworthy": {"select": deep}}}
    )
    assert session.is_healthy()
    assert session.quiet()
    assert "Error" not in session.client.errors


def test_a_closed_buffer_leaves_the_same_file_by_its_other_uri(session: Session) -> None:
    other = f"{session.uri}?again"
    document = {"uri": other, "languageId": "dockerfile", "version": 1, "text": "# nothing\n"}
    session.client.notify("textDocument/didOpen", {"textDocument": document})
    assert not session.is_healthy()
    session.client.notify("textDocument/didClose", {"textDocument": {"uri": other}})
    assert session.is_healthy()


def test_uris_of_every_kind(session: Session) -> None:
    uris = (
        "", "x", "%", "file:", "file:///", "file://[::1/a", "file:///%FF%FE/Dockerfile",
        "file:///%00/Dockerfile", "file:///\ud800/Dockerfile", "file:///c%3A/x/Dockerfile",
        "file://server/share/Dockerfile", "file:///" + "a/" * 3_000 + "Dockerfile",
        "file:///dev/zero", "file:///a%0Ab/Dockerfile", "git:/x/Dockerfile?%7B%7D",
        "vscode-notebook-cell:/x#y", "untitled:", "untitled:..", "untitled:%2e%2e/%2e%2e/x",
        f"{session.uri}/", f"{session.uri}?x#y", "C:\\x\\Dockerfile",
    )  # fmt: skip
    asked = []
    for uri in uris:
        document = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": "FROM a\n"}
        session.client.notify("textDocument/didOpen", {"textDocument": document})
        for method in (types.TEXT_DOCUMENT_HOVER, types.TEXT_DOCUMENT_COMPLETION,
                       types.TEXT_DOCUMENT_DOCUMENT_LINK):  # fmt: skip
            place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 2}}
            asked.append(session.client.post(method, place))
        for command in ("shipworthy.createIgnoreFile", "shipworthy.showContext"):
            params = {"command": command, "arguments": [uri]}
            asked.append(session.client.post("workspace/executeCommand", params))
        for _ in range(2):
            session.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert session.is_healthy()
    for number in asked:
        code = session.answer(number).get("error", {}).get("code")
        assert code in (None, types.LSPErrorCodes.RequestFailed)
    assert session.quiet()
