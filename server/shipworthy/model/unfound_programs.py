"""Programs of an environment that a container's start cannot find: PATH leads elsewhere."""

from __future__ import annotations

import re

from shipworthy.db.database import Database
from shipworthy.model.commands import ManagerCommand, PipCommand, UvCommand
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.states import UNKNOWN_PIECE, path_entries
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import run_environments, started
from shipworthy.text.records import NamedTuple

BUILD_TOOLS = frozenset(
    {"uv", "pip", "poetry", "pdm", "pipenv", "setuptools", "wheel", "virtualenv", "hatch"}
)
"""Packages that put others in place: a prefix that holds only these is no environment."""

_PYTHON = frozenset({"python", "python3"})
_SCRIPTS = frozenset(
    {
        "gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "celery", "flask", "fastapi",
        "alembic", "pytest", "django-admin", "streamlit", "jupyter", "jupyter-lab", "gradio",
        "dramatiq", "huey_consumer", "rq", "arq", "airflow", "dagster", "mkdocs", "scrapy",
        "litestar", "sanic", "waitress-serve", "uwsgi", "ruff", "mypy", "tox", "nox",
    }
)  # fmt: skip
"""Console scripts that web services and workers are commonly started with."""


class Unfound(NamedTuple):
    """A start that needs an environment and does not reach it."""

    command: Executed
    environment: Environment
    system: bool
    """Whether a Python of the system is found instead (else nothing is found)."""


def unfound_program(db: Database, run: RunUnit) -> Unfound | None:
    """The first program of a start that lies in an environment off PATH; None when in doubt."""
    if run.stage is None or run.unit is None or run.env_open or not run.complete:
        return None
    seen = run_environments(db, run)
    if any(item.environment.kind == "system" and _filled(item.environment) for item in seen):
        return None
    venvs = [item for item in seen if item.environment.kind == "venv"]
    if len(venvs) != 1 or venvs[0].covering in ("bind", "tmpfs"):
        return None
    environment = venvs[0].environment
    if not environment.installs or venvs[0].use != "none":
        return None
    for command in started(run):
        first = command.words[0] if command.words else None
        if first is None or command.conditional:
            return None
        if _reaches(command, environment) or isinstance(command.tool, UvCommand | ManagerCommand):
            return None
        if "/" in first or command.env.sets("PYTHONPATH"):
            return None
        if first in _PYTHON:
            return Unfound(command, environment, True)
        if first in _SCRIPTS or first in _own_scripts(db, environment):
            return Unfound(command, environment, False)
    return None


def _filled(environment: Environment) -> bool:
    """Whether more than the build tools is installed there."""
    for install in environment.installs:
        tool = install.command.tool
        if not isinstance(tool, PipCommand) or not tool.known:
            return True
        if tool.requirements or tool.editables:
            return True
        if any(wanted.name not in BUILD_TOOLS for wanted in tool.packages):
            return True
    return False


def _reaches(command: Executed, environment: Environment) -> bool:
    entries = [re.sub("/+", "/", entry) for entry in path_entries(command.env.get("PATH"))]
    return environment.bin in entries or UNKNOWN_PIECE in "".join(entries)


def _own_scripts(db: Database, environment: Environment) -> tuple[str, ...]:
    project = environment.project
    if project is None or project.manifest is None:
        return ()
    facts = pyproject(db, project.manifest.host)
    return facts.scripts if isinstance(facts, ProjectFacts) else ()
