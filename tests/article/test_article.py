"""The article's project: every misconception of its chapter 5, every layer of its conclusion.

Each case lays changes over the recommended layout, expects the named findings, applies the fixes,
and expects nothing at warning or above.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from shipworthy.engine.fixing import fix_to_fixed_point
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Safety, Severity

ARTICLE = Path(__file__).parents[1] / "projects" / "article"
DOCKERFILE = "deploy/backend/Dockerfile.dev"
COMPOSE = "deploy/docker-compose.dev.yml"


class Case(NamedTuple):
    """What differs from the recommended layout, what is found, and how far the fixes go."""

    changes: dict[str, tuple[str, str] | str | None]
    """By path: (old text, new text), a whole text, or None to delete."""
    found: dict[str, str]
    """By rule: the file and 1-based line of the finding."""
    safety: Safety = Safety.SAFE


FRONTEND = """\
  frontend:
    build:
      context: ../frontend
      dockerfile: ../deploy/frontend.Dockerfile
    volumes:
      - ../frontend:/app
"""
FRONTEND_DOCKERFILE = """\
FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
CMD ["npm", "run", "dev"]
"""
PACKAGE_LOCK = (
    '{"name": "frontend", "version": "0.1.0", "lockfileVersion": 3, "packages": {"":'
    ' {"name": "frontend", "version": "0.1.0", "devDependencies": {"vite": "6.0.3"}}}}\n'
)

CASES = {
    "misconception 1: an anonymous volume is enough": Case(
        {".dockerignore": ("backend/.venv\n", "")},
        {"copy-includes-host-venv": f"{DOCKERFILE}:16"},
    ),
    "misconception 2: uv sync overwrites what was copied": Case(
        {
            ".dockerignore": ("backend/.venv\n", ""),
            DOCKERFILE: (
                "RUN uv sync --frozen\n\nCOPY backend/ .\n",
                "COPY backend/ .\nRUN uv sync --frozen\n",
            ),
        },
        {"copy-includes-host-venv": f"{DOCKERFILE}:14"},
    ),
    "misconception 3: sharing the host's environment is faster": Case(
        {COMPOSE: ("      - /app/.venv\n", "      - ../backend/.venv:/app/.venv\n")},
        {"host-venv-mounted": f"{COMPOSE}:9"},
        Safety.UNSAFE,
    ),
    "misconception 4: it works with Node": Case(
        {
            COMPOSE: ("services:\n", f"services:\n{FRONTEND}"),
            "deploy/frontend.Dockerfile": FRONTEND_DOCKERFILE,
            "frontend/package-lock.json": PACKAGE_LOCK,
        },
        {
            "copy-includes-host-node-modules": "deploy/frontend.Dockerfile:5",
            "bind-mount-hides-node-modules": f"{COMPOSE}:7",
        },
        Safety.UNSAFE,
    ),
    "misconception 5: no ignore file is needed": Case(
        {".dockerignore": None},
        {"copy-includes-host-venv": f"{DOCKERFILE}:16"},
    ),
    "build: the ignore file lies beside the Dockerfile": Case(
        {".dockerignore": None, "deploy/backend/.dockerignore": "**/.venv\n"},
        {
            "copy-includes-host-venv": f"{DOCKERFILE}:16",
            "dockerignore-not-effective": "deploy/backend/.dockerignore:1",
        },
        Safety.UNSAFE,
    ),
    "build: the pattern of another context": Case(
        {".dockerignore": ("backend/.venv\n", ".venv\n")},
        {
            "copy-includes-host-venv": f"{DOCKERFILE}:16",
            "dockerignore-venv-not-nested": ".dockerignore:1",
        },
    ),
    "run: the mount hides the environment": Case(
        {COMPOSE: ("      - /app/.venv\n", "")},
        {"bind-mount-hides-venv": f"{COMPOSE}:7"},
        Safety.UNSAFE,
    ),
    "run: the volume keeps old packages": Case(
        {DOCKERFILE: ('["uv", "run", "python",', '["/app/.venv/bin/python",')},
        {"venv-volume-goes-stale": f"{COMPOSE}:9"},
        Safety.UNSAFE,
    ),
}


def project(tmp_path: Path, changes: dict[str, tuple[str, str] | str | None]) -> Path:
    """A copy of the recommended layout with the changes laid over it."""
    root = tmp_path / "shop"
    shutil.copytree(ARTICLE / "recommended", root, symlinks=True)
    (root / ".git").mkdir()
    for name, change in changes.items():
        path = root / name
        if change is None:
            path.unlink()
        elif isinstance(change, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(change)
        else:
            text = path.read_text()
            assert change[0] in text, f"{name} has changed"
            path.write_text(text.replace(*change))
    return root


def serious(host: Host) -> dict[str, str]:
    """The findings at warning and above: rule to `file:line`."""
    analysis = host.analyse()
    found = {}
    for finding in analysis.findings:
        if finding.severity >= Severity.WARNING:
            place = analysis.locate(finding.at)
            line = analysis.line_column(place.path, place.span.start).line + 1
            found[finding.rule] = f"{analysis.relative(place.path)}:{line}"
    return found


@pytest.mark.parametrize("name", CASES)
def test_diagnosed_and_fixed(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    root = project(tmp_path, case.changes)
    host = Host((str(root),))
    found = serious(host)
    assert {rule: found.get(rule) for rule in case.found} == case.found
    outcome = fix_to_fixed_point(host, case.safety)
    for path, (_, new) in outcome.files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(new)
    assert serious(Host((str(root),))) == {}


def test_the_recommended_layout_has_infos_and_hints_only(tmp_path: Path) -> None:
    assert serious(Host((str(project(tmp_path, {})),))) == {}


def test_the_host_environments_are_tracked() -> None:
    for variant in ("recommended", "faulty"):
        assert (ARTICLE / variant / "backend" / ".venv" / "pyvenv.cfg").is_file()
        assert (ARTICLE / variant / "backend" / ".venv" / "bin" / "python").is_symlink()
        assert (ARTICLE / variant / "frontend" / "node_modules" / "vite").is_dir()


def test_reproduction_a_dependency_without_a_lock_is_an_error_until_it_is_locked(
    tmp_path: Path,
) -> None:
    root = project(tmp_path, {})
    manifest = root / "backend" / "pyproject.toml"
    before = manifest.read_text()
    host = Host((str(root),))
    host.open(str(manifest), before.replace('"django>=5.1",', '"django>=5.1",\n    "packaging",'))
    assert serious(host) == {"frozen-hides-stale-lock": f"{DOCKERFILE}:14"}
    (finding,) = [
        finding for finding in host.analyse().findings if finding.rule == "frozen-hides-stale-lock"
    ]
    assert finding.fixes[0].safety == Safety.MANUAL, "only uv can lock"
    host.close(str(manifest))
    assert serious(host) == {}


def test_unsafe_fixes_bring_the_recommended_layout_to_its_exemplary_shape(tmp_path: Path) -> None:
    root = project(tmp_path, {})
    outcome = fix_to_fixed_point(Host((str(root),)), Safety.UNSAFE)
    for path, (_, new) in outcome.files.items():
        Path(path).write_text(new)
    dockerfile = (root / DOCKERFILE).read_text()
    assert "uv sync --locked" in dockerfile
    assert "UV_PROJECT_ENVIRONMENT=/opt/venv" in dockerfile
    assert 'CMD ["python", "manage.py"' in dockerfile
    assert "uv.lock*" not in dockerfile
    assert "/app/.venv" not in (root / COMPOSE).read_text()
    rules = {finding.rule for finding in Host((str(root),)).analyse().findings}
    assert rules == {"uv-image-unpinned"}, "the folder holds no evidence for a version of uv"
