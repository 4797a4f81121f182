"""What the container of the exemplary layout starts: read off the project, else said to be a guess.

The order is the certainty: a script that the project declares, Django's `manage.py`, a web
application that one of its own servers can serve, Streamlit, a module or file with a usual name.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.values import normalise
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

PORT = 8000
_STREAMLIT_PORT = 8501
_READ = 100_000
"""Characters of a file that are searched for an application."""
_FILES = ("main", "app", "api", "server", "asgi", "wsgi", "__init__")
_STARTED_FILES = ("main.py", "app.py", "server.py", "run.py", "src/main.py", "src/app.py")
_STREAMLIT_FILES = ("streamlit_app.py", "app.py", "main.py", "Home.py", "src/app.py")
_APPLICATION = regex(
    r"^(?P<name>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*(?:[A-Za-z_]\w*\.)*"
    r"(?P<kind>FastAPI|Starlette|Litestar|Quart|Flask)\("
)
_SETTINGS = regex(r"DJANGO_SETTINGS_MODULE[\"'],\s*[\"'](?P<package>[\w.]+)\.\w+[\"']")


class Start(NamedTuple):
    """The words of CMD; `port` is what it listens on, None for none."""

    words: tuple[str, ...]
    port: int | None = None
    from_source: bool = False
    """It starts a file or module of the working directory, not of the installed project."""
    guessed: bool = False
    """Nothing in the project says that this exists."""


class _Application(NamedTuple):
    """A web application: `folder` is what has to be on the path besides the working directory."""

    module: str
    name: str
    kind: str
    folder: str


def start(db: Database, folder: str, facts: ProjectFacts) -> Start:
    """What starts the project of a folder."""
    if facts.packaged and facts.scripts:
        named = [script for script in facts.scripts if normalise(script) == facts.name]
        return Start(((*named, *facts.scripts)[0],))
    application = next(_applications(db, folder, facts), None)
    served = _served(facts, application) if application is not None else None
    known = _django(db, folder, facts) or served or _streamlit(db, folder, facts)
    if known is not None:
        return known
    found = _module_or_file(db, folder, facts)
    # An application that nothing serves: its file alone would define it and end.
    return found if application is None else found._replace(guessed=True)


def _depends(facts: ProjectFacts, name: str) -> bool:
    return any(normalise(declared.name) == name for declared in facts.dependencies)


def _has_uvicorn(facts: ProjectFacts) -> bool:
    """Whether the dependencies bring uvicorn: itself, or by an extra of FastAPI."""
    if _depends(facts, "uvicorn"):
        return True
    wanted = (item.requirement for item in facts.dependencies if normalise(item.name) == "fastapi")
    return any(found is not None and {"standard", "all"} & found.extras for found in wanted)


def _django(db: Database, folder: str, facts: ProjectFacts) -> Start | None:
    if db.stat(f"{folder}/manage.py") is None or not _depends(facts, "django"):
        return None
    found = _SETTINGS.search((db.text(f"{folder}/manage.py") or "")[:_READ])
    package = found["package"] if found is not None else ""
    inside = f"{folder}/{package.replace('.', '/')}"
    if package and _depends(facts, "gunicorn") and db.stat(f"{inside}/wsgi.py") is not None:
        return Start(("gunicorn", "--bind", f"0.0.0.0:{PORT}", f"{package}.wsgi"), PORT, True)
    if package and _has_uvicorn(facts) and db.stat(f"{inside}/asgi.py") is not None:
        return Start(_uvicorn(f"{package}.asgi:application"), PORT, True)
    return Start(("python", "manage.py", "runserver", f"0.0.0.0:{PORT}"), PORT, True)


def _uvicorn(application: str, folder: str = "") -> tuple[str, ...]:
    where = ("--app-dir", folder) if folder else ()
    return ("uvicorn", *where, application, "--host", "0.0.0.0", "--port", str(PORT))


def _served(facts: ProjectFacts, found: _Application) -> Start | None:
    application = f"{found.module}:{found.name}"
    own = not facts.packaged
    if found.kind != "Flask":
        words = _uvicorn(application, found.folder) if _has_uvicorn(facts) else None
    elif _depends(facts, "gunicorn"):
        where = ("--pythonpath", found.folder) if found.folder else ()
        words = ("gunicorn", *where, "--bind", f"0.0.0.0:{PORT}", application)
    else:
        path = f"{found.folder}/{found.module}" if found.folder else found.module
        words = ("flask", "--app", path, "run", "--host", "0.0.0.0", "--port", str(PORT))
    return None if words is None else Start(words, PORT, own)


def _applications(db: Database, folder: str, facts: ProjectFacts) -> Iterator[_Application]:
    """Web applications where they usually stand, as the started program can import them."""
    package = _module(facts)
    places = [(f"src/{package}", f"{package}.", ""), (package, f"{package}.", "")]
    if not facts.packaged:
        places = [("", "", ""), ("app", "app.", ""), ("src", "", "src"), *places[1:]]
    for place, prefix, on_path in places:
        for name in _FILES:
            text = db.text(f"{folder}/{place}/{name}.py" if place else f"{folder}/{name}.py")
            found = _search(text) if text is not None else None
            if found is None:
                continue
            module = prefix.removesuffix(".") if name == "__init__" else f"{prefix}{name}"
            if module:
                yield _Application(module, *found, on_path)


def _search(text: str) -> tuple[str, str] | None:
    """Name and class of the application that a module defines."""
    for line in text[:_READ].split("\n"):
        found = _APPLICATION.match(line)
        if found is not None:
            return found["name"], found["kind"]
    return None


def _streamlit(db: Database, folder: str, facts: ProjectFacts) -> Start | None:
    if not _depends(facts, "streamlit"):
        return None
    for name in _STREAMLIT_FILES:
        if db.stat(f"{folder}/{name}") is not None:
            listen = ("--server.address", "0.0.0.0", "--server.port", str(_STREAMLIT_PORT))
            return Start(("streamlit", "run", name, *listen), _STREAMLIT_PORT, True)
    return None


def _module_or_file(db: Database, folder: str, facts: ProjectFacts) -> Start:
    package = _module(facts)
    own = not facts.packaged
    for place in (package, *(() if own else (f"src/{package}",))):
        if db.stat(f"{folder}/{place}/__main__.py") is not None:
            return Start(("python", "-m", package), None, own)
    for name in _STARTED_FILES:
        if db.stat(f"{folder}/{name}") is not None:
            return Start(("python", name), None, True)
    return Start(("python", "-m", package), None, own, True)


def _module(facts: ProjectFacts) -> str:
    return (facts.name or "app").replace("-", "_")
