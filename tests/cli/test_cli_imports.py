"""What a short run imports: start-up is most of it, so a module more is a defect."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MANIFEST = """[project]
name = "app"
version = "1"
requires-python = ">=3.12"
dependencies = ["six>=1"]
"""
LOCK = """version = 1
revision = 3
requires-python = ">=3.12"

[[package]]
name = "app"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "colorama", marker = "sys_platform == 'win32'" },
]

[package.metadata]
requires-dist = [{ name = "six", specifier = ">=1" }]
"""
FILES = {
    "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked\n",
    ".dockerignore": ".venv\n",
    ".gitignore": ".venv/\n*.py[cod]\n!keep\n",
    "compose.yaml": "services:\n  app:\n    build: .\n    volumes: [.:/app]\n",
    "pyproject.toml": MANIFEST,
    "uv.lock": LOCK,
}
NEVER = (
    "asyncio", "attr", "cattrs", "concurrent", "dataclasses", "inspect", "logging", "lsprotocol",
    "multiprocessing", "packaging", "pathspec", "pygls", "socket", "subprocess", "threading",
    "tomllib._writer", "typing_extensions", "urllib", "uuid", "xml",
)  # fmt: skip
PROGRAM = """
import io, json, sys
from shipworthy.cli.main import main
out, sys.stdout = sys.stdout, io.StringIO()
main(["check", sys.argv[1]])
json.dump(sorted(sys.modules), out)
"""


def _imported(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, check=True, text=True
    )
    modules: list[str] = json.loads(done.stdout)
    return modules


def test_a_plain_project_needs_few_modules(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    modules = _imported(tmp_path)
    assert [name for name in modules if name.split(".")[0] in NEVER] == []


def test_an_empty_folder_loads_no_rule(tmp_path: Path) -> None:
    modules = _imported(tmp_path)
    assert not any(name.startswith("ruamel") for name in modules)
    rules = [name for name in modules if name.startswith("shipworthy.rules.")]
    assert rules == ["shipworthy.rules.index", "shipworthy.rules.rule"]
