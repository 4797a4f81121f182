"""Completion in a compose file: its keys, and how a key or value has to be written there."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.files import kind_of
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.compose_files import companions, compose_places
from shipworthy.views.compose_names import TOP_NAMES, declared_arguments, names, undeclared
from shipworthy.views.compose_schema_places import holds, keys_at, spoken_path
from shipworthy.views.compose_value_completion import Ask, outer_variables, typed_variable
from shipworthy.views.compose_value_completion import values as values_of
from shipworthy.views.compose_values import key_names
from shipworthy.views.shell_completion import variable_names
from shipworthy.views.snippets import SNIPPETS
from shipworthy.views.yaml_cursor import Layout, cursor_at, layout
from shipworthy.views.yaml_frames import Cursor
from shipworthy.views.yaml_places import YamlPath, matches
from shipworthy.views.yaml_text import escaped, is_plain, scalar, source_length

_KEY = regex(r"[\w-]*")
_FILES = ("compose.", "docker-compose.")
_OLD = frozenset({"version", "links", "volumes_from", "external_links"})
_DEEPER: dict[YamlPath, str] = {
    ("services", "*", "depends_on"): "condition: ",
    ("services", "*", "models"): "endpoint_var: ",
}
"""What a name needs below it, where a name alone says nothing."""


def is_compose_name(path: str) -> bool:
    """Whether a YAML file is taken for a compose file by its name, while its text is half-typed."""
    name = path.rpartition("/")[2].lower()
    return kind_of(path) == "yaml" and name.startswith(_FILES)


def compose_offer(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset of a compose file."""
    text = db.text(path) or ""
    cursor = cursor_at(text, offset)
    if cursor is None or "\n" in text[cursor.start : offset]:
        return None
    variable = typed_variable(text, offset)
    if variable is not None and cursor.value:
        closing = "}" if variable.braced and text[offset : offset + 1] != "}" else ""
        known = outer_variables(db, path)
        found = [item._replace(insert=item.label + closing) for item in known]
        return offer(Span(offset - len(variable.begun), offset), found, variable.begun)
    place = spoken_path(db, path, cursor.path)
    written = layout(text)
    end, followed = _rest_of_key(text, offset) if cursor.key else (offset, False)
    candidates: list[Candidate] = []
    cut = 0
    if cursor.key and not (cursor.value and (cursor.quote or not _KEY.fullmatch(cursor.typed))):
        keys = _keys(db, path, cursor, place, written)
        candidates += (item._replace(insert=_bare(item)) if followed else item for item in keys)
    if cursor.value and not followed:
        values = values_of(db, Ask(path, place, cursor))
        cut = values.cut
        shown = (_fitted(item, cursor, text, offset, cut) for item in values.candidates)
        candidates += [item for item in shown if item.label not in cursor.items]
    begun = cursor.typed[cut:]
    start = cursor.start + source_length(text[cursor.start : offset], cursor.quote, cut)
    return offer(Span(start, end if followed else offset), candidates, begun)


def _rest_of_key(text: str, offset: int) -> tuple[int, bool]:
    """The end of the key that goes on behind the cursor, and whether a colon follows it."""
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] in "_.-+"):
        end += 1
    colon = text[end : end + 1] == ":" and text[end + 1 : end + 2] in ("", " ", "\n", "\r", "\t")
    return (end, True) if colon else (offset, False)


def _bare(item: Candidate) -> str:
    return item.text.partition("\n")[0].rstrip().removesuffix(":")


def _fitted(item: Candidate, cursor: Cursor, text: str, offset: int, cut: int) -> Candidate:
    """A value as it is written between its quotes, or put into quotes where it needs them."""
    if item.sort == "keyword":
        return item  # YAML's own words
    if cursor.quote:
        line = text.find("\n", offset)
        rest = text[offset : line if line >= 0 else len(text)]
        closing = "" if cursor.quote in rest else cursor.quote
        return item._replace(insert=escaped(item.text, cursor.quote) + closing)
    kept = cursor.typed[:cut]
    whole = kept + item.text
    if is_plain(whole, flow=cursor.flow) or whole.endswith(":"):
        return item
    return item._replace(insert=scalar(whole, flow=cursor.flow), kept=kept)


# Keys


def _keys(
    db: Database, path: str, cursor: Cursor, place: YamlPath, written: Layout
) -> Iterator[Candidate]:
    for named in _named_keys(db, path, place):
        if named.label not in cursor.siblings:
            yield _keyed(named, cursor, _ending_of_name(place, cursor, written))
    for key in keys_at(place):
        if key in cursor.siblings:
            continue
        ending = _ending(holds((*place, key)), cursor, written)
        item = Candidate(key, "keyword", doc=("compose", *place, key), last=key in _OLD)
        yield _keyed(item, cursor, ending)
    fresh = matches(place, "services", "*") and "develop" not in cursor.siblings
    if fresh and not cursor.flow and not cursor.quote:
        for name, snippet in SNIPPETS.items():
            if snippet.where == "compose-service":
                body = snippet.body.rstrip("\n")
                yield Candidate(name, "snippet", insert=body, doc=("snippet", name), last=True)


def _keyed(item: Candidate, cursor: Cursor, ending: str) -> Candidate:
    if cursor.quote:
        return item._replace(insert=escaped(item.label, cursor.quote) + cursor.quote + ending)
    return item._replace(insert=scalar(item.label, flow=cursor.flow) + ending)


def _ending(kind: str, cursor: Cursor, written: Layout) -> str:
    if cursor.flow or kind == "scalar":
        return ": "
    if kind == "array":
        return ":\n" + " " * (cursor.indent + written.dash) + "- "
    return ":\n" + " " * (cursor.indent + written.step)


def _ending_of_name(place: YamlPath, cursor: Cursor, written: Layout) -> str:
    if cursor.flow:
        return ": "
    deeper = next((words for where, words in _DEEPER.items() if matches(place, *where)), None)
    if deeper is not None:
        return ":\n" + " " * (cursor.indent + written.step) + deeper
    if place == ("services",):
        return ":\n" + " " * (cursor.indent + written.step)
    alone = (len(place) == 1 and place[0] in TOP_NAMES) or matches(
        place, "services", "*", "networks"
    )
    return ":" if alone else ": "


def _named_keys(db: Database, path: str, at: YamlPath) -> Iterator[Candidate]:
    """Keys that are names: of services, networks, variables, the Dockerfile's ARGs."""
    for section in ("depends_on", "networks", "models"):
        if matches(at, "services", "*", section):
            kind = "services" if section == "depends_on" else section
            yield from names(db, path, kind, but=at[1])
    if matches(at, "services", "*", "environment"):
        yield from variable_names(with_equals=False)
    elif matches(at, "services", "*", "build", "args"):
        yield from declared_arguments(db, path, at[1])
    elif len(at) == 1 and at[0] in TOP_NAMES:
        yield from undeclared(db, path, at[0])
        yield from _of_other_files(db, path, at[0])
    for name in key_names(at):
        yield Candidate(name, "value")


def _of_other_files(db: Database, path: str, section: str) -> Iterator[Candidate]:
    """What the other files of the project call the things of a section, to be overridden here."""
    for other in companions(db, path):
        for place in compose_places(db, other) if other != path else ():
            if place.key and len(place.path) == 2 and place.path[0] == section:
                yield Candidate(place.path[1], "name")
