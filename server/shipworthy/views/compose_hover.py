"""What is said about a place of a compose file."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Names, Place, Text, clause
from shipworthy.model.base_image import understand
from shipworthy.model.compose.types import Service
from shipworthy.model.run import RunUnit
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.syntax.yaml.nodes import Alias, Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.build_views import build_parts, unit_of_service
from shipworthy.views.compose_docs import compose_doc, value_doc
from shipworthy.views.compose_files import file_of, setting_of
from shipworthy.views.compose_names import projects_of
from shipworthy.views.compose_paths import ENV_FILE_KEYS, FILE_KEYS
from shipworthy.views.compose_schema_places import spoken_path
from shipworthy.views.compose_symbols import TOP
from shipworthy.views.compose_things import anchor_parts, thing_parts
from shipworthy.views.compose_variables import SETTING, compose_uses, variable_parts
from shipworthy.views.docker_symbols import mentions_of
from shipworthy.views.image_views import image_parts
from shipworthy.views.page import Page, Part, code, codes, relative, text
from shipworthy.views.start_views import start_parts
from shipworthy.views.symbols import Occurrence, occurrences_at
from shipworthy.views.volume_views import mounts_at, runs_in, table_parts
from shipworthy.views.yaml_places import Place as YamlPlace
from shipworthy.views.yaml_places import YamlPath, matches, place_at

GIVES = Text(
    en="Gives {name} of the Dockerfile ({where}) this value.",
    ja="Dockerfile の {name}（{where}）にこの値を渡します。",
)
NOT_DECLARED = Text(
    en="The Dockerfile declares no ARG {name}: the value is not used.",
    ja="Dockerfile に ARG {name} の宣言がないため、この値は使われません。",
)
FILE = Text(en="The file {path}", ja="ファイル {path}")
FOLDER = Text(en="The folder {path}", ja="フォルダー {path}")
ABSENT = Text(en="{path}, which does not exist", ja="{path}（存在しません）")
SETS = Text(en="It sets {names}.", ja="設定する変数: {names}。")
SETS_NOTHING = Text(en="It sets no variable.", ja="変数は設定されていません。")
REPLACES = Text(
    en="Counts instead of the value of {where}.", ja="{where} の値の代わりに使われます。"
)
OF_ENVIRONMENT = Text(
    en="{name} has no value here: the container gets that of the environment of"
    " `docker compose`, or none.",
    ja="{name} にはここで値がないため、`docker compose` の環境の値になります。"
    "なければ設定されません。",
)
STARTED_WITH = Text(
    en="Started with the profile {profile}: {names}",
    ja="プロファイル {profile} で起動するサービス: {names}。",
)
PUBLISHED = Text(
    en="Port {host} of {address} leads to port {inside} of the container.",
    ja="{address}のポート {host} がコンテナのポート {inside} につながります。",
)
ANY_PORT = Text(
    en="A free port of {address} leads to port {inside} of the container.",
    ja="{address}の空いているポートがコンテナのポート {inside} につながります。",
)
ALL_ADDRESSES = Text(en="every address of the host", ja="ホストのすべてのアドレス")
ONE_ADDRESS = Text(en="the host's address {ip}", ja="ホストのアドレス {ip} ")
_PORT = regex(
    r"(?:(?P<ip>\[[0-9A-Fa-f:.]+\]|[0-9.]+):)?(?:(?P<host>[0-9-]*):)?"
    r"(?P<inside>[0-9-]+(?:/[a-z]+)?)\Z"
)
_THINGS = frozenset(TOP.values())
_BUILD_KEYS = ("context", "dockerfile", "target", "dockerfile_inline")


def compose_page(db: Database, path: str, offset: int) -> Page | None:
    """What is said about an absolute offset of a compose file."""
    place = place_at(db, path, offset)
    if place is None:
        return None
    at = spoken_path(db, path, place.path)
    parts = tuple(_parts(db, path, place, at, offset))
    doc = compose_doc(at) if place.key else value_doc(at, place.text)
    if doc is not None:
        parts = (*parts, text(doc))
    return Page(place.span, parts) if parts else None


def _parts(db: Database, path: str, place: YamlPlace, at: YamlPath, offset: int) -> Iterator[Part]:
    if isinstance(place.node, Alias):
        yield from anchor_parts(db, path, place.node.name)
        return
    if not place.key:
        used = _variable_at(db, path, place, offset)
        if used is not None:
            yield from variable_parts(db, setting_of(db, path).env_files, *used)
            return
    named = _thing_at(db, path, offset)
    if named is not None:
        yield from thing_parts(db, named)
    if at[:1] == ("services",) and len(at) > 1 and (len(at) > 2 or at == place.path):
        yield from _of_service(db, path, place, at)
    if not place.key and not named and any(matches(at, *keys) for keys in FILE_KEYS):
        env = any(matches(at, *keys) for keys in ENV_FILE_KEYS)
        yield from _file_parts(db, path, place.text, env=env)


def _thing_at(db: Database, path: str, offset: int) -> Occurrence | None:
    """The service, volume, network, config or secret that is named at an offset."""
    found = [item for item in occurrences_at(db, path, offset) if item.symbol.kind in _THINGS]
    return found[0] if found else None


def _of_service(db: Database, path: str, place: YamlPlace, at: YamlPath) -> Iterator[Part]:
    service, below = at[1], at[2:]
    of_build = len(below) == 2 and below[0] == "build" and below[1] in _BUILD_KEYS
    if not below or below == ("build",) or of_build:
        unit = unit_of_service(db, path, service)
        if unit is not None:
            yield from build_parts(db, unit)
    elif below[:2] == ("build", "args") and len(below) == 3:
        yield from _argument_parts(db, path, service, place)
    elif below[:1] == ("volumes",):
        yield from _volume_parts(db, path, place, service)
    elif below[:1] in (("command",), ("entrypoint",)):
        run = _run_of(db, path, service)
        if run is not None:
            yield from start_parts(db, run, None)
    elif below == ("image",) and not place.key:
        yield from _image_parts(db, path, service, place)
    elif below == ("ports", "[]") and not place.key:
        yield from _port_parts(place.text)
    elif below[:1] == ("environment",) and len(below) == 2:
        yield from _environment_parts(db, path, service, place)
    elif below == ("profiles", "[]"):
        names = [found.name for found in _services(db, path) if place.text in found.profiles]
        if names:
            yield text(STARTED_WITH, names=Names(tuple(names)), profile=code(place.text))


def _services(db: Database, path: str) -> Iterator[Service]:
    seen: set[str] = set()
    for project in projects_of(db, path):
        for service in project.services:
            if service.name not in seen:
                seen.add(service.name)
                yield service


def _argument_parts(db: Database, path: str, service: str, place: YamlPlace) -> Iterator[Part]:
    """Which ARG of the Dockerfile an argument is for."""
    unit = unit_of_service(db, path, service)
    docker = unit.dockerfile if unit is not None and unit.inline is None else None
    if not isinstance(docker, str) or db.text(docker) is None:
        return
    name = _variable_name(place)
    for mention in mentions_of(db, docker):
        if mention.role == "arg" and mention.name == name:
            at = Anchor(docker, mention.ordinal, mention.span)
            yield text(GIVES, name=code(name), where=Place(at))
            return
    yield text(NOT_DECLARED, name=code(name))


def _variable_name(place: YamlPlace) -> str:
    return place.text.partition("=")[0] if place.path[-1] == "[]" else place.path[-1]


def _port_parts(written: str) -> Iterator[Part]:
    found = _PORT.match(written)
    if found is None:
        return
    ip = found["ip"]
    address = clause(ONE_ADDRESS, ip=code(ip)) if ip else clause(ALL_ADDRESSES)
    inside = code(found["inside"])
    if found["host"]:
        yield text(PUBLISHED, host=code(found["host"]), address=address, inside=inside)
    else:
        yield text(ANY_PORT, address=address, inside=inside)


def _environment_parts(db: Database, path: str, service: str, place: YamlPlace) -> Iterator[Part]:
    """What a variable of the container replaces, and where its value comes from without one."""
    name = _variable_name(place)
    known = next((found for found in _services(db, path) if found.name == service), None)
    if known is None or not name:
        return
    node = place.node if place.path[-1] == "[]" else place.value
    alone = isinstance(node, Scalar) and (
        "=" not in node.value if place.path[-1] == "[]" else node.style == "empty"
    )
    if alone:
        yield text(OF_ENVIRONMENT, name=code(name))
        yield from variable_parts(db, setting_of(db, path).env_files, name, "")
        return
    for file in reversed(known.env_file):
        if isinstance(file.path, str):
            for found in SETTING.finditer(db.text(file.path) or ""):
                if found["name"] == name:
                    where = Anchor(file.path, -1, Span(*found.span("name")))
                    yield text(REPLACES, where=Place(where))
                    return


def _volume_parts(db: Database, path: str, place: YamlPlace, service: str) -> Iterator[Part]:
    if place.key and place.path[2:] == ("volumes",):
        run = _run_of(db, path, service)
        if run is not None and run.mounts:
            yield from table_parts(db, run, None)
        return
    found = [
        (run, mount)
        for run, mount in mounts_at(db, path, place.at.node, place.at.span.start)
        if run.service is not None
    ]
    own = [pair for pair in found if pair[0].service and pair[0].service.name == service]
    for run, mount in own or found:
        yield from table_parts(db, run, mount)


def _run_of(db: Database, path: str, service: str) -> RunUnit | None:
    for run in runs_in(db, path):
        files = run.project.files if run.project is not None else ()
        if run.service is not None and run.service.name == service and path in files:
            return run
    return None


def _image_parts(db: Database, path: str, service: str, place: YamlPlace) -> Iterator[Part]:
    run = _run_of(db, path, service)
    known = run.service.image if run is not None and run.service is not None else None
    if isinstance(known, str):
        parsed = parse_reference(known)
        yield from image_parts(known, place.text, understand(parsed) if parsed else None)


def _file_parts(db: Database, path: str, written: str, *, env: bool) -> Iterator[Part]:
    if not written or "$" in written or written.startswith("~"):
        return
    file = file_of(setting_of(db, path).folder, written)
    status = db.stat(file)
    if status is None:
        yield text(ABSENT, path=code(relative(db, file)))
        return
    yield text(FOLDER if status.kind == "dir" else FILE, path=code(relative(db, file)))
    if env:
        names = dict.fromkeys(found["name"] for found in SETTING.finditer(db.text(file) or ""))
        yield text(SETS, names=codes(names)) if names else text(SETS_NOTHING)


def _variable_at(db: Database, path: str, place: YamlPlace, offset: int) -> tuple[str, str] | None:
    """The `${NAME}` at an offset of a value: its name, and what follows it."""
    source = (db.text(path) or "")[place.span.start : place.span.end]
    for name, start, end, rest in compose_uses(source):
        braced = source[:start].endswith("{")
        close = end + len(rest) + 1 if braced else end
        if place.span.start + start - 1 - braced <= offset <= place.span.start + close:
            return name, rest
    return None
