"""Completion offers what the build sees, from half-typed text, and nothing where nothing fits."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shipworthy.engine.host import Host
from shipworthy.findings.message import Inner
from shipworthy.views.candidates import Candidate
from shipworthy.views.completion import completion
from shipworthy.views.completion_docs import documentation
from shipworthy.views.page import markdown, said
from support.workspaces import ROOT
from views.cursors import Asked, asked

COMPOSE = "services:\n  web:\n    build: .\n"
TREE = {
    "compose.yaml": COMPOSE,
    ".dockerignore": "**/.venv\n*.log\n",
    "app/main.py": "print()\n",
    "app/debug.log": "",
    "pyproject.toml": '[project]\nname = "shop"\nrequires-python = ">=3.12,<3.13"\n',
    ".venv/pyvenv.cfg": "",
    "run.log": "",
}


def found(place: Asked) -> dict[str, Candidate]:
    offer = completion(place.host.db, place.path, place.offset)
    return {item.label: item for item in offer.candidates} if offer is not None else {}


def at(text: str, path: str = "Dockerfile", more: Mapping[str, str] = TREE) -> dict[str, Candidate]:
    return found(asked({**more, path: text}))


def detail(item: Candidate, place: Asked) -> str:
    shown = item.detail
    return said(place.host.db, shown, "en") if isinstance(shown, Inner) else shown


@pytest.mark.parametrize(
    "text", ["▮", "FROM a\nCO▮", "FROM a\n\n  ▮\nRUN b\n", "FROM a\nONBUILD C▮"]
)
def test_instructions(text: str) -> None:
    names = at(text)
    assert "COPY" in names or "copy" in names
    assert names["COPY"].text == "COPY "


def test_instructions_keep_the_case_and_have_a_page() -> None:
    names = at("from a\nco▮")
    assert "copy" in names
    page = documentation(names["copy"].doc)
    db = asked({"Dockerfile": "▮"}).host.db
    assert "build context" in markdown(db, page, "en")
    assert "ビルドコンテキスト" in markdown(db, page, "ja")


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n# ▮",
        "FROM a\n# C▮\n",
        "FROM a\nEXPOSE 8▮",
        "FROM a\nCOPY <<E▮",
        "FROM a\nRUN echo ▮",
    ],
)
def test_nothing_where_nothing_is_known(text: str) -> None:
    assert at(text) == {}


def test_context_paths_are_those_that_the_build_sees() -> None:
    place = asked({**TREE, "Dockerfile": "FROM a\nCOPY ▮\n"})
    names = found(place)
    visible = [label for label, item in names.items() if not item.last]
    assert visible == [".dockerignore", "Dockerfile", "app/", "compose.yaml", "pyproject.toml"]
    assert detail(names[".venv/"], place) == (
        "hidden from the build by `**/.venv` (.dockerignore:1)"
    )
    assert names["run.log"].last


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nCOPY app/▮ /x",
        "FROM a\nCOPY --chown=1 a ./app/m▮ /x",
        'FROM a\nCOPY ["app/▮',
        "FROM a\nCOPY a \\\n  app/▮",
        "FROM a\nRUN --mount=type=bind,source=app/▮",
        "FROM a\nRUN --mount=type=bind,target=x,src=/app/▮ true",
    ],
)
def test_paths_below_a_folder(text: str) -> None:
    names = at(text)
    assert set(names) == {"main.py", "debug.log"}
    # `*.log` has no slash to cross: the file in the folder is sent.
    assert not names["debug.log"].last


def test_paths_say_which_build_they_are_hidden_from() -> None:
    compose = "services:\n  a:\n    build: {context: a, dockerfile: ../Dockerfile}\n"
    compose += "  b:\n    build: {context: b, dockerfile: ../Dockerfile}\n"
    place = asked(
        {
            "compose.yaml": compose,
            "Dockerfile": "FROM x\nCOPY ▮ /x\n",
            "a/.dockerignore": "one\n",
            "a/one": "",
            "b/one": "",
            "b/two": "",
        }
    )
    names = found(place)
    assert detail(names["one"], place) == "hidden from `a` by `one` (a/.dockerignore:1)"
    assert not names["one"].last
    assert detail(names["two"], place) == "only in the context of `b`"


def test_no_paths_of_the_disk_from_a_stage() -> None:
    assert at("FROM a AS b\nFROM c\nCOPY --from=b ▮ /x") == {}


def test_stages_and_images() -> None:
    text = "FROM a AS Build\nFROM b AS other\nFROM c AS own\nCOPY --from=▮ /x /y\n"
    names = at(text)
    assert list(names)[:2] == ["other", "Build"]
    assert "own" not in names
    names = at("FROM a AS build\nFROM ▮\n")
    assert next(iter(names)) == "build"
    assert "python:3.12-slim" in names
    assert "scratch" in names
    assert at("FROM a ▮")["AS"].text == "AS "
    names = at("FROM a AS build\nFROM b\nRUN --mount=type=bind,from=▮")
    assert "build" in names


def test_flags_and_mounts() -> None:
    assert at("FROM a\nCOPY --▮")["--from"].text == "--from="
    assert at("FROM a\nCOPY --li▮")["--link"].text == "--link"
    assert set(at("FROM a\nRUN --mount=▮")) >= {"type", "target"}
    assert set(at("FROM a\nRUN --mount=type=▮")) == {"bind", "cache", "secret", "ssh", "tmpfs"}
    assert "sharing" in at("FROM a\nRUN --mount=type=cache,▮")
    assert "/root/.cache/uv" in at("FROM a\nRUN --mount=type=cache,target=▮")
    assert "linux/arm64" in at("FROM --platform=▮")


def test_users_and_folders() -> None:
    text = "FROM debian\nRUN useradd --uid 999 app\nUSER ▮\n"
    names = at(text)
    assert next(iter(names)) == "app"
    assert {"app", "999", "root"} <= set(names)
    assert "app" in at("FROM debian\nRUN adduser -D app\nCOPY --chown=▮ a b")
    assert "/srv" in at("FROM a\nWORKDIR /srv\nRUN x\nWORKDIR ▮")


@pytest.mark.parametrize("text", ["WORKDIR $▮", "RUN echo ${▮", "COPY $▮} /x", 'CMD echo "$▮"'])
def test_variables(text: str) -> None:
    place = asked({**TREE, "Dockerfile": f"ARG G=1\nFROM a\nARG TAG=2\nENV HOME=/h\n{text}"})
    names = found(place)
    assert {"TAG", "HOME"} <= set(names)
    assert "G" not in names
    assert detail(names["HOME"], place) == "= /h"
    wants_brace = text.endswith("${▮")
    assert names["TAG"].text == ("TAG}" if wants_brace else "TAG")
    assert set(at("ARG G=1\nFROM $▮")) >= {"G", "TARGETPLATFORM"}


def test_uv_commands_flags_and_variables() -> None:
    assert "sync" in at("FROM a\nRUN uv ▮")
    assert "--locked" in at("FROM a\nRUN --mount=type=cache,target=/c \\\n  uv sync --▮")
    assert "--locked" in at("FROM a\nRUN cd /x && UV_X=1 uv sync --no-dev --lo▮")
    assert "--no-dev" not in at("FROM a\nRUN uv sync --no-dev --▮")
    assert "install" in at("FROM a\nRUN uv pip ▮")
    assert "--system" in at("FROM a\nRUN uv pip install --▮")
    assert "--locked" in at("FROM a\nRUN <<EOF\nset -e\nuv sync --▮\nEOF\n")
    assert "--no-sync" in at('FROM a\nCMD ["uv", "run", "--▮')
    names = at("FROM a\nENV UV_▮")
    assert names["UV_NO_SYNC"].detail == "uv 0.4.18"
    assert names["UV_LINK_MODE"].text == "UV_LINK_MODE="
    assert set(at("FROM a\nENV UV_LINK_MODE=▮")) == {"copy", "hardlink", "symlink", "clone"}
    assert set(at("FROM a\nENV A=1 UV_NO_SYNC=▮")) == {"1", "0"}
    page = markdown(
        asked({"Dockerfile": "▮"}).host.db, documentation(("variable", "UV_LOCKED")), "en"
    )
    assert "uv 0.4.25" in page


def test_ignore_patterns_name_what_is_there() -> None:
    place = asked({**TREE, ".dockerignore": "▮\n", "Dockerfile": "FROM a\nCOPY . .\n"})
    names = found(place)
    assert detail(names["**/.venv"], place) == "1 here, such as `.venv`"
    assert {"app/", "run.log", "pyproject.toml"} <= set(names)
    assert names["app/"].text == "app"
    assert "**/node_modules" not in names
    assert set(at("a\napp/▮", ".dockerignore")) == {"main.py", "debug.log"}
    names = at("*.log\n!▮", ".dockerignore")
    assert not names["run.log"].last
    assert names["pyproject.toml"].last
    assert at("# ▮", ".dockerignore") == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("▮", "services"),
        ("services:\n  web:\n    ▮\n", "build"),
        ("services:\n  web:\n    build:\n      ▮\n    image: x\n", "dockerfile"),
        ("services:\n  web:\n    build: .\n    develop:\n      watch:\n        - ac▮", "action"),
        ("services:\n  web:\n    develop:\n      watch:\n        - action: ▮", "sync+restart"),
        (
            "services:\n  web:\n    develop:\n      watch:\n      - path: .\n        action: ▮",
            "sync",
        ),
        ("services:\n  web:\n    restart: ▮", "unless-stopped"),
        ("services:\n  web:\n    init: ▮", "true"),
        ("services:\n  web:\n    depends_on:\n      - ▮\n  db:\n    image: x\n", "db"),
        ("services:\n  web:\n    depends_on:\n      ▮\n  db:\n    image: x\n", "db"),
        ("services:\n  web:\n    volumes:\n      - ▮\nvolumes:\n  data:\n", "data"),
        ("services:\n  web:\n    volumes:\n    - ▮\nvolumes:\n  data:\n", "data"),
        ("services:\n  web:\n    volumes:\n      - ./▮", "app/"),
        ("services:\n  web:\n    volumes:\n      - type: ▮", "volume"),
        ("services:\n  web:\n    volumes:\n      - data:/x\nvolumes:\n  ▮", "data"),
        ("services:\n  web:\n    build: ▮", "app/"),
        ("services:\n  web:\n    build:\n      context: .\n      target: ▮", "dev"),
        ("services:\n  web:\n    build:\n      context: .\n      dockerfile: ▮", "Dockerfile"),
        ("services:\n  web:\n    build:\n      context: .\n      args:\n        ▮", "TAG"),
        ("services:\n  web:\n    environment:\n      UV_▮", "UV_LINK_MODE"),
        ("services:\n  web:\n    networks: [a]\n    image: ${▮", "TAG"),
        ("services:\n  web:\n    env_file: ▮", ".env"),
        ("services:\n  web:\n    network_mode: ▮\n  db:\n    image: x\n", "service:db"),
        ("services:\n  web:\n    ▮", "develop-watch"),
    ],
)
def test_compose(text: str, expected: str) -> None:
    more = {
        "Dockerfile": "FROM a AS dev\nARG TAG=1\nFROM b\n",
        ".env": "TAG=1\n",
        "app/main.py": "",
    }
    assert expected in at(text, "compose.yaml", more)


def test_compose_leaves_out_what_is_written_and_what_does_not_belong() -> None:
    names = at("services:\n  web:\n    image: x\n    ▮\n    build: .\n", "compose.yaml")
    assert "image" not in names
    assert "build" not in names
    assert names["command"].text == "command: "
    assert names["environment"].doc == ("compose", "services", "web", "environment")
    names = at("services:\n  web:\n    depends_on:\n      - ▮\n", "compose.yaml")
    assert "web" not in names
    assert at("services:\n  web:\n    command: |\n      ▮", "compose.yaml") == {}
    assert at("services:\n  web: # ▮", "compose.yaml") == {}
    assert at("jobs:\n  ▮", "workflow.yaml") == {}


def test_any_cursor_in_any_half_typed_text_is_answered() -> None:
    texts = {
        "Dockerfile": "ARG A\nFROM a AS b\nRUN --mount=type=bind,from= <<E\nuv sync --\nE\n"
        'COPY --from=b ["a", "b"] $A\\\n # c\n x\nENV UV_=1 \\\n',
        "compose.yaml": "services: {web: {build: .}}\nx:\n\t- a\n  - b:\n - c: |\n  d\n? e: ${f\n",
        ".dockerignore": "!\n**/\n../\n!/\n\\\n",
    }
    host = Host([ROOT], asked({**texts, "mark": "▮"}).host.db.files)
    for name, text in texts.items():
        for offset in range(len(text) + 1):
            completion(host.db, f"{ROOT}/{name}", offset)
