"""Services, volumes, networks, configs and secrets: what they are and who uses them."""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.findings.message import Inner, Place, Text, clause
from shipworthy.model.compose.types import Resource, Service, Volume
from shipworthy.model.files import parsed_yaml
from shipworthy.syntax.yaml.nodes import Mapping, Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.compose_names import projects_of
from shipworthy.views.page import Part, code, codes, item, relative, text
from shipworthy.views.symbols import Occurrence, Symbol, SymbolKind, all_occurrences
from shipworthy.views.yaml_places import absolute, yaml_places

HEADS: dict[SymbolKind, Text] = {
    "service": Text(en="**Service {name}**{about}", ja="**サービス {name}**{about}"),
    "volume": Text(en="**Volume {name}**{about}", ja="**ボリューム {name}**{about}"),
    "network": Text(en="**Network {name}**{about}", ja="**ネットワーク {name}**{about}"),
    "config": Text(en="**Config {name}**{about}", ja="**Config {name}**{about}"),
    "secret": Text(en="**Secret {name}**{about}", ja="**Secret {name}**{about}"),
    "model": Text(en="**Model {name}**{about}", ja="**モデル {name}**{about}"),
}
NOTHING = Text(en="", ja="")
IMAGE = Text(en=": image {name}", ja="：イメージ {name}")
BUILT = Text(en=": built from {path}", ja="：{path} からビルド")
OF_FILE = Text(en=": file {path}", ja="：ファイル {path}")
EXTERNAL = Text(
    en=": exists already, Compose does not make it", ja="：既存のもので、Compose は作成しません"
)
HOST_FOLDER = Text(en=": the folder {path} of the host", ja="：ホストのフォルダー {path}")
DEFINED = Text(en="defined in {place}", ja="定義: {place}")
UNDEFINED = Text(en="defined nowhere in these files", ja="これらのファイルには定義がありません")
WAITS = Text(en="starts after {names}", ja="先に起動: {names}")
NEEDED = Text(en="used by {names}", ja="使用: {names}")
UNUSED = Text(en="used by no service", ja="使うサービスはありません")
PROFILES = Text(en="only with the profile {names}", ja="プロファイル {names} のときだけ")
ANCHOR = Text(en="**Anchor {name}** ({place})", ja="**アンカー {name}**（{place}）")
BLOCK = Text(en="{block}", ja="{block}")
_LINES = 25


def thing_parts(db: Database, here: Occurrence) -> Iterator[Part]:
    """The thing that is named at a place; where it is only used, with its definition's text."""
    symbol = here.symbol
    places = all_occurrences(db, symbol)
    definitions = [found for found in places if found.role == "definition"]
    yield text(HEADS[symbol.kind], name=code(symbol.name), about=_about(db, symbol))
    for found in definitions:
        yield item(DEFINED, place=Place(Anchor(found.path, -1, found.span)))
    if not definitions:
        yield item(UNDEFINED)
    service = _service(db, symbol)
    if service is not None and service.depends_on:
        names = dict.fromkeys(other.service for other in service.depends_on)
        yield item(WAITS, names=codes(names))
    users = dict.fromkeys(
        name for found in places if (name := _service_at(db, found)) and _uses(found, name)
    )
    if users:
        yield item(NEEDED, names=codes(users))
    elif symbol.kind != "service" and definitions:
        yield item(UNUSED)
    if service is not None and service.profiles:
        yield item(PROFILES, names=codes(service.profiles))
    if here.role == "reference":
        for found in definitions:
            yield from _definition_text(db, found.path, found.span.start)


def _uses(found: Occurrence, name: str) -> bool:
    return found.role == "reference" and (
        found.symbol.kind != "service" or name != found.symbol.name
    )


def _service(db: Database, symbol: Symbol) -> Service | None:
    if symbol.kind != "service":
        return None
    found = (project.service(symbol.name) for project in projects_of(db, symbol.scope))
    return next((service for service in found if service is not None), None)


def _about(db: Database, symbol: Symbol) -> Inner:
    """In a few words what it is."""
    for project in projects_of(db, symbol.scope):
        if symbol.kind == "service":
            service = project.service(symbol.name)
            return _about_service(db, service) if service is not None else clause(NOTHING)
        things: dict[str, tuple[Volume | Resource, ...]] = {
            "volume": project.volumes,
            "network": project.networks,
            "config": project.configs,
            "secret": project.secrets,
        }
        for thing in things.get(symbol.kind, ()):
            if thing.name == symbol.name:
                return _about_thing(db, thing)
    return clause(NOTHING)


def _about_service(db: Database, service: Service) -> Inner:
    if service.build is not None:
        context = service.build.context
        path = code(relative(db, context)) if isinstance(context, str) else "?"
        return clause(BUILT, path=path)
    return (
        clause(IMAGE, name=code(service.image))
        if isinstance(service.image, str)
        else clause(NOTHING)
    )


def _about_thing(db: Database, thing: Volume | Resource) -> Inner:
    if thing.external is True:
        return clause(EXTERNAL)
    if isinstance(thing, Volume):
        known = isinstance(thing.device, str) and thing.device
        return (
            clause(HOST_FOLDER, path=code(relative(db, str(thing.device))))
            if known
            else clause(NOTHING)
        )
    known = isinstance(thing.file, str) and thing.file
    return clause(OF_FILE, path=code(relative(db, str(thing.file)))) if known else clause(NOTHING)


@query
def _service_starts(db: Database, path: str) -> tuple[tuple[int, int, str], ...]:
    """Where each service of a compose file begins and ends, in the order of the text."""
    parsed = parsed_yaml(db, path)
    root = parsed.root if parsed is not None else None
    services = root.get("services") if isinstance(root, Mapping) else None
    if parsed is None or not isinstance(services, Mapping):
        return ()
    return tuple(
        (absolute(parsed, entry.key).start, absolute(parsed, entry.value).end, entry.key.value)
        for entry in services.entries
        if isinstance(entry.key, Scalar)
    )


def _service_at(db: Database, found: Occurrence) -> str | None:
    """The service of a compose file that a place stands in."""
    starts = _service_starts(db, found.path)
    number = bisect_right(starts, found.span.start, key=lambda item: item[0]) - 1
    inside = number >= 0 and found.span.start < starts[number][1]
    return starts[number][2] if inside else None


def anchor_parts(db: Database, path: str, name: str) -> Iterator[Part]:
    """What an alias stands for."""
    for place in yaml_places(db, path):
        anchor = getattr(place.node, "anchor", None)
        if anchor == name and not place.key:
            yield text(ANCHOR, name=code(name), place=Place(Anchor(path, -1, place.span)))
            yield from _block(db, path, place.span)
            return


def _definition_text(db: Database, path: str, start: int) -> Iterator[Part]:
    """The YAML of the entry whose key begins at an absolute offset."""
    parsed = parsed_yaml(db, path)
    for place in yaml_places(db, path):
        if place.key and place.span.start == start and place.value is not None and parsed:
            end = absolute(parsed, place.value).end
            yield from _block(db, path, Span(start, max(end, place.span.end)))
            return


def _block(db: Database, path: str, span: Span) -> Iterator[Part]:
    content = db.text(path) or ""
    line = content.rfind("\n", 0, span.start) + 1
    lead = content[line : span.start]
    shown = (lead if not lead.strip() else "") + span.of(content)
    lines = textwrap.dedent(shown.replace("\r", "")).rstrip().split("\n")
    if not "".join(lines).strip():
        return
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], "…"]
    body = "\n".join(lines)
    fence = "```"
    while fence in body:
        fence += "`"
    yield text(BLOCK, block=f"{fence}yaml\n{body}\n{fence}")
