"""Hovers say what the model knows, build by build, and say UNKNOWN as such."""

from __future__ import annotations

import pytest

from shipworthy.engine.host import Host
from shipworthy.views.hover import hover
from shipworthy.views.page import markdown
from support.workspaces import ROOT
from views.cursors import asked

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n'
LOCK = (
    'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "shop"\nversion = "1"\n'
    'source = { virtual = "." }\n'
)
COMPOSE = "services:\n  web:\n    build: .\n"


def test_copy_says_what_it_brings_and_what_is_kept_out() -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY ▮. .\n",
            ".dockerignore": "*.log\n",
            "app.py": "print()\n",
            "debug.log": "x",
            ".env": "A=1\n",
            ".git/HEAD": "ref\n",
            ".venv/pyvenv.cfg": "home = /usr\n",
            ".venv/bin/python": "x" * 500,
        }
    ).hover()
    assert "`.` brings 8 files" in said
    assert "to `/app`" in said
    assert "**virtual environment** `.venv`: 2 files, 512 B" in said
    assert "**possible secret** `.env`" in said
    assert "**git history** `.git`" in said
    assert "kept out: `debug.log` by `*.log` (.dockerignore:1)" in said


def test_copy_is_said_build_by_build() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n"
            "  web:\n    build: {context: a, dockerfile: ../Dockerfile}\n"
            "  job:\n    build: {context: b, dockerfile: ../Dockerfile}\n"
            "  tail:\n    build: {context: b, dockerfile: ../Dockerfile}\n",
            "Dockerfile": "FROM scratch\nCOPY ▮. /x\n",
            "a/one": "1",
            "b/one": "1",
            "b/two": "22",
        }
    ).hover()
    assert "**In `web`**" in said
    assert "**In `job`, `tail`**" in said
    assert "brings 1 file, 1 B from `a`" in said
    assert "brings 2 files, 3 B from `b`" in said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY ▮debug.log /x", "is not sent: pattern `*.log` (.dockerignore:1) excludes it"),
        ("COPY ▮nothing /x", "does not exist in `.`: the build fails here"),
        ("COPY ▮*.nothing /x/", "matches nothing here"),
        ("COPY --from=base ▮/etc /x", "comes from stage `base` (Dockerfile:1)"),
        ("COPY --from=alpine ▮/etc /x", "comes from image `alpine`"),
        ("COPY ▮$SOMETHING/x /x", "brings"),
        ("ADD ▮https://example.org/x /x", "is downloaded to `/x`"),
        ("COPY ▮app.py /srv/", "to `/srv/app.py`"),
        ("COPY ▮src /srv/", "to `/srv`"),
    ],
)
def test_sources(line: str, expected: str) -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": f"FROM alpine AS base\nFROM alpine\n{line}\n",
            ".dockerignore": "*.log\n",
            "app.py": "1",
            "src/a.py": "1",
            "x": "1",
            "debug.log": "1",
        }
    ).hover()
    assert expected in said


def test_an_unknown_context_is_said_as_such() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n  web:\n    build:\n      context: ${WHERE}\n"
            "      dockerfile: /ws/Dockerfile\n",
            "Dockerfile": "FROM alpine\nCOPY ▮. .\n",
        }
    ).hover()
    assert "decided outside these files" in said


def test_a_big_context_is_counted_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shipworthy.views.context_look.BUDGET", 5)
    files = {f"src/d{i}/f{n}": "x" for i in range(5) for n in range(4)}
    said = asked({**files, "Dockerfile": "FROM alpine\nCOPY ▮src /x\n"}).hover()
    assert "at least" in said


def test_pattern_in_each_build() -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": "FROM alpine\nCOPY . .\n",
            ".dockerignore": "**/▮.venv\n!keep\n",
            ".venv/pyvenv.cfg": "home\n",
            "pkg/.venv/pyvenv.cfg": "home\n",
            "pkg/.venv/big": "x" * 1000,
        }
    ).hover()
    assert "**In `web`**" in said
    assert "`**/.venv` keeps 3 files, 1.0 kB out of `.`" in said
    assert "`.venv/`" in said
    assert "`pkg/.venv/`" in said


def test_a_pattern_that_includes_again() -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": "FROM alpine\nCOPY . .\n",
            ".dockerignore": "*\n!▮src\n",
            "src/a": "1",
            "src/b": "1",
        }
    ).hover()
    assert "`!src` includes 2 files, 2 B of `.` again" in said


def test_a_pattern_that_does_nothing_and_what_was_meant() -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": "FROM alpine\nCOPY . .\n",
            ".dockerignore": "▮~/.venv\n",
            ".venv/pyvenv.cfg": "home\n",
        }
    ).hover()
    assert "decides nothing" in said
    assert "`~` is an ordinary name here" in said
    assert "Perhaps `.venv` was meant" in said


def test_a_pattern_that_a_later_one_overrules() -> None:
    said = asked(
        {
            "compose.yaml": COMPOSE,
            "Dockerfile": "FROM alpine\nCOPY . .\n",
            ".dockerignore": "▮src\n!src\n",
            "src/a": "1",
        }
    ).hover()
    assert "decided by a later pattern: `!src`" in said


def test_mount_table() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n  web:\n    build: .\n    volumes:\n      - ▮.:/app\n"
            "      - /app/.venv\n      - data:/data:ro\nvolumes:\n  data: {}\n",
            "Dockerfile": "FROM ghcr.io/astral-sh/uv:python3.13-bookworm\nWORKDIR /app\n"
            "COPY pyproject.toml uv.lock ./\nRUN uv sync --frozen\n",
            "pyproject.toml": PYPROJECT,
            "uv.lock": LOCK,
        }
    ).hover()
    assert "**Mounts of `web`**" in said
    assert "**`/app` ← folder `.`** (here)" in said
    assert "hides `/app` of the image" in said
    assert "`/app/.venv` is shown by the mount on `/app/.venv` instead" in said
    assert "starts with the image's `/app/.venv` (environment, Dockerfile:4)" in said
    assert "`/data` ← volume `data` (read-only)" in said


@pytest.mark.parametrize("key", ["▮build: .", "build: ▮."])
def test_build(key: str) -> None:
    said = asked(
        {
            "compose.yaml": f"services:\n  web:\n    {key}\n",
            "Dockerfile": "FROM alpine AS a\nFROM a AS b\n",
        }
    ).hover()
    assert "**Build of `web`**" in said
    assert "target: the last stage, `b`" in said
    assert "ignore file: none" in said
    assert "stages that are built: `a`, `b`" in said


def test_from_after_expansion() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
            "      args: {V: '3.12'}\n",
            "Dockerfile": "ARG V=3.13\nFROM ▮python:${V}-alpine\n",
        }
    ).hover()
    assert "`docker.io/library/python:3.12-alpine` (written `python:${V}-alpine`)" in said
    assert "Python 3.12" in said
    assert "musl" in said


def test_from_that_nobody_knows() -> None:
    said = asked({"Dockerfile": "ARG V\nFROM ▮python:${V}\n"}).hover()
    assert "decided outside these files" in said


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("ARG A=1\nFROM x:$▮A\n", "`A` = `1`, from the ARG before the first FROM (Dockerfile:1)"),
        ("FROM x\nENV A=1 B=2\nENV C=$▮A\n", "`A` = `1`, set by ENV (Dockerfile:2)"),
        ("FROM x\nARG ▮A\n", "has no default"),
        ("ARG A=1\nFROM alpine\nRUN echo $▮A\n", "a stage sees it only after an `ARG`"),
        ("FROM alpine\nRUN echo ${▮TARGETARCH}\n", "set by BuildKit"),
        ("FROM alpine\nRUN echo $▮NOPE\n", "is not set here"),
        ("FROM x\nRUN echo $▮NOPE\n", "the base image may set it"),
        ("FROM alpine\nENV ▮PATH=/v/bin:$PATH\n", "`PATH` = `/v/bin:/usr/local/sbin"),
    ],
)
def test_variables(dockerfile: str, expected: str) -> None:
    assert expected in asked({"Dockerfile": dockerfile}).hover()


def test_a_passed_argument() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
            "      args:\n        A: '2'\n",
            "Dockerfile": "FROM alpine\nARG A=1\nRUN echo $▮A\n",
        }
    ).hover()
    assert "`A` = `2`, passed by compose.yaml:6" in said


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("{▮A: 1}", "Gives `A` of the Dockerfile (Dockerfile:2) this value"),
        ("[▮A=1]", "Gives `A` of the Dockerfile (Dockerfile:2) this value"),
        ("{▮B: 1}", "declares no ARG `B`"),
    ],
)
def test_arguments_in_compose(args: str, expected: str) -> None:
    compose = f"services:\n  web:\n    build:\n      context: .\n      args: {args}\n"
    assert expected in asked({"compose.yaml": compose, "Dockerfile": "FROM x\nARG A\n"}).hover()


@pytest.mark.parametrize(
    ("image", "env", "expected"),
    [
        ("x:${▮TAG}", "TAG=1\n", "`TAG` = `1`, from .env:1"),
        ("x:${▮TAG:-7}", "", "the default `7` counts"),
        ("x:$▮TAG", "", "decided outside these files"),
    ],
)
def test_compose_variables(image: str, env: str, expected: str) -> None:
    files = {"compose.yaml": f"services:\n  web:\n    image: {image}\n"}
    if env:
        files[".env"] = env
    assert expected in asked(files).hover()


def test_run_with_uv() -> None:
    said = asked(
        {
            "Dockerfile": "FROM ghcr.io/astral-sh/uv:python3.13-bookworm\nWORKDIR /app\n"
            "ENV UV_PROJECT_ENVIRONMENT=/opt/venv\nCOPY pyproject.toml uv.lock ./\n"
            "RUN uv ▮sync --locked --no-dev\n",
            "pyproject.toml": PYPROJECT,
            "uv.lock": LOCK,
        }
    ).hover()
    assert "manifest: `/app/pyproject.toml` from `pyproject.toml`" in said
    assert "must agree with pyproject.toml (`--locked`)" in said
    assert "environment: `/opt/venv`, by UV_PROJECT_ENVIRONMENT (Dockerfile:3)" in said
    assert "groups: none" in said


def test_run_without_the_lock() -> None:
    said = asked(
        {
            "Dockerfile": "FROM ghcr.io/astral-sh/uv:python3.13-bookworm\nWORKDIR /app\n"
            "COPY pyproject.toml ./\nRUN uv ▮sync\n",
            "pyproject.toml": PYPROJECT,
        }
    ).hover()
    assert "versions are resolved anew at each build" in said


def test_what_is_started() -> None:
    said = asked(
        {
            "compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn app\n",
            "Dockerfile": "FROM ghcr.io/astral-sh/uv:python3.13-bookworm\nWORKDIR /app\n"
            'COPY pyproject.toml uv.lock ./\nRUN uv sync\nUSER app\nCMD ["python", "-m", ▮"app"]\n',
            "pyproject.toml": PYPROJECT,
            "uv.lock": LOCK,
        }
    ).hover()
    assert "`web` starts `gunicorn app`" in said
    assert "decided by compose.yaml:4" in said
    assert "as `app`" in said
    assert "is not on PATH" in said


def test_entrypoint_and_cmd_are_both_part_of_the_start() -> None:
    dockerfile = 'FROM x\nENTRYPOINT ["/e"▮]\nCMD ["a"]\n'
    said = asked({"Dockerfile": dockerfile}).hover()
    assert "The image starts `/e a`" in said
    assert "not here" not in said


def test_documentation_in_both_languages() -> None:
    place = asked({"Dockerfile": "FROM alpine\nEXP▮OSE 80\n"})
    assert "opens nothing" in place.hover("en")
    assert "公開" in place.hover("ja")
    key = asked({"compose.yaml": "services:\n  web:\n    image: x\n    dep▮ends_on: []\n"})
    assert "start first" in key.hover()


def test_nothing_is_said_about_other_yaml() -> None:
    assert asked({"other.yaml": "volumes▮: 1\n"}).hover() == ""


@pytest.mark.parametrize(
    "text",
    ["", "FROM", "FROM \n", "COPY", "RUN <<E\n", "ONBUILD", "ONBUILD COPY a b", "ENV A", "$"],
)
def test_half_typed_dockerfiles_never_raise(text: str) -> None:
    for before in ("", "FROM alpine\n"):
        host: Host = asked({"Dockerfile": f"{before}{text}▮", "compose.yaml": COMPOSE}).host
        path = f"{ROOT}/Dockerfile"
        for offset in range(len(before + text) + 1):
            page = hover(host.db, path, offset)
            if page is not None:
                assert markdown(host.db, page.parts, "ja")
