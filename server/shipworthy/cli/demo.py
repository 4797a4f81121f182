"""`explain RULE --demo DIR`: the small faulty project of a rule's page, to see it fail."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator

from shipworthy.cli.builds import open_workspace
from shipworthy.cli.stop import Stop
from shipworthy.cli.workspace import absolute
from shipworthy.db.inputs import encode
from shipworthy.docsgen.markdown import Fence
from shipworthy.docsgen.rule_index import documented
from shipworthy.docsgen.rule_pages import page_of
from shipworthy.findings.message import Language, Text
from shipworthy.model.builds import all_units
from shipworthy.model.next_commands import build_command, compose_command
from shipworthy.model.run import runs_of
from shipworthy.report.screen import escaped
from shipworthy.report.words import word
from shipworthy.rules.index import RULES

_NO_EXAMPLE = Text(
    en="argument --demo: the rule `{rule}` has no example",
    ja="--demo: ルール `{rule}` には例がありません",
)
_NOT_EMPTY = Text(
    en="argument --demo: `{path}` exists and is not an empty folder",
    ja="--demo: `{path}` はすでにあり、空のフォルダーではありません",
)
_CANNOT_WRITE = Text(
    en="argument --demo: `{path}` cannot be written ({why})",
    ja="--demo: `{path}` に書き込めません（{why}）",
)
_WROTE = Text(en="wrote the example to `{path}`", ja="例を `{path}` に書き出しました")
_SEE = Text(en="see it reported:", ja="指摘を見る:")
_FAIL = Text(en="see it happen:", ja="実際に起こす:")
_EXPECT = Text(en="what you will meet:", ja="起こること:")


def write_demo(rule: str, given: str, language: Language) -> Iterator[str]:
    """Write the project; the lines to print. Raises Stop when it cannot be written."""
    listed = next((item for item in RULES if item.name == rule), None)
    page = page_of(documented(listed.module)) if listed is not None else None
    example = page.parts.get("Example") if page is not None else None
    if page is None or example is None:
        raise Stop(_NO_EXAMPLE, rule=rule)
    folder = absolute(given)
    if os.path.lexists(folder) and not (os.path.isdir(folder) and not os.listdir(folder)):
        raise Stop(_NOT_EMPTY, path=given)
    try:
        _write(folder, example.fences)
    except OSError as error:
        raise Stop(_CANNOT_WRITE, path=given, why=error.strerror or "") from None
    yield word(_WROTE, language, path=escaped(given))
    where = escaped(shlex.quote(given))
    yield word(_SEE, language)
    yield f"  shipworthy check {where}"
    commands = tuple(_commands(folder))
    if commands:
        yield word(_FAIL, language)
        yield f"  cd {where}"
        yield from (f"  {escaped(command)}" for command in commands)
    if page.symptoms:
        yield word(_EXPECT, language)
        yield from (f"  {escaped(word(text, language))}" for text in page.symptoms)


def _write(folder: str, fences: Iterable[Fence]) -> None:
    # A root of its own, so that nothing above it is taken for a part of the project.
    os.makedirs(f"{folder}/.git", exist_ok=True)
    for fence in fences:
        path = fence.get("file")
        if path is None or "absent" in fence.words:
            continue
        target = f"{folder}/{path}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        link = fence.get("link")
        if link is not None:
            os.symlink(link, target)
            continue
        text = fence.text.removesuffix("\n") if "no-final-newline" in fence.words else fence.text
        if fence.get("eol") == "crlf":
            text = text.replace("\n", "\r\n")
        if "bom" in fence.words:
            text = "\ufeff" + text
        with open(target, "xb") as file:
            file.write(encode(text))
        if int(fence.get("mode") or "644", 8) & 0o111:
            os.chmod(target, 0o755)


def _commands(folder: str) -> Iterator[str]:
    """The builds of the example, and the start of what its services run."""
    workspace = open_workspace(folder, folder=True)
    started: dict[str, None] = {}
    for unit in all_units(workspace.db):
        services = [run for run in runs_of(workspace.db, unit.id) if run.service is not None]
        if services and unit.origin == "compose":
            started[compose_command(workspace.db, unit, "up --build")] = None
        else:
            started[build_command(workspace.db, unit)] = None
    yield from started
