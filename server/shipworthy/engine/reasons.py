"""The words for what could not be judged: one text for each reason the model gives."""

from __future__ import annotations

from shipworthy.findings.message import Field, File, Message, Text, say
from shipworthy.model.unknown import Unknown

REASONS: dict[str, Text] = {
    "remote-context": Text(
        en="The context `{detail}` is remote, so its files are not known here.",
        ja="コンテキスト `{detail}` はリモートにあるため、そのファイルはここでは分かりません。",
    ),
    "context-not-stated": Text(
        en="No file says with which context this Dockerfile is built.",
        ja="この Dockerfile をどのコンテキストでビルドするかを示すファイルがありません。",
    ),
    "dockerfile-maybe-built-elsewhere": Text(
        en="A compose file that may build this Dockerfile cannot be read, so its context is"
        " not known.",
        ja="この Dockerfile をビルドするかもしれない Compose ファイルを読み取れないため、"
        "コンテキストが分かりません。",
    ),
    "empty-context": Text(
        en="The build has no context yet.",
        ja="ビルドのコンテキストがまだ書かれていません。",
    ),
    "incomplete-service": Text(
        en="The service `{detail}` is incomplete here, so what it builds is not known.",
        ja="サービス `{detail}` の記述が不完全なため、何をビルドするか分かりません。",
    ),
    "unset-variable": Text(
        en="A variable has no value here: neither a default nor an `.env` file sets it.",
        ja="変数の値がここでは決まりません。既定値も `.env` の設定もありません。",
    ),
    "broken-toml": Text(
        en="`{detail}` is not valid TOML, so what it declares is not known.",
        ja="`{detail}` は正しい TOML ではないため、その内容は分かりません。",
    ),
    "invalid-toml": Text(
        en="The file is not valid TOML: {detail}.",
        ja="正しい TOML ではありません: {detail}",
    ),
    "lock-too-large": Text(
        en="`{detail}` is too large to be read.",
        ja="`{detail}` は大きすぎるため読み込みません。",
    ),
}
"""By the key of the reason; a text with `{detail}` is used only when the model gives one."""

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
    detail: Field = File(unknown.detail) if unknown.detail.startswith("/") else unknown.detail
    text = REASONS.get(unknown.reason)
    if text is not None and "detail" not in text.fields():
        return say(text)
    if text is not None and unknown.detail:
        return say(text, detail=detail)
    reason = unknown.reason.replace("-", " ")
    if reason and unknown.detail:
        return say(_WITH_DETAIL, reason=reason, detail=detail)
    return say(_BARE, reason=reason) if reason else say(_UNSAID)
