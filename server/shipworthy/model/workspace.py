"""Which files of a workspace matter: its roots and one pruned search below each."""

from __future__ import annotations

from collections.abc import Callable

from shipworthy.db.database import Database, query
from shipworthy.model.files import is_dockerfile_name
from shipworthy.model.git import git_ignored
from shipworthy.model.git_patterns import git_spec
from shipworthy.model.settings import settings
from shipworthy.text.records import NamedTuple

BUDGET = 200_000
"""Entries looked at below one root before the search gives up and says so."""

PRUNED = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".tox", ".nox", "site-packages", ".terraform", ".cache", ".idea",
    }
)  # fmt: skip
MANIFESTS = frozenset(
    {
        "pyproject.toml", "uv.lock", "requirements.txt", "poetry.lock", "pdm.lock", "Pipfile",
        "Pipfile.lock", "setup.py", "setup.cfg", "package.json",
    }
)  # fmt: skip
_SCRIPT_NAMES = frozenset(
    {"Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile"}
)
_PLATFORM_FILES = frozenset(
    {
        "render.yaml", "fly.toml", "cloudbuild.yaml", "cloudbuild.yml", "skaffold.yaml",
        "skaffold.yml", ".gitlab-ci.yml", "railway.toml", "railway.json", "heroku.yml",
        "captain-definition", "app.yaml", "buildspec.yml", "azure-pipelines.yml",
        "bitbucket-pipelines.yml", "Jenkinsfile", ".drone.yml", "Tiltfile",
    }
)  # fmt: skip


class Inventory(NamedTuple):
    """What one search found: absolute paths, each list sorted."""

    root: str
    dockerfiles: tuple[str, ...]
    ignore_files: tuple[str, ...]
    yaml: tuple[str, ...]
    manifests: tuple[str, ...]
    """Python and Node manifests and locks."""
    environments: tuple[str, ...]
    """Folders that hold a `pyvenv.cfg`."""
    callers: tuple[str, ...]
    """Files that may run a build: bake files, devcontainer.json, workflows, Makefiles, scripts."""
    platform_files: tuple[str, ...]
    complete: bool
    """False when the budget ran out."""


def climb(db: Database, folder: str) -> str:
    """The workspace root of an opened folder: the nearest ancestor with `.git` or settings."""
    current = folder
    while True:
        if db.stat(f"{current}/.git") is not None or db.stat(f"{current}/shipworthy.toml"):
            return current
        text = db.text(f"{current}/pyproject.toml")
        if text is not None and "[tool.shipworthy" in text:
            return current
        parent = current.rpartition("/")[0]
        if not parent or parent == current:
            return folder
        current = parent


@query
def roots(db: Database) -> tuple[str, ...]:
    """The workspace roots, climbed from the opened folders, without duplicates or nesting."""
    found: list[str] = []
    for folder in db.setting("folders") or ():
        root = climb(db, folder)
        if not any(root == known or root.startswith(known + "/") for known in found):
            found = [known for known in found if not known.startswith(root + "/")]
            found.append(root)
    return tuple(found)


def root_of(db: Database, path: str) -> str:
    """The workspace root that holds the path (its folder when none does)."""
    for root in roots(db):
        if path == root or path.startswith(root + "/"):
            return root
    return path.rpartition("/")[0]


def in_template(path: str) -> bool:
    """Whether a path lies in a template of cookiecutter or copier: what is there is not all.

    Their folders have a variable in the name, and files come and go when it is filled in.
    """
    return "{{" in path or "{%" in path


@query
def inventory(db: Database, root: str) -> Inventory:
    """One search below a root, never into what cannot hold project files."""
    search = _Search(db, root)
    search.run()
    return Inventory(
        root,
        tuple(sorted(search.dockerfiles)),
        tuple(sorted(search.ignore_files)),
        tuple(sorted(search.yaml)),
        tuple(sorted(search.manifests)),
        tuple(sorted(search.environments)),
        tuple(sorted(search.callers)),
        tuple(sorted(search.platform_files)),
        search.seen <= BUDGET,
    )


class _Search:
    def __init__(self, db: Database, root: str) -> None:
        self.db = db
        self.root = root
        self.seen = 0
        self.dockerfiles: list[str] = []
        self.ignore_files: list[str] = []
        self.yaml: list[str] = []
        self.manifests: list[str] = []
        self.environments: list[str] = []
        self.callers: list[str] = []
        self.platform_files: list[str] = []
        self.exclude = _exclude(settings(db, root).exclude)

    def run(self) -> None:
        todo = [self.root]
        while todo and self.seen <= BUDGET:
            self.db.checkpoint()
            folder = todo.pop()
            names = list(self.db.names(self.root, folder))
            self.seen += len(names)
            if folder != self.root and any(name == "pyvenv.cfg" for name, _ in names):
                self.environments.append(folder)
                continue
            for name, kind in names:
                path = f"{folder}/{name}"
                if kind == "dir":
                    if name not in PRUNED and not self._skipped(path):
                        todo.append(path)
                elif kind in ("file", "link"):
                    self._file(folder, name, path)

    def _skipped(self, path: str) -> bool:
        if self.exclude is not None and self.exclude(path[len(self.root) + 1 :] + "/"):
            return True
        if git_ignored(self.db, self.root, path, True):
            # The environment in an ignored folder still matters: it may be copied.
            if self.db.stat(f"{path}/pyvenv.cfg") is not None:
                self.environments.append(path)
            return True
        return False

    def _file(self, folder: str, name: str, path: str) -> None:
        lower = name.lower()
        if lower.endswith((".dockerignore", ".containerignore")):
            self._add(self.ignore_files, path)
        elif is_dockerfile_name(name):
            self._add(self.dockerfiles, path)
        elif lower.endswith((".yml", ".yaml")):
            if folder.endswith("/.github/workflows"):
                self._add(self.callers, path)
            elif name in _PLATFORM_FILES:
                self._add(self.platform_files, path)
            else:
                self._add(self.yaml, path)
        elif name in MANIFESTS or (lower.startswith("requirements") and lower.endswith(".txt")):
            self._add(self.manifests, path)
        elif (
            lower in ("devcontainer.json", ".devcontainer.json")
            or lower.startswith("docker-bake.")
            or name in _SCRIPT_NAMES
            or lower.endswith(".sh")
        ):
            self._add(self.callers, path)
        elif name in _PLATFORM_FILES:
            self._add(self.platform_files, path)

    def _add(self, found: list[str], path: str) -> None:
        if self.exclude is None or not self.exclude(path[len(self.root) + 1 :]):
            found.append(path)


def _exclude(patterns: tuple[str, ...]) -> Callable[[str], bool] | None:
    if not patterns:
        return None
    return git_spec(patterns).match_file
