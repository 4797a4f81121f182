"""Which commands of a RUN fetch packages from git repositories."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed, join
from shipworthy.model.image.steps import Image, Run
from shipworthy.model.installed import installs_of, machines, selection_of
from shipworthy.model.pip_installs import requirements_file
from shipworthy.model.stage_python import effective_minor
from shipworthy.text.patterns import regex

_MAX_FILES = 30
_LINE = regex(r"(?:(?P<name>[\w.-]+)\s*(?:\[[^\]]*\])?\s*@\s*)?(?:-e\s+)?git\+(?P<url>[^\s;]+)")


def git_dependencies(
    db: Database, made: Image, run: Run
) -> Iterator[tuple[Executed, tuple[str, ...]]]:
    """Each such command with the names (or addresses) of what it fetches."""
    for install in installs_of(db, run):
        minor = effective_minor(db, install)
        names: set[str] | None = None
        for machine in machines(made, run.stage) if minor is not None else ():
            chosen = selection_of(db, install, f"{minor[0]}.{minor[1]}", machine) if minor else None
            found = {item.name for item in chosen or () if item.source.kind == "git"}
            names = found if names is None else names & found
        if names:
            yield install.command, tuple(sorted(names))
    for command in run.commands:
        if not command.conditional:
            listed = tuple(dict.fromkeys(_asked(db, made, run, command)))
            if listed:
                yield command, listed


def _asked(db: Database, made: Image, run: Run, command: Executed) -> Iterator[str]:
    tool = command.tool
    files: tuple[str, ...] = ()
    if isinstance(tool, PipCommand) and tool.command in ("install", "wheel", "download"):
        files = tool.requirements
        texts = [item.text for item in tool.packages] + list(tool.editables)
    elif isinstance(tool, UvCommand) and tool.command in (("pip", "install"), ("pip", "sync")):
        texts = [word for word in tool.arguments if word] + list(tool.editables)
        files = tool.requirements
        if tool.command == ("pip", "sync"):
            files, texts = tuple(texts), []
    else:
        return
    for text in texts:
        yield from _name(text)
    for file in files:
        yield from _listed(db, made, run, join(command.cwd, file))


def _listed(db: Database, made: Image, run: Run, first: str | None) -> Iterator[str]:
    """What a requirements file lists, and what the files list that it includes."""
    todo, seen = [first], {first}
    while todo:
        path = todo.pop(0)
        found = find_during(db, made, run, path) if path is not None else None
        if path is None or not isinstance(found, Landed):
            continue
        for line in (db.text(found.host) or "").splitlines():
            yield from _name(line.strip())
        parsed = requirements_file(db, found.host)
        for item in parsed.lines if parsed is not None else ():
            if item.kind == "include" and "://" not in item.value and len(seen) < _MAX_FILES:
                target = join(path.rpartition("/")[0] or "/", item.value)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)


def _name(text: str) -> Iterator[str]:
    found = _LINE.match(text)
    # A condition after `;` may leave the line out.
    if found is not None and ";" not in text:
        yield found["name"] or found["url"].rpartition("/")[2].partition("@")[0].partition("#")[0]
