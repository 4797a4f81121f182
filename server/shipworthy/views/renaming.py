"""Renaming a symbol everywhere, or saying why that cannot be done rightly."""

from __future__ import annotations

import re

from shipworthy.db.database import Database
from shipworthy.findings.message import Message, Place, Text, say
from shipworthy.model.files import dockerfile, parsed_dockerfile
from shipworthy.model.image.stages import resolve_stage
from shipworthy.syntax.yaml.nodes import Mapping, Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.edits import Replacement
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.caller_symbols import commands_naming
from shipworthy.views.compose_files import cluster_of, compose_places
from shipworthy.views.docker_symbols import (
    MOST_HEREDOCS,
    compose_units,
    from_values,
    mentions_of,
    other_units,
    shapes_of,
)
from shipworthy.views.page import code
from shipworthy.views.symbols import (
    Occurrence,
    Symbol,
    SymbolKind,
    all_occurrences,
    files_with_symbols,
    occurrences,
    occurrences_at,
)
from shipworthy.views.yaml_places import matches

NOTHING = Text(en="There is no name here.", ja="ここに名前はありません。")
NO_DEFINITION = Text(
    en="{name} is not declared in these files.",
    ja="{name} はこれらのファイルで宣言されていません。",
)
FIXED = Text(
    en="Tools read {name} by this very name, so it is not renamed.",
    ja="{name} はツールがこの名前で読むため、変更しません。",
)
FROM_OUTSIDE = Text(
    en="{name} is read from the environment by this name, so it is not renamed.",
    ja="{name} は環境からこの名前で読まれるため、変更しません。",
)
NOT_LITERAL = Text(
    en="{place} uses the name {name} in a way that cannot be rewritten: through a variable, an"
    " escape, or the environment.",
    ja="{place} では名前 {name} が変数やエスケープ、環境を通して使われているため、"
    "書き換えられません。",
)
ELSEWHERE = Text(
    en="{place} names {name} outside of the files that can be rewritten.",
    ja="{place} が、書き換えられないファイルで {name} を使っています。",
)
EXTERNAL = Text(
    en="{name} is external: the name is that of something that exists already. Give it a `name:`"
    " first.",
    ja="{name} は external で、既存のものの名前です。先に `name:` を付けてください。",
)
TAKEN = Text(
    en="{name} is the name of something else already ({place}).",
    ja="{name} はすでに別のものの名前です（{place}）。",
)
INVALID = Text(en="{name} is not a valid name for this.", ja="{name} はここでは使えない名前です。")
DEFAULT_NETWORK = Text(
    en="`default` is the network that services join by themselves; it is not renamed.",
    ja="`default` はサービスが自動的に参加するネットワークのため、変更しません。",
)
SHARED = Text(
    en="{place} names several things at once, through an alias or in several builds.",
    ja="{place} は、エイリアスや複数のビルドを通して、同時に複数のものの名前です。",
)
NEW_VOLUME = Text(
    en="Docker then makes a new, empty volume; the data stays in the old one.",
    ja="Docker は新しい空のボリュームを作ります。データは古い方に残ります。",
)
HOST_NAME = Text(
    en="Other containers reach a service by its name: check URLs and host names.",
    ja="他のコンテナはサービス名で接続します。URL やホスト名を確認してください。",
)
HOST_NAME_AND_COMMAND = Text(
    en="Other containers reach a service by its name: check URLs and host names, and {place}, which"
    " names it in a command.",
    ja="他のコンテナはサービス名で接続します。URL やホスト名と、コマンドで名前を使っている"
    " {place} を確認してください。",
)
SECRET_FILE = Text(
    en="The container finds the secret under its name in `/run/secrets`: check the program.",
    ja="コンテナは `/run/secrets` の下にこの名前で受け取ります。プログラムを確認してください。",
)
MODEL_VARIABLES = Text(
    en="Programs find the model by variables that are named after it, unless `endpoint_var` and"
    " `model_var` name them.",
    ja="`endpoint_var` と `model_var` で指定しない限り、プログラムはモデル名に基づく環境変数で"
    "モデルを見つけます。",
)
READ_BY_PROGRAMS = Text(
    en="Programs of the image may read this environment variable by its name.",
    ja="イメージのプログラムがこの環境変数を名前で読んでいる可能性があります。",
)

_VALID: dict[SymbolKind, re.Pattern[str]] = {
    "stage": regex(r"[A-Za-z][A-Za-z0-9_.-]*\Z"),
    "variable": regex(r"[A-Za-z_][A-Za-z0-9_]*\Z"),
    "heredoc": regex(r"[A-Za-z_][A-Za-z0-9_]*\Z"),
    "service": regex(r"[a-zA-Z0-9._-]+\Z"),
    "volume": regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+\Z"),
    "network": regex(r"[a-zA-Z0-9._-]+\Z"),
    "config": regex(r"[a-zA-Z0-9._-]+\Z"),
    "secret": regex(r"[a-zA-Z0-9._-]+\Z"),
    "model": regex(r"[a-zA-Z0-9._-]+\Z"),
    "anchor": regex(r"[A-Za-z0-9_.-]+\Z"),
}
_CAUTIONS: dict[SymbolKind, Text] = {
    "volume": NEW_VOLUME,
    "service": HOST_NAME,
    "secret": SECRET_FILE,
    "model": MODEL_VARIABLES,
}
_TOOL_PREFIXES = ("UV_", "PIP_", "PYTHON", "POETRY_", "PDM_", "NPM_", "NODE_", "BUILDKIT_", "LC_",
                  "TARGET", "BUILD", "DOCKER_", "COMPOSE_", "DEBIAN_", "GIT_", "SSL_")  # fmt: skip
_TOOL_NAMES = frozenset(
    {"PATH", "HOME", "USER", "LANG", "TZ", "SHELL", "TERM", "PWD", "VIRTUAL_ENV", "HTTP_PROXY",
     "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH", "IFS", "HOSTNAME",
     "CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS", "LD_LIBRARY_PATH", "PORT", "REQUESTS_CA_BUNDLE"}
)  # fmt: skip
_PROJECT_KINDS = ("service", "volume", "network", "config", "secret", "model")
_KEYS = {
    "volume": "volumes",
    "network": "networks",
    "config": "configs",
    "secret": "secrets",
}
_YAML_WORD = regex(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_YAML_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


class Prepared(NamedTuple):
    """What would be renamed: the name's place under the cursor, and its text."""

    symbol: Symbol
    span: Span
    name: str


class Refused(NamedTuple):
    """Why something is not renamed."""

    message: Message


class Renamed(NamedTuple):
    """The edits by file; `caution` is what the files cannot tell about the consequences."""

    edits: dict[str, tuple[Replacement, ...]]
    caution: Message | None


def prepare(db: Database, path: str, offset: int) -> Prepared | Refused:
    """What stands at a place and can be renamed."""
    found = [
        item
        for item in occurrences_at(db, path, offset)
        if item.symbol.kind in _VALID and item.symbol.name
    ]
    if not found:
        return Refused(say(NOTHING))
    symbols = dict.fromkeys(item.symbol for item in found)
    if len(symbols) > 1:
        return Refused(say(SHARED, place=_place(found[0])))
    item = found[0]
    everywhere = all_occurrences(db, item.symbol)
    refusal = _refusal(db, item.symbol, everywhere)
    if refusal is not None:
        return Refused(refusal)
    return Prepared(item.symbol, item.span, item.span.of(db.text(path) or ""))


def rename(db: Database, path: str, offset: int, new: str) -> Renamed | Refused:
    """The edits that give the symbol at a place another name in all files."""
    prepared = prepare(db, path, offset)
    if isinstance(prepared, Refused):
        return prepared
    symbol = prepared.symbol
    refusal = _unusable(db, symbol, new)
    if refusal is not None:
        return Refused(refusal)
    edits: dict[str, dict[Replacement, None]] = {}
    for item in all_occurrences(db, symbol):
        if not item.literal:
            continue  # a stage's number stays right
        edits.setdefault(item.path, {})[Replacement(item.span, new)] = None
    caution = _caution(db, symbol)
    return Renamed({name: tuple(found) for name, found in edits.items()}, caution)


def _place(item: Occurrence) -> Place:
    return Place(Anchor(item.path, -1, item.span))


def _refusal(db: Database, symbol: Symbol, everywhere: tuple[Occurrence, ...]) -> Message | None:
    name = code(symbol.name)
    if not any(item.role == "definition" for item in everywhere):
        return say(NO_DEFINITION, name=name)
    if symbol.kind == "variable" and _for_tools(symbol.name):
        return say(FIXED, name=name)
    if symbol.kind == "network" and symbol.name == "default":
        return say(DEFAULT_NETWORK)
    for item in everywhere:
        if not item.literal and not _is_number(db, item):
            return say(NOT_LITERAL, place=_place(item), name=name)
    shared = _shared(db, symbol, everywhere)
    if shared is not None:
        return say(SHARED, place=_place(shared))
    if symbol.kind in _KEYS and _is_external(db, symbol):
        return say(EXTERNAL, name=name)
    return _named_elsewhere(db, symbol)


def _shared(db: Database, symbol: Symbol, everywhere: tuple[Occurrence, ...]) -> Occurrence | None:
    """A place of the symbol that is the place of another one too."""
    own = {(item.path, item.span) for item in everywhere}
    for path in dict.fromkeys(item.path for item in everywhere):
        for item in occurrences(db, path):
            if item.symbol != symbol and (path, item.span) in own:
                return item
    return None


def _is_number(db: Database, item: Occurrence) -> bool:
    """Whether a stage is named by its number, which a new name does not change."""
    return item.symbol.kind == "stage" and item.span.of(db.text(item.path) or "").isdigit()


def _for_tools(name: str) -> bool:
    upper = name.upper()
    return upper in _TOOL_NAMES or upper.startswith(_TOOL_PREFIXES)


def _is_external(db: Database, symbol: Symbol) -> bool:
    """Whether the name is the real name of something outside of the project."""
    for path in cluster_of(db, symbol.scope):
        for place in compose_places(db, path):
            own = place.key and matches(place.path, _KEYS[symbol.kind], symbol.name)
            if own and isinstance(place.value, Mapping) and place.value.get("name") is None:
                external = place.value.get("external")
                if external is not None and not (
                    isinstance(external, Scalar) and external.value == "false"
                ):
                    return True
    return False


def _named_elsewhere(db: Database, symbol: Symbol) -> Message | None:
    """A place that names the symbol and is no text of these files' languages."""
    if symbol.kind not in ("stage", "variable"):
        return None
    for unit in other_units(db, symbol.scope):
        if symbol.kind == "stage":
            shapes = shapes_of(db, symbol.scope)
            text = unit.target if isinstance(unit.target, str) else ""
            used = text and resolve_stage(shapes, text, len(shapes)) == symbol.number
        else:
            used = any(name == symbol.name for name, _, _ in unit.args)
        if used:
            return say(ELSEWHERE, place=Place(unit.at), name=code(symbol.name))
    return None


def _unusable(db: Database, symbol: Symbol, new: str) -> Message | None:
    valid = _VALID[symbol.kind].match(new)
    if symbol.kind == "stage" and new.lower() in ("scratch", "context"):
        valid = None
    if symbol.kind in _PROJECT_KINDS and not _plain_in_yaml(new):
        valid = None
    if not valid:
        return say(INVALID, name=code(new))
    if symbol.kind == "variable" and _for_tools(new):
        return say(FIXED, name=code(new))
    taken = _taken(db, symbol, new)
    return say(TAKEN, name=code(new), place=taken) if taken is not None else None


def _plain_in_yaml(name: str) -> bool:
    """Whether the name stays a string where it is written without quotes."""
    return bool(_YAML_WORD.match(name)) and name.lower() not in _YAML_SPECIAL


def _taken(db: Database, symbol: Symbol, new: str) -> Place | None:
    """Where the new name means something else already."""
    for path in files_with_symbols(db):
        for item in occurrences(db, path):
            other = item.symbol
            same = other.kind == symbol.kind and other.scope == symbol.scope
            if same and other != symbol and _fold(other) == _fold(other._replace(name=new)):
                return _place(item)
    if symbol.kind == "stage":
        return _captured(db, symbol, new)
    if symbol.kind == "variable":
        return _mentioned(db, symbol.scope, new)
    if symbol.kind == "heredoc":
        return _in_body(db, symbol, new)
    return None


def _in_body(db: Database, symbol: Symbol, new: str) -> Place | None:
    """A line of a here-document that would end it under the new name."""
    tree = dockerfile(db, symbol.scope)
    ordinal = symbol.number // MOST_HEREDOCS
    for document in tree.instructions[ordinal].heredocs if tree is not None else ():
        if any(line.strip() == new for line in document.body.split("\n")):
            return Place(Anchor(symbol.scope, ordinal, document.span))
    return None


def _fold(symbol: Symbol) -> str:
    return symbol.name.lower() if symbol.kind == "stage" else symbol.name


def _captured(db: Database, symbol: Symbol, new: str) -> Place | None:
    """An image or named context of that name, which a stage of the same name would hide."""
    tree, parsed = dockerfile(db, symbol.scope), parsed_dockerfile(db, symbol.scope)
    if tree is None or parsed is None:
        return None
    for ordinal, instruction in enumerate(tree.instructions):
        words = instruction.args[:1] if instruction.keyword == "FROM" else ()
        named = [(word.text, word.span) for word in words] + list(from_values(instruction))
        for text, span in named:
            own = text.lower() == symbol.name
            if text.lower() == new.lower() and not own:
                return Place(Anchor(symbol.scope, ordinal, span))
    for unit in compose_units(db):
        names = {name.lower() for name, _ in unit.named_contexts}
        if unit.dockerfile == symbol.scope and new.lower() in names:
            return Place(unit.at)
    return None


def _mentioned(db: Database, path: str, new: str) -> Place | None:
    for mention in mentions_of(db, path):
        if mention.name == new:
            return Place(Anchor(path, mention.ordinal, mention.span))
    for unit in compose_units(db):
        for name, _, at in unit.args:
            if unit.dockerfile == path and name == new:
                return Place(at if at is not None else unit.at)
    return None


def _caution(db: Database, symbol: Symbol) -> Message | None:
    text = _CAUTIONS.get(symbol.kind)
    if symbol.kind == "service":
        command = next(commands_naming(db, symbol), None)
        if command is not None:
            return say(HOST_NAME_AND_COMMAND, place=Place(command))
    if symbol.kind == "variable":
        roles = {m.role for m in mentions_of(db, symbol.scope) if m.name == symbol.name}
        text = READ_BY_PROGRAMS if "env" in roles else None
    return say(text) if text is not None else None
