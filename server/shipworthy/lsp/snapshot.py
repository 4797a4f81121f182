"""What a request's handler may ask: one moment of the workspace, in the client's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.findings.message import Inner, Language, Message
from shipworthy.lsp.capabilities import Client, Format
from shipworthy.lsp.convert import printable, range_of
from shipworthy.lsp.documents import Documents
from shipworthy.lsp.placing import Place
from shipworthy.model.files import line_index, locate
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.page import Part, markdown, plain


class Snapshot:
    """The workspace with all changes taken in; only the worker thread may use it."""

    __slots__ = ("_analysis", "_documents", "client", "host", "interrupted", "place")

    def __init__(
        self,
        host: Host,
        documents: Documents,
        client: Client,
        place: Place,
        interrupted: Callable[[], bool] | None = None,
    ) -> None:
        self.host = host
        self.client = client
        self.place = place
        """Where a finding is shown; None when it is not."""
        self.interrupted = interrupted
        """Says that the request was called off; long work outside of queries asks it."""
        self._documents = documents
        self._analysis: Analysis | None = None

    @property
    def db(self) -> Database:
        """The database; queries raise Cancelled once the request is called off."""
        return self.host.db

    @property
    def language(self) -> Language:
        """The language of the editor's user."""
        return self.client.language

    def analysis(self) -> Analysis:
        """The findings of this moment."""
        if self._analysis is None:
            self._analysis = self.host.analyse(self.interrupted)
        return self._analysis

    def path(self, uri: str) -> str | None:
        """The path of a URI; None for what is no file."""
        return self._documents.path(uri)

    def uri(self, path: str) -> str:
        """The URI of a path, as the client spells it."""
        return self._documents.uri(path)

    def version(self, path: str) -> int | None:
        """The version of an open document; None for a closed one."""
        document = self._documents.of(path)
        return document.version if document is not None else None

    def text(self, path: str) -> str | None:
        """The text of a file, as the editor or the disk has it."""
        return self.db.text(path)

    def offset(self, path: str, position: Any) -> int:
        """The code-point offset of a protocol position."""
        lines = line_index(self.db, path)
        return lines.offset(position.line, position.character, self.client.encoding)

    def range(self, path: str, span: Span) -> dict[str, Any]:
        """The protocol range of absolute code points."""
        return range_of(line_index(self.db, path), span, self.client.encoding)

    def location(self, anchor: Anchor) -> dict[str, Any]:
        """The protocol location of an anchor."""
        path, span = locate(self.db, anchor)
        return {"uri": self.uri(path), "range": self.range(path, span)}

    def markup(self, parts: Iterable[Part], written_in: Format) -> dict[str, str] | str:
        """A page as the client takes it: as Markdown, as plain text, or as a bare string."""
        shown = markdown(self.db, parts, self.language)
        value = printable(shown if written_in == "markdown" else plain(shown))
        return {"kind": written_in, "value": value} if written_in else value

    def say(self, message: Message | Inner) -> str:
        """A message as text in the user's language."""
        return printable(self.analysis().render(message, self.language))
