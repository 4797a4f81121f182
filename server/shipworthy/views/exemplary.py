"""The exemplary layout for a project: ignore file, Dockerfile and compose file that check clean.

uv installs what the lock says, dependencies in a layer of their own; the environment lies outside
of the source, where no mount hides it; the image runs as a user without rights. A member of a
workspace is built from the workspace's root, with an ignore file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import relpath

from shipworthy.db.database import Database
from shipworthy.findings.message import Message
from shipworthy.rules.ignoring_fixes import CACHE_PATTERNS
from shipworthy.text.records import NamedTuple
from shipworthy.views.exemplary_plan import Plan, plan

ENVIRONMENT = "/opt/venv"
UNLOCKED = frozenset({"copy-source-not-in-context", "lockfile-missing-or-optional"})
"""Rules that report a layout until `uv lock` was run."""
_ALWAYS_IGNORED = (
    "**/.venv", "**/.git", "**/.env", "**/.env.*", *CACHE_PATTERNS, "**/*.egg-info", "**/.DS_Store",
)  # fmt: skip
_CACHE = "RUN --mount=type=cache,target=/root/.cache/uv \\"


class Layout(NamedTuple):
    """The three texts by file name, where a lock is missing, and a doubt."""

    files: tuple[tuple[str, str], ...]
    """The ignore file first; names are relative to the project."""
    dockerfile: str
    unlocked: str | None
    """The folder (absolute) where `uv lock` is to be run first; None where there is a lock."""
    guessed: str | None
    """What the container starts where that is a guess, as it is written in CMD."""


def layout(db: Database, folder: str) -> Layout | Message:
    """The layout for the pyproject.toml of a folder, or why there is none."""
    found = plan(db, folder)
    if isinstance(found, Message):
        return found
    dockerfile = _dockerfile(found)
    ignore = "Dockerfile.dockerignore" if found.member else ".dockerignore"
    files = (
        (ignore, ignore_text(db, found.context)),
        ("Dockerfile", dockerfile),
        ("compose.yaml", _compose(found)),
    )
    unlocked = None if found.has_lock else found.context
    guessed = _json(found.start.words) if found.start.guessed else None
    return Layout(files, dockerfile, unlocked, guessed)


def ignore_text(db: Database, folder: str) -> str:
    """The ignore file for a context."""
    patterns = list(_ALWAYS_IGNORED)
    if db.stat(f"{folder}/package.json") is not None:
        patterns.append("**/node_modules")
    return "".join(f"{pattern}\n" for pattern in patterns)


def _dockerfile(found: Plan) -> str:
    lines = (*_build_stage(found), "", *_final_stage(found))
    return "".join(f"{line}\n" for line in lines)


def _build_stage(found: Plan) -> Iterator[str]:
    package = f" --package {found.facts.name}" if found.member else ""
    yield "# syntax=docker/dockerfile:1"
    yield f"FROM {_image(found)} AS build"
    tools = ("build-essential", *found.headers) if found.compiler else ()
    yield from _apt((*tools, *(("git",) if found.git else ())))
    yield f"COPY --from=ghcr.io/astral-sh/uv:{found.uv} /uv /bin/"
    yield "ENV UV_COMPILE_BYTECODE=1 \\"
    yield "    UV_LINK_MODE=copy \\"
    yield "    UV_PYTHON_DOWNLOADS=never \\"
    yield f"    UV_PROJECT_ENVIRONMENT={ENVIRONMENT}"
    yield "WORKDIR /app"
    yield "# The dependencies alone: this layer is made again only when the lock changes."
    yield _CACHE
    yield "    --mount=type=bind,source=uv.lock,target=uv.lock \\"
    yield "    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\"
    yield f"    uv sync {_first(found)}{package}{found.groups}"
    yield "COPY . ."
    if found.version_variable is not None:
        yield "# The version that the project would take from git, which is not in the context."
        yield "ARG VERSION=0.0.0"
        yield f"ENV {found.version_variable}=$VERSION"
    editable = "" if found.start.from_source else " --no-editable"
    yield _CACHE
    yield f"    uv sync --locked{package}{found.groups}{editable}"


def _first(found: Plan) -> str:
    """What the first sync leaves out: what is not there yet, which only a frozen lock allows."""
    left_out = "".join(f" --no-install-package {name}" for name in found.missing)
    if found.facts.uv.is_workspace_root or found.member:
        return f"--frozen --no-install-workspace{left_out}"
    return f"{'--frozen' if left_out else '--locked'} --no-install-project{left_out}"


def _final_stage(found: Plan) -> Iterator[str]:
    yield f"FROM {_image(found)}"
    yield from _apt(found.libraries)
    yield "RUN useradd --create-home --uid 10001 app"
    yield f"COPY --from=build {ENVIRONMENT} {ENVIRONMENT}"
    if found.start.from_source:
        # `docker compose watch` writes the changed files as this user.
        yield "COPY --from=build --chown=app:app /app /app"
    yield f'ENV PATH="{ENVIRONMENT}/bin:$PATH" \\'
    yield "    PYTHONUNBUFFERED=1"
    yield f"WORKDIR {_folder(found)}"
    yield "USER app"
    if found.start.guessed:
        yield "# A guess: nothing in the project says what to start."
    yield f"CMD {_json(found.start.words)}"


def _image(found: Plan) -> str:
    return f"python:{found.python}-slim-{found.debian}"


def _folder(found: Plan) -> str:
    """Where the project lies in the image."""
    return f"/app/{found.member}" if found.member and found.start.from_source else "/app"


def _apt(packages: tuple[str, ...]) -> Iterator[str]:
    if packages:
        yield "RUN apt-get update && apt-get install -y --no-install-recommends \\"
        yield f"    {' '.join(packages)} \\"
        yield "    && rm -rf /var/lib/apt/lists/*"


def _json(words: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(word) for word in words)}]"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _compose(found: Plan) -> str:
    context = relpath(found.context, found.folder)
    lines = ["services:", "  app:", "    build:", f"      context: {context}"]
    if found.member:
        lines.append(f"      dockerfile: {found.member}/Dockerfile")
    lines.append("    init: true")
    if found.start.port is not None:
        lines += ["    ports:", f'      - "{found.start.port}:{found.start.port}"']
    lines += ["    develop:", "      watch:", *_watch(found, context)]
    return "".join(f"{line}\n" for line in lines)


def _watch(found: Plan, context: str) -> Iterator[str]:
    if found.start.from_source:
        yield from _watched("sync+restart", context, "/app")
        yield from _watched("rebuild", f"{context}/pyproject.toml".removeprefix("./"))
        yield from _watched("rebuild", f"{context}/uv.lock".removeprefix("./"))
    else:
        # The project is installed into the environment: a changed source needs a new image.
        yield from _watched("rebuild", context)


def _watched(action: str, path: str, target: str | None = None) -> Iterator[str]:
    yield f"        - action: {action}"
    yield f"          path: {path}"
    if target is not None:
        yield f"          target: {target}"
    if not path.endswith((".toml", ".lock")):
        yield "          ignore:"
        yield "            - .venv/"
