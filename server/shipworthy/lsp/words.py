"""What the server itself says, in both languages."""

from __future__ import annotations

from shipworthy.findings.message import Language, Text

IGNORE_HERE = Text(
    en="Ignore `{rule}` here, with a reason", ja="ここでは `{rule}` を理由付きで無視"
)
REASON = Text(en="why this is fine here", ja="ここで問題ない理由")
EXPLAIN = Text(en="Explain `{rule}`", ja="`{rule}` の説明を表示")
FIX_ALL = Text(
    en="Fix all safely fixable problems in this file",
    ja="このファイルの安全に直せる問題をすべて修正",
)
FIX_WORKSPACE = Text(
    en="Fix all safely fixable problems in the workspace",
    ja="ワークスペースの安全に直せる問題をすべて修正",
)
CREATE_IGNORE = Text(en="Create `{path}`", ja="`{path}` を作成")
THEN_RUN = Text(en="{title} (then run: {commands})", ja="{title}（適用後に実行: {commands}）")
RUN_NEXT = Text(en="Show the commands to run next", ja="次に実行するコマンドを表示")
CONFIRM = Text(en="This changes behaviour: {title}", ja="動作が変わる変更です: {title}")
BY_HAND = Text(en="This change has to be made by hand.", ja="この変更は手作業で行ってください。")
GONE = Text(en="The finding is no longer there.", ja="この指摘はすでになくなっています。")
WITHHELD = Text(
    en="Not offered, because checking the result showed a problem: {why}.",
    ja="適用結果を確認したところ問題があったため、提供できません: {why}。",
)
SETTING = Text(
    en="Setting `{key}`: expected {expected}.", ja="設定 `{key}`: 期待される値は {expected} です。"
)
SETTINGS_FILE = Text(en="Expected {expected}.", ja="期待されるのは {expected} です。")
LOOKING = Text(en="Reading the workspace", ja="ワークスペースを読み取り中")

_REFUSALS = {
    "manual": Text(en="it has to be made by hand", ja="手作業で行う変更です"),
    "unsafe": Text(en="it changes behaviour", ja="動作が変わります"),
    "unreadable": Text(en="`{detail}` cannot be read", ja="`{detail}` を読み込めません"),
    "overlap": Text(en="its edits in `{detail}` overlap", ja="`{detail}` の編集箇所が重なります"),
    "outside": Text(
        en="`{detail}` is outside the workspace", ja="`{detail}` はワークスペースの外にあります"
    ),
    "exists": Text(en="`{detail}` exists already", ja="`{detail}` はすでに存在します"),
    "no-change": Text(en="nothing would change", ja="何も変わりません"),
    "does-not-parse": Text(
        en="`{detail}` would no longer be valid", ja="`{detail}` が正しい形式でなくなります"
    ),
    "stays": Text(en="the finding would stay", ja="指摘が残ります"),
    "adds-findings": Text(
        en="`{detail}` would be reported instead", ja="代わりに `{detail}` が報告されます"
    ),
    "conflicts": Text(en="it conflicts with other fixes", ja="他の修正と衝突します"),
}


def word(text: Text, language: Language, **values: object) -> str:
    """One of the texts with its values."""
    template = text.ja if language == "ja" else text.en
    return template.format(**values)


def refusal_words(why: str, detail: str, language: Language) -> str:
    """Why a fix was refused, as a clause."""
    text = _REFUSALS.get(why)
    return word(text, language, detail=detail) if text is not None else why
