"""Which package brings the program that a container starts, and whether it was installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shipworthy.db.database import Database
from shipworthy.model.commands import PythonCommand, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Image
from shipworthy.model.installed import UvInstall, machines, selected, uv_installs
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import run_environments, started
from shipworthy.model.stage_python import effective_minor
from shipworthy.text.records import NamedTuple

PROGRAMS: Final = {
    "gunicorn": "gunicorn", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "daphne": "daphne",
    "granian": "granian", "waitress-serve": "waitress", "uwsgi": "uwsgi", "celery": "celery",
    "dramatiq": "dramatiq", "arq": "arq", "rq": "rq", "taskiq": "taskiq", "flask": "flask",
    "alembic": "alembic", "streamlit": "streamlit", "chainlit": "chainlit", "pytest": "pytest",
    "litestar": "litestar", "sanic": "sanic", "dagster": "dagster", "prefect": "prefect",
    "airflow": "apache-airflow", "mkdocs": "mkdocs", "scrapy": "scrapy", "locust": "locust",
    "django-admin": "django", "watchfiles": "watchfiles", "debugpy": "debugpy",
    "supervisord": "supervisor", "ddtrace-run": "ddtrace", "newrelic-admin": "newrelic",
    "opentelemetry-instrument": "opentelemetry-distro",
}  # fmt: skip
"""Console scripts that servers are started by, with the packages that bring them."""


class MissingPackage(NamedTuple):
    """A started program whose package the environment lacks."""

    command: Executed
    program: str
    package: str
    environment: Environment
    install: UvInstall
    """The last command that filled the environment."""
    extra: str | None
    group: str | None
    """The extra or group of the project that has the package."""


def missing_program(db: Database, run: RunUnit) -> MissingPackage | None:
    """The first started program whose package was not installed; None where that is not known."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.unit is None or run.stage is None or run.stage.start.open:
        return None
    for seen in run_environments(db, run):
        environment = seen.environment
        if environment.kind != "venv" or environment.manager != "uv" or seen.covering != "none":
            continue
        installs = _installs(db, run.unit.id, environment)
        if seen.use not in ("path", "PATH", "uv-run") or not installs:
            continue
        for command in started(run):
            program = _program(command, environment)
            package = PROGRAMS.get(program or "")
            if program is None or package is None or _elsewhere(made, package):
                continue
            if not _has(db, made, installs, command, package):
                extra, group = _declared(installs[-1], package)
                return MissingPackage(
                    command, program, package, environment, installs[-1], extra, group
                )
    return None


def _installs(db: Database, unit_id: str, environment: Environment) -> tuple[UvInstall, ...]:
    """The uv commands that filled it; empty when something else did too."""
    by_place = {item.command.at: item for item in uv_installs(db, unit_id)}
    found = [by_place.get(item.command.at) for item in environment.installs]
    known = tuple(item for item in found if item is not None)
    return known if len(known) == len(found) else ()


def _program(command: Executed, environment: Environment) -> str | None:
    """The program that is looked for in the environment."""
    tool = command.tool
    if command.conditional:
        return None
    if isinstance(tool, UvCommand):
        run = tool.run
        if tool.command != ("run",) or run is None or not tool.known:
            return None
        if run.with_packages or run.with_requirements or run.with_editable or run.no_project:
            return None
        return run.words[0] if run.words else None
    if isinstance(tool, PythonCommand):
        return tool.module
    first = command.words[0] if command.words else None
    if first is None or ("/" in first and not first.startswith(environment.bin + "/")):
        return None
    return first.rpartition("/")[2]


def _elsewhere(made: Image, package: str) -> bool:
    """Whether any other command of the build mentions the package."""
    return any(
        package in (word or "").lower()
        for stage in made.judged_stages()
        for run in stage.runs()
        for command in run.commands
        for word in command.words
    )


def _has(
    db: Database,
    made: Image,
    installs: tuple[UvInstall, ...],
    command: Executed,
    package: str,
) -> bool:
    """Whether the package may be there: what is not known counts as there."""
    last_exact = max(
        (i for i, item in enumerate(installs) if not item.tool.scope.inexact), default=0
    )
    effective = list(installs[last_exact:])
    tool = command.tool
    if isinstance(tool, UvCommand) and not tool.no_sync:
        effective.append(installs[-1]._replace(tool=tool, command=command, certain=tool.known))
    for item in effective:
        minor = effective_minor(db, item)
        names = set(_names(made, item, minor))
        if minor is None or not names or package in names:
            return True
    return False


def _names(made: Image, install: UvInstall, minor: tuple[int, int] | None) -> Iterator[str]:
    if minor is None:
        return
    for machine in machines(made, install.run.stage):
        chosen = selected(install, f"{minor[0]}.{minor[1]}", machine)
        yield from (item.name for item in chosen or ())
        if chosen is not None:
            yield install.facts.name or ""


def _declared(install: UvInstall, package: str) -> tuple[str | None, str | None]:
    facts = install.facts
    for extra, items in facts.optional_dependencies.items():
        if any(item.name == package for item in items):
            return extra, None
    for group, items in facts.dependency_groups.items():
        if any(item.name == package for item in items):
            return None, group
    return None, None
