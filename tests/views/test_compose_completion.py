"""Completion in compose files: what is offered, and that what is inserted means what it says."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from shipworthy.db.inputs import DiskFiles
from shipworthy.engine.host import Host
from shipworthy.syntax.yaml.nodes import Alias, Node, Scalar
from shipworthy.syntax.yaml.nodes import Mapping as YamlMapping
from shipworthy.syntax.yaml.parse import parse
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer
from shipworthy.views.completion import completion
from support.workspaces import ROOT
from views.cursors import MARK, Asked, asked

VECTORS = Path(__file__).parent.parent / "vectors" / "compose_model.jsonl"
TREE = {
    "Dockerfile": "FROM a AS dev\nARG TAG=1\nEXPOSE 8000 53/udp\nFROM b AS prod\nWORKDIR /srv\n",
    ".env": "TAG=7\nEMPTY=\n",
    "app/main.py": "",
    "token.txt": "x",
    "other.yaml": "services:\n  base: {image: x}\n  more: {image: y}\n",
}
ON_DISK = [".env", "Dockerfile", "app/", "compose.yaml", "other.yaml", "token.txt"]
FULL = """\
services:
  web:
    build: .
    profiles: [debug]
  db:
    image: postgres:17
volumes:
  data:
networks:
  inner:
configs:
  conf: {file: token.txt}
secrets:
  token: {file: token.txt}
"""


def offered(place: Asked) -> Offer | None:
    return completion(place.host.db, place.path, place.offset)


def labels(text: str, more: Mapping[str, str] = TREE) -> list[str]:
    found = offered(asked({**more, "compose.yaml": text}))
    return [item.label for item in found.candidates] if found is not None else []


def chosen(place: Asked, offer: Offer, item: Candidate) -> str:
    """The text after a candidate was taken."""
    text = place.host.db.text(place.path) or ""
    span = Span(offer.span.start - len(item.kept), offer.span.end)
    return text[: span.start] + item.text + text[span.end :]


def taken(text: str, label: str, more: Mapping[str, str] = TREE) -> str:
    place = asked({**more, "compose.yaml": text})
    offer = offered(place)
    assert offer is not None
    item = next(item for item in offer.candidates if item.label == label)
    return chosen(place, offer, item)


WEB = "services:\n  web:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WEB + "    networks: {▮}\n" + FULL[10:], ["inner"]),
        (WEB + "    networks: [▮]\nnetworks: {inner: }\n", ["inner"]),
        (WEB + "    networks: [▮\n    image: x\nnetworks: {inner: }\n", ["inner"]),
        (WEB + "    depends_on: [db, ▮]\n  db: {image: x}\n  mq: {image: x}\n", ["mq"]),
        (WEB + "    depends_on: {▮}\n  db: {image: x}\n", ["db"]),
        (WEB + "    depends_on:\n      - db\n      - ▮\n  db: {image: x}\n  q: {}\n", ["q"]),
        ("volumes: {data: {driver: ▮}}\nservices: {a: {image: x}}", ["local"]),
        (WEB + "    extends: {file: other.yaml, service: ▮}\n", ["base", "more"]),
        (WEB + "    extends:\n      service: ▮\n      file: other.yaml\n", ["base", "more"]),
        (WEB + "    secrets:\n      - source: ▮\nsecrets: {token: {file: x}}\n", ["token"]),
        (WEB + "    configs: [▮]\nconfigs: {conf: {file: x}}\n", ["conf"]),
        (WEB + "    build: {context: ., target: ▮}\n", ["dev", "prod"]),
        (WEB + "    build:\n      context: .\n      target: d▮\n", ["dev", "prod"]),
        (WEB + "    build: {context: ., args: {▮}}\n", ["TAG"]),
        (WEB + "    build: .\n    ports: [▮]\n", ["8000:8000", "53:53/udp"]),
        (WEB + "    build: .\n    expose:\n      - ▮\n", ["8000", "53/udp"]),
        (WEB + "    build: .\n    working_dir: ▮\n", ["/srv", "/app"]),
        (WEB + "    profiles: [▮]\n  a: {image: x, profiles: [debug]}\n", ["debug"]),
        (WEB + "    gpus: ▮\n", ["all"]),
        (WEB + "    build: ▮\n", [".", "..", "app/"]),
        (WEB + "    build: app/▮\n", []),
        (WEB + "    build: .\n    volumes: [data:▮]\n", ["/srv", "/app"]),
        (WEB + "    build: .\n    volumes:\n      - data:▮\n", ["/srv", "/app"]),
        (WEB + "    cgroup: ▮\n", ["host", "private"]),
        (WEB + "    read_only: ▮\n", ["true", "false"]),
        (WEB + "    restart: ▮\n", ["no", "always", "on-failure", "unless-stopped"]),
        (WEB + "    restart: un▮\n", ["no", "always", "on-failure", "unless-stopped"]),
        (WEB + "    restart: 'un▮'\n", ["no", "always", "on-failure", "unless-stopped"]),
        (WEB + "    volumes: [{type: volume, source: ▮}]\nvolumes: {data: }\n", ["data"]),
        (WEB + "    volumes:\n      - type: bind\n        source: app/▮\n", ["main.py"]),
        (
            WEB + "    volumes:\n      - type: bind\n        bind: {propagation: ▮}\n",
            ["rprivate", "private", "rshared", "shared", "rslave", "slave"],
        ),
        (
            WEB + "    depends_on:\n      db:\n        condition: ▮\n",
            ["service_started", "service_healthy", "service_completed_successfully"],
        ),
        (WEB + "    build:\n      ssh: [▮]\n", ["default"]),
        (WEB + "    build:\n      network: ▮\n", ["default", "host", "none"]),
        (WEB + "    image: x${▮}\n", ["TAG", "EMPTY"]),
        (WEB + "    image: x$▮\n", ["TAG", "EMPTY"]),
        (WEB + "    build: &b .\n  db:\n    build: *▮\n", ["*b"]),
        ("configs:\n  c:\n    file: app/▮\n", ["main.py"]),
        ("include: [▮]\n", ON_DISK),
        ("include:\n  - path: ▮\n", ON_DISK),
    ],
)  # fmt: skip
def test_offers(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("▮", "services"),
        (WEB + "    build:\n      ▮\n", "additional_contexts"),
        (WEB + "    build: {▮}\n", "cache_from"),
        (WEB + "    volumes:\n      - type: bind\n        ▮\n", "source"),
        (WEB + "    volumes:\n      - type: bind\n        bind:\n          ▮\n", "propagation"),
        (WEB + "    volumes: [{type: bind, ▮}]\n", "bind"),
        (WEB + "    develop:\n      watch:\n        - ▮\n", "path"),
        (WEB + "    develop:\n      watch:\n        - path: .\n          ▮\n", "action"),
        (WEB + "    depends_on:\n      db:\n        ▮\n", "restart"),
        (WEB + "    healthcheck:\n      ▮\n      test: x\n", "interval"),
        (WEB + "    deploy:\n      resources:\n        limits: {▮}\n", "cpus"),
        (WEB + "    ports:\n      - target: 80\n        ▮\n", "published"),
        (WEB + "    ulimits:\n      ▮\n", "nofile"),
        (WEB + "    networks:\n      inner:\n        ▮\n", "aliases"),
        (WEB + "    env_file:\n      - path: .env\n        ▮\n", "required"),
        ("networks:\n  inner:\n    ipam:\n      ▮\n", "config"),
        ("secrets:\n  token:\n    ▮\n", "environment"),
        ("x-base: &base\n  ▮\nservices:\n  web:\n    <<: *base\n", "restart"),
        ("x-build: &build\n  ▮\nservices:\n  web:\n    build: *build\n", "target"),
        ("x-base: &base\n  ▮\nservices:\n  web:\n    <<: [*base]\n", "restart"),
        ("include:\n  - ▮\n", "project_directory"),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert key in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        WEB + "    image: x\n    ▮\n    build: .\n",
        WEB + "    {image: x, ▮, build: .}\n",
        WEB + "    ▮image: x\n    build: .\n",
        WEB + "    im▮\n    image: x\n    'build': .\n",
    ],
)
def test_no_key_twice(text: str) -> None:
    replaced = {"image"} if "▮image" in text else set()
    assert not {"image", "build"} & set(labels(text)) - replaced


@pytest.mark.parametrize(
    "text",
    [
        "# ▮",
        "name: x # ▮",
        WEB + "    command: |\n      ▮\n",
        WEB + "    image: x ▮\n",
        WEB + "    networks: [a ▮]\n",
        WEB + "    networks: {a: {} ▮}\n",
        WEB + "    restart:▮\n",
        WEB + "  ▮  image: x\n",
        WEB + "\t▮",
        WEB + "    image: 'x'▮\n",
        WEB + "    depends_on:\n      - db\n      ▮\n  db: {}\n",
    ],
)
def test_nothing(text: str) -> None:
    assert labels(text) == []


DEEP = "services:\n    web:\n        "
FLUSH = "services:\n  a:\n    volumes:\n    - x:/y\n    "
NEEDS = WEB + "    depends_on:\n      "
PORTS = WEB + "    build: .\n    ports: "


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        (WEB + "    ▮", "build", WEB + "    build: "),
        (WEB + "    vo▮", "volumes", WEB + "    volumes:\n      - "),
        (WEB + "    env▮", "environment", WEB + "    environment:\n      "),
        (WEB + "    hea▮", "healthcheck", WEB + "    healthcheck:\n      "),
        (DEEP + "hea▮", "healthcheck", DEEP + "healthcheck:\n            "),
        (FLUSH + "po▮", "ports", FLUSH + "ports:\n    - "),
        (WEB + "    ima▮ge: x", "build", WEB + "    build: x"),
        (WEB + "    {▮}", "ports", WEB + "    {ports: }"),
        (NEEDS + "▮\n  db: {}\n", "db", NEEDS + "db:\n        condition: \n  db: {}\n"),
        (WEB + "    restart: ▮\n", "no", WEB + '    restart: "no"\n'),
        (WEB + "    restart: 'n▮'\n", "no", WEB + "    restart: 'no'\n"),
        (WEB + '    restart: "n▮\n', "no", WEB + '    restart: "no"\n'),
        (PORTS + "[▮]\n", "8000:8000", PORTS + "[8000:8000]\n"),
        (WEB + "    image: $▮\n", "TAG", WEB + "    image: $TAG\n"),
        (WEB + "    image: ${▮\n", "TAG", WEB + "    image: ${TAG}\n"),
        (WEB + "    image: ${T▮}\n", "TAG", WEB + "    image: ${TAG}\n"),
    ],
)  # fmt: skip
def test_taking_a_candidate(text: str, label: str, after: str) -> None:
    assert taken(text, label) == after


# Paths are those of the disk, and what is inserted names them.

NAMES = ("plain", "with blank", "a: b", "tag #1", "é", "it's", 'quo"te', "-dash", "2024", "null",
         "dollar$x", "a, b", "{x}", "*star", "back\\slash", "ü/inner file")  # fmt: skip
PLACES = (
    ("services.web.env_file", WEB + "    env_file: {}\n"),
    ("services.web.env_file.[]", WEB + "    env_file:\n      - {}\n"),
    ("services.web.env_file.[]", WEB + "    env_file: [{}]\n"),
    ("services.web.env_file.[].path", WEB + "    env_file: [{{path: {}}}]\n"),
    ("services.web.build.dockerfile", WEB + "    build:\n      dockerfile: {}\n"),
    ("services.web.volumes.[].source", WEB + "    volumes: [{{type: bind, source: {}}}]\n"),
    ("services.web.develop.watch.[].path", WEB + "    develop: {{watch: [{{path: {}}}]}}\n"),
    ("services.web.extends.file", WEB + "    extends:\n      service: a\n      file: {}\n"),
    ("configs.c.file", "configs:\n  c: {{file: {}}}\n"),
    ("secrets.c.file", "secrets:\n  c:\n    file: {}\n"),
    ("include.[]", "include:\n  - {}\n"),
)  # fmt: skip


def value_at(text: str, path: str) -> str:
    """The scalar at a dotted path."""
    node: Node | None = parse(text).root
    for step in path.split("."):
        if step == "[]":
            assert node is not None
            assert not isinstance(node, Scalar | Alias | YamlMapping)
            node = node.items[0]
        else:
            assert isinstance(node, YamlMapping), (text, path)
            node = node.get(step)
    assert isinstance(node, Scalar), (text, path, node)
    return node.value


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    for folder in ("", "sub dir"):
        for name in NAMES:
            file = root / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
    return root


@pytest.mark.parametrize(("path", "text"), PLACES)
@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("folder", ["", "./", "sub dir/", "ü/"])
def test_paths(disk: Path, path: str, text: str, quote: str, folder: str) -> None:
    typed = quote + folder + MARK + quote
    marked = text.format(typed)
    offset = marked.index(MARK)
    host = Host([str(disk)], DiskFiles())
    compose = f"{disk}/compose.yaml"
    host.open(compose, marked.replace(MARK, ""))
    place = Asked(host, compose, offset)
    offer = offered(place)
    assert offer is not None
    listed = [
        item for item in offer.candidates if item.sort in ("file", "folder") and item.label != "."
    ]
    there = {f"{p.name}/" if p.is_dir() else p.name for p in (disk / folder).iterdir()}
    if folder in ("", "./"):
        there.add("compose.yaml")
    assert {item.label for item in listed} == there
    for item in listed:
        after = chosen(place, offer, item)
        meant = value_at(after, path).replace("$$", "$")
        assert meant == folder + item.label, after


def test_short_volumes_leave_out_what_they_cannot_say(disk: Path) -> None:
    host = Host([str(disk)], DiskFiles())
    compose = f"{disk}/compose.yaml"
    text = WEB + "    volumes:\n      - ./\n"
    host.open(compose, text)
    offer = offered(Asked(host, compose, len(text) - 1))
    assert offer is not None
    assert "a: b" not in {item.label for item in offer.candidates}
    assert "with blank" in {item.label for item in offer.candidates}


def test_paths_begin_where_compose_begins_them() -> None:
    files = {
        "compose.yaml": "include:\n  - path: deploy/more.yaml\n    project_directory: lib\n"
        "services: {a: {image: x}}\n",
        "deploy/more.yaml": WEB + "    env_file: ▮\n",
        "deploy/of-deploy.env": "",
        "lib/of-lib.env": "",
    }
    found = offered(asked(files))
    assert found is not None
    assert [item.label for item in found.candidates] == ["of-lib.env"]
    files["deploy/more.yaml"] = WEB + "    extends: {file: ▮}\n"
    found = offered(asked(files))
    assert found is not None
    assert [item.label for item in found.candidates] == ["of-lib.env"]
    extended = {
        "compose.yaml": "services: {a: {extends: {file: deploy/base.yaml, service: web}}}\n",
        "deploy/base.yaml": WEB + "    label_file: ▮\n",
        "deploy/own": "",
    }
    found = offered(asked(extended))
    assert found is not None
    assert [item.label for item in found.candidates] == ["base.yaml", "own"]


def test_names_of_other_files_of_the_project() -> None:
    files = {
        "compose.yaml": FULL,
        "compose.override.yaml": "services:\n  ▮\n",
        "Dockerfile": "FROM x\n",
    }
    found = offered(asked(files))
    assert found is not None
    assert [item.label for item in found.candidates] == ["web", "db"]


# Whatever key is taken, it stands where it was offered.


def has_key(node: Node | None, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if path[0] == "[]":
        if node is None or isinstance(node, Scalar | Alias | YamlMapping):
            return False
        return any(has_key(item, path[1:]) for item in node.items)
    if not isinstance(node, YamlMapping):
        return False
    return any(
        isinstance(entry.key, Scalar)
        and entry.key.value == path[0]
        and has_key(entry.value, path[1:])
        for entry in node.entries
    )


def line_around(text: str, offset: int) -> str:
    return text[:offset].rpartition("\n")[2] + text[offset:].partition("\n")[0]


@pytest.mark.parametrize("seed", range(4))
def test_keys_land_where_they_are_offered(seed: int) -> None:
    chance = random.Random(seed)
    cases = [json.loads(line)["files"] for line in VECTORS.read_text("utf-8").splitlines()]
    checked = 0
    for files in chance.sample(cases, 60):
        name = chance.choice([name for name in files if name.endswith((".yaml", ".yml"))])
        text = files[name]
        if parse(text).problems:
            continue
        host = asked({**files, "mark": MARK}).host
        path = f"{ROOT}/{name}"
        for offset in chance.sample(range(len(text) + 1), min(12, len(text) + 1)):
            line_end = text.find("\n", offset)
            rest = text[offset : line_end if line_end >= 0 else len(text)]
            offer = completion(host.db, path, offset)
            if (
                offer is None
                or rest.strip()
                or text[text.rfind("\n", 0, offset) + 1 : offset].strip()
            ):
                continue  # only on empty lines: elsewhere the text around it stays
            for item in chance.sample(offer.candidates, min(3, len(offer.candidates))):
                if item.doc[:1] != ("compose",):
                    continue
                after = chosen(Asked(host, path, offset), offer, item)
                assert has_key(parse(after).root, item.doc[1:]), (text, offset, after)
                checked += 1
    assert checked > 0
