"""`shipworthy init`: writes the exemplary layout for a project, never over an existing file."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from shipworthy.cli import output
from shipworthy.cli.fix_words import NOT_WRITTEN, why_not_written
from shipworthy.cli.stop import Parser, Stop, add_language, language_for
from shipworthy.cli.workspace import absolute, make_host
from shipworthy.engine.writing import WriteRefused, write_atomically
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Language, Message, Text, render
from shipworthy.report.screen import escaped
from shipworthy.report.words import RUN_NEXT, SEVERITY, word

if TYPE_CHECKING:
    from shipworthy.engine.analysis import Analysis
    from shipworthy.views.exemplary import Layout

_REFUSED = Text(en="argument PATH: {why}", ja="PATH: {why}")
_GUESSED = Text(
    en="nothing in the project says what to start: `CMD {words}` is a guess, put yours there",
    ja="プロジェクトには何を起動するかが書かれていません。`CMD {words}` は推測なので、書き換えて"
    "ください",
)
_NO_FOLDER = Text(
    en="argument PATH: expected a folder, `{path}` is none",
    ja="PATH: フォルダーが必要ですが、`{path}` は違います",
)
_WROTE = Text(en="wrote `{path}`", ja="`{path}` を書き出しました")
_KEPT = Text(
    en="`{path}` exists and was left as it is", ja="`{path}` はすでにあるため、そのままです"
)
OTHER_NAMES = {
    "compose.yaml": ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"),
    "Dockerfile": ("Dockerfile", "dockerfile", "Containerfile"),
}
"""Names under which Docker would find a file of the same role."""


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("init", "Write an ignore file, a Dockerfile and a compose file that are right.")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the project (.)")
    parser.add_argument("--dry-run", action="store_true", help="print the files instead")
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    language = language_for(given.lang)
    folder = absolute(given.path)
    if not os.path.isdir(folder):
        raise Stop(_NO_FOLDER, path=given.path)
    from shipworthy.views.exemplary import layout  # noqa: PLC0415  (not needed for errors)

    host = make_host((folder,))
    found = layout(host.db, folder)
    if isinstance(found, Message):
        why = render(found, language, host.analyse().places)
        raise Stop(_REFUSED, why=why)
    if given.dry_run:
        for name, text in found.files:
            output.write_lines((f"# {name}",))
            output.write_exact(text, sys.stdout)
        return 0
    for name, text in found.files:
        _write(folder, name, text, language)
    for line in _amiss(make_host((folder,)).analyse(), folder, found, language):
        output.note(line)
    if found.guessed is not None:
        output.note(word(_GUESSED, language, words=found.guessed))
    output.write_lines((f"{word(RUN_NEXT, language)}: {_next(given.path, found)}",))
    return 0


def _amiss(analysis: Analysis, folder: str, found: Layout, language: Language) -> Iterator[str]:
    """What is reported in the layout's files: those that were there already may be at odds."""
    from shipworthy.views.exemplary import UNLOCKED  # noqa: PLC0415

    names = {name for role, _ in found.files for name in OTHER_NAMES.get(role, (role,))}
    expected = UNLOCKED if found.unlocked is not None else frozenset()
    for finding in analysis.findings:
        path, span = analysis.locate(finding.at)
        above, _, name = path.rpartition("/")
        if above != folder or name not in names or finding.rule in expected:
            continue
        if finding.severity >= Severity.WARNING:
            line = analysis.line_column(path, span.start).line + 1
            severity = word(SEVERITY[finding.severity], language)
            message = analysis.render(finding.message, language)
            yield f"{analysis.relative(path)}:{line}: {severity}[{finding.rule}] {message}"


def _next(given: str, found: Layout) -> str:
    """The commands to run from here: a workspace's `uv lock` locks it from any of its members."""
    here = absolute(given) == absolute(".")
    change = () if here else (f"cd {escaped(shlex.quote(given))}",)
    lock = ("uv lock",) if found.unlocked is not None else ()
    return " && ".join((*change, *lock, "docker compose up --build --watch"))


def _write(folder: str, name: str, text: str, language: Language) -> None:
    for other in OTHER_NAMES.get(name, (name,)):
        if os.path.lexists(f"{folder}/{other}"):
            output.write_lines((word(_KEPT, language, path=escaped(other)),))
            return
    try:
        write_atomically(f"{folder}/{name}", None, text, (folder,))
    except WriteRefused as refused:
        raise Stop(NOT_WRITTEN, path=name, why=why_not_written(refused, language)) from None
    output.write_lines((word(_WROTE, language, path=escaped(name)),))
