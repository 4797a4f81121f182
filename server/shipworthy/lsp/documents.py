"""The open documents, as the worker thread knows them."""

from __future__ import annotations

from typing import Any

from shipworthy.lsp.convert import UNTITLED, path_of, uri_of
from shipworthy.text.lines import Encoding, LineIndex
from shipworthy.text.records import NamedTuple


class Document(NamedTuple):
    """A buffer of the editor."""

    uri: str
    path: str
    version: int
    text: str


class Documents:
    """Open documents by URI and by path; each path answers to the URI that the client uses."""

    def __init__(self) -> None:
        self._by_uri: dict[str, Document] = {}
        self._uris: dict[str, str] = {}
        self.changed: set[str] = set()
        """Paths of documents that were opened or edited since somebody cleared this."""

    def open(self, uri: str, language_id: str, version: int, text: str) -> Document | None:
        """Take a document in; None for what is neither a file nor an unsaved buffer."""
        path = path_of(uri, language_id)
        if path is None:
            return None
        document = Document(uri, path, version, text)
        self._by_uri[uri] = document
        self._uris[path] = uri
        self.changed.add(path)
        return document

    def edit(self, uri: str, version: int, text: str) -> Document | None:
        """The document's next text; None when it is not open or the edit is older than it."""
        known = self._by_uri.get(uri)
        if known is None or version < known.version:
            return None
        document = known._replace(version=version, text=text)
        self._by_uri[uri] = document
        self.changed.add(known.path)
        return document

    def close(self, uri: str) -> Document | None:
        """Forget a document; None when it was not open. `of` tells what still shows its path."""
        document = self._by_uri.pop(uri, None)
        if document is None:
            return None
        others = [other for other in self._by_uri.values() if other.path == document.path]
        if others:
            self._uris[document.path] = others[-1].uri
            self.changed.add(document.path)
        return document

    def of(self, path: str) -> Document | None:
        """The open document of a path."""
        uri = self._uris.get(path)
        return self._by_uri.get(uri) if uri is not None else None

    def at(self, uri: str) -> Document | None:
        """The open document of a URI."""
        return self._by_uri.get(uri)

    def paths(self) -> list[str]:
        """The paths of all open documents."""
        return [document.path for document in self._by_uri.values()]

    def uri(self, path: str) -> str:
        """The URI of a path in the client's own spelling, where it has used one."""
        return self._uris.get(path) or uri_of(path)

    def path(self, uri: str) -> str | None:
        """The path of a URI."""
        document = self._by_uri.get(uri)
        return document.path if document is not None else path_of(uri)


def is_unsaved(path: str) -> bool:
    """Whether a path stands for a buffer that has no file."""
    return path.startswith(UNTITLED + "/")


def changed_text(text: str, changes: list[Any], encoding: Encoding) -> str:
    """The text after the changes of one `didChange`.

    The server asks for whole texts; ranges come from clients that send them all the same.
    """
    for change in changes:
        place = getattr(change, "range", None)
        if place is None:
            text = change.text
            continue
        lines = LineIndex(text)
        start = lines.offset(place.start.line, place.start.character, encoding)
        end = max(start, lines.offset(place.end.line, place.end.character, encoding))
        text = text[:start] + change.text + text[end:]
    return text
