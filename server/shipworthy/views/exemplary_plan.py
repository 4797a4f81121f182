"""What decides the exemplary layout of a project, or why there can be none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import normpath

from packaging.specifiers import SpecifierSet

from shipworthy.db.database import Database
from shipworthy.findings.message import File, Message, Names, Text, say
from shipworthy.model.files import parsed_toml
from shipworthy.model.lock_state import members, workspace_root
from shipworthy.model.projects import pyproject, uv_lock
from shipworthy.model.python.closure import Selection, closure
from shipworthy.model.python.markers import linux, specifiers
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.python.python_ranges import PythonRequest, parse_python_version
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.model.python.uv_package import Package
from shipworthy.model.python.wheels import NATIVE_SOURCES, Target, best_wheel
from shipworthy.model.unknown import Unknown
from shipworthy.model.vcs_version import pretend_variable
from shipworthy.text.records import NamedTuple
from shipworthy.views.exemplary_start import Start, start
from shipworthy.views.python_choice import chosen_minor

UV_VERSIONS = (
    "0.13.9", "0.12.24", "0.11.33", "0.10.12", "0.9.30", "0.8.24", "0.7.22", "0.6.17", "0.5.31",
)  # fmt: skip
"""The last release of each minor, to pin the first that `tool.uv.required-version` allows."""

_TRIXIE_SINCE = {(3, 9): 23, (3, 10): 18, (3, 11): 13, (3, 12): 11, (3, 13): 6}
_BOOKWORM_SINCE = {(3, 7): 17, (3, 8): 17, (3, 9): 17, (3, 10): 12, (3, 11): 4, (3, 12): 0,
                   (3, 13): 0}  # fmt: skip
"""By minor, the first patch release that the official Python images have on a Debian release."""

_FOR_BUILDING = frozenset({"pkg-config", "swig"})
_LOADS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lightgbm": (("libgomp1",), ()),
    "opencv-python": (("libgl1", "libglib2.0-0"), ()),
    "psycopg": (("libpq5",), ("psycopg-binary", "psycopg-c")),
    "python-magic": (("libmagic1",), ()),
    "pyzbar": (("libzbar0",), ()),
    "weasyprint": (("libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"), ()),
}
"""By package, the Debian packages it loads by name (its installation page), and who brings them."""

_OTHER_LOCKS = ("poetry.lock", "pdm.lock", "Pipfile.lock")

NO_PROJECT = Text(
    en="{path} has no pyproject.toml that uv can install",
    ja="{path} に uv でインストールできる pyproject.toml がありません",
)
ONLY_REQUIREMENTS = Text(
    en="{path} has a requirements.txt and no project that uv can install: run `uv init --bare`"
    " and `uv add -r requirements.txt` first",
    ja="{path} には requirements.txt だけがあり、uv でインストールできるプロジェクトがありません"
    "。先に `uv init --bare` と `uv add -r requirements.txt` を実行してください",
)
BROKEN = Text(
    en="the pyproject.toml of {path} is not valid TOML",
    ja="{path} の pyproject.toml は正しい TOML ではありません",
)
POETRY = Text(
    en="the project is declared in `[tool.poetry]`, which uv does not read: give it a `[project]`"
    " table first",
    ja="プロジェクトは `[tool.poetry]` で宣言されており、uv はこれを読みません。先に `[project]` "
    "テーブルを用意してください",
)
OTHER_LOCK = Text(
    en="`{lock}` pins the versions and uv does not read it, so the image would get others: move the"
    " project to uv first (`uv lock`)",
    ja="バージョンは `{lock}` で固定されていますが、uv はこれを読まないため、イメージには別の"
    "バージョンが入ります。先にプロジェクトを uv に移してください（`uv lock`）",
)
UNMANAGED = Text(
    en="`tool.uv.managed = false` keeps uv from syncing this project",
    ja="`tool.uv.managed = false` のため、uv はこのプロジェクトを同期しません",
)
INCOMPLETE = Text(
    en="uv refuses this project: its `[project]` table has no `{key}`",
    ja="`[project]` テーブルに `{key}` がないため、uv はこのプロジェクトを拒否します",
)
NO_MEMBERS = Text(
    en="{path} is the root of a workspace, not a project, and has no members yet",
    ja="{path} はワークスペースのルートで、プロジェクトではありません。メンバーもまだありません",
)
NAME_A_MEMBER = Text(
    en="{path} is the root of a workspace, not a project: name one of its members, {members}",
    ja="{path} はワークスペースのルートで、プロジェクトではありません。メンバー {members} の"
    "いずれかを指定してください",
)
OUTSIDE = Text(
    en="the project depends on `{path}`, which lies outside of the folder that a build could send",
    ja="プロジェクトは `{path}` に依存していますが、ビルドで送れるフォルダーの外にあります",
)
NO_PYTHON = Text(
    en="no released CPython is known that `{asked}` allows, so there is no base image to name",
    ja="`{asked}` を満たす CPython のリリースが分からないため、ベースイメージを決められません",
)
PYTHONS_DISAGREE = Text(
    en="`.python-version` asks for `{asked}`, which `{range}` does not allow",
    ja="`.python-version` は `{asked}` を求めていますが、`{range}` では許可されていません",
)


class Plan(NamedTuple):
    """What the texts are written from. Folders are absolute."""

    facts: ProjectFacts
    folder: str
    context: str
    """The folder that is sent: the project's, or its workspace's root."""
    member: str | None
    """The project's folder below the context when it is a member of a workspace."""
    python: str
    debian: str
    uv: str
    start: Start
    groups: str
    """The flag that leaves development groups out, with a blank before it; "" for none."""
    missing: tuple[str, ...]
    """Names of local packages that are not there yet when the dependencies are installed."""
    has_lock: bool
    compiler: bool
    """Whether something has to be compiled."""
    headers: tuple[str, ...]
    """Debian packages that what is compiled builds with."""
    libraries: tuple[str, ...]
    """Debian packages that what is installed loads when it runs."""
    git: bool
    version_variable: str | None
    """The variable that states the version which the project would take from git."""


def plan(db: Database, folder: str) -> Plan | Message:
    """What to write for the project of a folder, or why nothing is written."""
    facts = pyproject(db, f"{folder}/pyproject.toml")
    refusal = _refusal(db, folder, facts)
    if refusal is not None or not isinstance(facts, ProjectFacts):
        return refusal or say(NO_PROJECT, path=File(folder))
    context = workspace_root(db, folder)
    root = pyproject(db, f"{context}/pyproject.toml")
    if not isinstance(root, ProjectFacts):
        return say(BROKEN, path=File(context))
    found = uv_lock(db, f"{context}/uv.lock")
    lock = found if isinstance(found, UvLock) else None
    missing = tuple(_missing(db, context, root))
    outside = next((path for _, path in missing if path.startswith("..")), None)
    if outside is not None:
        return say(OUTSIDE, path=outside)
    python = _python(db, context, _ranges(facts, root, lock))
    if isinstance(python, Message):
        return python
    installed = _installed(lock, facts, python)
    built = tuple(package for package in installed if _compiles(package, python))
    headers = dict.fromkeys(name for package in built for name in _headers(package))
    libraries = dict.fromkeys((*_loaded(installed), *(headers.keys() - _FOR_BUILDING)))
    source = facts.build.version_source if facts.packaged else None
    by_git = source is not None and source.kind == "vcs" and "version" in facts.dynamic
    return Plan(
        facts=facts,
        folder=folder,
        context=context,
        member=folder[len(context) + 1 :] if folder != context else None,
        python=python,
        debian=_debian(python),
        uv=_uv_version(root),
        start=start(db, folder, facts),
        groups=_groups(facts),
        missing=tuple(name for name, _ in missing),
        has_lock=found is not None,
        compiler=bool(built),
        headers=tuple(headers),
        libraries=tuple(sorted(libraries)),
        git=any(package.source.kind == "git" for package in installed),
        version_variable=pretend_variable(source, facts.name) if source and by_git else None,
    )


def _refusal(db: Database, folder: str, facts: ProjectFacts | Unknown | None) -> Message | None:
    """Why uv could not install the project from a lock of its own."""
    path = File(folder)
    if isinstance(facts, Unknown):
        return say(BROKEN, path=path)
    if facts is None or not (facts.has_project or facts.uv.is_workspace_root):
        listed = db.stat(f"{folder}/requirements.txt") is not None
        return say(ONLY_REQUIREMENTS if listed else NO_PROJECT, path=path)
    if not facts.uv.managed:
        return say(UNMANAGED)
    parsed = parsed_toml(db, f"{folder}/pyproject.toml")
    project = (parsed.value or {}).get("project") if parsed is not None else None
    if not isinstance(project, Mapping):
        return _not_a_project(db, folder, facts)
    root = workspace_root(db, folder)
    if db.stat(f"{root}/uv.lock") is None:
        other = next((name for name in _OTHER_LOCKS if db.stat(f"{folder}/{name}")), None)
        if other is not None:
            return say(OTHER_LOCK, lock=other)
    if facts.name is None:
        return say(INCOMPLETE, key="name")
    if facts.version is None and "version" not in facts.dynamic:
        return say(INCOMPLETE, key="version")
    return None


def _not_a_project(db: Database, folder: str, facts: ProjectFacts) -> Message:
    if not facts.uv.is_workspace_root:
        return say(POETRY)
    found = members(db, folder)
    names = () if isinstance(found, Unknown) else tuple(member.folder for member in found)
    if not names:
        return say(NO_MEMBERS, path=File(folder))
    return say(NAME_A_MEMBER, path=File(folder), members=Names(names))


def _missing(db: Database, context: str, root: ProjectFacts) -> Iterator[tuple[str, str]]:
    """Names and paths (from the context) of local packages that no workspace leaves out."""
    folders = [(context, root), *_member_facts(db, context)]
    inside = {folder for folder, _ in folders}
    for folder, manifest in folders:
        for name, path, _ in manifest.local_sources:
            below = normpath(f"{folder[len(context) :].strip('/') or '.'}/{path}")
            if path.startswith("/"):
                below = f"../{path}"
            if f"{context}/{below}" not in inside:
                yield name, below


def _member_facts(db: Database, context: str) -> list[tuple[str, ProjectFacts]]:
    found = members(db, context)
    if isinstance(found, Unknown):
        return []
    return [(f"{context}/{member.folder}", member.facts) for member in found]


# The Python and its image


def _ranges(facts: ProjectFacts, root: ProjectFacts, lock: UvLock | None) -> tuple[str, ...]:
    found = (facts.requires_python, root.requires_python, lock.requires_python if lock else None)
    return tuple(dict.fromkeys(text for text in found if text))


def _python(db: Database, context: str, ranges: tuple[str, ...]) -> str | Message:
    """The version for the image's tag: what `.python-version` pins, else of `requires-python`."""
    allowed = SpecifierSet()
    for text in ranges:
        found = specifiers(text)
        if found is None:
            return say(NO_PYTHON, asked=text)
        allowed &= found
    pin = db.text(f"{context}/.python-version") or ""
    asked = parse_python_version(pin)
    if asked is None and pin.strip():
        return say(NO_PYTHON, asked=pin.strip().split("\n", 1)[0])
    if asked is not None and (asked.implementation != "cpython" or asked.freethreaded):
        return say(NO_PYTHON, asked=asked.text)
    if asked is not None and len(asked.release) >= 2:
        return _pinned(asked, allowed)
    if asked is not None and asked.specifier is not None:
        allowed &= SpecifierSet(asked.specifier)
    return chosen_minor(allowed) or say(NO_PYTHON, asked=str(allowed))


def _pinned(asked: PythonRequest, allowed: SpecifierSet) -> str | Message:
    version = ".".join(map(str, asked.release))
    if len(asked.release) >= 3:
        return version if allowed.contains(version) else _disagree(asked, allowed)
    within = chosen_minor(allowed & SpecifierSet(f"=={version}.*"))
    return within or _disagree(asked, allowed)


def _disagree(asked: PythonRequest, allowed: SpecifierSet) -> Message:
    if not str(allowed):
        return say(NO_PYTHON, asked=asked.text)
    return say(PYTHONS_DISAGREE, asked=asked.text, range=str(allowed))


def _minor(python: str) -> tuple[int, int]:
    major, minor = python.split(".")[:2]
    return int(major), int(minor)


def _debian(python: str) -> str:
    """The newest Debian stable that has an official image of that version.

    A release is named so that a rebuild does not change the system. Images are built for the two
    newest Debian releases while a Python gets patches: a version that was superseded before a
    Debian came out, or whose support had ended by then, never got an image on it.
    """
    minor = _minor(python)
    patch = int(python.split(".")[2]) if python.count(".") == 2 else None
    for debian, since in (("trixie", _TRIXIE_SINCE), ("bookworm", _BOOKWORM_SINCE)):
        first = since.get(minor, 0 if minor > max(since) else None)
        if first is not None and (patch is None or patch >= first):
            return debian
    return "bullseye"


# What is installed


def _installed(lock: UvLock | None, facts: ProjectFacts, python: str) -> tuple[Package, ...]:
    """What the lock holds for an image without development groups, on either usual processor."""
    root = lock.root(facts.name) if lock is not None and lock.problem is None else None
    if lock is None or root is None:
        return ()
    found: dict[Package, None] = {}
    for machine in ("x86_64", "aarch64"):
        found |= dict.fromkeys(closure(lock, (root,), Selection(), linux(python, machine)))
    return tuple(found)


def _compiles(package: Package, python: str) -> bool:
    """Whether it has to be built from source with a C compiler, on either processor."""
    if package.source.kind != "registry" or not package.has_sdist:
        return False
    return bool(package.name in NATIVE_SOURCES or package.wheels) and all(
        best_wheel(package, Target(_minor(python), "glibc", None, machine)) is None
        for machine in ("x86_64", "aarch64")
    )


def _headers(package: Package) -> tuple[str, ...]:
    native = NATIVE_SOURCES.get(package.name)
    return native.packages if native is not None else ()


def _loaded(installed: tuple[Package, ...]) -> Iterator[str]:
    """System libraries that wheels look for instead of bringing them."""
    names = {package.name for package in installed}
    for name, (libraries, brought_by) in _LOADS.items():
        if name in names and names.isdisjoint(brought_by):
            yield from libraries


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
