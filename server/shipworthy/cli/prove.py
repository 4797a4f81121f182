"""`context --prove`: a Dockerfile that lists what Docker really received, for readers who doubt."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from shipworthy.cli.builds import Workspace
from shipworthy.findings.message import Language, Text
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of
from shipworthy.report.screen import escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import word

_HEAD = Text(
    en="Lists the files that a build receives. Save it as prove.Dockerfile, then run:",
    ja="ビルドに届いたファイルを一覧にします。prove.Dockerfile として保存し、次を実行します:",
)
_UNKNOWN = Text(
    en="the context is decided outside of these files",
    ja="コンテキストはこれらのファイルの外で決まります",
)
_BODY = """FROM busybox:stable
RUN --mount=type=bind,target=/context cd /context && find . ! -type d | sort && \\
    echo "$(find . ! -type d | wc -l) files, $(du -sk . | cut -f 1) KiB"
"""


def proof(workspace: Workspace, units: Iterable[BuildUnit], language: Language) -> Iterator[str]:
    """The lines of the Dockerfile, with a command for each build as comments."""
    yield "# syntax=docker/dockerfile:1"
    yield f"# {word(_HEAD, language)}"
    for unit in units:
        yield "#"
        yield f"# {build_name(workspace.name(unit))}"
        ignore = ignore_path_of(workspace.db, unit)
        if not isinstance(unit.context, str) or not isinstance(ignore, str | None):
            yield f"#   ({word(_UNKNOWN, language)})"
            continue
        context = workspace.relative(unit.context)
        yield f"#   {_command(workspace, unit, ignore, context)}"
    yield from _BODY.rstrip("\n").split("\n")


def _command(workspace: Workspace, unit: BuildUnit, ignore: str | None, context: str) -> str:
    """The build command; an ignore file that goes with its Dockerfile must go with this one, too.

    Of a Dockerfile outside of the context BuildKit reads `NAME.dockerignore` beside it, else the
    `.dockerignore` of the context: the one that the real build reads.
    """
    where = escaped(shlex.quote(context))
    build = f"docker build --no-cache --progress=plain -f prove.Dockerfile {where}"
    named = ignore is not None and ignore != f"{unit.context}/.dockerignore"
    if not named or ignore is None:
        return build
    source = escaped(shlex.quote(workspace.relative(ignore)))
    return f"cp {source} prove.Dockerfile.dockerignore && {build}"
