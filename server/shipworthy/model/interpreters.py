"""Which interpreter an environment of an image points to, and where that lies.

Source: uv's documentation of Python versions (managed interpreters are preferred once they are
installed; they lie in `UV_PYTHON_INSTALL_DIR`, else in `~/.local/share/uv/python`).
"""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import UvInstall, uv_installs
from shipworthy.model.stage_python import effective_minor, image_python, may_download, other_python
from shipworthy.model.users import accounts, is_root, user_name
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple


class Interpreter(NamedTuple):
    """The Python that an environment's `bin/python` links to."""

    managed: bool
    """Whether uv downloaded it."""
    folder: str
    """`sys.prefix` of the system's Python, or the folder of uv's interpreters."""
    minor: tuple[int, int] | None
    at: Anchor
    """The command that brings it, or the base image."""
    run: Run | None
    """The RUN of a managed one."""


def interpreter(db: Database, made: Image, environment: Environment) -> Interpreter | None:
    """The interpreter of an environment; None when it is not known."""
    if environment.kind != "venv":
        return None
    first = environment.installs[0] if environment.installs else None
    if environment.manager == "uv" and first is not None:
        asked = _installed(made, environment, first.run)
        tool = first.command.tool
        if asked is not None and isinstance(tool, UvCommand) and tool.managed_python is not False:
            run, command = asked
            return _managed(made, run, command, None)
        downloaded = _downloaded(db, made, first.run)
        if downloaded is not None:
            return downloaded
    return _of_base(db, made, environment, first.run if first is not None else None)


def _of_base(
    db: Database, made: Image, environment: Environment, run: Run | None
) -> Interpreter | None:
    base = made.base(environment.made_in)
    if base.image is None or not base.image.has_python or base.image.python_prefix is None:
        return None
    if run is not None and other_python(db, made, run):
        return None
    python = image_python(made, environment.made_in)
    minor = (python.major, python.minor) if python is not None else None
    return Interpreter(False, base.image.python_prefix, minor, base.at, None)


def _installed(made: Image, environment: Environment, until: Run) -> tuple[Run, Executed] | None:
    """The `uv python install` before an environment is filled."""
    for stage in made.chain(environment.made_in):
        for run in stage.runs():
            if run.stage == until.stage and run.ordinal > until.ordinal:
                break
            for command in run.commands:
                tool = command.tool
                if isinstance(tool, UvCommand) and tool.command == ("python", "install"):
                    return (run, command) if not command.conditional else None
    return None


def _downloaded(db: Database, made: Image, run: Run) -> Interpreter | None:
    """The interpreter that the first sync fetches, because the image has none that fits."""
    known: tuple[UvInstall, ...] = uv_installs(db, run.unit.id)
    for install in known:
        if (install.run.stage, install.run.ordinal) != (run.stage, run.ordinal):
            continue
        base = made.base(run.stage).image
        if not install.certain or may_download(install) is not True or base is None:
            return None
        minor = effective_minor(db, install)
        own = image_python(made, run.stage)
        fits = own is None or minor is None or (own.major, own.minor) == minor
        if (base.has_python is not False and fits) or other_python(db, made, run):
            return None
        return _managed(made, run, install.command, minor)
    return None


def _managed(
    made: Image, run: Run, command: Executed, minor: tuple[int, int] | None
) -> Interpreter | None:
    folder: str | None
    if command.env.sets("UV_PYTHON_INSTALL_DIR"):
        folder = command.env["UV_PYTHON_INSTALL_DIR"]
    elif command.env.sets("XDG_DATA_HOME"):
        folder = None
    else:
        home = _home(made, run, command)
        folder = f"{home}/.local/share/uv/python" if home is not None else None
    if folder is None:
        return None
    at = command.at if command.script is None else run.at
    return Interpreter(True, folder.rstrip("/"), minor, at, run)


def _home(made: Image, run: Run, command: Executed) -> str | None:
    if command.env.sets("HOME"):
        return command.env["HOME"]
    user = command.user
    if user is None and run.state.user_at is None:
        user = ""  # images whose user is not known run as root, nearly all of them
    if user is None:
        return None
    if is_root(user):
        return "/root"
    names = (user_name(user),)
    found = [item for item in accounts(made, run.stage) if item.name in names or item.uid in names]
    return found[0].home if found else None
