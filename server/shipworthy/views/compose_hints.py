"""What a value of a compose file replaces: the value of the files that it is merged onto."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.syntax.yaml.nodes import Scalar
from shipworthy.text.records import NamedTuple
from shipworthy.views.compose_files import groups
from shipworthy.views.yaml_places import YamlPath, yaml_places


class Replaced(NamedTuple):
    """A value, by the absolute offset of its end, and the text of the one it replaces."""

    end: int
    text: str


def replaced(db: Database, path: str) -> Iterator[Replaced]:
    """The values of a file that earlier files of its project have otherwise."""
    before: dict[YamlPath, str] = {}
    for group in groups(db):
        if path in group.files:
            for earlier in group.files[: group.files.index(path)]:
                before.update(_values(db, earlier))
            break
    for place in yaml_places(db, path) if before else ():
        known = before.get(place.path)
        if place.key or known is None or not isinstance(place.node, Scalar):
            continue
        if place.text != known and place.node.style != "empty":
            yield Replaced(place.span.end, known)


@query
def _values(db: Database, path: str) -> dict[YamlPath, str]:
    """The texts of a file that another file can replace; lists are added to, not replaced."""
    return {
        place.path: place.text
        for place in yaml_places(db, path)
        if not place.key and isinstance(place.node, Scalar) and "[]" not in place.path
    }
