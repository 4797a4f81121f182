"""`context --prove`: a Dockerfile that lists what Docker really received, for readers who doubt."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from shipworthy.cli.builds import Workspace
from shipworthy.cli.measuring import measure, sum_of
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
_EXPECTED = Text(en="expected: {what}", ja="予想: {what}")
_UNKNOWN = Text(
    en="the context is decided outside of these files",
    ja="コンテキストはこれらのファイルの外で決まります",
)
_NAME = "prove.Dockerfile"
_BODY = f"""FROM busybox:stable AS list
RUN --mount=type=bind,target=/context cd /context && \\
    find . ! -type d ! -name '{_NAME}*' | sort > /received && \\
    find . -type f ! -name '{_NAME}*' -exec stat -c %s {{}} + > /sizes && \\
    sum=$(awk '{{ sum += $1 }} END {{ printf "%.0f", sum }}' /sizes) && \\
    echo "$(wc -l < /received) files, $sum bytes" >> /received
FROM scratch
COPY --from=list /received /
"""
# The list leaves the build as a file: BuildKit cuts the output of a RUN that prints much.


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
        total = sum_of(measure(workspace.db, unit.context, ignore).files, _listed)
        what = f"{total.files} files, {total.bytes} bytes"
        yield f"#   {word(_EXPECTED, language, what=what)}"
    yield from _BODY.rstrip("\n").split("\n")


def _listed(path: str) -> bool:
    return not path.rpartition("/")[2].startswith(_NAME)


def _command(workspace: Workspace, unit: BuildUnit, ignore: str | None, context: str) -> str:
    """The build command; an ignore file that goes with its Dockerfile must go with this one, too.

    Of a Dockerfile outside of the context BuildKit reads `NAME.dockerignore` beside it, else the
    `.dockerignore` of the context: the one that the real build reads.
    """
    where = escaped(shlex.quote(context))
    build = f"docker build --no-cache -f {_NAME} -o - {where} | tar -xO"
    named = ignore is not None and ignore != f"{unit.context}/.dockerignore"
    if not named or ignore is None:
        return build
    source = escaped(shlex.quote(workspace.relative(ignore)))
    return f"cp {source} {_NAME}.dockerignore && {build}"
