"""The cursor in an instruction of a Dockerfile, as completion sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shipworthy.db.database import Database
from shipworthy.syntax.dockerfile.nodes import Dockerfile
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer


class At(NamedTuple):
    """The cursor in an instruction."""

    db: Database
    path: str
    tree: Dockerfile
    ordinal: int
    offset: int
    """Absolute."""
    keyword: str
    before: str
    """What stands between the keyword and the cursor; continuations are kept."""
    typed: str
    """The word that the cursor ends."""

    @property
    def joined(self) -> str:
        """What stands before the cursor, without continuations and the comments between them."""
        end = re.escape(self.tree.escape) + r"[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*"
        return re.sub(end, "", self.before)

    def words(self) -> list[str]:
        """The finished words before the typed one."""
        text = self.joined
        return text[: len(text) - len(self.typed)].split()

    def arguments(self) -> list[str]:
        """The finished words that are no flags."""
        return [word for word in self.words() if not word.startswith("--")]

    def flag(self, name: str) -> str | None:
        """The value of a finished flag, as written."""
        start = f"--{name}="
        found = (w[len(start) :] for w in self.words() if w.lower().startswith(start))
        return next(found, None)

    def offer(self, typed: str, found: Iterable[Candidate]) -> Offer | None:
        """The candidates for the text that is typed directly before the cursor."""
        return offer(Span(self.offset - len(typed), self.offset), found, typed)
