"""A real server process driven by pytest-lsp, with the abilities of a real editor."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

VS_CODE = "visual-studio-code"
NEOVIM = "neovim"
EMACS = "emacs"
ENCODINGS = {VS_CODE: "utf-16", NEOVIM: "utf-8", EMACS: "utf-32"}
FAULTY = Path(__file__).parent.parent / "projects" / "article" / "faulty"
SECONDS = 20.0
_NUMBERS = count(1)


def faulty_copy(folder: Path) -> Path:
    """The article's faulty project as a workspace of its own."""
    return Path(shutil.copytree(FAULTY, folder / "shop", symlinks=True))


REFRESHES = (
    types.WORKSPACE_DIAGNOSTIC_REFRESH,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
)


class Editor:
    """What a test does and sees, in the terms of an editor's user."""

    def __init__(
        self,
        client: LanguageClient,
        published: list[types.PublishDiagnosticsParams],
        registered: list[types.Registration],
        refreshed: list[str],
    ):
        self.client: Any = client
        self.registered = registered
        """What the server offered after the start."""
        self.offered: Any = None
        """The server's capabilities."""
        self.refreshed = refreshed
        """The requests by which the server told to ask for something anew."""
        self.published = published
        """All that was ever published, oldest first."""
        self._versions: dict[Path, int] = {}

    def open(self, path: Path, language: str = "dockerfile", text: str | None = None) -> None:
        self._versions[path] = 1
        item = types.TextDocumentItem(
            path.as_uri(), language, 1, path.read_text() if text is None else text
        )
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, path: Path, text: str) -> None:
        self._versions[path] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(
                    version=self._versions[path], uri=path.as_uri()
                ),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, path: Path) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
        )

    def changed_on_disk(self, path: Path, kind: types.FileChangeType) -> None:
        self.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([types.FileEvent(path.as_uri(), kind)])
        )

    def diagnostics(self, path: Path | str) -> Sequence[types.Diagnostic]:
        uri = path if isinstance(path, str) else path.as_uri()
        found: Sequence[types.Diagnostic] = self.client.diagnostics.get(uri, ())
        return found

    def rules(self, path: Path | str) -> list[str]:
        return sorted(str(item.code) for item in self.diagnostics(path))

    async def actions(
        self, path: Path, diagnostic: types.Diagnostic, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()),
            diagnostic.range,
            types.CodeActionContext([diagnostic], only),
        )
        # lsprotocol takes every action that has a command for a bare command.
        protocol, number = self.client.protocol, f"actions-{next(_NUMBERS)}"
        future = protocol.send_request(types.TEXT_DOCUMENT_CODE_ACTION, params, msg_id=number)
        protocol._result_types[number] = None
        answer = await asyncio.wrap_future(future)
        converter = protocol._converter
        plain = json.loads(json.dumps(answer, default=lambda value: value._asdict()))
        return [converter.structure(action, types.CodeAction) for action in plain]

    async def resolved(self, action: types.CodeAction) -> types.WorkspaceEdit:
        if action.edit is None:
            action = await self.client.code_action_resolve_async(action)
        assert action.edit is not None, action
        return action.edit

    async def settled(self) -> None:
        """Wait until everything sent before was taken in and told: requests keep their order."""
        document = next(iter(self._versions), Path("/nowhere/Dockerfile"))
        for _ in range(2):
            await self.client.text_document_code_action_async(
                types.CodeActionParams(
                    types.TextDocumentIdentifier(document.as_uri()),
                    types.Range(types.Position(0, 0), types.Position(0, 0)),
                    types.CodeActionContext([]),
                )
            )
            await asyncio.sleep(0.1)


@asynccontextmanager
async def editor(
    profile: str,
    *folders: Path,
    locale: str | None = None,
    options: Any = None,
    configuration: dict[str, Any] | None = None,
    pulls: bool = False,
) -> AsyncIterator[Editor]:
    """A session; in the end the server must have shown no pop-up and must leave with 0.

    With `pulls` the client can ask for diagnostics.
    """
    client: Any = make_test_lsp_client()
    published: list[types.PublishDiagnosticsParams] = []

    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    registered: list[types.Registration] = []
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(register)

    refreshed: list[str] = []
    for method in REFRESHES:
        client.protocol.fm.features.pop(method, None)
        client.feature(method)(lambda *_, method=method: refreshed.append(method))
    show = client.protocol.fm.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

    def publish(params: types.PublishDiagnosticsParams) -> None:
        published.append(params)
        show(params)

    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)

    if configuration is not None:
        client.set_configuration(configuration, section="shipworthy")
    await client.start_io(sys.executable, "-m", "shipworthy.cli.main", "lsp", "--stdio")
    user = Editor(client, published, registered, refreshed)
    capabilities = client_capabilities(profile)
    assert capabilities.text_document is not None
    completion = capabilities.text_document.completion
    if profile == VS_CODE and completion is not None and completion.completion_item is not None:
        # The profile is that of a version which did not know them yet.
        completion.completion_item.label_details_support = True
    if pulls:
        assert capabilities.workspace is not None
        capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
        capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(True)
    started = await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[
                types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders
            ],
            root_uri=folders[0].as_uri() if folders else None,
            locale=locale,
            initialization_options=options,
        )
    )
    user.offered = started.capabilities
    yield user
    assert client.messages == []
    await client.shutdown_session()
    assert client._server.returncode == 0
    await client.stop()


async def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait for what the server is about to say."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the server did not say it in time"
        await asyncio.sleep(0.005)


def apply(edit: types.WorkspaceEdit, encoding: str) -> list[Path]:
    """Write an edit to the disk, as an editor that saves at once; the files that it touched."""
    touched = []
    for change in edit.document_changes or ():
        if isinstance(change, types.CreateFile):
            path = _path(change.uri)
            assert not path.exists()
            path.write_bytes(b"")
        else:
            assert isinstance(change, types.TextDocumentEdit)
            path = _path(change.text_document.uri)
            _edit(path, change.edits, encoding)
        touched.append(path)
    for uri, edits in (edit.changes or {}).items():
        _edit(_path(uri), edits, encoding)
        touched.append(_path(uri))
    return list(dict.fromkeys(touched))


def _path(uri: str) -> Path:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(uri).path))


def _edit(path: Path, edits: Sequence[Any], encoding: str) -> None:
    text = path.read_bytes().decode() if path.exists() else ""
    lines = text.splitlines(keepends=True)

    def offset(position: types.Position) -> int:
        line = lines[position.line] if position.line < len(lines) else ""
        units = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
        before = line.encode(units)[: position.character * width].decode(units)
        return sum(map(len, lines[: position.line])) + len(before)

    for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    path.write_bytes(text.encode())
