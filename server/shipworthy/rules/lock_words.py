"""A lock that an install command does not find in the image, in words."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.builds import root_of_unit
from shipworthy.model.git import committed
from shipworthy.model.lock_uses import LockUse

_NOT_COPIED = Text(
    en="`{lock}` exists, but no instruction before this brings it into the image: `{command}`"
    " resolves all versions afresh in each build.",
    ja="`{lock}` はありますが、ここまでのどの命令もイメージに入れていません。`{command}` はビルドの"
    "たびにすべてのバージョンを解決し直します。",
)
_HIDDEN = Text(
    en="`{ignore}` keeps `{lock}` out of the image: `{command}` resolves all versions afresh in"
    " each build.",
    ja="`{ignore}` が `{lock}` をイメージから除外しているため、`{command}` はビルドのたびにすべての"
    "バージョンを解決し直します。",
)
_PATTERN = Text(en="This pattern excludes the lock.", ja="このパターンがロックを除外しています。")


def absent_lock(db: Database, use: LockUse) -> tuple[Message, tuple[Related, ...]] | None:
    """That a committed lock is not in the image when the command runs; None when it is no such."""
    if use.lock is not None or use.on_disk is None:
        return None
    if not committed(db, root_of_unit(db, use.run.unit), use.on_disk):
        return None
    lock, command = File(use.on_disk), use.command.source
    if use.withheld is None:
        return say(_NOT_COPIED, lock=lock, command=command), ()
    message = say(_HIDDEN, ignore=File(use.withheld.ignore), lock=lock, command=command)
    return message, (Related(use.withheld.pattern, say(_PATTERN)),)
