"""What somebody may have meant by a COPY source that is not in the context."""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database
from shipworthy.model.builds import root_of_unit
from shipworthy.model.copy_sources import SourceState, exists
from shipworthy.model.git import git_ignored
from shipworthy.model.workspace import in_template
from shipworthy.syntax.gopath import clean
from shipworthy.text.records import NamedTuple

Meant: TypeAlias = Literal["case", "beside-dockerfile", "context-name", "outside"]

_MADE = frozenset(
    {
        "dist", "build", "target", "out", "output", "outputs", "wheels", "wheelhouse",
        "node_modules", ".next", ".output", ".nuxt", "coverage", "_build", "staticfiles",
        "artifacts", "obj", "release", "generated", "secrets", "certs",
    }
)  # fmt: skip
_MADE_FILES = (".whl", ".jar", ".war", ".tar.gz", ".tgz", ".zip", ".deb", ".rpm", ".so", ".exe")


class Hint(NamedTuple):
    """A path that exists: relative to the context, or (`outside`) absolute on this disk."""

    meant: Meant
    path: str


def may_be_made(db: Database, state: SourceState) -> bool:
    """Whether the missing source may be a file that a build or a person makes: then it is UNKNOWN.

    That is what git ignores, submodules, secrets in `.env` files, the usual output folders, and
    everything in the folder of a template, whose files are made when it is filled in.
    """
    root = root_of_unit(db, state.unit)
    path = f"{state.context}/{state.path}"
    if in_template(path):
        return True
    if any(git_ignored(db, root, path, folder) for folder in (False, True)):
        return True
    parts = state.path.split("/")
    if any(part.lower() in _MADE for part in parts) or parts[-1].lower().endswith(_MADE_FILES):
        return True
    if parts[-1].startswith(".env"):
        return True
    return _in_submodule(db, root, path)


def _in_submodule(db: Database, root: str, path: str) -> bool:
    for line in (db.text(f"{root}/.gitmodules") or "").splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip() == "path":
            folder = f"{root}/{value.strip()}"
            if path == folder or path.startswith(folder + "/"):
                return True
    return False


def hint(db: Database, state: SourceState) -> Hint | None:
    """The path that was probably meant."""
    other_case = _other_case(db, state.context, state.path)
    if other_case is not None:
        return Hint("case", other_case)
    unit = state.unit
    written = (state.source.original or "").strip()
    if isinstance(unit.dockerfile, str):
        folder = unit.dockerfile.rpartition("/")[0]
        found = clean(f"{folder}/{written.lstrip('/')}")
        if db.stat(found) is not None:
            if found.startswith(f"{state.context}/"):
                return Hint("beside-dockerfile", found[len(state.context) + 1 :])
            return Hint("outside", found)
    name, _, rest = state.path.partition("/")
    if rest and name == state.context.rpartition("/")[2] and exists(db, state.context, rest):
        return Hint("context-name", rest)
    above = clean(f"{state.context}/{written}" if written.startswith("../") else "")
    above = above if above.startswith("/") else f"{state.context.rpartition('/')[0]}/{state.path}"
    inside = above.startswith(root_of_unit(db, unit) + "/")
    return Hint("outside", above) if inside and db.stat(above) is not None else None


def _other_case(db: Database, context: str, path: str) -> str | None:
    found: list[str] = []
    for part in path.split("/"):
        entries = db.entries("/".join([context, *found])) or ()
        names = [name for name, _ in entries]
        if part in names:
            found.append(part)
            continue
        same = [name for name in names if name.lower() == part.lower()]
        if len(same) != 1:
            return None
        found.append(same[0])
    return "/".join(found)
