"""Our verdict on workspaces that are copied in part, against uv on the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from integration.uv_projects import require_uv, run_uv
from support.workspaces import Workspace

ROOT = """\
[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["lib"]

[tool.uv.sources]
lib = { workspace = true }

[tool.uv.workspace]
members = ["packages/*"]
"""
LIB = """\
[project]
name = "lib"
version = "0.1.0"
requires-python = ">=3.9"
"""
OTHER = LIB.replace('"lib"', '"other"')
FILES = {
    "pyproject.toml": ROOT,
    "packages/lib/pyproject.toml": LIB,
    "packages/other/pyproject.toml": OTHER,
}
RULES = ("workspace-manifests-missing", "frozen-hides-stale-lock", "uv-sync-not-locked")


@pytest.mark.parametrize(
    ("changed", "copied"),
    [
        ({}, ("pyproject.toml", "uv.lock")),
        ({}, ("pyproject.toml", "uv.lock", "packages/lib/pyproject.toml")),
        ({}, ("pyproject.toml", "uv.lock", "packages/other/pyproject.toml")),
        ({}, (*FILES, "uv.lock")),
        ({"packages/lib/pyproject.toml": LIB.replace("0.1.0", "0.2.0")}, (*FILES, "uv.lock")),
        ({"pyproject.toml": ROOT.replace("0.1.0", "0.2.0")}, (*FILES, "uv.lock")),
        (
            {"packages/other/pyproject.toml": OTHER + 'dependencies = ["lib"]\n'},
            (*FILES, "uv.lock"),
        ),
    ],
)
def test_locked_fails_where_we_say_so(
    tmp_path: Path, changed: dict[str, str], copied: tuple[str, ...]
) -> None:
    require_uv()
    source = tmp_path / "source"
    Workspace(FILES).write(source)
    assert run_uv(source, "lock", "--offline").returncode == 0
    files = {**FILES, **changed, "uv.lock": (source / "uv.lock").read_text()}
    image = tmp_path / "image"
    Workspace({path: files[path] for path in copied}).write(image)
    failed = run_uv(image, "sync", "--locked", "--offline", "--dry-run").returncode != 0
    assert _reported(files, copied) is failed


def _reported(files: dict[str, str], copied: tuple[str, ...]) -> bool:
    copies = "".join(f"COPY {path} {path}\n" for path in copied)
    dockerfile = f"FROM python:3.13-slim-trixie\nWORKDIR /app\n{copies}RUN uv sync --locked\n"
    host = Workspace({**files, "Dockerfile": dockerfile}).host()
    return any(finding.rule in RULES for finding in host.analyse().findings)
