"""What is said about fixes, in English and Japanese."""

from __future__ import annotations

from shipworthy.engine.fixing import Why
from shipworthy.engine.writing import Reason, WriteRefused
from shipworthy.findings.message import Language, Text
from shipworthy.report.words import in_brackets, word

FIXED = Text(en="fixed", ja="修正済み")
NOT_FIXED = Text(en="not fixed", ja="未修正")
NOTHING_TO_FIX = Text(en="nothing to fix", ja="適用できる修正はありません")
GAINED = Text(
    en="no longer sent to {builds}: {files}, {size}",
    ja="{builds} に送られなくなったもの: {files}、{size}",
)
WOULD_CHANGE = Text(
    en="to be changed by {option}: {files}; nothing was written",
    ja="{option} で変わるもの: {files}（何も書き込んでいません）",
)
NOT_WRITTEN = Text(
    en="`{path}` was not written: {why}", ja="`{path}` は書き込みませんでした: {why}"
)
ADD_IGNORES = Text(en="Ignore what is reported here", ja="ここで報告された内容を無視する")
IGNORED = Text(
    en="suppressed {findings} by comments in {files}",
    ja="{files}のコメントで {findings}を抑制しました",
)
CANNOT_IGNORE = Text(
    en="`{rule}` in `{path}` cannot be suppressed by a comment; `per-file-ignores` can",
    ja="`{path}` の `{rule}` はコメントでは抑制できません。`per-file-ignores` を使ってください",
)

REFUSED: dict[Why, Text] = {
    "manual": Text(en="to be done by hand", ja="手作業が必要です"),
    "unsafe": Text(en="it changes behaviour", ja="動作が変わります"),
    "unreadable": Text(en="`{detail}` cannot be read", ja="`{detail}` を読み込めません"),
    "overlap": Text(en="its edits overlap", ja="変更箇所が重なっています"),
    "outside": Text(
        en="`{detail}` is outside the workspace", ja="`{detail}` はワークスペースの外にあります"
    ),
    "exists": Text(en="`{detail}` exists", ja="`{detail}` はすでに存在します"),
    "no-change": Text(en="it changes nothing", ja="何も変わりません"),
    "does-not-parse": Text(
        en="`{detail}` could not be read any more", ja="`{detail}` を解釈できなくなります"
    ),
    "stays": Text(en="the finding would stay", ja="修正しても問題が残ります"),
    "adds-findings": Text(
        en="it would bring up `{detail}`", ja="修正すると `{detail}` が発生します"
    ),
    "conflicts": Text(
        en="it conflicts with a fix applied before it", ja="先に適用した修正と両立しません"
    ),
}
WRITE_REFUSED: dict[Reason, Text] = {
    "changed": Text(
        en="it has changed since it was read; run again",
        ja="読み込んだ後に変更されました。もう一度実行してください",
    ),
    "read-only": Text(en="it is read-only", ja="書き込みが許可されていません"),
    "outside": Text(en="it lies outside the workspace", ja="ワークスペースの外にあります"),
    "exists": Text(en="it exists by now", ja="すでに存在します"),
    "special": Text(en="it is not a regular file", ja="通常のファイルではありません"),
    "failed": Text(en="the system refused", ja="システムに拒否されました"),
}


def why_not_written(refused: WriteRefused, language: Language) -> str:
    """Why a file was left as it was; the system's own words where it is the one that refused."""
    why = word(WRITE_REFUSED[refused.reason], language)
    if refused.reason != "failed" or not refused.detail:
        return why
    return why + in_brackets(refused.detail, language)
