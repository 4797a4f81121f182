"""`shipworthy why PATH`: the way of a host path into images and containers, or what stops it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from shipworthy.cli import output
from shipworthy.cli.builds import Workspace, below, open_workspace
from shipworthy.cli.stop import Parser, Stop, add_language, language_for
from shipworthy.cli.workspace import absolute, stdin_text
from shipworthy.findings.message import Language, Text, human_size
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of, visibility
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, Visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy
from shipworthy.model.run import RunMount, RunUnit, run_ids, run_unit
from shipworthy.model.unknown import Unknown
from shipworthy.report.screen import Paint, escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import A_FILE, in_brackets, number_of, word
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.context_look import Look, look

_NO_PATH = Text(
    en="argument PATH: expected a path, or --stdin",
    ja="PATH: パスまたは --stdin を指定してください",
)
_ABSENT = Text(en="does not exist here", ja="ここには存在しません")
_OUTSIDE = Text(en="outside the context `{context}`", ja="コンテキスト `{context}` の外にあります")
_UNKNOWN = Text(en="context not known", ja="コンテキストが分かりません")
_BROKEN = Text(
    en="nothing is sent: the ignore file has a malformed pattern",
    ja="何も送られません。ignore ファイルに不正なパターンがあります",
)
_SENT = Text(en="sent", ja="送られます")
_SENT_BY = Text(
    en="sent: `{pattern}` ({where}) includes it again",
    ja="送られます。`{pattern}`（{where}）が再び含めています",
)
_HIDDEN = Text(en="not sent: `{pattern}` ({where})", ja="送られません: `{pattern}`（{where}）")
_NO_COPY = Text(en="copied by no instruction", ja="コピーする命令はありません")
_COPIED = Text(
    en="copied to `{path}` by {keyword} ({where})",
    ja="{keyword}（{where}）が `{path}` にコピーします",
)
_UNREACHED = Text(en="in a stage that is not built", ja="ビルドされないステージ")
_COVERED = Text(
    en="in `{service}`, `{path}` is hidden by the {kind} on `{target}` ({where})",
    ja="`{service}` では `{path}` は `{target}` の {kind}（{where}）に隠されます",
)
_BOUND = Text(
    en="in `{service}`, shown at `{path}` by the bind mount on `{target}` ({where})",
    ja="`{service}` では、`{target}` のバインドマウント（{where}）により `{path}` に見えます",
)
_HOLDS = Text(en="what it holds is sent: {what}", ja="中身のうち送られるもの: {what}")
_AT_LEAST = Text(en="at least {what}", ja="{what} 以上")
_EXCEPT = Text(
    en="not sent of it: `{path}` by `{pattern}` ({where})",
    ja="このうち送られないもの: `{path}`、`{pattern}`（{where}）による",
)
_MORE = Text(en="not sent of it: {count} more", ja="このうち送られないもの: 他 {count} 件")
_PLAIN = Text(
    en="in `{service}`, `{path}` is what the image holds",
    ja="`{service}` では、`{path}` はイメージのものです",
)
_MOUNTS = {
    "bind": Text(en="bind mount", ja="バインドマウント"),
    "volume": Text(en="volume", ja="ボリューム"),
    "tmpfs": Text(en="tmpfs", ja="tmpfs"),
}
_NO_BUILD = Text(en="no build found here", ja="ここにビルドは見つかりませんでした")


class Verdict(NamedTuple):
    """Whether a build's context holds the path, and the pattern that decides."""

    state: str
    """`sent`, `hidden`, `outside`, `unknown`, `failed`."""
    pattern: str
    at: Anchor | None


class Cover(NamedTuple):
    """What a container sees at an image path: a mount, or (None) the image."""

    run: RunUnit
    path: str
    mount: RunMount | None


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser(
        "why",
        "Tell how paths of this disk get into images and containers, or what stops them.",
        "Exit code 0; with --quiet 1 when no build is sent any of the paths. 2 for wrong usage.",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a file or folder; it need not exist"
    )
    parser.add_argument("--stdin", action="store_true", help="read paths from stdin, one a line")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing, answer by the exit code"
    )
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    paths = (*given.paths, *(_listed() if given.stdin else ()))
    if not paths and not given.stdin:
        raise Stop(_NO_PATH)
    if not paths:
        return 1 if given.quiet else 0
    language = language_for(given.lang)
    opened = open_workspace(paths[0], False, paths[1:])
    asked = [opened._replace(path=absolute(path)) for path in paths]
    units = opened.units()
    if given.quiet:
        opened.wipe()
        sent = any(_may_be_sent(item, unit) for item in asked for unit in units)
        return 0 if sent else 1
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        values = [_value(workspace, units) for workspace in asked]
        opened.wipe()
        shown = values[0] if len(values) == 1 else {"version": 1, "paths": values}
        output.write_lines((dump(shown),))
        return 0
    if not units:
        output.note(word(_NO_BUILD, language))
    paint = output.paint_for(sys.stdout)
    for path, workspace in zip(paths, asked, strict=True):
        if not os.path.lexists(path):
            output.note(f"`{escaped(path)}` {word(_ABSENT, language)}")
        lines = list(_told(workspace, units, language, paint))
        opened.wipe()
        if len(asked) > 1:
            output.write_lines((paint(f"{escaped(path)}:", "bold", "cyan"),))
        output.write_lines(lines)
    return 0


def _listed() -> Iterator[str]:
    return (line for line in stdin_text().split("\n") if line)


def _may_be_sent(workspace: Workspace, unit: BuildUnit) -> bool:
    """Whether a build gets the path, or something in it, or may: what is not known may."""
    seen = verdict(workspace, unit)
    inside = _inside(workspace, unit) if seen.state == "hidden" else None
    return seen.state in ("sent", "unknown") or (inside is not None and inside.files > 0)


def verdict(workspace: Workspace, unit: BuildUnit) -> Verdict:
    """Whether the build is sent the path."""
    if not isinstance(unit.context, str):
        return Verdict("unknown", "", None)
    if not below(workspace.path, unit.context):
        return Verdict("outside", "", None)
    path = workspace.path[len(unit.context) :].strip("/")
    seen = visibility(workspace.db, unit, path)
    if isinstance(seen, Hidden):
        return Verdict("hidden", *_pattern(workspace, unit, seen.by))
    if isinstance(seen, Visible):
        return Verdict("sent", *_pattern(workspace, unit, seen.by))
    return Verdict("failed", "", None)


def _pattern(
    workspace: Workspace, unit: BuildUnit, ordinal: int | None
) -> tuple[str, Anchor | None]:
    path = ignore_path_of(workspace.db, unit)
    tree = ignore_file(workspace.db, path) if isinstance(path, str) else None
    if ordinal is None or tree is None or not isinstance(path, str):
        return "", None
    return tree.patterns[ordinal].text, Anchor(path, ordinal, Span(0, 0))


def landings(workspace: Workspace, unit: BuildUnit) -> list[tuple[Copy, str]]:
    """The instructions that copy the path from the disk, and where it lands in the image."""
    known = image(workspace.db, unit.id)
    status = workspace.db.stat(workspace.path)
    is_folder = status is not None and status.kind == "dir"
    found = []
    for copy in [copy for stage in known.stages for copy in stage.copies()] if known else []:
        if copy.origin == "context" and copy.context and below(workspace.path, copy.context):
            path = workspace.path[len(copy.context) :].strip("/")
            landed = copy.lands_folder(path) if is_folder else copy.lands(path)
            if landed is not None:
                found.append((copy, landed))
    return found


def covers(workspace: Workspace, unit: BuildUnit, image_paths: list[str]) -> list[Cover]:
    """What the containers of a build see of the path: at its places in the image, and by binds."""
    found: list[Cover] = []
    for group, name in run_ids(workspace.db):
        known = run_unit(workspace.db, group, name)
        if known is None or known.unit is None or known.unit.id != unit.id:
            continue
        bound = [
            mount.target.rstrip("/") + workspace.path[len(mount.source.rstrip("/")) :]
            for mount in known.mounts
            if mount.type == "bind" and mount.source and below(workspace.path, mount.source)
        ]
        paths = dict.fromkeys((*image_paths, *bound))
        found += [Cover(known, path, known.mount_over(path)) for path in paths]
    return found


def _inside(workspace: Workspace, unit: BuildUnit) -> Look | None:
    """What is sent of the path when it is a folder of the context that exists."""
    ignore = ignore_path_of(workspace.db, unit)
    if not isinstance(unit.context, str) or isinstance(ignore, Unknown):
        return None
    status = workspace.db.stat(workspace.path)
    if status is None or status.kind != "dir":
        return None
    return look(workspace.db, unit.context, ignore, workspace.path[len(unit.context) :].strip("/"))


def _told(
    workspace: Workspace, units: tuple[BuildUnit, ...], language: Language, paint: Paint
) -> Iterator[str]:
    """What is true in each build, builds with the same answer together."""
    found: dict[tuple[str, ...], list[str]] = {}
    for unit in units:
        lines = tuple(_lines(workspace, unit, language))
        found.setdefault(lines, []).append(build_name(workspace.name(unit)))
    for lines, names in found.items():
        yield paint(", ".join(dict.fromkeys(names)), "bold")
        yield from (f"  {line}" for line in lines)
        yield ""


def _lines(workspace: Workspace, unit: BuildUnit, language: Language) -> Iterator[str]:
    seen = verdict(workspace, unit)
    yield _said(workspace, unit, seen, language)
    inside = _inside(workspace, unit) if seen.state in ("sent", "hidden") else None
    if inside is not None and (inside.files or seen.state == "sent"):
        yield from _held(workspace, unit, inside, language)
    landed = landings(workspace, unit) if seen.state == "sent" else []
    for copy, path in landed:
        line = word(
            _COPIED,
            language,
            path=escaped(path),
            keyword=copy.instruction.keyword,
            where=workspace.where(copy.at),
        )
        aside = "" if copy.reachable else in_brackets(word(_UNREACHED, language), language)
        yield line + aside
    if seen.state == "sent" and not landed:
        yield word(_NO_COPY, language)
    for cover in covers(workspace, unit, [path for copy, path in landed if copy.reachable]):
        yield _covered(workspace, cover, language)


def _held(workspace: Workspace, unit: BuildUnit, inside: Look, language: Language) -> Iterator[str]:
    """What is sent of a folder, and what of it is not."""
    comma = "、" if language == "ja" else ", "
    what = f"{number_of(inside.files, A_FILE, language)}{comma}{human_size(inside.size)}"
    if not inside.complete:
        what = word(_AT_LEAST, language, what=what)
    yield word(_HOLDS, language, what=what)
    for item in inside.withheld:
        pattern, at = _pattern(workspace, unit, item.by)
        path = escaped(f"{unit.context}/{item.path}"[len(workspace.path) + 1 :])
        if at is not None:
            yield word(
                _EXCEPT,
                language,
                path=path + ("/" if item.is_dir else ""),
                pattern=escaped(pattern),
                where=workspace.where(at),
            )
    if inside.withheld_more:
        yield word(_MORE, language, count=f"{inside.withheld_more:,}")


def _said(workspace: Workspace, unit: BuildUnit, seen: Verdict, language: Language) -> str:
    where = workspace.where(seen.at) if seen.at is not None else ""
    if seen.state == "hidden":
        return word(_HIDDEN, language, pattern=escaped(seen.pattern), where=where)
    if seen.state == "sent":
        text = _SENT_BY if seen.at is not None else _SENT
        return word(text, language, pattern=escaped(seen.pattern), where=where)
    if seen.state == "outside":
        context = workspace.name(unit).context
        return word(_OUTSIDE, language, context=escaped(context))
    return word(_UNKNOWN if seen.state == "unknown" else _BROKEN, language)


def _covered(workspace: Workspace, cover: Cover, language: Language) -> str:
    service = cover.run.service.name if cover.run.service is not None else "docker run"
    mount = cover.mount
    fields = {"service": escaped(service), "path": escaped(cover.path)}
    if mount is None:
        return word(_PLAIN, language, **fields)
    shows = cover.run.host_path(cover.path) == workspace.path
    return word(
        _BOUND if shows else _COVERED,
        language,
        kind=word(_MOUNTS[mount.type], language) if mount.type in _MOUNTS else mount.type,
        target=escaped(mount.target),
        where=workspace.where(mount.at),
        **fields,
    )


def _held_value(workspace: Workspace, unit: BuildUnit) -> dict[str, Any] | None:
    inside = _inside(workspace, unit)
    if inside is None:
        return None
    return {"files": inside.files, "bytes": inside.size, "complete": inside.complete}


def _value(workspace: Workspace, units: tuple[BuildUnit, ...]) -> dict[str, Any]:
    from shipworthy.report.json_report import build_value  # noqa: PLC0415
    from shipworthy.report.screen import escape_bytes  # noqa: PLC0415

    def place(at: Anchor) -> dict[str, Any]:
        return {"file": escape_bytes(workspace.relative(at.path)), "line": workspace.line(at)}

    builds = []
    for unit in units:
        seen = verdict(workspace, unit)
        landed = landings(workspace, unit) if seen.state == "sent" else []
        decided = None
        if seen.at is not None:
            decided = {"pattern": escape_bytes(seen.pattern), **place(seen.at)}
        seen_in = covers(workspace, unit, [path for copy, path in landed if copy.reachable])
        builds.append(
            {
                "build": build_value(workspace.name(unit)),
                "state": seen.state,
                "holds": _held_value(workspace, unit),
                "by": decided,
                "copied": [
                    {"path": escape_bytes(path), "built": copy.reachable, **place(copy.at)}
                    for copy, path in landed
                ],
                "containers": [
                    {
                        "service": item.run.service.name if item.run.service else None,
                        "path": escape_bytes(item.path),
                        "shows_it": item.run.host_path(item.path) == workspace.path,
                        "mount": None
                        if item.mount is None
                        else {
                            "type": item.mount.type,
                            "target": escape_bytes(item.mount.target),
                            **place(item.mount.at),
                        },
                    }
                    for item in seen_in
                ],
            }
        )
    path = escape_bytes(workspace.relative(workspace.path))
    return {"version": 1, "path": path, "builds": builds}
