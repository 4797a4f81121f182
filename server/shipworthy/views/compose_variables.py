"""`${NAME}` in compose files: where it is used, what fills it in and where that is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.findings.message import Place, Text
from shipworthy.model.compose import dotenv
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.page import Part, code, text
from shipworthy.views.variable_views import shown_value

FROM_FILE = Text(
    en="{name} = {value}, from {path}, unless the environment of `docker compose` sets it.",
    ja="{name} = {value}（{path}）。`docker compose` の環境に値があればそちらが優先されます。",
)
DEFAULT = Text(
    en="{name} is not set by an `.env` file: the default {value} counts, unless the environment of"
    " `docker compose` sets it.",
    ja="{name} は `.env` では設定されていません。`docker compose` の環境に値がなければ"
    "既定値 {value} になります。",
)
EMPTY = Text(
    en="{name} is empty in {path}: the default {value} counts, unless the environment of"
    " `docker compose` sets it.",
    ja="{name} は {path} では空です。`docker compose` の環境に値がなければ既定値 {value} に"
    "なります。",
)
REQUIRED = Text(
    en="{name} must be set in the environment of `docker compose`: no `.env` file sets it, and"
    " without it Compose stops.",
    ja="{name} は `docker compose` の環境で設定する必要があります。`.env` では設定されておらず、"
    "値がないと Compose は停止します。",
)
UNSET = Text(
    en="{name} is decided outside these files: no `.env` file sets it, and there is no default.",
    ja="{name} の値はこれらのファイルの外で決まります。`.env` にも既定値にもありません。",
)

_USE = regex(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?P<rest>[^}]*)\}?|(?P<plain>[A-Za-z_]\w*)|\$)")
SETTING = regex(r"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*[=:]", re.MULTILINE)
"""A line of a `.env` file that sets a variable."""


def compose_uses(source: str) -> Iterator[tuple[str, int, int, str]]:
    """The variables in a text of a compose file: name, its range, and what follows the name."""
    for found in _USE.finditer(source):
        name = found["braced"] or found["plain"]
        if name:
            group = "braced" if found["braced"] else "plain"
            yield name, found.start(group), found.end(group), found["rest"] or ""


@query
def env_values(db: Database, files: tuple[str, ...]) -> dict[str, tuple[str, Anchor]]:
    """What `.env` files set, each value with the place of its name; the first file decides."""
    known: dict[str, tuple[str, Anchor]] = {}
    for path in files:
        content = db.text(path)
        if content is None:
            continue
        try:
            values = dotenv.parse(content, lambda name: known.get(name, (None,))[0])
        except dotenv.DotenvError:
            continue
        places = {
            found["name"]: Anchor(path, -1, Span(*found.span("name")))
            for found in SETTING.finditer(content)
        }
        for name, value in values.items():
            if name in places:
                known.setdefault(name, (value, places[name]))
    return known


def variable_parts(db: Database, files: tuple[str, ...], name: str, rest: str) -> tuple[Part, ...]:
    """What `${NAME}` means where `files` fill variables in; `rest` follows the name."""
    known = env_values(db, files).get(name)
    shown = code(name)
    default = rest.removeprefix(":")
    given = shown_value(default[1:]) if default.startswith("-") else None
    if known is not None:
        value, at = known
        if not value and given is not None and rest.startswith(":"):
            return (text(EMPTY, name=shown, value=given, path=Place(at)),)
        return (text(FROM_FILE, name=shown, value=shown_value(value), path=Place(at)),)
    if given is not None:
        return (text(DEFAULT, name=shown, value=given),)
    return (text(REQUIRED if default.startswith("?") else UNSET, name=shown),)
