"""Workspaces in memory with a cursor: `▮` in one of the texts is where somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shipworthy.engine.host import Host
from shipworthy.findings.message import Language
from shipworthy.views.hover import hover
from shipworthy.views.page import markdown
from support.workspaces import ROOT, Workspace

MARK = "▮"


class Asked(NamedTuple):
    """A workspace and the place somebody asks about."""

    host: Host
    path: str
    offset: int

    def hover(self, language: Language = "en") -> str:
        """The hover as Markdown; "" for none."""
        page = hover(self.host.db, self.path, self.offset)
        return markdown(self.host.db, page.parts, language) if page is not None else ""

    def hovered(self) -> str:
        """The text that the hover is about."""
        page = hover(self.host.db, self.path, self.offset)
        text = self.host.db.text(self.path) or ""
        return page.span.of(text) if page is not None else ""


def asked(files: Mapping[str, str]) -> Asked:
    """The workspace of the texts without the mark, and the mark's place."""
    place = None
    clean = {}
    for path, text in files.items():
        before, mark, after = text.partition(MARK)
        if mark:
            place = (f"{ROOT}/{path}", len(before))
        clean[path] = before + after
    assert place is not None, "no cursor"
    return Asked(Workspace(clean).host(), *place)
