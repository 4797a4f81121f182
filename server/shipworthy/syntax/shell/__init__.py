"""POSIX shell and the bash forms met in Dockerfiles, entrypoints and compose files."""

from shipworthy.syntax.shell.nodes import (
    Assignment,
    Command,
    Environment,
    Literal,
    Opaque,
    Part,
    Redirect,
    Script,
    ShellWord,
    Variable,
)
from shipworthy.syntax.shell.parser import parse
from shipworthy.syntax.shell.prefixes import (
    effective,
    new_arguments,
    script_argument,
    unwrap,
    with_arguments,
)

__all__ = [
    "Assignment",
    "Command",
    "Environment",
    "Literal",
    "Opaque",
    "Part",
    "Redirect",
    "Script",
    "ShellWord",
    "Variable",
    "effective",
    "new_arguments",
    "parse",
    "script_argument",
    "unwrap",
    "with_arguments",
]
