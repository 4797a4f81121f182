"""How a volume keeps old packages, in the words of several rules."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Message, Names, Text, say
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import run_environments
from shipworthy.model.stale_volumes import StaleVolume

_ANONYMOUS = Text(
    en="Compose keeps this anonymous volume when it recreates the container, so after a rebuild"
    " `{path}` still holds the previous image's packages and `{command}` starts with them.",
    ja="この匿名ボリュームはコンテナを作り直しても引き継がれるため、再ビルド後も `{path}` には前の"
    "イメージのパッケージが残り、`{command}` はそれで起動します。",
)
_NAMED = Text(
    en="The named volume `{volume}` is filled from the image only once: after a rebuild `{path}`"
    " still holds the packages of the first image until the volume is removed.",
    ja="名前付きボリューム `{volume}` がイメージの内容で満たされるのは最初の一度だけです。再ビルド"
    "しても、ボリュームを削除するまで `{path}` には最初のイメージのパッケージが残ります。",
)
_SHARED = Text(
    en="The named volume `{volume}` on `{path}` is shared with {services}, built from another"
    " image: whichever starts first fills it, and the other runs with packages that are not its"
    " own.",
    ja="`{path}` の名前付きボリューム `{volume}` は、別のイメージから作られる {services} と共有され"
    "ています。先に起動したほうの内容で満たされ、もう一方は自分のものではないパッケージで動きます。",
)


def stale_message(
    db: Database, volume: Volume, stale: StaleVolume, healed: Text
) -> tuple[Message, Severity]:
    """What happens after a rebuild; ``healed`` is said of a start that updates the packages."""
    path = stale.environment.path
    if stale.name is not None:
        if stale.strangers:
            services = Names(stale.strangers)
            return say(_SHARED, volume=stale.name, path=path, services=services), Severity.ERROR
        severity = Severity.HINT if stale.healed_by is not None else Severity.WARNING
        return say(_NAMED, volume=stale.name, path=path), severity
    if stale.healed_by is not None:
        command = " ".join(word or "" for word in stale.healed_by.words[:2])
        return say(healed, path=path, command=command), Severity.INFO
    return say(_ANONYMOUS, path=path, command=_started(db, volume)), Severity.WARNING


def _started(db: Database, volume: Volume) -> str:
    """The program of the start that uses these packages, else the service."""
    for seen in run_environments(db, volume.run):
        if seen.mount == volume.mount and seen.user is not None and seen.user.words:
            return seen.user.words[0] or ""
    return volume.run.service.name if volume.run.service is not None else ""
