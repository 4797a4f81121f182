"""`shipworthy why PATH`: the way of a host path into images and containers, or what stops it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from shipworthy.cli import output
from shipworthy.cli.builds import Workspace, below, open_workspace
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.findings.message import Language, Text
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_path_of, visibility
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, Visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy
from shipworthy.model.run import RunMount, RunUnit, run_ids, run_unit
from shipworthy.report.screen import Paint, escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import word
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

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
_PLAIN = Text(
    en="in `{service}`, `{path}` is what the image holds",
    ja="`{service}` では、`{path}` はイメージのものです",
)
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
    parser = Parser("why", "Tell how a path of this disk gets into images and containers.")
    parser.add_argument("path", metavar="PATH", help="a file or folder; it need not exist")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    workspace = open_workspace(given.path, False)
    language = language_for(given.lang)
    units = workspace.units()
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        value = _value(workspace, units)
        workspace.wipe()
        output.write_lines((dump(value),))
        return 0
    if not units:
        output.note(word(_NO_BUILD, language))
    if not os.path.lexists(given.path):
        output.note(f"`{escaped(given.path)}` {word(_ABSENT, language)}")
    paint = output.paint_for(sys.stdout)
    for unit in units:
        lines = list(_lines(workspace, unit, language, paint))
        workspace.wipe()
        output.write_lines(lines)
    return 0


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
    found = []
    for copy in [copy for stage in known.stages for copy in stage.copies()] if known else []:
        if copy.origin == "context" and copy.context and below(workspace.path, copy.context):
            landed = copy.lands(workspace.path[len(copy.context) :].strip("/"))
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


def _lines(
    workspace: Workspace, unit: BuildUnit, language: Language, paint: Paint
) -> Iterator[str]:
    yield paint(build_name(workspace.name(unit)), "bold")
    seen = verdict(workspace, unit)
    yield f"  {_said(workspace, unit, seen, language)}"
    landed = landings(workspace, unit) if seen.state == "sent" else []
    for copy, path in landed:
        line = word(
            _COPIED,
            language,
            path=escaped(path),
            keyword=copy.instruction.keyword,
            where=workspace.where(copy.at),
        )
        yield f"  {line}" + ("" if copy.reachable else f" ({word(_UNREACHED, language)})")
    if seen.state == "sent" and not landed:
        yield f"  {word(_NO_COPY, language)}"
    for cover in covers(workspace, unit, [path for copy, path in landed if copy.reachable]):
        yield f"  {_covered(workspace, cover, language)}"
    yield ""


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
        kind=mount.type,
        target=escaped(mount.target),
        where=workspace.where(mount.at),
        **fields,
    )


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
