"""The help texts and usage errors in Japanese, by their English; imported when they are needed."""

from __future__ import annotations

import re

HELP = {
    # What argparse says itself.
    "positional arguments": "引数",
    "options": "オプション",
    "show this help message and exit": "このヘルプを表示して終了する",
    # The program.
    "Tells whether a Python project builds and runs the same in Docker everywhere.": (
        "Python プロジェクトが Docker でどこでも同じようにビルド・実行できるかを調べます。"
    ),
    "commands:": "コマンド:",
    "options:": "オプション:",
    "print the version": "バージョンを表示する",
    "print this, or with a command its options": (
        "このヘルプ、またはコマンドのオプションを表示する"
    ),
    "exit code: 0 nothing found at the fail level, 1 findings, 2 usage or internal error": (
        "終了コード: 0 --fail-level 以上の問題なし、1 問題あり、2 使い方の誤りか内部エラー"
    ),
    "find (and with --fix repair) what breaks builds and their reproducibility": (
        "ビルドとその再現性を損なうものを見つける（--fix で修正する）"
    ),
    "show what each build sends and copies, with counts and sizes": (
        "各ビルドが送るもの・コピーするものを数とサイズで示す"
    ),
    "tell for a path: is it sent, by which build copied where, hidden by which mount": (
        "パスごとに、送られるか、どこにコピーされるか、どのマウントに隠れるかを示す"
    ),
    "show per service what holds and what fails: build, run, reproduction, development": (
        "サービスごとに、ビルド・実行・環境の再現・開発の合否を根拠付きで示す"
    ),
    "write an ignore file, a Dockerfile and a compose file for a uv project": (
        "uv プロジェクト用の ignore ファイル、Dockerfile、Compose ファイルを書き出す"
    ),
    "print the documentation of a rule": "ルールの説明を表示する",
    "list the rules": "ルールの一覧を表示する",
    "run the language server on stdin and stdout": "言語サーバーを標準入出力で動かす",
    # check
    "Report what breaks a Docker build, its start or its repeatability.": (
        "Docker のビルド・起動・再現性を損なうものを報告します。"
    ),
    "show what concerns these files and folders (.)": (
        "表示する範囲のファイル・フォルダー（既定は .）"
    ),
    "apply safe fixes": "安全な修正を適用する",
    "apply also fixes that change behaviour": "動作が変わる修正も適用する",
    "print what the fixes would change, write nothing": (
        "修正による変更を表示する（書き込まない）"
    ),
    "run only these rules": "これらのルールだけを実行する",
    "leave these rules out": "これらのルールを除外する",
    "which rules run (default)": "実行するルールの範囲（既定は default）",
    "the lowest severity for exit code 1 (warning)": "終了コード 1 にする最低の重大度（warning）",
    "exit 0 also when there are findings": "問題があっても終了コードを 0 にする",
    "how to print (text)": "出力形式（text）",
    "print counts by rule instead of findings": "問題の代わりにルールごとの件数を表示する",
    "list what was not judged and why": "判定していないものとその理由を表示する",
    "report only what this file does not hold": "このファイルにない問題だけを報告する",
    "write today's findings to that file": "現在の問題をそのファイルに書き出す",
    "write a suppression for each finding": "問題ごとに抑制コメントを書き込む",
    "do not search there (repeatable)": "検索から除外する（繰り返し指定可）",
    "read the settings from this file": "設定をこのファイルから読む",
    "judge the text on stdin as this file": "標準入力の内容をこのファイルとして判定する",
    "language of what is printed": "表示する言語",
    "print findings only": "問題だけを表示する",
    "print hints and more about each finding": "ヒントと詳しい情報も表示する",
    # context
    "Show what each build sends and copies.": ("各ビルドが送るもの・コピーするものを表示します。"),
    "a folder or file (.)": "フォルダーまたはファイル（既定は .）",
    "levels of the tree that are shown (text 2, json 1)": "表示する階層数（text は 2、json は 1）",
    "names of each folder (8); 0 for all": "フォルダーごとに表示する名前の数（8、0 はすべて）",
    "print a Dockerfile that lists what Docker receives": (
        "Docker が受け取るものを一覧にする Dockerfile を表示する"
    ),
    # why
    "Tell how paths of this disk get into images and containers, or what stops them.": (
        "ディスク上のパスがイメージやコンテナにどう入るか、何に止められるかを示します。"
    ),
    "Exit code 0; with --quiet 1 when no build is sent any of the paths. 2 for wrong usage.": (
        "終了コードは 0。--quiet では、どのパスもどのビルドにも送られないとき 1。使い方の誤りは 2。"
    ),
    "a file or folder; it need not exist": "ファイルまたはフォルダー（存在しなくてもよい）",
    "read paths from stdin, one a line": "標準入力からパスを 1 行に 1 つ読む",
    "print nothing, answer by the exit code": "何も表示せず、終了コードで答える",
    # report
    "Show per service what holds and what fails, with evidence.": (
        "サービスごとの合否を根拠付きで示します。"
    ),
    "a folder (.)": "フォルダー（既定は .）",
    # init
    "Write an ignore file, a Dockerfile and a compose file that are right.": (
        "正しい ignore ファイル、Dockerfile、Compose ファイルを書き出します。"
    ),
    "the project (.)": "プロジェクト（既定は .）",
    "print the files instead": "書き出さずに表示する",
    # explain, rules, lsp
    "Print the documentation of a rule.": "ルールの説明を表示します。",
    "the rule's name, as in the findings": "ルールの名前（指摘に表示されるもの）",
    "write the rule's example there, to see it fail": (
        "ルールの例をそこに書き出す（実際に失敗させて確かめるため）"
    ),
    "List the rules.": "ルールの一覧を表示します。",
    "Run the language server on stdin and stdout.": "言語サーバーを標準入出力で動かします。",
    "the only transport; accepted as such": "唯一の通信方法（指定してもしなくても同じ）",
}

_ERRORS = (
    (r"argument ([^:]+): invalid choice: (.+) \(choose from (.+)\)",
     r"\1: \2 は指定できません（指定できる値: \3）"),
    (r"argument ([^:]+): expected one argument", r"\1 には値が必要です"),
    (r"argument ([^:]+): ignored explicit argument (.+)", r"\1 に値 \2 は指定できません"),
    (r"argument ([^:]+): expected a number, not (.+)", r"\1: 数値が必要ですが、\2 でした"),
    (r"the following arguments are required: (.+)", r"次の引数が必要です: \1"),
)  # fmt: skip


def usage_error(message: str) -> str:
    """An error of argparse; as it is where it is not known here."""
    for pattern, japanese in _ERRORS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return found.expand(japanese)
    return message
