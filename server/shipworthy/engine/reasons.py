"""The words for what could not be judged: one text for each reason the model gives."""

from __future__ import annotations

from shipworthy.findings.message import Message, Text, say
from shipworthy.model.unknown import Unknown

REASONS: dict[str, Text] = {
    "remote-context": Text(
        en="The context `{detail}` is remote, so its files are not known here.",
        ja="コンテキスト `{detail}` はリモートにあるため、そのファイルはここでは分かりません。",
    ),
    "unset-variable": Text(
        en="`{detail}` has no value here: neither a default nor an `.env` file sets it.",
        ja="`{detail}` の値はここでは決まりません。既定値も `.env` もありません。",
    ),
}

_WITH_DETAIL = Text(
    en="Not decided by these files: {reason} (`{detail}`).",
    ja="これらのファイルだけでは決まりません: {reason}（`{detail}`）。",
)
_BARE = Text(
    en="Not decided by these files: {reason}.",
    ja="これらのファイルだけでは決まりません: {reason}。",
)
_UNSAID = Text(
    en="Not decided by these files.",
    ja="これらのファイルだけでは決まりません。",
)


def reason_message(unknown: Unknown) -> Message:
    """Why something is UNKNOWN, as a message; reasons without words of their own show their key."""
    text = REASONS.get(unknown.reason)
    if text is not None:
        wanted = text.fields()
        return say(text, **({"detail": unknown.detail} if "detail" in wanted else {}))
    reason = unknown.reason.replace("-", " ")
    if reason and unknown.detail:
        return say(_WITH_DETAIL, reason=reason, detail=unknown.detail)
    return say(_BARE, reason=reason) if reason else say(_UNSAID)
