"""Messages: templates with named fields in English and Japanese, rendered last."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Literal, TypeAlias

from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

Language: TypeAlias = Literal["en", "ja"]


class Text(NamedTuple):
    """One sentence in both languages, with the same `{fields}` in each."""

    en: str
    ja: str

    def fields(self) -> frozenset[str]:
        """The names of the English template's fields."""
        return template_fields(self.en)


class Line(NamedTuple):
    """A field that shows the 1-based line of a place."""

    at: Anchor


class Place(NamedTuple):
    """A field that shows a place as `path:line`."""

    at: Anchor


class File(NamedTuple):
    """A field that shows a path relative to the workspace."""

    path: str


class Names(NamedTuple):
    """A field that shows several names, each in backticks."""

    names: tuple[str, ...]


class Size(NamedTuple):
    """A field that shows a number of bytes for people."""

    bytes: int


class Inner(NamedTuple):
    """A field that is itself a text (a clause that only some findings have)."""

    text: Text
    fields: tuple[tuple[str, Field], ...] = ()


Field: TypeAlias = "str | int | Line | Place | File | Names | Size | Inner"


class Message(NamedTuple):
    """A text with the values of its fields."""

    text: Text
    fields: tuple[tuple[str, Field], ...] = ()


def say(text: Text, **fields: Field) -> Message:
    """A message; the field names must be those of the text."""
    return Message(text, tuple(sorted(fields.items())))


def clause(text: Text, **fields: Field) -> Inner:
    """A text to be used as the field of another."""
    return Inner(text, tuple(sorted(fields.items())))


class Places(NamedTuple):
    """How anchors and paths are shown: supplied by the engine when it renders."""

    line: Callable[[Anchor], int]
    """1-based line of an anchor."""
    relative: Callable[[str], str]
    """A path relative to the workspace root."""


def render(message: Message | Inner, language: Language, places: Places) -> str:
    """The message in one language."""
    template = message.text.ja if language == "ja" else message.text.en
    values = {name: show(value, language, places) for name, value in message.fields}
    return string.Formatter().vformat(template, (), values) if values else _plain(template)


def show(value: Field, language: Language, places: Places) -> str:
    """One field's value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Line):
        return str(places.line(value.at))
    if isinstance(value, Place):
        return f"{places.relative(value.at.path)}:{places.line(value.at)}"
    if isinstance(value, File):
        return places.relative(value.path)
    if isinstance(value, Names):
        return _list(value.names, language)
    if isinstance(value, Size):
        return human_size(value.bytes)
    if isinstance(value, Inner):
        return render(value, language, places)
    return str(value)


def human_size(size: int) -> str:
    """Bytes for people: powers of 1000, as Docker prints them."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("unreachable: GB ends the loop")


def template_fields(template: str) -> frozenset[str]:
    """The field names of one template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _list(names: tuple[str, ...], language: Language) -> str:
    quoted = [f"`{name}`" for name in names]
    if language == "ja":
        return "、".join(quoted)
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _plain(template: str) -> str:
    return template.replace("{{", "{").replace("}}", "}")
