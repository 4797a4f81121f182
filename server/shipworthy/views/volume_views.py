"""What a mount of a service does: the effective table, and what of the image it hides or shows."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Place, Text, clause
from shipworthy.model.compose_files import compose_groups
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import final_environments
from shipworthy.model.run import RunMount, RunUnit, run_ids, run_unit
from shipworthy.model.workspace import root_of
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple
from shipworthy.views.page import Part, code, inner, item, relative, text

TABLE = Text(
    en="**Mounts of {service}**, in effective order:", ja="**{service} のマウント**（適用順）:"
)
BIND = Text(en="{target} ← folder `{source}`{mode}", ja="{target} ← フォルダー `{source}`{mode}")
BIND_ABSENT = Text(
    en="{target} ← `{source}`{mode}, which does not exist: Docker makes an empty folder",
    ja="{target} ← `{source}`{mode}（存在しません。Docker が空のフォルダーを作ります）",
)
BIND_UNKNOWN = Text(
    en="{target} ← a host path that these files do not decide{mode}",
    ja="{target} ← これらのファイルでは決まらないホストのパス{mode}",
)
NAMED = Text(en="{target} ← volume `{source}`{mode}", ja="{target} ← ボリューム `{source}`{mode}")
ANONYMOUS = Text(en="{target} ← anonymous volume{mode}", ja="{target} ← 匿名ボリューム{mode}")
OTHER = Text(en="{target} ← {kind}{mode}", ja="{target} ← {kind}{mode}")
READ_ONLY = Text(en=" (read-only)", ja="（読み取り専用）")
WRITABLE = Text(en="", ja="")
HERE = Text(en="**{line}** (here)", ja="**{line}**（ここ）")
PLAIN = Text(en="{line}", ja="{line}")
HIDES = Text(
    en="hides {path} of the image ({what}, {where})",
    ja="イメージの {path} を隠します（{what}、{where}）",
)
FILLED = Text(
    en="starts with the image's {path} ({what}, {where}) when the volume is new, and keeps that"
    " content after later builds",
    ja="ボリュームが新しいときだけイメージの {path}（{what}、{where}）で始まり、"
    "再ビルド後もその中身が残ります",
)
SHOWN = Text(
    en="{path} is shown by the mount on {target} instead",
    ja="{path} は {target} のマウントが見せます",
)
ENVIRONMENT = Text(en="environment", ja="環境")
COPIED = Text(en="copied", ja="コピー")
UNKNOWN_MOUNTS = Text(
    en="Some mount is decided outside these files, so the table is not complete.",
    ja="これらのファイルの外で決まるマウントがあるため、この表は完全ではありません。",
)
NO_IMAGE = Text(
    en="What its image holds is not known here.", ja="イメージの中身はここでは分かりません。"
)


class Content(NamedTuple):
    """Something that an image holds: its path, what it is, and what puts it there."""

    path: str
    what: Text
    at: Anchor


def runs_in(db: Database, path: str) -> Iterator[RunUnit]:
    """The services of the compose projects that read a file."""
    groups = compose_groups(db, root_of(db, path))
    for group, name in run_ids(db):
        if group is not None and group in groups:
            run = run_unit(db, group, name)
            if run is not None:
                yield run


def mounts_at(
    db: Database, path: str, block: int, start: int
) -> Iterator[tuple[RunUnit, RunMount]]:
    """The mounts that are written at a place, in each service that has them."""
    for run in runs_in(db, path):
        for mount in run.mounts:
            at = mount.at
            if at.path == path and at.node == block and at.span.start <= start < at.span.end:
                yield run, mount


def contents(db: Database, run: RunUnit) -> tuple[Content, ...]:
    """What the service's image holds by its own Dockerfile: environments and copied paths."""
    if run.unit is None or run.stage is None:
        return ()
    found: dict[str, Content] = {}
    for environment in final_environments(db, run.unit.id):
        if environment.kind != "system":
            found[environment.path] = Content(environment.path, ENVIRONMENT, environment.at)
    made = image(db, run.unit.id)
    for stage in made.chain(run.stage.number) if made is not None else ():
        for copy in stage.copies():
            if copy.destination not in (None, "/"):
                assert copy.destination is not None
                found.setdefault(copy.destination, Content(copy.destination, COPIED, copy.at))
    return tuple(found.values())


def table_parts(db: Database, run: RunUnit, here: RunMount | None) -> tuple[Part, ...]:
    """The effective mounts of a service; `here` is the one that is asked for."""
    name = run.service.name if run.service is not None else ""
    parts = [text(TABLE, service=code(name))]
    held = contents(db, run)
    for mount in run.mounts:
        line = _line(db, mount)
        parts.append(item(HERE if mount == here else PLAIN, line=line))
        parts.extend(_effects(run, mount, held))
    if not run.mounts_known:
        parts.append(text(UNKNOWN_MOUNTS))
    if run.stage is None:
        parts.append(text(NO_IMAGE))
    return tuple(parts)


def _line(db: Database, mount: RunMount) -> Inner:
    mode = clause(READ_ONLY if mount.read_only else WRITABLE)
    target = code(mount.target)
    if mount.type == "bind":
        if mount.source is None:
            return clause(BIND_UNKNOWN, target=target, mode=mode)
        known = BIND if db.stat(mount.source) is not None else BIND_ABSENT
        return clause(known, target=target, source=relative(db, mount.source), mode=mode)
    if mount.type == "volume":
        if mount.source is None:
            return clause(ANONYMOUS, target=target, mode=mode)
        return clause(NAMED, target=target, source=mount.source, mode=mode)
    return clause(OTHER, target=target, kind=mount.type, mode=mode)


def _effects(run: RunUnit, mount: RunMount, held: tuple[Content, ...]) -> Iterator[Part]:
    base = mount.target.rstrip("/") + "/"
    for content in held:
        if not f"{content.path}/".startswith(base):
            continue
        over = run.mount_over(content.path)
        fields = {"path": code(content.path)}
        if over != mount:
            if over is not None:
                yield inner(SHOWN, target=code(over.target), **fields)
            continue
        filled = mount.type == "volume" and not mount.nocopy
        yield inner(
            FILLED if filled else HIDES,
            what=clause(content.what),
            where=Place(content.at),
            **fields,
        )
