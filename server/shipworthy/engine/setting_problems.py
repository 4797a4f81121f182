"""Settings that cannot be used: what the model cannot read, and rules that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.engine.judging import META
from shipworthy.findings.message import Language
from shipworthy.model.files import parsed_toml
from shipworthy.model.settings import SettingProblem, settings, settings_file
from shipworthy.rules.index import RULES
from shipworthy.syntax.toml import KeyPath
from shipworthy.text.anchors import Anchor

_JAPANESE = {
    "a readable TOML file": "読み込める TOML ファイル",
    "valid TOML": "正しい TOML",
    "a table": "テーブル",
    "a list of rule names": "ルール名のリスト",
    "a list of patterns": "パターンのリスト",
    "true or false": "true または false",
    "a table of pattern = [rule names]": "「パターン = [ルール名]」のテーブル",
    'a table of Dockerfile = "context" or { context = "...", target = "..." }': (
        '「Dockerfile = "コンテキスト"」または「{ context = "...", target = "..." }」のテーブル'
    ),
}
_PATTERNS = (
    (r"one of (.+?)(?: \(did you mean `(.+)`\?\))?", r"\1 のいずれか", r"（`\2` のことですか?）"),
    (r"a table of rule = one of (.+)", r"「ルール = \1 のいずれか」のテーブル", ""),
    (r"the name of a rule; there is no `(.+?)`(?: \(did you mean `(.+)`\?\))?",
     r"実在するルールの名前（`\1` はありません）", r"（`\2` のことですか?）"),
)  # fmt: skip


def rule_names() -> frozenset[str]:
    """The names of all rules, with those that the engine itself reports."""
    return frozenset({*(rule.name for rule in RULES), *META})


def setting_problems(db: Database, root: str, rules: frozenset[str]) -> Iterator[SettingProblem]:
    """What is wrong with the settings of a workspace root; `rules` are the names that exist."""
    found = settings(db, root)
    yield from found.problems
    for key, value in (("select", found.select), ("ignore", found.ignore)):
        yield from _unknown(db, root, rules, [((key, n), name) for n, name in enumerate(value)])
    yield from _unknown(db, root, rules, [(("severity", name), name) for name, _ in found.severity])
    for pattern, value in found.per_file_ignores:
        where = ("per-file-ignores", pattern)
        yield from _unknown(db, root, rules, [((*where, n), name) for n, name in enumerate(value)])


def _unknown(
    db: Database, root: str, rules: frozenset[str], given: list[tuple[KeyPath, str]]
) -> Iterator[SettingProblem]:
    for key, name in given:
        if name not in rules:
            from difflib import get_close_matches  # noqa: PLC0415  (only a typing error needs it)

            near = get_close_matches(name, list(rules), 1)
            hint = f" (did you mean `{near[0]}`?)" if near else ""
            expected = f"the name of a rule; there is no `{name}`{hint}"
            yield SettingProblem(_place(db, root, key), str(key[0]), expected)


def _place(db: Database, root: str, key: KeyPath) -> Anchor | None:
    """Where a setting stands in the file; None where the editor or the command line gave it."""
    found = settings_file(db, root)
    if found is None:
        return None
    path, prefix = found
    parsed = parsed_toml(db, path)
    spans = parsed.spans.get((*prefix, *key)) if parsed is not None else None
    return None if spans is None else Anchor(path, 0, spans.value)


def expected_words(expected: str, language: Language) -> str:
    """What a setting should be, in one language."""
    if language == "en":
        return expected
    for pattern, japanese, hint in _PATTERNS:
        match = re.fullmatch(pattern, expected)
        if match is not None:
            aside = hint if hint and match[2] else ""
            return match.expand(japanese + aside)
    return _JAPANESE.get(expected, expected)
