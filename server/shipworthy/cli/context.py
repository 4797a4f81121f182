"""`shipworthy context`: what each build sends and each COPY takes, with counts and sizes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from shipworthy.cli import output
from shipworthy.cli.builds import Workspace, below, open_workspace
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.cli.workspace import readable
from shipworthy.engine.reasons import reason_message
from shipworthy.findings.message import Language, Text, human_size
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import Sent, ignore_path_of, ignore_rules, walk
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy
from shipworthy.model.unknown import Unknown
from shipworthy.report.screen import Paint, escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import A_FILE, number_of, word
from shipworthy.text.records import NamedTuple

_SHOWN = 8
"""Names shown of one folder, the largest first."""
_DEPTH = 2

_CONTEXT = Text(en="context {context}, {ignore}", ja="コンテキスト {context}、{ignore}")
_IGNORE = Text(en="ignore file {path}", ja="ignore ファイル {path}")
_NO_IGNORE = Text(en="no ignore file", ja="ignore ファイルなし")
_SENT = Text(en="sent", ja="送信")
_OTHERS = Text(en="{count} more", ja="他 {count} 件")
_TAKES = Text(en="takes {what} to {to}", ja="{what} を {to} へ")
_UNREACHED = Text(en="its stage is not built", ja="このステージはビルドされません")
_SOMEWHERE = Text(en="a path that is not known", ja="不明なパス")
_NO_BUILD = Text(en="no build found here", ja="ここにビルドは見つかりませんでした")
_BAD_PATTERN = Text(
    en="the build fails: a pattern of the ignore file is malformed",
    ja="ignore ファイルのパターンが不正なため、ビルドは失敗します",
)


class Total(NamedTuple):
    """A number of files and their bytes."""

    files: int
    bytes: int

    def plus(self, size: int) -> Total:
        """With one more file."""
        return Total(self.files + 1, self.bytes + size)


class Taken(NamedTuple):
    """What one COPY or ADD takes of the context."""

    copy: Copy
    total: Total


class Shown(NamedTuple):
    """One build's context."""

    unit: BuildUnit
    context: str
    ignore: str | None
    total: Total
    folders: dict[str, Total]
    """By path relative to the context: folders, and files with their own size."""
    names: dict[str, list[str]]
    """The keys of `folders`, by the folder that holds them ("" is the context)."""
    taken: tuple[Taken, ...]


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("context", "Show what each build sends and copies.")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder or file (.)")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--prove", action="store_true", help="print a Dockerfile that lists what Docker receives"
    )
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    folder = os.path.isdir(given.path)
    if not folder:
        readable(given.path, "PATH")
    workspace = open_workspace(given.path, folder)
    language = language_for(given.lang)
    units = [unit for unit in workspace.units() if _concerns(workspace, unit)]
    if given.prove:
        from shipworthy.cli.prove import proof  # noqa: PLC0415

        workspace.wipe()
        output.write_lines(proof(workspace, units, language))
        return 0
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        items = [_value(workspace, unit) for unit in units]
        workspace.wipe()
        output.write_lines((dump({"version": 1, "builds": items}),))
        return 0
    if not units:
        output.note(word(_NO_BUILD, language))
    paint = output.paint_for(sys.stdout)
    for unit in units:
        lines = list(_lines(workspace, unit, language, paint))
        workspace.wipe()
        output.write_lines(lines)
    return 0


def _concerns(workspace: Workspace, unit: BuildUnit) -> bool:
    paths = [unit.origin_file, unit.dockerfile, unit.context]
    ignore = ignore_path_of(workspace.db, unit)
    return any(
        isinstance(path, str) and (below(path, workspace.path) or path == workspace.path)
        for path in (*paths, ignore)
    ) or (isinstance(unit.context, str) and below(workspace.path, unit.context))


def measure(workspace: Workspace, unit: BuildUnit) -> Shown | Unknown:
    """Walk a build's context."""
    ignore = ignore_path_of(workspace.db, unit)
    if isinstance(unit.context, Unknown):
        return unit.context
    if isinstance(ignore, Unknown):
        return ignore
    sent = [entry for entry in walk(workspace.db, unit.context, ignore) if entry.kind != "dir"]
    folders: dict[str, Total] = {}
    nothing = total = Total(0, 0)
    for entry in sent:
        total = total.plus(entry.size)
        path = entry.path
        while path:
            folders[path] = folders.get(path, nothing).plus(entry.size)
            path = path.rpartition("/")[0]
    names: dict[str, list[str]] = {}
    for path in folders:
        names.setdefault(path.rpartition("/")[0], []).append(path)
    known = image(workspace.db, unit.id)
    copies = [copy for stage in known.stages for copy in stage.copies()] if known else []
    taken = tuple(
        Taken(copy, _taken(copy, sent))
        for copy in copies
        if copy.origin == "context" and copy.context == unit.context
    )
    return Shown(unit, unit.context, ignore, total, folders, names, taken)


def _taken(copy: Copy, sent: list[Sent]) -> Total:
    total = Total(0, 0)
    for entry in sent:
        if copy.lands(entry.path) is not None:
            total = total.plus(entry.size)
    return total


def _lines(
    workspace: Workspace, unit: BuildUnit, language: Language, paint: Paint
) -> Iterator[str]:
    yield paint(build_name(workspace.name(unit)), "bold")
    shown = measure(workspace, unit)
    if isinstance(shown, Unknown):
        places = workspace.host.analyse().places
        from shipworthy.findings.message import render  # noqa: PLC0415

        yield f"  {escaped(render(reason_message(shown), language, places))}"
        yield ""
        return
    ignore = word(_NO_IGNORE, language)
    if shown.ignore is not None:
        path = escaped(workspace.relative(shown.ignore))
        ignore = word(_IGNORE, language, path=f"`{path}`")
    context = f"`{escaped(workspace.relative(shown.context))}`"
    yield f"  {word(_CONTEXT, language, context=context, ignore=ignore)}"
    if ignore_rules(workspace.db, shown.ignore).error is not None:
        yield f"  {paint(word(_BAD_PATTERN, language), 'bold', 'red')}"
    yield f"  {word(_SENT, language)}: {_said(shown.total, language)}"
    yield from _tree(shown, "", 1, "  ", language)
    for taken in shown.taken:
        yield f"  {_copy_line(workspace, taken, language)}"
    yield ""


def _copy_line(workspace: Workspace, taken: Taken, language: Language) -> str:
    copy = taken.copy
    destination = copy.destination
    to = f"`{escaped(destination)}`" if destination else word(_SOMEWHERE, language)
    what = _said(taken.total, language)
    line = f"{workspace.where(copy.at)}: {copy.instruction.keyword} "
    line += word(_TAKES, language, what=what, to=to)
    return line if copy.reachable else f"{line} ({word(_UNREACHED, language)})"


def _tree(shown: Shown, folder: str, depth: int, indent: str, language: Language) -> Iterator[str]:
    names = _children(shown, folder)
    for number, path in enumerate(names[:_SHOWN]):
        total = shown.folders[path]
        share = 100 * total.bytes // shown.total.bytes if shown.total.bytes else 0
        last = number == min(len(names), _SHOWN + 1) - 1
        name = escaped(path.rpartition("/")[2])
        inner = _children(shown, path)
        count = f"/  {number_of(total.files, A_FILE, language)}" if inner else ""
        branch = "`-- " if last else "|-- "
        size = f"{human_size(total.bytes):>9} {share:>3}%"
        yield f"  {size} {indent}{branch}{name}{count}"
        if inner and depth < _DEPTH:
            deeper = indent + ("    " if last else "|   ")
            yield from _tree(shown, path, depth + 1, deeper, language)
    if len(names) > _SHOWN:
        rest = names[_SHOWN:]
        size = human_size(sum(shown.folders[path].bytes for path in rest))
        yield f"  {size:>9}      {indent}`-- {word(_OTHERS, language, count=len(rest))}"


def _children(shown: Shown, folder: str) -> list[str]:
    """The paths of a folder's names, the largest first."""
    found = shown.names.get(folder, ())
    return sorted(found, key=lambda path: (-shown.folders[path].bytes, path))


def _said(total: Total, language: Language) -> str:
    return f"{number_of(total.files, A_FILE, language)}, {human_size(total.bytes)}"


def _value(workspace: Workspace, unit: BuildUnit) -> dict[str, Any]:
    from shipworthy.report.json_report import build_value  # noqa: PLC0415
    from shipworthy.report.screen import escape_bytes  # noqa: PLC0415

    value: dict[str, Any] = dict(build_value(workspace.name(unit)))
    shown = measure(workspace, unit)
    if isinstance(shown, Unknown):
        return {**value, "unknown": shown.reason or "undecided"}
    value["ignore_file"] = (
        escape_bytes(workspace.relative(shown.ignore)) if shown.ignore is not None else None
    )
    value["sent"] = shown.total._asdict()
    value["entries"] = [
        {"path": escape_bytes(path), **shown.folders[path]._asdict()}
        for path in _children(shown, "")
    ]
    value["copies"] = [
        {
            "file": escape_bytes(workspace.relative(copy.at.path)),
            "line": workspace.line(copy.at),
            "instruction": copy.instruction.keyword,
            "destination": copy.destination and escape_bytes(copy.destination),
            "built": copy.reachable,
            **total._asdict(),
        }
        for copy, total in shown.taken
    ]
    return value
