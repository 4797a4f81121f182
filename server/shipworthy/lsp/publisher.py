"""Diagnostics: which file shows what, and what the client has been told already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from shipworthy.db.database import Database
from shipworthy.engine.analysis import Analysis
from shipworthy.findings.finding import Finding, Related, Severity
from shipworthy.findings.message import Message, Places, render
from shipworthy.findings.suppression import UNUSED
from shipworthy.lsp.capabilities import Client
from shipworthy.lsp.convert import printable, range_of
from shipworthy.lsp.documents import Documents
from shipworthy.lsp.placing import Place
from shipworthy.model.files import line_index, locate
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import LineIndex
from shipworthy.text.records import NamedTuple

SOURCE = "shipworthy"
_SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3, Severity.HINT: 4}
_UNNECESSARY = 1
_TAGS = {UNUSED: [_UNNECESSARY]}

Send = Callable[[str, Any], None]


class Shown(NamedTuple):
    """A finding and the place that shows it."""

    finding: Finding
    at: Anchor
    """The finding's own place, or a related one where its file is not opened."""


class _Sent(NamedTuple):
    uri: str
    version: int | None
    diagnostics: list[Any]


class _Rendered(NamedTuple):
    shown: list[Shown]
    lines: dict[str, LineIndex]
    """The line tables that were used: as long as they are the same, so is the result."""
    diagnostics: list[Any]


class Publisher:
    """The only sender of `textDocument/publishDiagnostics`; says only what changed.

    What the client asks for itself (`pulls`, `pulls_all`) it is not told as well.
    """

    def __init__(
        self,
        send: Send,
        client: Client,
        documents: Documents,
        refresh: Callable[[], None] | None = None,
    ) -> None:
        self._send = send
        self._refresh = refresh
        self._pulled: set[str] = set()
        self._pulls_all = False
        self._outdated = False
        self._client = client
        self._documents = documents
        self._sent: dict[str, _Sent] = {}
        self._rendered: dict[str, _Rendered] = {}
        self.shown: dict[str, list[Shown]] = {}
        """By path what is shown there now."""

    def publish(
        self,
        db: Database,
        analysis: Analysis,
        findings: Iterable[Finding],
        place: Place,
        extra: dict[str, list[Any]],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        """Bring the client up to date; `extra` are diagnostics that are no findings.

        While a file is `broken`, what others show stays as it was said, related places included.
        """
        by_path: dict[str, list[Shown]] = {}
        for finding in findings:
            at = place(finding)
            if at is not None:
                by_path.setdefault(at.path, []).append(Shown(finding, at))
        before, self.shown = self.shown, by_path
        changed = self._documents.changed
        for path in {*by_path, *extra, *self._sent, *changed}:
            shown = by_path.get(path)
            if broken and path not in broken and path not in changed and shown == before.get(path):
                continue
            diagnostics = self._render(db, analysis, path, shown) if shown else []
            if path in extra:
                diagnostics = [*diagnostics, *extra[path]]
            self._tell(path, diagnostics, renewed=path in changed)
        changed.clear()
        for path in [path for path in self._rendered if path not in by_path]:
            del self._rendered[path]
        if self._outdated and self._refresh is not None:
            self._refresh()
        self._outdated = False

    def pulls(self, path: str) -> None:
        """The client asks for the diagnostics of a file from now on."""
        if not self._is_pulled(path):
            self._withdraw(path)
        self._pulled.add(path)

    def pulls_no_more(self, path: str) -> None:
        """The client closed a file that it asked for: it is told again what is found there."""
        self._pulled.discard(path)
        sent = self._sent.get(path)
        if sent is not None and sent.diagnostics and not self._pulls_all:
            self._send_one(sent.uri, None, sent.diagnostics)

    def pulls_all(self) -> None:
        """The client asks for the diagnostics of all files from now on."""
        if not self._pulls_all:
            for path in [path for path in self._sent if not self._is_pulled(path)]:
                self._withdraw(path)
        self._pulls_all = True

    def reports(self) -> Iterator[tuple[str, list[Any]]]:
        """The files that show something, with what they show."""
        yield from ((path, sent.diagnostics) for path, sent in self._sent.items())

    def _is_pulled(self, path: str) -> bool:
        return self._pulls_all or path in self._pulled

    def _withdraw(self, path: str) -> None:
        sent = self._sent.get(path)
        if sent is not None and sent.diagnostics:
            self._send_one(sent.uri, None, [])

    def renew(self, client: Client) -> None:
        """Say everything anew, because the user's language changed."""
        self._client = client
        self._rendered.clear()

    def report(self, path: str) -> list[Any]:
        """What a file shows, as last published."""
        sent = self._sent.get(path)
        return sent.diagnostics if sent is not None else []

    def _tell(self, path: str, diagnostics: list[Any], *, renewed: bool) -> None:
        document = self._documents.of(path)
        uri = self._documents.uri(path)
        version = document.version if document is not None else None
        last = self._sent.get(path)
        if last is not None and last.uri != uri:
            self._withdraw(path)
            last = None
        known = last.diagnostics if last is not None else []
        if diagnostics == known and not (renewed and document is not None):
            if not diagnostics and document is None:
                self._sent.pop(path, None)
            return
        if not self._is_pulled(path):
            self._send_one(uri, version, diagnostics)
        elif diagnostics != known and not renewed:
            # A client asks by itself after an edit of the same document.
            self._outdated = True
        if diagnostics or document is not None:
            self._sent[path] = _Sent(uri, version, diagnostics)
        else:
            self._sent.pop(path, None)

    def _send_one(self, uri: str, version: int | None, diagnostics: list[Any]) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        self._send("textDocument/publishDiagnostics", params)

    def _render(self, db: Database, analysis: Analysis, path: str, shown: list[Shown]) -> list[Any]:
        known = self._rendered.get(path)
        if (
            known is not None
            and known.shown == shown
            and all(line_index(db, other) is lines for other, lines in known.lines.items())
        ):
            return known.diagnostics
        view = View(db, analysis, self._client, self._documents)
        diagnostics = [view.diagnostic(item) for item in shown]
        self._rendered[path] = _Rendered(shown, view.lines, diagnostics)
        return diagnostics


class View:
    """Findings in the client's terms; remembers which files' lines it looked at."""

    def __init__(
        self, db: Database, analysis: Analysis, client: Client, documents: Documents
    ) -> None:
        self._db = db
        self._analysis = analysis
        self._client = client
        self._documents = documents
        self.lines: dict[str, LineIndex] = {}

    def diagnostic(self, shown: Shown) -> dict[str, Any]:
        """A finding as a protocol diagnostic."""
        finding = shown.finding
        message = self.say(finding.message)
        related = list(finding.related)
        if shown.at != finding.at:
            related.insert(0, Related(finding.at, finding.message))
        diagnostic: dict[str, Any] = {
            "range": self.range(shown.at),
            "severity": _SEVERITIES[finding.severity],
            "code": finding.rule,
            "source": SOURCE,
            "message": message,
        }
        if related and self._client.related:
            diagnostic["relatedInformation"] = [
                {
                    "location": {
                        "uri": self._documents.uri(item.at.path),
                        "range": self.range(item.at),
                    },
                    "message": self.say(item.note),
                }
                for item in related
            ]
        elif related:
            lines = [
                printable(f"{self._place(item.at)}: ") + self.say(item.note) for item in related
            ]
            diagnostic["message"] = "\n".join((message, *lines))
        if self._client.tags and finding.rule in _TAGS:
            diagnostic["tags"] = _TAGS[finding.rule]
        if self._client.data:
            diagnostic["data"] = finding_id(finding)
        return diagnostic

    def range(self, at: Anchor) -> dict[str, Any]:
        """The range of an anchor."""
        path, span = locate(self._db, at)
        return range_of(self._lines_of(path), span, self._client.encoding)

    def say(self, message: Message) -> str:
        """A message in the user's language."""
        places = Places(self._line, self._analysis.relative)
        return printable(render(message, self._client.language, places))

    def _place(self, at: Anchor) -> str:
        where = self._analysis.relative(at.path)
        return where if at.node < 0 else f"{where}:{self._line(at)}"

    def _line(self, at: Anchor) -> int:
        path, span = locate(self._db, at)
        return self._lines_of(path).line_of(span.start) + 1

    def _lines_of(self, path: str) -> LineIndex:
        lines = self.lines[path] = line_index(self._db, path)
        return lines


def finding_id(finding: Finding) -> str:
    """A name for a finding that lasts as long as its rule and place do."""
    path, node, span = finding.at
    key = "\0".join((finding.rule, path, str(node), str(span.start), str(span.end)))
    return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
