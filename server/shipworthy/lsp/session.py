"""One session: which message goes where. Everything here runs on the main thread."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

from cattrs import Converter
from lsprotocol import converters, types

from shipworthy import __version__
from shipworthy.db.database import Cancelled
from shipworthy.lsp import actions, commands, pulling
from shipworthy.lsp.capabilities import Client, client_of
from shipworthy.lsp.convert import path_of
from shipworthy.lsp.desk import Desk
from shipworthy.lsp.features import Feature, features
from shipworthy.lsp.progress import Progress
from shipworthy.lsp.protocol import Protocol, Server
from shipworthy.lsp.settings import SECTION, language_setting, section_of, usable
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.lsp.transport import Writer, read_frames
from shipworthy.lsp.watching import FORMATTED, registrations, watch_process
from shipworthy.lsp.worker import Worker

BACKLOG = 4 * 1024 * 1024
"""Bytes that may wait for a client that does not read before nothing more is judged for it."""
LAST_WORDS = 1.0
"""Seconds to get the last answers out."""

_EVERYTHING = ""
"""Stands among the pulled documents for all files of the workspace."""

Handler = Callable[[Snapshot, Any], Any]


class Session:
    """The server of one client."""

    def __init__(self, stdout: BinaryIO) -> None:
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
        self._writer = Writer(stdout, lambda: os._exit(1))
        self._server = Server(
            "shipworthy",
            __version__,
            types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
            converter_factory=_converter,
        )
        protocol = self._server.protocol
        assert isinstance(protocol, Protocol)
        self._protocol = protocol
        self._protocol.set_writer(self._writer)
        self._client = Client()
        self._progress = Progress(self._protocol)
        self._worker: Worker[Desk] = Worker(self._look)
        self._switched: list[Feature] = []
        """Features that a setting switches on."""
        self._registered: set[str] = set()
        self._pulled: set[str] = set()
        """URIs of the documents that the client asks for itself."""
        self._register()

    def run(self, stdin: BinaryIO) -> int:
        """Serve until the end; the exit code."""
        try:
            read_frames(stdin, self._protocol.receive)
            code = 1
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except (OSError, ValueError, KeyboardInterrupt):
            code = 1
        self._worker.stop()
        self._writer.flush(LAST_WORDS)
        return code

    # Wiring

    def _register(self) -> None:
        def handle(method: str, handler: Callable[[Any], None]) -> None:
            # pygls sets attributes on its handlers, which methods do not have.
            self._server.feature(method)(partial(handler))

        handle(types.INITIALIZE, self._initialize)
        handle(types.INITIALIZED, self._initialized)
        handle(types.TEXT_DOCUMENT_DID_OPEN, self._did_open)
        handle(types.TEXT_DOCUMENT_DID_CHANGE, self._did_change)
        handle(types.TEXT_DOCUMENT_DID_CLOSE, self._did_close)
        handle(types.TEXT_DOCUMENT_DID_SAVE, self._did_save)
        handle(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._did_change_files)
        handle(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._did_change_folders)
        handle(types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._did_change_settings)
        handle("shipworthy/refresh", self._refresh)
        options = types.CodeActionOptions(
            code_action_kinds=list(actions.KINDS), resolve_provider=True
        )
        self._answer(types.TEXT_DOCUMENT_CODE_ACTION, actions.code_actions, options)
        self._answer(types.CODE_ACTION_RESOLVE, actions.resolve)
        for name, run in commands.COMMANDS.items():
            self._server.command(name)(partial(self._command, run, name in commands.SLOW))
        for feature in features():
            if feature.setting:
                self._switched.append(feature)
            else:
                self._offer(feature)

    def _offer(self, feature: Feature) -> None:
        self._answer(feature.method, feature.handler, feature.options, slow=feature.slow)

    def _answer(
        self, method: str, handler: Handler, options: Any = None, *, slow: bool = False
    ) -> None:
        def ask(params: Any) -> Any:
            return self._worker.ask(
                lambda desk, interrupted: desk.answer(handler, params, interrupted), slow=slow
            )

        self._server.feature(method, options)(ask)

    def _command(self, run: commands.Run, slow: bool, arguments: list[Any]) -> Any:
        def handler(snapshot: Snapshot, given: Any) -> Any:
            return run(snapshot, given, self._apply)

        return self._worker.ask(
            lambda desk, interrupted: desk.answer(handler, arguments, interrupted), slow=slow
        )

    # Life

    def _initialize(self, params: types.InitializeParams) -> None:
        encoding = self._protocol.workspace.position_encoding
        self._client = client = client_of(params, str(encoding))
        folders = _folders_of(params)
        if params.process_id is not None:
            watch_process(params.process_id, lambda: os._exit(1))
        settings = usable(dict(client.options))
        tell = self._protocol.tell

        def make() -> Desk:
            refresh = self._refresh_diagnostics if client.refresh_diagnostics else None
            desk = Desk(client, folders, tell, refresh)
            desk.configured(settings)
            return desk

        self._progress.enabled = client.progress
        if client.pull_diagnostics:
            # The capabilities are put together after this.
            self._server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, pulling.OPTIONS)(
                partial(self._pull_document)
            )
            self._server.feature(types.WORKSPACE_DIAGNOSTIC)(partial(self._pull_workspace))
        for feature in self._switched:
            if not self._is_later(feature):
                self._offer(feature)
        self._worker.start(make)

    def _initialized(self, _params: Any) -> None:
        wanted = registrations(self._client)
        if wanted:
            self._request("client/registerCapability", {"registrations": wanted})
        if self._client.pull_settings:
            self._pull_settings()
        self._worker.change(lambda _: None)

    def _look(self, desk: Desk, interrupted: Callable[[], bool]) -> None:
        if not self._writer.wait_below(BACKLOG, 0.1):
            # What is said now would be outdated when it is read; edits are taken in meanwhile.
            raise Cancelled
        with self._progress.of_a_look(desk.client.language):
            desk.look(interrupted)
        if self._client.dynamic_formatting:
            self._switch(desk)
        for method in desk.outdated():
            self._request(method, None)

    # Notifications

    def _did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        language_id = str(getattr(item.language_id, "value", item.language_id))
        self._worker.change(
            lambda desk: desk.opened(item.uri, language_id, item.version, item.text)
        )

    def _did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        item, changes = params.text_document, list(params.content_changes)
        self._worker.change(lambda desk: desk.edited(item.uri, item.version, changes))

    def _did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._pulled.discard(params.text_document.uri)
        self._worker.change(lambda desk: desk.closed(params.text_document.uri))

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._worker.change(lambda desk: desk.saved(params.text_document.uri))

    def _did_change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        uris: dict[str, bool] = {}
        for change in params.changes:
            came_or_went = change.type != types.FileChangeType.Changed
            uris[change.uri] = uris.get(change.uri, False) or came_or_went
        self._worker.change(lambda desk: desk.touched(uris))

    def _did_change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = _paths(folder.uri for folder in params.event.added)
        removed = _paths(folder.uri for folder in params.event.removed)
        self._progress.expect()
        self._worker.change(lambda desk: desk.moved(added, removed))

    def _did_change_settings(self, params: types.DidChangeConfigurationParams) -> None:
        if self._client.pull_settings:
            self._pull_settings()
        else:
            self._configure(section_of(params.settings))

    def _refresh(self, _params: Any) -> None:
        self._progress.expect()
        self._worker.change(lambda desk: desk.refreshed())

    # Diagnostics that the client asks for

    def _pull_document(self, params: types.DocumentDiagnosticParams) -> Any:
        uri = params.text_document.uri
        if uri not in self._pulled:
            self._pulled.add(uri)
            self._worker.change(lambda desk: desk.pulled(uri))
        return self._worker.ask(partial(pulling.of_document, params=params), slow=True)

    def _pull_workspace(self, params: types.WorkspaceDiagnosticParams) -> Any:
        if _EVERYTHING not in self._pulled:
            self._pulled.add(_EVERYTHING)
            self._worker.change(lambda desk: desk.publisher.pulls_all())
        return self._worker.ask(partial(pulling.of_workspace, params=params), slow=True)

    def _refresh_diagnostics(self) -> None:
        self._request("workspace/diagnostic/refresh", None)

    # Requests to the client

    def _pull_settings(self) -> None:
        def received(values: Any) -> None:
            self._configure(values[0] if isinstance(values, list) and values else None)

        self._request("workspace/configuration", {"items": [{"section": SECTION}]}, received)

    def _configure(self, given: Any) -> None:
        settings = {**usable(dict(self._client.options)), **usable(given)}
        language = language_setting(given) or self._client.language
        self._worker.change(lambda desk: desk.configured(settings, language))

    def _switch(self, desk: Desk) -> None:
        """Tell the client which of the features that have a switch are there now."""
        for name in dict.fromkeys(feature.setting for feature in self._switched):
            if desk.is_on(name) != (name in self._registered):
                self._switch_one(name)

    def _is_later(self, feature: Feature) -> bool:
        """Whether the client can be told later that a feature is there."""
        if feature.method == types.TEXT_DOCUMENT_ON_TYPE_FORMATTING:
            return self._client.dynamic_typing
        return self._client.dynamic_formatting

    def _switch_one(self, name: str) -> None:
        self._registered ^= {name}
        chosen = [
            feature
            for feature in self._switched
            if feature.setting == name and self._is_later(feature)
        ]
        if name not in self._registered:
            gone = [{"id": f"shipworthy-{item.method}", "method": item.method} for item in chosen]
            self._request("client/unregisterCapability", {"unregisterations": gone})
            return
        for feature in chosen:
            if feature.method not in self._server.protocol.fm.features:
                self._offer(feature)
        self._request(
            "client/registerCapability",
            {
                "registrations": [
                    {
                        "id": f"shipworthy-{item.method}",
                        "method": item.method,
                        "registerOptions": {
                            "documentSelector": [{"pattern": glob} for glob in FORMATTED],
                            **(self._protocol.plain(item.options) or {}),
                        },
                    }
                    for item in chosen
                ]
            },
        )

    def _apply(self, label: str, edit: dict[str, Any]) -> None:
        self._request("workspace/applyEdit", {"label": label, "edit": edit})

    def _request(
        self, method: str, params: Any, received: Callable[[Any], None] | None = None
    ) -> None:
        self._protocol.ask(method, params, received)


def _converter() -> Converter:
    """lsprotocol's converter, which stops at the first fault of a message.

    Listing them all takes cattrs seconds for 100 kB of text in the place of a list.
    """
    return converters.get_converter(Converter(detailed_validation=False))


def _folders_of(params: types.InitializeParams) -> list[str]:
    """The opened folders, from the newest form that the client sent."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and params.root_uri:
        uris = [params.root_uri]
    if not uris and params.root_path:
        return [params.root_path.replace(os.sep, "/")]
    return _paths(uris)


def _paths(uris: Any) -> list[str]:
    found = (path_of(uri) for uri in uris)
    return [path for path in found if path is not None]
