"""Changes without a finding: each applies as a whole, and leaves no new finding behind."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cli.init_projects import PROJECTS, locked
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import render
from shipworthy.text.spans import Span
from shipworthy.views.refactorings import offered
from support.workspaces import ROOT, Workspace
from views.cursors import Asked, asked

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n'
LOCK = (
    'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "shop"\nversion = "1"\n'
    'source = { virtual = "." }\n'
)
PROJECT = {"pyproject.toml": PYPROJECT, "uv.lock": LOCK, "main.py": "print()\n"}
DOCKERFILE = (
    "FROM python:3.13-slim-bookworm\n"
    "COPY --from=ghcr.io/astral-sh/uv:0.9.9 /uv /bin/\n"
    "WORKDIR /app\n"
    "COPY pyproject.toml uv.lock ./\n"
    "RUN uv sync --locked\n"
    "COPY . .\n"
    'CMD ["/app/.venv/bin/python", "main.py"]\n'
)
COMPOSE = "services:\n  web:\n    build: .\n    volumes:\n      - .:/app\n"


def offers(place: Asked) -> dict[str, Mapping[str, str]]:
    """By title and kind, the changed texts."""
    host = place.host
    analysis = host.analyse()
    result: dict[str, Mapping[str, str]] = {}
    for found, plan in offered(host, place.path, Span(place.offset, place.offset)):
        title = render(found.fix.title, "en", analysis.places)
        assert render(found.fix.title, "ja", analysis.places) != title
        result[f"{found.kind}: {title}"] = {
            path.removeprefix(ROOT + "/"): text for path, text in plan.texts.items()
        }
    return result


def the_one(place: Asked, beginning: str) -> dict[str, str]:
    found = [texts for title, texts in offers(place).items() if title.startswith(beginning)]
    assert len(found) == 1, list(offers(place))
    return dict(found[0])


def rules_of(files: Mapping[str, str]) -> set[str]:
    host: Host = Workspace(files).host()
    return {item.rule for item in host.analyse().findings if item.severity >= Severity.INFO}


def test_a_dockerfile_for_the_project() -> None:
    texts = the_one(asked({**PROJECT, "pyproject.toml": PYPROJECT + "▮"}), "source.shipworthy: W")
    assert texts["Dockerfile"].startswith("# syntax=docker/dockerfile:1\nFROM python:3.13-slim")
    filled = the_one(asked({**PROJECT, "Dockerfile": "\n▮\n"}), "source.shipworthy: W")
    assert filled == texts
    assert ".dockerignore" in texts
    written = {**PROJECT, "pyproject.toml": PYPROJECT + "▮", "Dockerfile": "FROM x\n"}
    assert offers(asked(written)) == {}


def test_an_ignore_file_for_the_context() -> None:
    files = {**PROJECT, "compose.yaml": COMPOSE.replace("build: .", "build:▮ .")}
    texts = the_one(asked({**files, "Dockerfile": DOCKERFILE}), "source.shipworthy: Create")
    assert "**/.venv\n" in texts[".dockerignore"]
    texts = the_one(asked({**PROJECT, "Dockerfile": DOCKERFILE + "▮"}), "source.shipworthy: Create")
    assert list(texts) == [".dockerignore"]
    full = {**PROJECT, "Dockerfile": DOCKERFILE + "▮", ".dockerignore": ""}
    assert offers(asked(full)) == {}


def test_the_environment_moves_in_both_files() -> None:
    compose = COMPOSE + "      - /app/.venv\n"
    files = {**PROJECT, ".dockerignore": "**/.venv\n", "compose.yaml": compose}
    docker = DOCKERFILE.replace("RUN uv", "RUN u▮v")
    texts = the_one(asked({**files, "Dockerfile": docker}), "refactor.move")
    assert texts["compose.yaml"] == COMPOSE
    assert "ENV UV_PROJECT_ENVIRONMENT=/opt/venv" in texts["Dockerfile"]
    assert "/opt/venv/bin/python" in texts["Dockerfile"]
    assert "bind-mount-hides-venv" not in rules_of({**files, **texts})


def test_a_bind_mount_can_be_changed_in_three_ways() -> None:
    files = {**PROJECT, ".dockerignore": "**/.venv\n", "Dockerfile": DOCKERFILE}
    place = asked({**files, "compose.yaml": COMPOSE.replace("- .:", "- .▮:")})
    found = offers(place)
    assert [title.partition(":")[0] for title in found] == [
        "refactor.move",
        "refactor.rewrite",
        "refactor.rewrite",
    ]
    volume = the_one(place, "refactor.rewrite: Add an anonymous volume")
    assert volume["compose.yaml"] == COMPOSE + "      - /app/.venv\n"
    watch = the_one(place, "refactor.rewrite: Replace")
    assert "develop:\n      watch:\n" in watch["compose.yaml"]
    assert "- .venv/\n" in watch["compose.yaml"]
    for texts in found.values():
        assert "bind-mount-hides-venv" not in rules_of({**files, **texts})


def test_the_dependency_layer_is_split() -> None:
    docker = DOCKERFILE.replace("COPY pyproject.toml uv.lock ./\nRUN uv sync --locked\n", "")
    docker = docker.replace("COPY . .\n", "COPY . .\nRUN uv ▮sync --locked\n")
    files = {**PROJECT, ".dockerignore": "**/.venv\n", "Dockerfile": docker}
    texts = the_one(asked(files), "refactor.rewrite: Copy only")
    assert (
        "COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n"
        in (texts["Dockerfile"])
    )


def test_nothing_elsewhere() -> None:
    files = {**PROJECT, ".dockerignore": "a▮\n", "Dockerfile": DOCKERFILE}
    assert offers(asked(files)) == {}
    assert offers(asked({"x.yaml": "a▮: b\n"})) == {}
    assert offers(asked({"pyproject.toml": "[▮"})) == {}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_dockerfile_is_offered_for_every_shape_of_project(name: str) -> None:
    files, folder, _ = PROJECTS[name]
    manifest = f"{folder}/pyproject.toml".lstrip("/")
    place = asked({**locked(files), manifest: "▮" + files[manifest]})
    texts = the_one(place, "source.shipworthy: Write")
    assert any(path.endswith("Dockerfile") for path in texts)
    assert any(path.endswith(".dockerignore") for path in texts)
