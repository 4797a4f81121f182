"""The fixed words of the reports, in English and Japanese."""

from __future__ import annotations

from shipworthy.findings.finding import Safety, Severity
from shipworthy.findings.message import Language, Text

SEVERITY = {
    Severity.ERROR: Text(en="error", ja="エラー"),
    Severity.WARNING: Text(en="warning", ja="警告"),
    Severity.INFO: Text(en="info", ja="情報"),
    Severity.HINT: Text(en="hint", ja="ヒント"),
}
ONE_MANY = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("info", "infos"),
    Severity.HINT: ("hint", "hints"),
}
SAFETY = {
    Safety.SAFE: Text(en="safe: `--fix` applies it", ja="安全: `--fix` で適用"),
    Safety.UNSAFE: Text(
        en="changes behaviour: `--unsafe-fixes` applies it",
        ja="動作が変わります: `--unsafe-fixes` で適用",
    ),
    Safety.MANUAL: Text(en="by hand", ja="手作業"),
}
NOT_FIRST = Text(en="an alternative, in an editor", ja="別の方法、エディタで適用")
HELP = Text(en="help", ja="対処")
RUN_NEXT = Text(en="run next", ja="次に実行")
NOTE = Text(en="note", ja="補足")
BUILDS = Text(en="in the builds", ja="該当するビルド")
BUILD = Text(en="in the build", ja="該当するビルド")
NOT_JUDGED = Text(en="not judged", ja="未判定")
UNKNOWN_COUNT = Text(
    en="{count} not judged (`--show-unknown` says what and why)",
    ja="未判定 {count} 件（`--show-unknown` で内容と理由を表示）",
)
HINTS_HIDDEN = Text(en="not shown without `--verbose`", ja="`--verbose` で表示")
FIXABLE_SAFE = Text(en="{count} fixable with `--fix`", ja="`--fix` で {count} 件を修正できます")
FIXABLE_UNSAFE = Text(
    en="{count} fixable with `--unsafe-fixes`", ja="`--unsafe-fixes` で {count} 件を修正できます"
)
FIXABLE_MORE = Text(
    en="{count} more with `--unsafe-fixes`", ja="`--unsafe-fixes` でさらに {count} 件"
)
NOTHING = Text(en="no findings", ja="問題は見つかりませんでした")
SCOPE = Text(en="{files} read, {builds}", ja="{files}を読み込み、{builds}")
NO_BUILDS = Text(
    en="no Docker build was found here", ja="ここには Docker のビルドが見つかりませんでした"
)
A_FILE = Text(en="file", ja="ファイル")
A_BUILD = Text(en="build", ja="ビルド")
FINDINGS = Text(en="finding", ja="件")
ELSEWHERE = Text(
    en="{count} at warning or above elsewhere in this workspace, not shown",
    ja="このワークスペースの他の場所に警告以上が {count} 件（表示していません）",
)
KNOWN = Text(
    en="{count} known from the baseline, not shown",
    ja="ベースラインにある {count} 件は表示していません",
)
PLACE = Text(en="place", ja="場所")
FINDING = Text(en="finding", ja="内容")
RELATED = Text(en="see", ja="関連")


def word(text: Text, language: Language, **fields: object) -> str:
    """A fixed word in one language."""
    template = text.ja if language == "ja" else text.en
    return template.format(**fields) if fields else template


def number_of(count: int, noun: Text, language: Language) -> str:
    """`1 file`, `2 files`, `ファイル 2 個`: the noun in the singular."""
    if language == "ja":
        return f"{noun.ja} {count:,} 個" if noun is not FINDINGS else f"{count:,} 件"
    return f"{count:,} {noun.en}" + ("" if count == 1 else "s")


def in_brackets(text: str, language: Language) -> str:
    """An aside behind other words."""
    return f"（{text}）" if language == "ja" else f" ({text})"


def counted(severity: Severity, count: int, language: Language) -> str:
    """`2 warnings`, `警告 2`."""
    if language == "ja":
        return f"{SEVERITY[severity].ja} {count}"
    return f"{count} {ONE_MANY[severity][count != 1]}"
