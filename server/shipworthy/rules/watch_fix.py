"""The fix that turns a bind mount into `develop.watch`: files are copied in, nothing is hidden."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.model.compose.types import Service
from shipworthy.model.files import line_index, locate, text_at
from shipworthy.model.next_commands import compose_command
from shipworthy.model.run import Volume
from shipworthy.rules.compose_fixes import delete_item
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

LOCKS = (
    "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt",
    "package-lock.json", "pnpm-lock.yaml", "yarn.lock",
)  # fmt: skip

WATCH = Text(
    en="Replace the mount with `develop.watch`, which syncs the sources into the image",
    ja="マウントを、ソースをイメージに同期する `develop.watch` に置き換える",
)


def watch_fix(db: Database, volume: Volume, ignore: str) -> Fix | None:
    """`develop.watch` in place of a bind mount; `ignore` is a pattern that is not synced.

    None when the service has `develop` already, or its `volumes` are no block list of one file.
    """
    run, mount = volume.run, volume.mount
    service = run.service
    if service is None or run.unit is None or mount.source is None or run.unit.inline is not None:
        return None
    keys = dict(service.keys)
    volumes = keys.get("volumes")
    if volumes is None or "develop" in keys or volumes.path != mount.at.path:
        return None
    removal = _removal(db, service, mount.at, volumes)
    if removal is None:
        return None
    text = db.text(volumes.path) or ""
    lines = line_index(db, volumes.path)
    start = lines.line_start(lines.line_of(locate(db, volumes).span.start))
    indent = text[start : locate(db, volumes).span.start]
    if indent.strip(" "):
        return None
    written = text_at(db, mount.source_at).strip("\"'") or "."
    block = [
        "develop:",
        "  watch:",
        "    - action: sync",
        f"      path: {written}",
        f"      target: {mount.target}",
        "      ignore:",
        f"        - {ignore}",
    ]
    for name in LOCKS:
        if db.stat(f"{mount.source}/{name}") is not None:
            block += ["    - action: rebuild", f"      path: {written.rstrip('/')}/{name}"]
    body = "".join(f"{indent}{line}\n" for line in block)
    insertion = Edit(Anchor(volumes.path, -1, Span(start, start)), body)
    afterwards = (compose_command(db, run.unit, "up --build --watch"),)
    return Fix(say(WATCH), (insertion, removal), Safety.UNSAFE, afterwards)


def _removal(db: Database, service: Service, item: Anchor, key: Anchor) -> Edit | None:
    """The edit that removes the item, with the whole `volumes` key when it is the only one."""
    if len(service.volumes) > 1:
        return delete_item(db, item)
    lines = line_index(db, item.path)
    first = lines.line_of(locate(db, key).span.start)
    place = locate(db, item)
    last = lines.line_of(max(place.span.start, place.span.end - 1))
    if last <= first:
        return None
    # The insertion stands at the same place as this deletion begins, so it comes first.
    return Edit(
        Anchor(item.path, -1, Span(lines.line_start(first), lines.line_start(last + 1))), ""
    )
