"""Credentials that a Dockerfile writes down: in ENV and ARG, in commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.model.image.steps import Setting
from shipworthy.syntax.dockerfile.nodes import Word
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

CredentialKind: TypeAlias = Literal["index", "secret"]

_INDEX_SECRETS = regex(
    r"(?:UV_INDEX_\w+_PASSWORD|UV_PUBLISH_(?:PASSWORD|TOKEN)|POETRY_HTTP_BASIC_\w+_PASSWORD"
    r"|POETRY_PYPI_TOKEN_\w+|PDM_(?:PUBLISH_)?PASSWORD|TWINE_PASSWORD)"
)
_SECRETS = regex(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASS|SECRET|SECRETS|TOKEN|APIKEY|CREDENTIALS?"
    r"|(?:API|SECRET|PRIVATE|ACCESS|ENCRYPTION|SIGNING|AUTH)_?KEY)$",
    re.IGNORECASE,
)
_PUBLIC = regex(r"PUBLIC|PUBLISHABLE|(?:^|_)(?:MAX|MIN|NUM|LEN)_", re.IGNORECASE)
_URL = regex(r"https?://[^\s/@:\"']*:(?P<password>[^\s/@\"']+)@", re.IGNORECASE)
_TOKEN_URL = regex(r"https?://(?P<password>[A-Za-z0-9_-]{20,})@", re.IGNORECASE)
_REFERENCE = regex(r"\$(?:\w+|\{\w+\})")
_NO_SECRET = frozenset({"", "true", "false", "yes", "no", "none", "null", "0", "1", "*"})


class Credential(NamedTuple):
    """One variable that is set to, or takes, a credential."""

    kind: CredentialKind
    name: str
    at: Anchor
    passed: bool
    """Whether the value comes from outside, by `--build-arg`."""
    referred: bool
    """Whether the value as written is another variable, most often the ARG of that name."""


def credentials_in(setting: Setting) -> Iterator[Credential]:
    """The credentials that an ENV or ARG instruction puts into the image or its history.

    A variable counts by its name (those that package tools read, then those that end in a word for
    a secret) or by a URL with a password. An ARG without a value counts only for package tools.
    """
    for name, value, span in pairs(setting):
        text = value if value is not None else ""
        at = Anchor(setting.at.path, setting.at.node, span)
        referred = _REFERENCE.fullmatch(text.strip("\"'")) is not None
        index = bool(_INDEX_SECRETS.fullmatch(name)) or password_in(text) is not None
        if index and (text.strip("\"'") or setting.instruction.keyword == "ARG"):
            yield Credential("index", name, at, value is None, referred)
        elif _is_secret_name(name) and (value is None or _is_secret_value(text)):
            yield Credential("secret", name, at, value is None, referred)


def pairs(setting: Setting) -> Iterator[tuple[str, str | None, Span]]:
    """The names and values, as written, of an ENV or ARG; None: no value is given."""
    words = setting.instruction.args
    if setting.instruction.keyword == "ENV":
        for i in range(0, len(words) - 1, 3):
            yield words[i].text, words[i + 1].text, _span(words[i], words[i + 1])
    elif setting.instruction.keyword == "ARG":
        for word in words:
            name, given, value = word.text.partition("=")
            yield name.strip("\"'"), value if given else None, word.span


def password_in(text: str) -> str | None:
    """The password of the first URL in the text that has a literal one."""
    for expression in (_URL, _TOKEN_URL):
        found = expression.search(text[:4000])
        if found is not None and "$" not in found["password"]:
            return found["password"]
    return None


def _span(name: Word, value: Word) -> Span:
    return Span(name.span.start, max(name.span.end, value.span.end))


def _is_secret_name(name: str) -> bool:
    return bool(_SECRETS.search(name)) and not _PUBLIC.search(name)


def _is_secret_value(text: str) -> bool:
    """Whether a value may be a secret: no number, switch, or path of a mounted file."""
    value = text.strip("\"'").strip()
    if value.lower() in _NO_SECRET or value.isdigit():
        return False
    return not value.startswith(("/", "./", "file:"))
