"""Renames reach every place, change nothing but the name, or are refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from shipworthy.engine.host import Host
from shipworthy.findings.message import render
from shipworthy.text.edits import apply
from shipworthy.views.page import places
from shipworthy.views.renaming import Refused, Renamed, rename
from support.workspaces import ROOT, Workspace
from views.cursors import asked

VECTORS = Path(__file__).parent.parent / "vectors"
PROJECTS = Path(__file__).parent.parent / "projects"

TREE = {
    "compose.yaml": """\
x-build: &common
  context: .
  target: final
  args:
    VERSION: "1"
services:
  web:
    build: *common
    depends_on: [db]
    networks: [inner]
    volumes: ["data:/data", ".:/app"]
    secrets: [token]
    environment:
      TOKEN_FILE: /run/secrets/token
  job:
    extends: {service: web}
    build:
      context: .
      target: base
      args: ["VERSION=2"]
      secrets: [token]
    depends_on:
      db: {condition: service_started}
    network_mode: service:db
  db:
    image: postgres
    volumes:
      - {type: volume, source: data, target: /var/lib}
volumes:
  data: {}
networks:
  inner: {}
secrets:
  token: {file: token.txt}
""",
    "compose.override.yaml": """\
services:
  db:
    networks: {inner: {}}
  web:
    build:
      args:
        VERSION: "3"
""",
    "Dockerfile": """\
ARG VERSION=0
FROM python:${VERSION} AS base
ARG VERSION
ENV MODE=dev FLAG=$VERSION
RUN --mount=type=secret,id=token echo "$VERSION" '$VERSION' \\
    # about $VERSION
    && if [ $MODE = dev ]; then VERSION=x; echo ${VERSION:-y}; fi
FROM base AS Final
COPY --from=base /x /y
COPY --from=0 /x /z
RUN --mount=type=bind,from=base,source=/x,target=/w echo $MODE $VERSION
RUN <<EOF
echo $MODE
EOF
CMD echo $MODE
""",
    "token.txt": "x",
}


def at(files: Mapping[str, str], path: str, text: str, which: int = 0) -> tuple[Host, str, int]:
    """A host and the place where a text stands, the first time or a later one."""
    offset = -1
    for _ in range(which + 1):
        offset = files[path].index(text, offset + 1)
    return Workspace(files).host(), f"{ROOT}/{path}", offset


def renamed(files: Mapping[str, str], path: str, text: str, new: str, which: int = 0) -> list[str]:
    """The lines that a rename changes, as `path: line`."""
    host, where, offset = at(files, path, text, which)
    done = rename(host.db, where, offset, new)
    assert isinstance(done, Renamed), render(done.message, "en", places(host.db))
    lines = []
    for file, edits in sorted(done.edits.items()):
        before = (host.db.text(file) or "").split("\n")
        after = apply(host.db.text(file) or "", edits).split("\n")
        name = file.removeprefix(f"{ROOT}/")
        lines += [f"{name}: {b.strip()}" for a, b in zip(before, after, strict=True) if a != b]
    return lines


def refused(files: Mapping[str, str], path: str, text: str, new: str, which: int = 0) -> str:
    """Why a rename is refused."""
    host, where, offset = at(files, path, text, which)
    done = rename(host.db, where, offset, new)
    assert isinstance(done, Refused), done
    return render(done.message, "en", places(host.db))


@pytest.mark.parametrize(
    ("path", "text", "which"),
    [
        ("Dockerfile", "base", 0),
        ("Dockerfile", "base AS Final", 0),
        ("Dockerfile", "base /x", 0),
        ("Dockerfile", "base,source", 0),
        ("compose.yaml", "base", 0),
    ],
)
def test_a_stage_from_any_of_its_places(path: str, text: str, which: int) -> None:
    assert renamed(TREE, path, text, "first", which) == [
        "Dockerfile: FROM python:${VERSION} AS first",
        "Dockerfile: FROM first AS Final",
        "Dockerfile: COPY --from=first /x /y",
        "Dockerfile: RUN --mount=type=bind,from=first,source=/x,target=/w echo $MODE $VERSION",
        "compose.yaml: target: first",
    ]


def test_a_target_behind_a_yaml_alias() -> None:
    assert renamed(TREE, "Dockerfile", "Final", "last") == [
        "Dockerfile: FROM base AS last",
        "compose.yaml: target: last",
    ]


def test_an_argument_in_all_files() -> None:
    assert renamed(TREE, "Dockerfile", "VERSION", "TAG") == [
        "Dockerfile: ARG TAG=0",
        "Dockerfile: FROM python:${TAG} AS base",
        "Dockerfile: ARG TAG",
        "Dockerfile: ENV MODE=dev FLAG=$TAG",
        "Dockerfile: RUN --mount=type=secret,id=token echo \"$TAG\" '$VERSION' \\",
        "Dockerfile: && if [ $MODE = dev ]; then TAG=x; echo ${TAG:-y}; fi",
        'compose.override.yaml: TAG: "3"',
        'compose.yaml: TAG: "1"',
        'compose.yaml: args: ["TAG=2"]',
    ]


def test_a_variable_is_followed_into_here_documents_and_commands() -> None:
    assert renamed(TREE, "Dockerfile", "MODE", "KIND") == [
        "Dockerfile: ENV KIND=dev FLAG=$VERSION",
        "Dockerfile: && if [ $KIND = dev ]; then VERSION=x; echo ${VERSION:-y}; fi",
        "Dockerfile: RUN --mount=type=bind,from=base,source=/x,target=/w echo $KIND $VERSION",
        "Dockerfile: echo $KIND",
        "Dockerfile: CMD echo $KIND",
    ]


def test_a_service_in_all_files() -> None:
    assert renamed(TREE, "compose.yaml", "db]", "store") == [
        "compose.override.yaml: store:",
        "compose.yaml: depends_on: [store]",
        "compose.yaml: store: {condition: service_started}",
        "compose.yaml: network_mode: service:store",
        "compose.yaml: store:",
    ]


def test_volume_network_secret_and_anchor() -> None:
    assert renamed(TREE, "compose.yaml", "data", "files") == [
        'compose.yaml: volumes: ["files:/data", ".:/app"]',
        "compose.yaml: - {type: volume, source: files, target: /var/lib}",
        "compose.yaml: files: {}",
    ]
    assert renamed(TREE, "compose.yaml", "inner", "lan") == [
        "compose.override.yaml: networks: {lan: {}}",
        "compose.yaml: networks: [lan]",
        "compose.yaml: lan: {}",
    ]
    assert renamed(TREE, "compose.yaml", "token", "key") == [
        "Dockerfile: RUN --mount=type=secret,id=key echo \"$VERSION\" '$VERSION' \\",
        "compose.yaml: secrets: [key]",
        "compose.yaml: TOKEN_FILE: /run/secrets/key",
        "compose.yaml: secrets: [key]",
        "compose.yaml: key: {file: token.txt}",
    ]
    assert renamed(TREE, "compose.yaml", "common", "shared") == [
        "compose.yaml: x-build: &shared",
        "compose.yaml: build: *shared",
    ]


@pytest.mark.parametrize(
    ("dockerfile", "text", "new", "reason"),
    [
        ("FROM x AS a\nFROM a AS b\n", "a", "b", "already"),
        ("FROM x AS a\nFROM python\n", "a", "python", "already"),
        ("FROM x AS a\n", "a", "1st", "not a valid name"),
        ("FROM x AS a\n", "a", "scratch", "not a valid name"),
        ("FROM x\nENV PATH=/x:$PATH\n", "PATH", "WAY", "by this very name"),
        ("FROM x\nENV UV_CACHE_DIR=/x\n", "UV_CACHE_DIR", "C", "by this very name"),
        ("FROM x\nARG A\nARG B\n", "A\n", "B", "already"),
        ("FROM x\nARG A\nRUN echo $B\n", "A\n", "B", "already"),
        ("FROM x\nARG A\n", "A\n", "B-C", "not a valid name"),
        ("FROM x\nRUN echo $A\n", "A", "B", "no name here"),
        ("FROM x\nRUN true\n", "true", "B", "no name here"),
        ("ARG S=a\nFROM x AS a\nFROM $S\n", "a\nFROM $", "b", "cannot be rewritten"),
    ],
)
def test_refusals_in_a_dockerfile(dockerfile: str, text: str, new: str, reason: str) -> None:
    assert reason in refused({"Dockerfile": dockerfile}, "Dockerfile", text, new)


@pytest.mark.parametrize(
    ("compose_text", "text", "new", "reason"),
    [
        ("services:\n  a: {image: x}\n  b: {image: x}\n", "a:", "b", "already"),
        ("services:\n  a: {image: x}\n", "a:", "true", "not a valid name"),
        ("services:\n  a: {image: x}\n", "a:", "a b", "not a valid name"),
        (
            "services:\n  a: {image: x, volumes: ['v1:/x']}\nvolumes: {v1: {external: true}}\n",
            "v1",
            "v2",
            "external",
        ),
        (
            "services:\n  a: {image: x, volumes: ['${V:-v1}:/x']}\nvolumes: {v1: {}}\n",
            "v1: ",
            "v2",
            "cannot be rewritten",
        ),
        (
            "services:\n  a: {image: x}\nnetworks: {default: {}}\n",
            "default",
            "other",
            "not renamed",
        ),
        ("services:\n  a: {image: x, depends_on: [zz]}\n", "zz", "yy", "not declared"),
    ],
)
def test_refusals_in_compose(compose_text: str, text: str, new: str, reason: str) -> None:
    assert reason in refused({"compose.yaml": compose_text}, "compose.yaml", text, new)


def test_an_argument_from_the_environment_is_not_renamed() -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    build:\n      context: .\n      args: [A]\n",
        "Dockerfile": "FROM x\nARG A\n",
    }
    assert "environment" in refused(files, "Dockerfile", "A\n", "B")


def test_a_variable_of_the_base_image_is_left_alone() -> None:
    files = {
        "Dockerfile": "ARG TAG=1\nFROM x:$TAG AS a\nRUN echo $TAG\nFROM y\nARG TAG\nRUN echo $TAG\n"
    }
    assert renamed(files, "Dockerfile", "TAG", "T") == [
        "Dockerfile: ARG T=1",
        "Dockerfile: FROM x:$T AS a",
        "Dockerfile: ARG T",
        "Dockerfile: RUN echo $T",
    ]


def test_same_names_in_separate_projects_are_separate() -> None:
    files = {
        "a/compose.yaml": "services:\n  web: {image: x}\n",
        "b/compose.yaml": "services:\n  web:\n"
        "    extends: {file: ../a/compose.yaml, service: web}\n",
    }
    assert renamed(files, "a/compose.yaml", "web", "base") == [
        "a/compose.yaml: base: {image: x}",
        "b/compose.yaml: extends: {file: ../a/compose.yaml, service: base}",
    ]


def test_models_credentials_and_what_runs_before() -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    image: x\n    models: [llm]\n"
        "    credential_spec: {config: conf}\n"
        "    pre_start: [{image: x, command: y, secrets: [key]}]\n"
        "  b:\n    image: x\n    models: {llm: {endpoint_var: URL}}\n"
        "models: {llm: {model: ai/some}}\nconfigs: {conf: {file: c}}\nsecrets: {key: {file: k}}\n"
    }
    assert renamed(files, "compose.yaml", "llm", "brain") == [
        "compose.yaml: models: [brain]",
        "compose.yaml: models: {brain: {endpoint_var: URL}}",
        "compose.yaml: models: {brain: {model: ai/some}}",
    ]
    assert renamed(files, "compose.yaml", "conf}", "other")[0] == (
        "compose.yaml: credential_spec: {config: other}"
    )
    assert len(renamed(files, "compose.yaml", "key]", "other")) == 2


def test_the_caution_for_a_volume() -> None:
    place = asked(
        {
            "compose.yaml": "services:\n  a: {image: x, volumes: ['data:/x']}\n"
            "volumes:\n  da▮ta: {}\n"
        }
    )
    done = rename(place.host.db, place.path, place.offset, "files")
    assert isinstance(done, Renamed)
    assert done.caution is not None
