"""What the client is asked to tell about: files on the disk and its settings."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from shipworthy.lsp.capabilities import Client
from shipworthy.lsp.settings import SECTION


def _around(name: str) -> tuple[str, ...]:
    """Patterns of the names that contain one.

    By the protocol a `*` takes one character or more, and `[]` ranges only (LSP 3.17, Pattern);
    VS Code is more generous, Neovim is not.
    """
    return (f"**/{name}", f"**/{name}*", f"**/*{name}", f"**/*{name}*")


FORMATTED = (
    *_around("{D,d}ockerfile"),
    *_around("{C,c}ontainerfile"),
    "**/*.{yml,yaml}",
    "**/.dockerignore",
    "**/.containerignore",
    "**/*.{dockerignore,containerignore}",
)
"""The files that are formatted; the handlers look closer."""
GLOBS = (
    *FORMATTED,
    "**/{pyproject,uv,shipworthy,Pipfile,poetry,pdm}.{toml,lock}",
    "**/Pipfile",
    "**/{setup.py,setup.cfg,package.json,package-lock.json,pnpm-lock.yaml,yarn.lock}",
    "**/requirements.{txt,in}",
    "**/requirements*.{txt,in}",
    "**/*requirements.{txt,in}",
    "**/*requirements*.{txt,in}",
    "**/.env",
    "**/.env*",
    "**/*.env",
    "**/.gitignore",
    "**/.python-version",
    "**/pyvenv.cfg",
    "**/{devcontainer,docker-bake}.{json,hcl}",
    "**/{Makefile,justfile}",
    "**/*.mk",
)
"""Files that the model reads; environments are known by their `pyvenv.cfg`."""


def registrations(client: Client) -> list[dict[str, Any]]:
    """What to register with the client."""
    found: list[dict[str, Any]] = []
    if client.watch:
        watchers = [{"globPattern": pattern} for pattern in GLOBS]
        found.append(
            {
                "id": "shipworthy-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            }
        )
    if client.watch_settings:
        found.append(
            {
                "id": "shipworthy-settings",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": {"section": SECTION},
            }
        )
    return found


def watch_process(process_id: int, gone: Callable[[], None], seconds: float = 0.5) -> None:
    """Call `gone` when the process ends; a process that cannot be seen is not watched.

    The client may live in another container, where its number means nothing here.
    """
    if not _is_alive(process_id):
        return

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            if not _is_alive(process_id):
                gone()
                return

    threading.Thread(target=watch, name="client-watch", daemon=True).start()


def _is_alive(process_id: int) -> bool:
    if process_id <= 0:
        return False
    if os.name == "nt":
        # There os.kill would end the process; the end of stdin has to do.
        return False
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return isinstance(process_id, int) and process_id < 1 << 31
    return True
