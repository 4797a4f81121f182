"""Paths as compose-go resolves them (paths/resolve.go, paths/context.go). All use `/`."""

from __future__ import annotations

from shipworthy.model.compose.interpolate import Lookup
from shipworthy.model.compose.tree import MARK
from shipworthy.text.patterns import regex

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")
_WINDOWS = regex(r"[A-Za-z]:[\\/]|\\\\")


def clean(path: str) -> str:
    """The shortest equal path (Go's filepath.Clean)."""
    if not path:
        return "."
    rooted = path[0] == "/"
    out: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            out.append(part)
        elif out and out[-1] != "..":
            out.pop()
        elif not rooted:
            out.append(part)
    return ("/" if rooted else "") + "/".join(out) if out or rooted else "."


def join(base: str, path: str) -> str:
    """A relative path below a directory; an absolute one is taken to be relative, too."""
    return clean(f"{base}/{path}")


def parent(path: str) -> str:
    """The directory that holds a path."""
    return clean(path.rpartition("/")[0] or "/")


def absolute(path: str, base: str, lookup: Lookup) -> str:
    """A path of a compose file made absolute; an empty one stays empty.

    The result contains MARK where nobody can know it.
    """
    expanded = expand_home(path, lookup)
    if not expanded or expanded[0] in ("/", MARK):
        return expanded
    return join(base, expanded)


def absolute_source(path: str, base: str, lookup: Lookup) -> str:
    """The same for the source of a bind mount, which may also be a Windows path."""
    expanded = expand_home(path, lookup)
    if expanded.startswith(("/", MARK)) or _WINDOWS.match(expanded):
        return expanded
    return join(base, expanded)


def expand_home(path: str, lookup: Lookup) -> str:
    """`~` and `~/...` with the home directory of the environment, if there is one."""
    if not path.startswith("~"):
        return path
    home = lookup("HOME")
    if not home:
        return path
    return home if home == MARK else join(home, path[1:])


def is_remote_context(context: str) -> bool:
    """Whether a build context is a URL, a git repository or another service or stage."""
    return "://" in context or context.startswith(("service:", *_REMOTE))


def build_context(context: str, base: str, lookup: Lookup) -> str:
    """A build context made absolute, unless it is remote."""
    return context if is_remote_context(context) else absolute(context, base, lookup)
