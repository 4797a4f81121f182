"""The workspaces that are measured: plain, generated, the same on every machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

STAGE = """FROM python:3.12-slim AS stage{number}
LABEL org.example.stage="{number}"
ENV STAGE={number} PYTHONUNBUFFERED=1
WORKDIR /app{number}
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv pip install --no-cache-dir "uv>=0.5"
COPY . .
EXPOSE {port}
USER nobody
CMD ["python", "-m", "app{number}"]
"""
SMALL = """# syntax=docker/dockerfile:1
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1
WORKDIR /app

COPY pyproject.toml uv.lock ./
RUN pip install uv && uv sync --locked

COPY . .
EXPOSE 8000
USER nobody

CMD ["uv", "run", "python", "-m", "app"]
"""
SERVICE = """  service{number}:
    build:
      context: .
      dockerfile: Dockerfile
      args:
        STAGE: "{number}"
    image: example/service{number}:latest
    command: ["python", "-m", "app{number}"]
    environment:
      NUMBER: "{number}"
      DATABASE_URL: postgres://db:5432/app
    ports:
      - "{port}:8000"
    volumes:
      - ./data{number}:/data
      - cache:/root/.cache
    restart: unless-stopped
    depends_on:
      - db
    networks:
      - back
"""
SMALL_COMPOSE = """services:
  app:
    build:
      context: .
      args:
        STAGE: "1"
    environment:
      DATABASE_URL: postgres://db:5432/app
    ports:
      - "8000:8000"
    volumes:
      - .:/app
    depends_on:
      - db
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: example
"""
IGNORE = ".git\n.venv\n**/__pycache__\n*.pyc\n"
MANIFEST = """[project]
name = "{name}"
version = "0.1.0"
requires-python = ">=3.12"
dependencies = [{needs}]
"""
LOCK_HEAD = """version = 1
revision = 3
requires-python = ">=3.12"

[[package]]
name = "{name}"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
{edges}]

[package.metadata]
requires-dist = [
{recorded}]
"""
PACKAGE = """
[[package]]
name = "{name}"
version = "1.{number}.0"
source = {{ registry = "https://index.example/simple" }}
sdist = {{ url = "https://files.example/{name}-1.{number}.0.tar.gz", hash = "sha256:{digest}", size = {size} }}
wheels = [
"""  # noqa: E501  (uv writes it in one line)
WHEEL = (
    '    {{ url = "https://files.example/{name}-1.{number}.0-cp312-cp312-{platform}.whl",'
    ' hash = "sha256:{digest}", size = {size} }},\n'
)
PLATFORMS = (
    "macosx_11_0_arm64", "manylinux_2_17_x86_64.manylinux2014_x86_64", "musllinux_1_2_x86_64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64", "musllinux_1_2_aarch64", "win_amd64",
)  # fmt: skip


class Edit(NamedTuple):
    """A document and a second text of it: keystrokes alternate between both."""

    path: Path
    language: str
    text: str
    other: str


def big_dockerfile(stages: int = 100) -> str:
    """Eleven lines a stage."""
    return "".join(STAGE.format(number=number, port=9000 + number) for number in range(stages))


def big_compose(services: int = 100) -> str:
    """Twenty-one lines a service."""
    body = "".join(SERVICE.format(number=number, port=9000 + number) for number in range(services))
    return (
        f"services:\n{body}  db:\n    image: postgres:16\nnetworks:\n  back:\nvolumes:\n  cache:\n"
    )


def lock(name: str, size: int = 200_000) -> str:
    """A uv.lock of about `size` characters."""
    packages: list[str] = []
    names: list[str] = []
    total = 0
    while total < size:
        number = len(names)
        fields = {
            "name": f"package-{number}",
            "number": number,
            "digest": f"{number:064x}",
            "size": 1000 + number,
        }
        wheels = "".join(WHEEL.format(platform=platform, **fields) for platform in PLATFORMS)
        packages.append(PACKAGE.format(**fields) + wheels + "]\n")
        names.append(f"package-{number}")
        total += len(packages[-1])
    head = LOCK_HEAD.format(
        name=name,
        edges="".join(f'    {{ name = "{other}" }},\n' for other in names[:20]),
        recorded="".join(f'    {{ name = "{other}" }},\n' for other in names[:20]),
    )
    return head + "".join(packages)


def manifest(name: str, needs: int = 20) -> str:
    """A pyproject.toml that fits the lock."""
    listed = ", ".join(f'"package-{number}"' for number in range(needs))
    return MANIFEST.format(name=name, needs=listed)


def project(folder: Path, name: str, *, lock_text: str | None = None) -> None:
    """A complete small project: Dockerfile, compose, ignore file, manifest, lock."""
    folder.mkdir(parents=True)
    for file, text in (
        ("Dockerfile", SMALL),
        ("compose.yaml", SMALL_COMPOSE),
        (".dockerignore", IGNORE),
        ("pyproject.toml", manifest(name)),
        ("uv.lock", lock(name) if lock_text is None else lock_text),
    ):
        (folder / file).write_text(text, encoding="utf-8")


def projects(folder: Path, count: int) -> None:
    """Many complete projects below one folder."""
    text = lock("@name@")
    for number in range(count):
        name = f"project-{number}"
        project(folder / name, name, lock_text=text.replace("@name@", name))


def monorepo(folder: Path, services: int = 50) -> Edit:
    """Services with a Dockerfile each, one compose file, one context, one lock."""
    folder.mkdir(parents=True)
    blocks = []
    for number in range(services):
        home = folder / "services" / f"service{number}"
        home.mkdir(parents=True)
        (home / "Dockerfile").write_text(SMALL, encoding="utf-8")
        (home / "app.py").write_text("", encoding="utf-8")
        blocks.append(
            f"  service{number}:\n    build:\n      context: .\n"
            f"      dockerfile: services/service{number}/Dockerfile\n"
        )
    compose = "services:\n" + "".join(blocks)
    (folder / "compose.yaml").write_text(compose, encoding="utf-8")
    (folder / ".dockerignore").write_text(IGNORE, encoding="utf-8")
    (folder / "pyproject.toml").write_text(manifest("mono"), encoding="utf-8")
    (folder / "uv.lock").write_text(lock("mono"), encoding="utf-8")
    path = folder / "services" / "service7" / "Dockerfile"
    return Edit(path, "dockerfile", SMALL, SMALL.replace("EXPOSE", "EXPOSED"))


def dockerfile(folder: Path, *, big: bool) -> Edit:
    """A project whose Dockerfile is edited."""
    project(folder, "app")
    text = big_dockerfile() if big else SMALL
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    wrong = "EXPOSED".join(text.rsplit("EXPOSE", 1))
    return Edit(folder / "Dockerfile", "dockerfile", text, wrong)


def compose(folder: Path, *, big: bool) -> Edit:
    """A project whose compose file is edited."""
    project(folder, "app")
    text = big_compose() if big else SMALL_COMPOSE
    (folder / "compose.yaml").write_text(text, encoding="utf-8")
    wrong = "imagee:".join(text.rsplit("image:", 1))
    return Edit(folder / "compose.yaml", "dockercompose", text, wrong)


def article(folder: Path) -> Edit:
    """A copy of the project of the article; its backend's Dockerfile is edited."""
    faulty = Path(__file__).parent.parent / "projects" / "article" / "faulty"
    shutil.copytree(faulty, folder, symlinks=True)
    path = folder / "deploy" / "backend" / "Dockerfile.dev"
    text = path.read_text(encoding="utf-8")
    return Edit(path, "dockerfile", text, text.replace("WORKDIR", "WORKDIRS", 1))


def tree(folder: Path, files: int) -> None:
    """A context: 100 files a folder, ten folders a folder; a fifth below names that are ignored."""
    made = 0
    todo = [folder]
    while made < files:
        here = todo.pop(0)
        here.mkdir(parents=True, exist_ok=True)
        for number in range(min(100, files - made)):
            (here / f"file{number}.txt").touch()
        made += 100
        names = ("__pycache__", ".cache", *(f"folder{number}" for number in range(8)))
        todo += [here / name for name in names]
