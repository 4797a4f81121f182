"""Projects of many shapes for `init`, each with the lock that uv would write for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shipworthy.model.python.pyproject import ProjectFacts, pyproject_facts
from shipworthy.syntax.toml import parse

Files = dict[str, str]

HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SPECIAL = {
    "mysqlclient": 'sdist = { url = "https://index.example/mysqlclient-1.0.tar.gz" }\n',
    "psycopg2": 'sdist = { url = "https://index.example/psycopg2-1.0.tar.gz" }\n',
}
"""Packages without a pure wheel."""
WHEEL = 'wheels = [\n    {{ url = "https://index.example/{name}-1.0-py3-none-any.whl" }},\n]\n'
REGISTRY = '{ registry = "https://index.example/simple" }'
GIT = '{ git = "https://git.example/thing.git#0123456789012345678901234567890123456789" }'


def project(*dependencies: str, name: str = "shop", python: str = ">=3.12", more: str = "") -> str:
    """A pyproject.toml; `more` follows the project's own keys."""
    listed = ", ".join(f'"{item}"' for item in dependencies)
    range_ = f'requires-python = "{python}"\n' if python else ""
    head = f'[project]\nname = "{name}"\nversion = "1.0"\n{range_}'
    return f"{head}dependencies = [{listed}]\n{more}"


def locked(files: Files) -> Files:
    """The files with a uv.lock that agrees with the manifests."""
    manifests = {
        path.removesuffix("pyproject.toml").rstrip("/"): _facts(text)
        for path, text in files.items()
        if path.endswith("pyproject.toml")
    }
    projects = {folder: facts for folder, facts in manifests.items() if facts.name is not None}
    blocks = dict(_local(projects))
    for facts in projects.values():
        wanted = [*facts.dependencies]
        wanted += [item for group in facts.dependency_groups.values() for item in group]
        for name in (item.name for item in wanted):
            if name not in blocks:
                blocks[name] = _foreign(name, name in facts.uv.sources)
    python = next((facts.requires_python for facts in projects.values()), None) or ">=3.8"
    lines = f'version = 1\nrevision = 3\nrequires-python = "{python}"\n'
    if manifests[""].uv.is_workspace_root:
        names = "".join(f'    "{facts.name}",\n' for facts in projects.values())
        lines += f"\n[manifest]\nmembers = [\n{names}]\n"
    return {**files, "uv.lock": lines + "".join(f"\n{blocks[name]}" for name in sorted(blocks))}


def _facts(text: str) -> ProjectFacts:
    facts = pyproject_facts(parse(text))
    assert isinstance(facts, ProjectFacts)
    return facts


def _local(projects: Mapping[str, ProjectFacts]) -> Iterator[tuple[str, str]]:
    folders = {facts.name: folder for folder, facts in projects.items()}

    def edge(name: str) -> str:
        folder = folders.get(name)
        if folder is None and name == "thing":
            return f'{{ name = "{name}", git = "https://git.example/thing.git" }}'
        if folder is None:
            return f'{{ name = "{name}" }}'
        kind = "editable" if projects[folder].packaged else "virtual"
        return f'{{ name = "{name}", {kind} = "{folder}" }}'

    for folder, facts in projects.items():
        kind = "editable" if facts.packaged else "virtual"
        block = f'[[package]]\nname = "{facts.name}"\n'
        block += "" if "version" in facts.dynamic else 'version = "1.0"\n'
        block += f'source = {{ {kind} = "{folder or "."}" }}\n'
        names = [item.name for item in facts.dependencies]
        if names:
            block += "dependencies = [\n" + "".join(f'    {{ name = "{n}" }},\n' for n in names)
            block += "]\n"
        groups = {name: [item.name for item in items]
                  for name, items in facts.dependency_groups.items()}  # fmt: skip
        if groups:
            block += "\n[package.dev-dependencies]\n"
            for group, items in groups.items():
                inside = "".join(f'    {{ name = "{n}" }},\n' for n in items)
                block += f"{group} = [\n{inside}]\n"
        if names or groups:
            block += "\n[package.metadata]\n"
        if names:
            block += f"requires-dist = [{', '.join(map(edge, names))}]\n"
        if groups:
            block += "\n[package.metadata.requires-dev]\n"
            for group, items in groups.items():
                block += f"{group} = [{', '.join(map(edge, items))}]\n"
        yield facts.name or "", block


def _foreign(name: str, from_git: bool) -> str:
    block = f'[[package]]\nname = "{name}"\nversion = "1.0"\nsource = '
    if from_git:
        return f"{block}{GIT}\n"
    return f"{block}{REGISTRY}\n{SPECIAL.get(name) or WHEEL.format(name=name)}"


def _workspace(root: str, *more: str) -> Files:
    core = project(name="core", more=HATCHLING)
    scripts = '[project.scripts]\nserve = "api:main"\n'
    source = "[tool.uv.sources]\ncore = { workspace = true }\n"
    return {
        "pyproject.toml": root,
        "packages/core/pyproject.toml": core,
        "packages/core/src/core/__init__.py": "",
        "packages/api/pyproject.toml": project(
            "core", name="api", more=scripts + source + HATCHLING
        ),
        "packages/api/src/api/__init__.py": "def main(): pass\n",
        **dict.fromkeys(more, ""),
    }


_MEMBERS = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
_FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
_FLASK = "from flask import Flask\n\nweb = Flask(__name__)\n"
_MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
_PACKAGE = {"src/shop/__init__.py": "def main(): pass\n"}
_VCS = (
    '[project]\nname = "shop"\ndynamic = ["version"]\nrequires-python = ">=3.12"\n'
    '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    '[tool.hatch.version]\nsource = "vcs"\n'
)

PROJECTS: dict[str, tuple[Files, str, str]] = {
    # Files, the folder that `init` is run in, and the words of CMD.
    "a file": ({"pyproject.toml": project(), "main.py": ""}, "", "python main.py"),
    "a file in src": ({"pyproject.toml": project(), "src/main.py": ""}, "", "python src/main.py"),
    "a package with a script": (
        {"pyproject.toml": project(more='[project.scripts]\nother = "shop:x"\n'
                                        'shop = "shop:main"\n' + HATCHLING), **_PACKAGE},
        "", "shop",
    ),
    "a package with a __main__": (
        {"pyproject.toml": project(more='readme = "README.md"\n' + HATCHLING), **_PACKAGE,
         "src/shop/__main__.py": "", "README.md": "x"},
        "", "python -m shop",
    ),
    "a library": ({"pyproject.toml": project(more=HATCHLING), **_PACKAGE}, "", "python -m shop"),
    "nothing to start": ({"pyproject.toml": project(), "lib/x.py": ""}, "", "python -m shop"),
    "groups": (
        {"pyproject.toml": project(more='[dependency-groups]\ndev = ["pytest"]\n'
                                        'docs = ["sphinx"]\n'), "main.py": ""},
        "", "python main.py",
    ),
    "several default groups": (
        {"pyproject.toml": project(more='[dependency-groups]\ndev = ["pytest"]\n'
                                        'docs = ["sphinx"]\n[tool.uv]\n'
                                        'default-groups = "all"\n'), "main.py": ""},
        "", "python main.py",
    ),
    "FastAPI": (
        {"pyproject.toml": project("fastapi", "uvicorn"), "main.py": _FASTAPI},
        "", "uvicorn main:app --host 0.0.0.0 --port 8000",
    ),
    "FastAPI in a folder": (
        {"pyproject.toml": project("fastapi", "uvicorn"), "app/main.py": _FASTAPI,
         "app/__init__.py": ""},
        "", "uvicorn app.main:app --host 0.0.0.0 --port 8000",
    ),
    "FastAPI in src": (
        {"pyproject.toml": project("fastapi", "uvicorn"), "src/main.py": _FASTAPI},
        "", "uvicorn --app-dir src main:app --host 0.0.0.0 --port 8000",
    ),
    "a FastAPI package": (
        {"pyproject.toml": project("fastapi", "uvicorn", more=HATCHLING), **_PACKAGE,
         "src/shop/api.py": _FASTAPI},
        "", "uvicorn shop.api:app --host 0.0.0.0 --port 8000",
    ),
    "FastAPI without a server": (
        {"pyproject.toml": project("fastapi"), "main.py": _FASTAPI}, "", "python main.py",
    ),
    "Flask": (
        {"pyproject.toml": project("flask"), "app.py": _FLASK},
        "", "flask --app app run --host 0.0.0.0 --port 8000",
    ),
    "Flask with gunicorn": (
        {"pyproject.toml": project("flask", "gunicorn"), "app.py": _FLASK},
        "", "gunicorn --bind 0.0.0.0:8000 app:web",
    ),
    "Django": (
        {"pyproject.toml": project("django"), "manage.py": _MANAGE, "config/settings.py": ""},
        "", "python manage.py runserver 0.0.0.0:8000",
    ),
    "Django with gunicorn": (
        {"pyproject.toml": project("django", "gunicorn"), "manage.py": _MANAGE,
         "config/settings.py": "", "config/wsgi.py": ""},
        "", "gunicorn --bind 0.0.0.0:8000 config.wsgi",
    ),
    "Streamlit": (
        {"pyproject.toml": project("streamlit"), "app.py": ""},
        "", "streamlit run app.py --server.address 0.0.0.0 --server.port 8501",
    ),
    "a workspace's root": (
        _workspace(project("core", more="[tool.uv.sources]\ncore = { workspace = true }\n"
                   + _MEMBERS), "main.py"),
        "", "python main.py",
    ),
    "a member": (_workspace(project(more=_MEMBERS), "main.py"), "packages/api", "serve"),
    "a member below a virtual root": (_workspace(_MEMBERS), "packages/api", "serve"),
    "a member that is no package": (
        {"pyproject.toml": _MEMBERS,
         "packages/job/pyproject.toml": project(name="job"), "packages/job/main.py": ""},
        "packages/job", "python main.py",
    ),
    "a folder to depend on": (
        {"pyproject.toml": project("lib", more="[tool.uv.sources]\n"
                                   'lib = { path = "libs/lib", editable = true }\n'),
         "libs/lib/pyproject.toml": project(name="lib", more=HATCHLING),
         "libs/lib/src/lib/__init__.py": "", "main.py": ""},
        "", "python main.py",
    ),
    "a git repository to depend on": (
        {"pyproject.toml": project("thing", more="[tool.uv.sources]\n"
                                   'thing = { git = "https://git.example/thing.git" }\n'),
         "main.py": ""},
        "", "python main.py",
    ),
    "something to compile": (
        {"pyproject.toml": project("mysqlclient"), "main.py": ""}, "", "python main.py",
    ),
    "something to compile in a group": (
        {"pyproject.toml": project(more='[dependency-groups]\ndev = ["mysqlclient"]\n'),
         "main.py": ""},
        "", "python main.py",
    ),
    "a version from git": (
        {"pyproject.toml": _VCS, **_PACKAGE, "src/shop/__main__.py": ""}, "", "python -m shop",
    ),
    "an old uv": (
        {"pyproject.toml": project(more='[tool.uv]\nrequired-version = ">=0.6,<0.7"\n'),
         "main.py": ""},
        "", "python main.py",
    ),
    "a node project beside it": (
        {"pyproject.toml": project(), "main.py": "", "package.json": "{}",
         "node_modules/x/index.js": ""},
        "", "python main.py",
    ),
    "a pinned Python": (
        {"pyproject.toml": project(python=">=3.10"), ".python-version": "3.11\n", "main.py": ""},
        "", "python main.py",
    ),
    "a pinned release": (
        {"pyproject.toml": project(python=">=3.10"), ".python-version": "3.12.4\n",
         "main.py": ""},
        "", "python main.py",
    ),
    "an old Python": (
        {"pyproject.toml": project(python="==3.8.*"), "main.py": ""}, "", "python main.py",
    ),
    "no range": ({"pyproject.toml": project(python=""), "main.py": ""}, "", "python main.py"),
}  # fmt: skip
