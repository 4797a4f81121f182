"""The article's third layer: what decides which packages an image gets, each time it is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from shipworthy.db.database import Database
from shipworthy.findings.message import File, Message, Place, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.image.execution import Executed
from shipworthy.model.lock_uses import LockUse, lock_uses
from shipworthy.model.pip_installs import PipInstall, pip_installs, requirements_file
from shipworthy.model.python.declared import parse_requirement
from shipworthy.model.python.values import normalise
from shipworthy.model.unknown import Unknown
from shipworthy.text.records import NamedTuple

_INSTALLS = Text(
    en="`{words}` ({where}) installs into `{path}`.",
    ja="`{words}`（{where}）が `{path}` にインストールします。",
)
_MOVED = Text(
    en="`{old}` is copied to `{path}` ({where}).",
    ja="`{old}` は `{path}` にコピーされます（{where}）。",
)
_LOCK = Text(en="The lock is {path}.", ja="ロックは {path} です。")
_NO_LOCK = Text(
    en="No lock decides what `{words}` ({where}) installs.",
    ja="`{words}`（{where}）が何をインストールするかを決めるロックがありません。",
)
_LOOSE = Text(
    en="{path} leaves the version of `{line}` open, and no lock decides it.",
    ja="{path} の `{line}` はバージョンが決まっておらず、ロックもありません。",
)
_PINNED = Text(
    en="Each line of {path} names a version.",
    ja="{path} の各行でバージョンが指定されています。",
)
_NOT_SEEN = Text(
    en="What `{words}` ({where}) installs is decided outside of these files, so it was not judged.",
    ja="`{words}`（{where}）が何をインストールするかはこれらのファイルの外で決まるため、判定していま"
    "せん。",
)
_NOTHING = Text(
    en="No command that was understood installs packages into this image.",
    ja="このイメージにパッケージをインストールするコマンドは見つかりませんでした。",
)
_TOOLS = frozenset({"pip", "pdm", "pipenv", "poetry", "setuptools", "uv", "wheel"})


class Evidence(NamedTuple):
    """A fact, and what it says about the layer; None where it decides nothing."""

    state: Literal["fail", "unknown", "absent"] | None
    fact: Message


def reproduction(db: Database, unit: BuildUnit) -> Iterator[Evidence]:
    """What is installed where, and what decides the versions."""
    environments = final_environments(db, unit.id)
    for environment in environments:
        yield from _installed(environment)
    locks: dict[str, None] = {}
    judged: list[Evidence] = []
    for use in lock_uses(db, unit.id):
        if use.run.reachable:
            judged += _locked(use, locks)
    for install in pip_installs(db, unit.id):
        if install.run.reachable:
            judged += _pinned(db, install)
    yield from (Evidence(None, say(_LOCK, path=File(path))) for path in locks)
    yield from dict.fromkeys(judged)
    if not environments and not locks and not judged:
        known = _is_understood(db, unit)
        yield Evidence("absent" if known else "unknown", say(_NOTHING))


def words(command: Executed) -> str:
    """A command as it is shown; what is not known as an ellipsis."""
    return " ".join("…" if word is None else word for word in command.words)


def _installed(environment: Environment) -> Iterator[Evidence]:
    for install in environment.installs:
        command = install.command
        yield Evidence(
            None,
            say(_INSTALLS, words=words(command), where=Place(command.at), path=environment.made_at),
        )
    if environment.path != environment.made_at:
        at = environment.copies[-1].at if environment.copies else environment.at
        fact = say(_MOVED, old=environment.made_at, path=environment.path, where=Place(at))
        yield Evidence(None, fact)


def _locked(use: LockUse, locks: dict[str, None]) -> Iterator[Evidence]:
    """Whether a lock exists; what is wrong with one that does is for the rules."""
    if use.on_disk is not None:
        locks[use.on_disk] = None
    elif isinstance(use.lock, Unknown) or use.manifest is None:
        yield _about("unknown", _NOT_SEEN, use.command)
    elif use.lock is None:
        yield _about("fail", _NO_LOCK, use.command)


def _about(state: Literal["fail", "unknown"], text: Text, command: Executed) -> Evidence:
    return Evidence(state, say(text, words=words(command), where=Place(command.at)))


def _pinned(db: Database, install: PipInstall) -> Iterator[Evidence]:
    """Whether a pip installs named versions."""
    tool = install.command.tool
    if install.constrained or (isinstance(tool, UvCommand) and tool.command[-1:] == ("compile",)):
        return
    if install.projects or any(_is_open(text) for text in _named(tool)):
        yield _about("fail", _NO_LOCK, install.command)
    for use in install.requirements:
        if not isinstance(use.file, Landed):
            if not use.text.endswith("pyproject.toml"):
                yield _about("unknown", _NOT_SEEN, install.command)
            continue
        parsed = requirements_file(db, use.file.host)
        lines = parsed.lines if parsed is not None else ()
        if any(line.kind == "constraint" for line in lines):
            continue
        loose = next((line for line in lines if line.is_loose), None)
        path = File(use.file.host)
        if loose is not None:
            yield Evidence("fail", say(_LOOSE, path=path, line=loose.text))
        elif all(line.kind in ("requirement", "option") for line in lines):
            yield Evidence(None, say(_PINNED, path=path))


def _named(tool: object) -> tuple[str, ...]:
    """The packages that a command line names itself."""
    if isinstance(tool, PipCommand):
        return tuple(item.text for item in tool.packages)
    if isinstance(tool, UvCommand) and tool.command == ("pip", "install"):
        return tuple(word for word in tool.arguments if word is not None)
    return ()


def _is_open(text: str) -> bool:
    """Whether a package of the command line, no tool for installing, may come in any version."""
    requirement = parse_requirement(text)
    if requirement is None or requirement.url or normalise(requirement.name) in _TOOLS:
        return False
    return not any(item.operator in ("==", "===") for item in requirement.specifier)


def _is_understood(db: Database, unit: BuildUnit) -> bool:
    """Whether no reached RUN, and no base image, could have installed something unnoticed."""
    made = image(db, unit.id)
    return made is not None and all(
        made.base(stage.number).reference is not None
        and all(
            run.complete and all(command.tool is not None for command in run.commands)
            for run in stage.runs()
        )
        for stage in made.stages
        if stage.reachable
    )
