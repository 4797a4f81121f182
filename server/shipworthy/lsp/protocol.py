"""pygls' protocol without its traps: leaks, pop-ups, silence where the specification asks to speak.

Sync handlers may return a `concurrent.futures.Future`; its result is the answer.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import Any, NoReturn

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

logger = logging.getLogger("shipworthy.lsp")

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800

_PYGLS_OWN = (
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)
"""What pygls keeps records for that nobody here reads, and that a client can make it fail on."""

Handler = Callable[..., Any]
Callback = Callable[[Any], None]


class RequestFailed(JsonRpcException):
    """A request that is answered with an error."""

    CODE = types.LSPErrorCodes.RequestFailed
    MESSAGE = "Request failed"


class Server(LanguageServer):
    """A pygls server that logs where pygls would show a pop-up."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log; the editor's user can do nothing about it."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)


class Protocol(LanguageServerProtocol):
    """The protocol as the session uses it; one instance a process."""

    _initialized = False
    _ids = count(1)

    def __init__(self, server: Server, converter: Converter) -> None:
        super().__init__(server, converter)
        for method in _PYGLS_OWN:
            del self.fm.builtin_features[method]

    # Frames

    def receive(self, body: bytes) -> None:
        """Handle the body of one frame, whatever it is."""
        try:
            data = json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            self.refuse(None, PARSE_ERROR, "not valid JSON")
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self.refuse(_id_of(data), INVALID_REQUEST, "not a JSON-RPC 2.0 message")
            return
        if "method" in data:
            self._receive_call(data)
        else:
            self._receive_answer(data)

    def refuse(self, message_id: Any, code: int, message: str) -> None:
        """Answer with an error."""
        error = {"code": code, "message": message}
        self._send_data({"jsonrpc": self.VERSION, "id": message_id, "error": error})

    def tell(self, method: str, params: Any) -> None:
        """Send a notification whose params are plain JSON values."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    def ask(self, method: str, params: Any, received: Callable[[Any], None] | None = None) -> None:
        """Send a request whose params are plain JSON values.

        `received` gets the plain result; it is not called when the client answers with an error.
        """
        message_id = f"shipworthy-{next(self._ids)}"
        future: Future[Any] = Future()
        if received is not None:
            future.add_done_callback(partial(_hand_over, received))
        self._request_futures[message_id] = future
        given = {} if params is None else {"params": params}
        self._send_data({"jsonrpc": self.VERSION, "id": message_id, "method": method, **given})

    def plain(self, value: Any) -> Any:
        """A value of the protocol's types as plain JSON."""
        return self._converter.unstructure(value)

    def _receive_call(self, data: dict[str, Any]) -> None:
        method, asked, message_id = data["method"], "id" in data, data.get("id")
        if not isinstance(method, str) or (
            asked and (isinstance(message_id, bool) or not isinstance(message_id, str | int))
        ):
            self.refuse(_id_of(data), INVALID_REQUEST, "not a request")
            return
        refusal = self._untimely(method)
        if refusal is not None:
            if asked:
                self.refuse(message_id, *refusal)
            return
        if asked and message_id in self._request_futures:
            self.refuse(message_id, INVALID_REQUEST, "this id is in use")
            return
        if self.get_message_type(method) is None:
            data.setdefault("params", None)
        try:
            message = self.structure_message(data)
        except JsonRpcException:
            if asked:
                self.refuse(message_id, INVALID_PARAMS, f"invalid params of {method}")
            return
        if asked and not hasattr(message, "id"):
            self.refuse(message_id, METHOD_NOT_FOUND, f"{method} is a notification")
            return
        if method == types.INITIALIZE:
            self._initialized = True
        try:
            self.handle_message(message)
        except Exception:
            logger.exception("failed to handle %s", method)

    def _untimely(self, method: str) -> tuple[int, str] | None:
        """Why a message cannot be handled in this phase of the session's life."""
        if method == types.EXIT:
            return None
        if self._shutdown:
            return INVALID_REQUEST, "the server was shut down"
        if method == types.INITIALIZE:
            return (INVALID_REQUEST, "already initialized") if self._initialized else None
        return None if self._initialized else (NOT_INITIALIZED, "not initialized yet")

    def _receive_answer(self, data: dict[str, Any]) -> None:
        message_id = data.get("id")
        if not isinstance(message_id, str | int):
            return
        future = self._request_futures.pop(message_id, None)
        self._result_types.pop(message_id, None)
        if future is None or future.done():
            return
        if "error" in data:
            future.cancel()
        else:
            future.set_result(data.get("result"))

    def _send_data(self, data: Any) -> None:
        """Send a message; a request whose answer is no JSON is answered with an error."""
        try:
            text = json.dumps(data, default=self._serialize_message, allow_nan=False)
        except (ValueError, TypeError, RecursionError) as error:
            logger.error("a message cannot be written as JSON: %s", error)
            message_id = getattr(data, "id", None)
            if message_id is not None:
                self.refuse(message_id, INTERNAL_ERROR, f"no JSON answer: {error}"[:500])
            return
        body = text.encode()
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    # Handlers

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Handler,
        callback: Callback,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """As pygls does, but futures may be returned, and none stays behind when it is done."""

        def finish(done: Any) -> None:
            self._request_futures.pop(msg_id, None)
            callback(done)

        if inspect.isgeneratorfunction(handler):
            super()._execute_handler(msg_id, handler, finish, args, kwargs)
            return
        future: Future[Any] = Future()
        try:
            result = handler(*(args or ()), **(kwargs or {}))
        except Exception as error:  # noqa: BLE001  (becomes the answer)
            future.set_exception(error)
        else:
            if isinstance(result, Future):
                future = result
                self._request_futures[msg_id] = future
            else:
                future.set_result(result)
        future.add_done_callback(finish)

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        """Answer; a failure is logged as one line instead of with pygls' traces."""
        if future.cancelled():
            self.refuse(msg_id, REQUEST_CANCELLED, "cancelled")
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, JsonRpcException):
            self.refuse(msg_id, int(error.code), str(error.message))
        else:
            logger.error("a request failed", exc_info=error)
            self.refuse(msg_id, INTERNAL_ERROR, f"{type(error).__name__}: {error}"[:500])

    # pygls keeps documents of its own; the worker's are the ones that count.

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        """Hand on to the session."""
        return self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        """Hand on to the session."""
        return self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        """Hand on to the session."""
        return self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(
        self, params: types.DidChangeWorkspaceFoldersParams
    ) -> Any:
        """Hand on to the session."""
        return self.fm.features[types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS](params)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *_args: Any) -> Any:
        """Call off what is under way."""
        self._shutdown = True
        for future in list(self._request_futures.values()):
            future.cancel()

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Any:
        """Run a command with its arguments as they came."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise RequestFailed(f"there is no command {params.command}")
        return command(params.arguments or [])


def _hand_over(received: Callable[[Any], None], future: Future[Any]) -> None:
    if not future.cancelled():
        received(future.result())


def _no_constant(name: str) -> NoReturn:
    """`NaN` and `Infinity`, which Python reads and JSON does not know."""
    raise ValueError(name)


def _id_of(data: Any) -> Any:
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None
