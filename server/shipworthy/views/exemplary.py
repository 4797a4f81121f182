"""The exemplary layout for a project: ignore file, Dockerfile and compose file that check clean.

uv installs what the lock says, dependencies in a layer of their own; the environment lies outside
of the source, where no mount hides it; the image runs as a user without rights.
"""

from __future__ import annotations

from packaging.specifiers import SpecifierSet

from shipworthy.db.database import Database
from shipworthy.model.projects import pyproject
from shipworthy.model.python.markers import specifiers
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.rules.ignoring_fixes import CACHE_PATTERNS
from shipworthy.text.records import NamedTuple
from shipworthy.views.python_choice import PREFERRED, project_python

UV_VERSIONS = ("0.9.9", "0.8.24", "0.7.22", "0.6.17", "0.5.31")
"""Releases to pin, the first that `tool.uv.required-version` allows."""
DEBIAN = "bookworm"
ENVIRONMENT = "/opt/venv"
_ALWAYS_IGNORED = (
    "**/.venv", "**/.git", "**/.env", "**/.env.*", *CACHE_PATTERNS, "**/*.egg-info", "**/.DS_Store",
)  # fmt: skip
_STARTERS = ("manage.py", "main.py", "app.py", "server.py")
_MANAGE = ("python", "manage.py", "runserver", "0.0.0.0:8000")


class Layout(NamedTuple):
    """The three texts, and what is to be run before the first build."""

    dockerfile: str
    ignore: str
    compose: str
    afterwards: tuple[str, ...]

    def files(self) -> tuple[tuple[str, str], ...]:
        """Name and text of each file, the ignore file first."""
        return (
            (".dockerignore", self.ignore),
            ("Dockerfile", self.dockerfile),
            ("compose.yaml", self.compose),
        )


class _Project(NamedTuple):
    facts: ProjectFacts
    python: str
    uv: str
    command: tuple[str, ...]
    groups: str
    """The flag that leaves development groups out, with a blank before it; "" for none."""


def layout(db: Database, folder: str) -> Layout | None:
    """The layout for the pyproject.toml of a folder; None when there is none that uv can sync."""
    facts = pyproject(db, f"{folder}/pyproject.toml")
    if not isinstance(facts, ProjectFacts):
        return None
    if not facts.has_project and not facts.uv.is_workspace_root:
        return None
    project = _Project(
        facts,
        project_python(db, folder) or PREFERRED[0],
        _uv_version(facts),
        _command(db, folder, facts),
        _groups(facts),
    )
    has_lock = db.stat(f"{folder}/uv.lock") is not None
    afterwards = (*(() if has_lock else ("uv lock",)), "docker compose up --build --watch")
    return Layout(_dockerfile(project), _ignore(db, folder), _compose(project), afterwards)


def dockerfile_text(db: Database, folder: str) -> str | None:
    """The Dockerfile alone."""
    found = layout(db, folder)
    return found.dockerfile if found is not None else None


def ignore_text(db: Database, folder: str) -> str:
    """The ignore file for a context."""
    return _ignore(db, folder)


def _uv_version(facts: ProjectFacts) -> str:
    required = facts.uv.required_version
    allowed = specifiers(required) if required else SpecifierSet()
    if allowed is None and required:
        allowed = specifiers(f"=={required}")
    for version in UV_VERSIONS:
        if allowed is None or allowed.contains(version):
            return version
    pinned = [item.version for item in allowed or () if item.operator in ("==", "~=", ">=")]
    return pinned[0].removesuffix(".*") if pinned else UV_VERSIONS[0]


def _groups(facts: ProjectFacts) -> str:
    chosen = facts.default_groups
    if not chosen:
        return ""
    return " --no-dev" if set(chosen) == {"dev"} else " --no-default-groups"


def _command(db: Database, folder: str, facts: ProjectFacts) -> tuple[str, ...]:
    """What the container starts: the project's script, its usual file, or its package."""
    if facts.packaged and facts.scripts:
        return (facts.scripts[0],)
    for name in _STARTERS:
        if db.stat(f"{folder}/{name}") is not None and not facts.packaged:
            return _MANAGE if name == "manage.py" else ("python", name)
    module = (facts.name or "app").replace("-", "_")
    return ("python", "-m", module)


def _dockerfile(project: _Project) -> str:
    image = f"python:{project.python}-slim-{DEBIAN}"
    workspace = project.facts.uv.is_workspace_root
    first = (
        "--frozen --all-packages --no-install-workspace"
        if workspace
        else "--locked --no-install-project"
    )
    editable = " --no-editable" if project.facts.packaged or workspace else ""
    members = " --all-packages" if workspace else ""
    lines = [
        "# syntax=docker/dockerfile:1",
        f"FROM {image} AS build",
        f"COPY --from=ghcr.io/astral-sh/uv:{project.uv} /uv /bin/",
        "ENV UV_COMPILE_BYTECODE=1 \\",
        "    UV_LINK_MODE=copy \\",
        "    UV_PYTHON_DOWNLOADS=never \\",
        f"    UV_PROJECT_ENVIRONMENT={ENVIRONMENT}",
        "WORKDIR /app",
        "# The dependencies alone: this layer is made again only when the lock changes.",
        "RUN --mount=type=cache,target=/root/.cache/uv \\",
        "    --mount=type=bind,source=uv.lock,target=uv.lock \\",
        "    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\",
        f"    uv sync {first}{project.groups}",
        "COPY . .",
        "RUN --mount=type=cache,target=/root/.cache/uv \\",
        f"    uv sync --locked{project.groups}{members}{editable}",
        "",
        f"FROM {image}",
        "RUN useradd --create-home --uid 10001 app",
        f"COPY --from=build {ENVIRONMENT} {ENVIRONMENT}",
        *(() if editable else ("COPY --from=build /app /app",)),
        f'ENV PATH="{ENVIRONMENT}/bin:$PATH" \\',
        "    PYTHONUNBUFFERED=1",
        "WORKDIR /app",
        "USER app",
        f"CMD [{', '.join(_quoted(word) for word in project.command)}]",
    ]
    return "".join(f"{line}\n" for line in lines)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ignore(db: Database, folder: str) -> str:
    patterns = list(_ALWAYS_IGNORED)
    if db.stat(f"{folder}/package.json") is not None:
        patterns.append("**/node_modules")
    return "".join(f"{pattern}\n" for pattern in patterns)


def _compose(project: _Project) -> str:
    packaged = project.facts.packaged or project.facts.uv.is_workspace_root
    lines = ["services:", "  app:", "    build:", "      context: .", "    init: true"]
    if "0.0.0.0:8000" in project.command:
        lines += ["    ports:", '      - "8000:8000"']
    lines += ["    develop:", "      watch:"]
    if packaged:
        # The project is installed into the environment: a changed source needs a new image.
        lines += ["        - action: rebuild", "          path: .", *_unwatched()]
    else:
        lines += [
            "        - action: sync+restart",
            "          path: .",
            "          target: /app",
            *_unwatched(),
            "        - action: rebuild",
            "          path: pyproject.toml",
            "        - action: rebuild",
            "          path: uv.lock",
        ]
    return "".join(f"{line}\n" for line in lines)


def _unwatched() -> tuple[str, ...]:
    return ("          ignore:", "            - .venv/")
