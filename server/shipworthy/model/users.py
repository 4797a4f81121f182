"""Accounts of an image: who owns what, who has a home, as far as the instructions say it.

Sources: `useradd` of shadow (a home only with `--create-home`), Debian's and BusyBox's `adduser`,
and moby: an unnamed user id gets `HOME=/`.
"""

from __future__ import annotations

from shipworthy.model.commands import AddUser, ChangeOwner
from shipworthy.model.image.environments import Environment
from shipworthy.model.image.execution import join
from shipworthy.model.image.steps import Image, Run, Step
from shipworthy.model.run import RunUnit
from shipworthy.text.records import NamedTuple

_ROOT = frozenset({"", "root", "0"})
_NODE_USER = frozenset({"node", "1000"})
_HOME_MAKERS = frozenset({"mkdir", "install", "usermod", "chmod"})


class Account(NamedTuple):
    """A user that an instruction adds."""

    name: str
    uid: str | None
    """As written; None when the system chooses."""
    home: str | None
    creates_home: bool | None


class Home(NamedTuple):
    """The home folder of a container's user; None where it is not known."""

    path: str | None
    writable: bool | None


def user_name(user: str) -> str:
    """The user of a `USER` or `user:` value, without its group."""
    return user.partition(":")[0].strip()


def is_root(user: str) -> bool:
    """Whether a `USER` or `user:` value is root; an empty one is Docker's default, root."""
    return user_name(user) in _ROOT


def accounts(made: Image, stage: int) -> tuple[Account, ...]:
    """The users that the RUNs of a stage and of those below it add."""
    found = []
    for run in _runs(made, stage):
        for command in run.commands:
            tool = command.tool
            if isinstance(tool, AddUser) and tool.name is not None:
                found.append(Account(tool.name, tool.uid, tool.home, tool.creates_home))
    return tuple(found)


def owner(made: Image, stage: int, environment: Environment) -> str | None:
    """Who owns an environment at the end of a stage; "" is root, None is not known."""
    run = next((item.run for item in environment.installs), None)
    found = run.state.user if run is not None else _maker(made, environment)
    since = (environment.made_in, environment.ordinal)
    if environment.copies:
        last = environment.copies[-1]
        found = user_name(last.chown) if last.chown is not None else ""
        since = (last.stage, last.ordinal)
    return _after_changes(made, stage, environment.path, since, found)


def home(made: Image, run: RunUnit) -> Home:
    """The home folder of the user that a container runs as, and whether that user may write."""
    user = run.user
    if user is None or run.stage is None:
        return Home(None, None)
    if "HOME" in run.env:
        given = run.get("HOME")
        return Home(given, is_root(user) or (None if given != "/" else False))
    if is_root(user):
        return Home("/root", True)
    name = user_name(user)
    known = accounts(made, run.stage.number)
    base = made.base(run.stage.number).image
    for account in known:
        if name in (account.name, account.uid):
            return _home_of(made, run.stage.number, account)
    if base is None or not base.known:
        return Home(None, None)
    if base.node is not None and name in _NODE_USER:
        return Home("/home/node", True)
    certain = all(item.complete for item in _runs(made, run.stage.number))
    numbered = all(account.uid is not None for account in known)
    if name.isdigit() and certain and numbered and base.distribution == "debian":
        return Home("/", False)
    return Home(None, None)


def _home_of(made: Image, stage: int, account: Account) -> Home:
    if account.creates_home or account.home is None:
        return Home(account.home, True if account.creates_home else None)
    if account.creates_home is None:
        return Home(account.home, None)
    for run in _runs(made, stage):
        if not run.complete:
            return Home(account.home, None)
        for command in run.commands:
            tool = command.tool
            if isinstance(tool, ChangeOwner):
                if any(_covers(join(command.cwd, path), account.home) for path in tool.paths):
                    return Home(account.home, None)
            elif command.program in _HOME_MAKERS and any(
                word is None or account.home in word for word in command.words[1:]
            ):
                return Home(account.home, None)
    brought = any(
        copy.chown is not None and _covers(copy.destination, account.home)
        for current in made.chain(stage)
        for copy in current.copies()
    )
    return Home(account.home, None if brought else False)


def _maker(made: Image, environment: Environment) -> str | None:
    for step in made.stage(environment.made_in).steps:
        if step.ordinal == environment.at.node:
            return step.state.user
    return None


def _after_changes(
    made: Image, stage: int, path: str, since: tuple[int, int], found: str | None
) -> str | None:
    for step in _steps(made, stage):
        if (step.stage, step.ordinal) <= since or not isinstance(step, Run):
            continue
        for command in step.commands:
            tool = command.tool
            if not isinstance(tool, ChangeOwner):
                continue
            if not any(_covers(join(command.cwd, item), path) for item in tool.paths):
                continue
            if tool.program == "chown" and tool.recursive and not command.conditional:
                found = user_name(tool.to) if tool.to is not None else None
            else:
                return None
    return found


def _covers(folder: str | None, path: str) -> bool:
    if folder is None:
        return True
    base = folder.rstrip("/")
    return path == base or path.startswith(base + "/")


def _runs(made: Image, stage: int) -> tuple[Run, ...]:
    return tuple(run for current in made.chain(stage) for run in current.runs())


def _steps(made: Image, stage: int) -> tuple[Step, ...]:
    return tuple(step for current in made.chain(stage) for step in current.steps)
