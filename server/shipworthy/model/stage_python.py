"""Which Python a uv command of a build takes: the image's own, or another that it downloads.

Source: uv's documentation of Python versions (discovery, `.python-version`, downloads), and
experiments: `UV_PYTHON` and `--python` decide before the file, the file before `requires-python`.
"""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.base_image import PythonVersion
from shipworthy.model.commands import SystemPackages, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.environments import Look, UvProject
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.model.installed import UvInstall, installs_in
from shipworthy.model.python.markers import within
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.python_ranges import (
    PythonRequest,
    parse_python_request,
    parse_python_version,
)
from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_OTHER_SOURCES = frozenset({"pyenv", "conda", "mamba", "micromamba", "mise", "asdf"})


class PythonFile(NamedTuple):
    """A `.python-version` that a command sees."""

    host: str
    request: PythonRequest | None
    ordinal: int
    """The instruction that brings it."""
    mounted: bool


def image_python(made: Image, stage: int) -> PythonVersion | None:
    """The Python of the base image, when nothing before `stage` ends installs another one."""
    base = made.base(stage).image
    return base.python if base is not None else None


def shown(version: PythonVersion) -> str:
    """`3.12` or `3.12.4`, as far as the tag says."""
    micro = "" if version.micro is None else f".{version.micro}"
    return f"{version.major}.{version.minor}{micro}"


def other_python(db: Database, made: Image, run: Run) -> bool:
    """Whether an instruction before the RUN (or in it) brings another Python than the base's."""
    for stage in made.chain(run.stage):
        first, _ = _first_other_python(db, made.unit.id, stage.number)
        if first is not None and (stage.number != run.stage or first <= run.ordinal):
            return True
    return False


def brings_other_python(db: Database, made: Image, stage: int) -> bool:
    """Whether anything in a stage (or the stages it continues) brings another Python."""
    return any(
        _first_other_python(db, made.unit.id, current.number)[1] for current in made.chain(stage)
    )


@query
def _first_other_python(db: Database, unit_id: str, stage: int) -> tuple[int | None, bool]:
    """The first instruction of a stage that may bring another Python, and whether one surely does.

    A COPY that names a Python may bring one; installing one, or copying all of /usr/local, does.
    """
    made = image(db, unit_id)
    first: int | None = None
    for step in made.stage(stage).steps if made is not None else ():
        may = does = False
        if isinstance(step, Run):
            may = does = any(_brings_python(item) for item in step.commands)
        elif isinstance(step, Copy) and step.origin != "context":
            may = _copies_python(step)
            does = (step.destination or "") in {"/", "/usr/local"}
        if first is None and may:
            first = step.ordinal
        if does:
            return first, True
    return first, False


def _brings_python(command: Executed) -> bool:
    tool = command.tool
    if isinstance(tool, UvCommand):
        return tool.command == ("python", "install")
    if isinstance(tool, SystemPackages):
        return any(name.startswith(("python", "pypy")) for name in tool.packages)
    return command.program in _OTHER_SOURCES


def _copies_python(copy: Copy) -> bool:
    return any(
        source.path is None or "python" in source.path or source.path.endswith("root/.local")
        for source in copy.sources
    ) or (copy.destination or "").rstrip("/") in {"", "/usr", "/usr/local"}


def asked_python(tool: UvCommand) -> PythonRequest | Unknown | None:
    """What `--python` or UV_PYTHON asks for; None without either."""
    given = tool.python
    if given is None or isinstance(given, Unknown):
        return given
    return parse_python_request(given) or Unknown("python-request", given)


def python_file(
    db: Database, made: Image, run: Run, project: UvProject
) -> PythonFile | Unknown | None:
    """The `.python-version` that uv finds for a project: at its root, up to the workspace's."""
    return python_file_at(db, lambda path: find_during(db, made, run, path), project)


def python_file_at(db: Database, look: Look, project: UvProject) -> PythonFile | Unknown | None:
    """The same, where `look` says which host file lies at an image path."""
    folder = project.root.rstrip("/")
    workspace = project.workspace.rstrip("/")
    while True:
        found = look(f"{folder}/.python-version")
        if isinstance(found, Unknown):
            return found
        if found is not None:
            return _file(db, found)
        if folder == workspace or not folder:
            return None
        folder = folder.rpartition("/")[0]


def _file(db: Database, found: Landed) -> PythonFile:
    text = db.text(found.host) or ""
    return PythonFile(found.host, parse_python_version(text), found.ordinal, found.mounted)


def may_download(install: UvInstall) -> bool | Unknown:
    """Whether uv may fetch an interpreter that the image does not have."""
    return may_fetch(install.tool, install.facts)


def may_fetch(tool: UvCommand, facts: ProjectFacts) -> bool | Unknown:
    """The same for any uv command on a project."""
    downloads, settings = tool.python_downloads, facts.uv
    if isinstance(downloads, Unknown):
        return downloads
    if downloads == "automatic" and settings.python_downloads in ("never", "manual"):
        return False
    if tool.managed_python is None and settings.python_preference == "only-system":
        return False
    return downloads == "automatic" and tool.managed_python is not False and not tool.offline


def meets(version: PythonVersion, requires: str) -> bool | None:
    """Whether a Python is within `requires-python`; None where the tag leaves it open.

    A tag without a micro number follows the newest one: it fits where any high one would.
    """
    if version.micro is not None:
        return within(requires, shown(version))
    for micro in (99, *range(30)):
        inside = within(requires, f"{version.major}.{version.minor}.{micro}")
        if inside is not False:
            return inside
    return False


def effective_minor(db: Database, install: UvInstall) -> tuple[int, int] | None:
    """The minor version that the environment gets; None when it is not known."""
    run = install.run
    return _minor_at(db, run.unit.id, run.stage, run.ordinal, install.command.at)


@query
def _minor_at(
    db: Database, unit_id: str, stage: int, ordinal: int, at: Anchor
) -> tuple[int, int] | None:
    made = image(db, unit_id)
    here = installs_in(db, unit_id, stage).get(ordinal, ())
    install = next((item for item in here if item.command.at == at), None)
    if made is None or install is None:
        return None
    own = image_python(made, install.run.stage)
    if other_python(db, made, install.run):
        return None
    asked = asked_python(install.tool)
    request = asked
    if asked is None:
        found = python_file(db, made, install.run, install.project)
        if isinstance(found, Unknown):
            return None
        request = found.request if found is not None else None
        if found is not None and request is None:
            return None
    if isinstance(request, Unknown):
        return None
    if own is None:
        return request.minor if request is not None else None
    if request is not None and request.admits(shown(own)) is False:
        return request.minor
    required = install.facts.requires_python
    if required is not None and meets(own, required) is False:
        return None
    return own.major, own.minor


def place(db: Database, file: PythonFile) -> Anchor:
    """The line of a `.python-version` that is read: the first that is no comment."""
    start = 0
    for line in (db.text(file.host) or "").splitlines(keepends=True):
        text = line.partition("#")[0].strip()
        if text:
            begin = start + line.index(text)
            return Anchor(file.host, -1, Span(begin, begin + len(text)))
        start += len(line)
    return Anchor(file.host, -1, Span(0, 0))
