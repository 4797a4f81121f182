"""Builds that bake files, devcontainers, workflows, Makefiles and scripts state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.db.database import Database
from shipworthy.db.inputs import MemoryFiles
from shipworthy.model.builds import all_units
from shipworthy.model.invocations import invocations
from shipworthy.syntax import hcl

DOCKERFILE = "FROM python:3.13-slim\nCOPY . .\n"


def database(files: dict[str, str]) -> Database:
    db = Database(MemoryFiles({f"/ws/{path}": text for path, text in files.items()}))
    db.set_setting("folders", ("/ws",))
    return db


def stated(files: dict[str, str]) -> list[tuple[str, str, str, str | None]]:
    return [
        (call.label, call.dockerfile, call.context, call.target)
        for call in invocations(database({**files, "api/Dockerfile": DOCKERFILE}), "/ws")
    ]


WORKFLOW = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: api/Dockerfile
          target: prod
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "docker-bake.hcl",
            (
                'target "base" {\n  context = "."\n}\ntarget "api" {\n  inherits = ["base"]\n'
                '  dockerfile = "api/Dockerfile" # here\n  target = "prod"\n'
                '  args = { A = "1" }\n}\n'
            ),
            ("api", "/ws/api/Dockerfile", "/ws", "prod"),
        ),
        (
            "docker-bake.json",
            '{"target": {"api": {"context": "api"}}}',
            ("api", "/ws/api/Dockerfile", "/ws/api", None),
        ),
        (
            ".devcontainer/devcontainer.json",
            '{\n  // comment\n  "build": {"dockerfile": "../api/Dockerfile", "context": ".."}\n}',
            ("devcontainer", "/ws/api/Dockerfile", "/ws", None),
        ),
        (".github/workflows/ci.yml", WORKFLOW, ("image", "/ws/api/Dockerfile", "/ws", "prod")),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  b:\n    steps:\n      - run: |\n          docker build -t x api\n",
            ("b", "/ws/api/Dockerfile", "/ws/api", None),
        ),
        (
            "Makefile",
            "image:\n\t@docker buildx build --platform linux/amd64 \\\n\t  -f api/Dockerfile .\n",
            ("Makefile", "/ws/api/Dockerfile", "/ws", None),
        ),
        (
            "scripts/build.sh",
            "#!/bin/sh\nset -e\ndocker build --target=prod -f api/Dockerfile .\n",
            ("build.sh", "/ws/api/Dockerfile", "/ws", "prod"),
        ),
    ],
)
def test_a_stated_build(path: str, text: str, expected: tuple[str, str, str, str | None]) -> None:
    assert stated({path: text}) == [expected]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-bake.hcl", 'target "api" {\n  context = "${DIR}"\n}\n'),
        ("docker-bake.hcl", 'target "api" {\n  context = dir\n}\n'),
        ("Makefile", "image:\n\tdocker build $(DIR)\n"),
        ("Makefile", "image:\n\tdocker build -\n"),
        ("build.sh", "docker build https://example.org/repo.git\n"),
        ("build.sh", "echo docker build api\n"),
        (".github/workflows/ci.yml", WORKFLOW.replace("context: .", "context: ${{ inputs.dir }}")),
    ],
)
def test_what_states_nothing(path: str, text: str) -> None:
    assert stated({path: text}) == []


def test_a_stated_build_makes_a_unit_where_no_compose_file_does() -> None:
    files = {"api/Dockerfile": DOCKERFILE, "Makefile": "image:\n\tdocker build api\n"}
    (unit,) = all_units(database(files))
    assert (unit.origin, unit.context) == ("invocation", "/ws/api")
    files["compose.yaml"] = "services:\n  api:\n    build: api\n"
    (unit,) = all_units(database(files))
    assert (unit.origin, unit.service) == ("compose", "api")


def test_the_same_build_stated_twice_counts_once() -> None:
    files = {"Makefile": "a:\n\tdocker build api\n", "build.sh": "docker build api\n"}
    assert len(stated(files)) == 1


@given(st.text(alphabet=st.sampled_from('target "a{}[]=\n,${#/*<E.'), max_size=80))
def test_any_text_gives_blocks(text: str) -> None:
    hcl.parse(text)
