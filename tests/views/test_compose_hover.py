"""Hovers, hints and links of compose files: names, files, ports, variables, fixed values."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shipworthy.text.spans import Span
from shipworthy.views.lenses import hints
from shipworthy.views.links import links
from support.workspaces import ROOT, Workspace
from views.cursors import asked

TREE = {
    "compose.yaml": """\
x-base: &base
  restart: unless-stopped
services:
  web:
    <<: *base
    build: .
    depends_on: [db]
    ports: ["127.0.0.1:8080:80", "9000"]
    networks: [inner]
    volumes: ["data:/data"]
    secrets: [token]
    env_file: web.env
    environment:
      MODE: dev
      GIVEN:
      IMAGE: ${TAG:-1}
    profiles: [debug]
  db:
    image: postgres:17
volumes:
  data:
networks:
  inner:
    external: true
secrets:
  token:
    file: ./token.txt
""",
    "web.env": "MODE=prod\nOTHER=1\n",
    ".env": "TAG=7\nGIVEN=g\n",
    "token.txt": "x",
    "Dockerfile": "FROM x\n",
}


def said(before: str, files: Mapping[str, str] = TREE, path: str = "compose.yaml") -> str:
    """The hover behind a text of a file."""
    at = files[path].index(before) + len(before)
    text = files[path]
    return asked({**files, path: f"{text[:at]}▮{text[at:]}"}).hover()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("depends_on: [", ["**Service `db`**: image `postgres:17`", "by `web`", "```yaml\ndb:"]),
        ("\n  w", ["**Service `web`**: built from `.`", "starts after `db`", "profile `debug`"]),
        ("networks: [", ["**Network `inner`**: exists already", "external: true"]),
        ("\nvolumes:\n  d", ["**Volume `data`**", "defined in compose.yaml:21", "used by `web`"]),
        ('["data', ["**Volume `data`**", "**Mounts of `web`**"]),
        ("secrets: [", ["**Secret `token`**: file `token.txt`"]),
        ("<<: *b", ["**Anchor `base`** (compose.yaml:2)", "restart: unless-stopped"]),
        ("restart: u", ["not after somebody stopped it"]),
        ("\n  rest", ["started again"]),
        ('ports: ["', ["Port `8080` of the host's address `127.0.0.1` leads to port `80`"]),
        ('", "90', ["A free port of every address of the host leads to port `9000`"]),
        ("env_file: w", ["The file `web.env`", "It sets `MODE`, `OTHER`."]),
        ("MOD", ["Counts instead of the value of web.env:1."]),
        ("GIVE", ["`GIVEN` has no value here", "`GIVEN` = `g`, from .env:2"]),
        ("${T", ["`TAG` = `7`, from .env:1"]),
        ("profiles: [d", ["Started with the profile `debug`: `web`"]),
        ("file: ./t", ["The file `token.txt`"]),
    ],
)  # fmt: skip
def test_hovers(before: str, expected: list[str]) -> None:
    shown = said(before)
    for text in expected:
        assert text in shown, shown


@pytest.mark.parametrize("text", ["x-base", "services: {web: {image: x, container_name: n▮}}\n"])
def test_nothing_is_said_where_nothing_is_known(text: str) -> None:
    if "▮" in text:
        assert asked({"compose.yaml": text}).hover() == ""
    else:
        assert "Service" not in said(text)


@pytest.mark.parametrize(
    ("value", "env", "expected"),
    [
        ("${A:-d▮}", "A=\n", "`A` is empty in .env:1: the default `d` counts"),
        ("${A-d▮}", "A=\n", '`A` = `""`, from .env:1'),
        ("${A:?m▮}", "", "must be set in the environment"),
        ("${A▮}", "", "decided outside these files"),
        ("${A:-d▮}", "", "the default `d` counts"),
    ],
)
def test_variables(value: str, env: str, expected: str) -> None:
    files = {"compose.yaml": f"services:\n  a:\n    image: x:{value}\n", ".env": env}
    assert expected in asked(files).hover()


def test_included_files_are_read_where_they_are_included() -> None:
    files = {
        "compose.yaml": "include:\n  - path: lib/more.yaml\n    env_file: more.env\n"
        "services: {a: {image: x}}\n",
        "lib/more.yaml": "services:\n  b:\n    image: ${IMG}\n    env_file: b.env\n",
        "lib/b.env": "B=1\n",
        "more.env": "IMG=alpine\n",
    }
    assert "`IMG` = `alpine`, from more.env:1" in said("${I", files, "lib/more.yaml")
    assert "It sets `B`" in said("env_file: b", files, "lib/more.yaml")
    host = Workspace(files).host()
    assert [link.path for link in links(host.db, f"{ROOT}/lib/more.yaml")] == [f"{ROOT}/lib/b.env"]


def test_hints_show_what_is_replaced() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: a:1\n    command: run\n    ports: ['1:1']\n",
        "compose.override.yaml": "services:\n  web:\n    image: a:2\n    command: run\n"
        "    user: root\n    ports: ['2:2']\n",
    }
    host = Workspace(files).host()
    path, text = f"{ROOT}/compose.override.yaml", files["compose.override.yaml"]
    found = hints(host.db, path, Span(0, len(text)))
    assert [(text[: hint.offset].rpartition("\n")[2], hint.text) for hint in found] == [
        ("    image: a:2", "← a:1")
    ]
    assert hints(host.db, f"{ROOT}/compose.yaml", Span(0, 99)) == ()
