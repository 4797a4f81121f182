"""What an expanded command line means to the tools a Python image is built with."""

from __future__ import annotations

from typing import Final, TypeAlias

from shipworthy.model.commands.managers import MANAGERS, ManagerCommand, understand_manager
from shipworthy.model.commands.options import Environment, Option, Options, Words
from shipworthy.model.commands.pip import (
    MakeEnvironment,
    PipCommand,
    PythonCommand,
    Wanted,
    understand_pip,
    understand_python,
    understand_venv,
    wanted,
)
from shipworthy.model.commands.system import (
    OWNER_PROGRAMS,
    SYSTEM_MANAGERS,
    AddGroup,
    AddUser,
    ChangeOwner,
    Download,
    SystemPackages,
    understand_download,
    understand_group,
    understand_owner,
    understand_packages,
    understand_user,
    uv_installer,
)
from shipworthy.model.commands.uv import (
    Groups,
    Scope,
    UvCommand,
    UvRun,
    understand_uv,
)
from shipworthy.model.commands.uv_environment import (
    UV_ENVIRONMENT,
    Switch,
    boolean,
    environment_switch,
    is_uv_variable,
)
from shipworthy.text.patterns import regex

__all__ = [
    "UV_ENVIRONMENT",
    "AddGroup",
    "AddUser",
    "ChangeOwner",
    "Download",
    "Environment",
    "Groups",
    "MakeEnvironment",
    "ManagerCommand",
    "Option",
    "Options",
    "PipCommand",
    "PythonCommand",
    "Scope",
    "Switch",
    "SystemPackages",
    "ToolCommand",
    "UvCommand",
    "UvRun",
    "Wanted",
    "Words",
    "boolean",
    "environment_switch",
    "is_uv_variable",
    "understand",
    "uv_installer",
    "wanted",
]

ToolCommand: TypeAlias = (
    UvCommand
    | PipCommand
    | MakeEnvironment
    | PythonCommand
    | ManagerCommand
    | SystemPackages
    | AddUser
    | AddGroup
    | ChangeOwner
    | Download
)

_PYTHON: Final = regex(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?t?\Z")
_PIP: Final = regex(r"pip(?:\d+(?:\.\d+)*)?\Z")


def understand(words: Words, env: Environment) -> ToolCommand | None:
    """What the command does; None for a program that is not in the tables.

    `words` are expanded, prefixes (`exec`, `env`, `gosu`) taken off, None = an unknown word. The
    program counts by the last component of its path. `env` is the environment it runs in.
    """
    if not words or words[0] is None:
        return None
    name = words[0].rsplit("/", 1)[-1]
    rest = words[1:]
    if _PYTHON.match(name):
        return _python(words[0], rest, env)
    return _program(name, (words[0],), rest, env)


def _python(program: str, words: Words, env: Environment) -> ToolCommand:
    command = understand_python(program, words)
    if command.module is None:
        return command
    if command.module == "venv":
        return understand_venv(program, command.arguments)
    module = _program(command.module, (program, "-m", command.module), command.arguments, env)
    return module if module is not None and command.module in _MODULES else command


_MODULES: Final = frozenset({"uv", "pip", "poetry", "pdm", "pipenv", "virtualenv"})


def _program(
    name: str, program: tuple[str, ...], words: Words, env: Environment
) -> ToolCommand | None:
    if name == "uv":
        return understand_uv(words, env)
    if name == "uvx":
        return understand_uv(("tool", "run", *words), env)
    if _PIP.match(name):
        return understand_pip(program, words, env)
    if name == "virtualenv":
        return understand_venv(name, words)
    if name == "npx":
        return understand_manager("npm", ("exec", *words))
    if name in MANAGERS:
        return understand_manager(name, words)
    if name in SYSTEM_MANAGERS:
        return understand_packages(name, words)
    if name in {"useradd", "adduser"}:
        return understand_user(name, words)
    if name in {"groupadd", "addgroup"}:
        return understand_group(name, words)
    if name in OWNER_PROGRAMS:
        return understand_owner(name, words)
    if name in {"curl", "wget"}:
        return understand_download(name, words)
    return None
