"""`shipworthy context`: what each build sends and each COPY takes, with counts and sizes."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import Any

from shipworthy.cli import output
from shipworthy.cli.builds import Workspace, below, open_workspace
from shipworthy.cli.measuring import NOTHING, Measured, Taken, Total, measure, use
from shipworthy.cli.stop import Parser, add_language, language_for, natural
from shipworthy.cli.workspace import readable
from shipworthy.engine.reasons import reason_message
from shipworthy.findings.message import Language, Text, human_size, render
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import Notable, ignore_path_of, ignore_rules
from shipworthy.model.unknown import Unknown
from shipworthy.report.screen import escaped
from shipworthy.report.text import build_name
from shipworthy.report.tree import Canvas, Row, drawn
from shipworthy.report.words import A_FILE, in_brackets, number_of, word
from shipworthy.text.records import NamedTuple

_SHOWN = 8
_DEPTH = 2

_CONTEXT = Text(en="context {context}, {ignore}", ja="コンテキスト {context}、{ignore}")
_IGNORE = Text(en="ignore file {path}", ja="ignore ファイル {path}")
_NO_IGNORE = Text(en="no ignore file", ja="ignore ファイルなし")
_SENT = Text(en="sent", ja="送信")
_OTHERS = Text(en="{count} more", ja="他 {count} 件")
_TAKES = Text(en="takes {what} to {to}", ja="{what} を {to} へ")
_LEFT = Text(
    en="no instruction takes {what} of it: BuildKit leaves that behind",
    ja="うち {what} はどの命令も使いません（BuildKit は転送しません）",
)
_UNREADABLE = Text(
    en="`{path}/` cannot be read: a build that sends it stops with `permission denied`",
    ja="`{path}/` を読み込めません。これを送るビルドは `permission denied` で止まります",
)
_UNREACHED = Text(en="its stage is not built", ja="このステージはビルドされません")
_SOMEWHERE = Text(en="a path that is not known", ja="不明なパス")
_NO_BUILD = Text(en="no build found here", ja="ここにビルドは見つかりませんでした")
_BAD_PATTERN = Text(
    en="the build fails: a pattern of the ignore file is malformed",
    ja="ignore ファイルのパターンが不正なため、ビルドは失敗します",
)
_REMARKS: dict[Notable, Text] = {
    "environment": Text(en="environment of the host", ja="ホストの仮想環境"),
    "node_modules": Text(en="packages of the host", ja="ホストのパッケージ"),
    "git": Text(en="the whole history", ja="履歴全体"),
    "cache": Text(en="cache", ja="キャッシュ"),
    "bytecode": Text(en="bytecode", ja="バイトコード"),
    "secret": Text(en="secret", ja="秘密情報"),
}


class _Sending(NamedTuple):
    """Builds that send the same: one context under one ignore file, or unknown ones."""

    units: tuple[BuildUnit, ...]
    context: str | Unknown
    ignore: str | Unknown | None


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("context", "Show what each build sends and copies.")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder or file (.)")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--depth",
        type=natural,
        metavar="N",
        help="levels of the tree that are shown (text 2, json 1)",
    )
    parser.add_argument(
        "--top",
        type=natural,
        default=_SHOWN,
        metavar="N",
        help="names of each folder (8); 0 for all",
    )
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

        items = [
            _value(workspace, unit, sending, measured, given.depth or 1)
            for sending in _grouped(workspace, units)
            for measured in (_measured(workspace, sending),)
            for unit in sending.units
        ]
        workspace.wipe()
        output.write_lines((dump({"version": 1, "builds": items}),))
        return 0
    if not units:
        output.note(word(_NO_BUILD, language))
    canvas = output.canvas_for(sys.stdout)
    for sending in _grouped(workspace, units):
        lines = list(_lines(workspace, sending, given, language, canvas))
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


def _grouped(workspace: Workspace, units: Iterable[BuildUnit]) -> Iterator[_Sending]:
    """Builds that send the same together, in the order of the first."""
    found: dict[object, list[BuildUnit]] = {}
    for unit in units:
        ignore = ignore_path_of(workspace.db, unit)
        known = isinstance(unit.context, str) and not isinstance(ignore, Unknown)
        found.setdefault((unit.context, ignore) if known else unit.id, []).append(unit)
    for group in found.values():
        ignore = ignore_path_of(workspace.db, group[0])
        yield _Sending(tuple(group), group[0].context, ignore)


def _measured(workspace: Workspace, sending: _Sending) -> Measured | Unknown:
    if isinstance(sending.context, Unknown):
        return sending.context
    if isinstance(sending.ignore, Unknown):
        return sending.ignore
    return measure(workspace.db, sending.context, sending.ignore)


def _lines(
    workspace: Workspace, sending: _Sending, given: Namespace, language: Language, canvas: Canvas
) -> Iterator[str]:
    names = [build_name(workspace.name(unit)) for unit in sending.units]
    yield canvas.paint(", ".join(names), "bold")
    measured = _measured(workspace, sending)
    if isinstance(measured, Unknown):
        places = workspace.host.analyse().places
        yield f"  {escaped(render(reason_message(measured), language, places))}"
        yield ""
        return
    ignore = word(_NO_IGNORE, language)
    if isinstance(sending.ignore, str):
        path = escaped(workspace.relative(sending.ignore))
        ignore = word(_IGNORE, language, path=f"`{path}`")
        if ignore_rules(workspace.db, sending.ignore).error is not None:
            yield f"  {canvas.paint(word(_BAD_PATTERN, language), 'bold', 'red')}"
    context = f"`{escaped(workspace.relative(str(sending.context)))}`"
    yield f"  {word(_CONTEXT, language, context=context, ignore=ignore)}"
    for path in measured.unreadable:
        line = word(_UNREADABLE, language, path=escaped(path))
        yield f"  {canvas.paint(line, 'bold', 'yellow')}"
    yield f"  {word(_SENT, language)}: {_said(measured.total, language)}"
    depth = _DEPTH if given.depth is None else given.depth
    for row in _rows(measured, "", (), depth, given.top, language):
        yield f"  {drawn(canvas, row)}"
    yield from (f"  {line}" for line in _takers(workspace, sending, measured, language))
    yield ""


def _rows(
    measured: Measured,
    folder: str,
    above: tuple[bool, ...],
    depth: int,
    top: int,
    language: Language,
) -> Iterator[Row]:
    """The tree below a folder, the largest first."""
    names = measured.children(folder) if len(above) < depth else []
    shown = names[:top] if top and len(names) > top + 1 else names
    whole = measured.total.bytes
    for number, path in enumerate(shown):
        total = measured.folders[path]
        last = (*above, number == len(names) - 1)
        inside = path in measured.names
        kind = measured.notable.get(path)
        yield Row(
            last,
            escaped(path.rpartition("/")[2]) + ("/" if inside else ""),
            total.bytes,
            total.bytes / whole if whole else 0.0,
            inside,
            number_of(total.files, A_FILE, language) if inside else "",
            word(_REMARKS[kind], language) if kind is not None else "",
        )
        yield from _rows(measured, path, last, depth, top, language)
    rest = names[len(shown) :]
    if rest:
        size = sum(measured.folders[path].bytes for path in rest)
        text = word(_OTHERS, language, count=f"{len(rest):,}")
        yield Row((*above, True), text, size, None, False, "", "")


def _takers(
    workspace: Workspace, sending: _Sending, measured: Measured, language: Language
) -> Iterator[str]:
    """What each instruction takes, and what none of a build does; builds that agree said once."""
    copies: dict[str, None] = {}
    left: dict[Total, list[str]] = {}
    for unit in sending.units:
        used = use(workspace.db, unit, measured.files)
        for item in used.taken:
            copies[_copy_line(workspace, item, measured.total, language)] = None
        left.setdefault(used.left_behind, []).append(build_name(workspace.name(unit)))
    yield from copies
    for rest, names in left.items():
        if rest != NOTHING:
            line = word(_LEFT, language, what=_said(rest, language))
            yield line if len(left) == 1 else f"{', '.join(names)}: {line}"


def _copy_line(workspace: Workspace, item: Taken, whole: Total, language: Language) -> str:
    copy = item.copy
    destination = copy.destination
    to = f"`{escaped(destination)}`" if destination else word(_SOMEWHERE, language)
    what = _said(item.total, language)
    if whole.bytes:
        what += in_brackets(f"{100 * item.total.bytes // whole.bytes}%", language)
    line = f"{workspace.where(copy.at)}: {copy.instruction.keyword} "
    line += word(_TAKES, language, what=what, to=to)
    return line if copy.reachable else line + in_brackets(word(_UNREACHED, language), language)


def _said(total: Total, language: Language) -> str:
    comma = "、" if language == "ja" else ", "
    return f"{number_of(total.files, A_FILE, language)}{comma}{human_size(total.bytes)}"


def _value(
    workspace: Workspace,
    unit: BuildUnit,
    sending: _Sending,
    measured: Measured | Unknown,
    depth: int,
) -> dict[str, Any]:
    from shipworthy.report.json_report import build_value  # noqa: PLC0415
    from shipworthy.report.screen import escape_bytes  # noqa: PLC0415

    value: dict[str, Any] = dict(build_value(workspace.name(unit)))
    if isinstance(measured, Unknown):
        return {**value, "unknown": measured.reason or "undecided"}
    ignore = sending.ignore
    value["ignore_file"] = (
        escape_bytes(workspace.relative(ignore)) if isinstance(ignore, str) else None
    )
    value["sent"] = measured.total._asdict()
    used = use(workspace.db, unit, measured.files)
    value["left_behind"] = used.left_behind._asdict()
    value["unreadable"] = [escape_bytes(path) for path in measured.unreadable]
    value["entries"] = [
        {
            "path": escape_bytes(path),
            **measured.folders[path]._asdict(),
            **({"kind": measured.notable[path]} if path in measured.notable else {}),
        }
        for path in _below(measured, "", depth)
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
        for copy, total in used.taken
    ]
    return value


def _below(measured: Measured, folder: str, depth: int) -> Iterator[str]:
    for path in measured.children(folder) if depth else ():
        yield path
        yield from _below(measured, path, depth - 1)
