"""`shipworthy rules`: the catalogue, one line a rule: name, severity, fix, what it finds."""

from __future__ import annotations

import sys

from shipworthy.cli import output
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.findings.finding import Safety
from shipworthy.findings.message import Text
from shipworthy.report.screen import width
from shipworthy.report.words import SEVERITY, in_brackets, word

_FIXES = {
    Safety.SAFE: Text(en="safe", ja="安全"),
    Safety.UNSAFE: Text(en="unsafe", ja="要確認"),
    Safety.MANUAL: Text(en="manual", ja="手作業"),
}
_STRICT = Text(en="profile strict", ja="strict プロファイル")


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("rules", "List the rules.")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    from shipworthy.rules.index import RULES  # noqa: PLC0415  (not needed for --help)

    rules = sorted(RULES, key=lambda rule: rule.name)
    language = language_for(given.lang)
    summaries = _summaries()
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        items = [
            {
                "name": rule.name,
                "severity": rule.severity.word,
                "profile": "default" if rule.on else "strict",
                "fix": rule.fix.word if rule.fix else None,
                "summary": summaries[rule.name].en,
            }
            for rule in rules
        ]
        output.write_lines((dump({"version": 1, "rules": items}),))
        return 0
    paint = output.paint_for(sys.stdout)
    names = max(len(rule.name) for rule in rules)
    for rule in rules:
        severity = word(SEVERITY[rule.severity], language)
        fix = word(_FIXES[rule.fix], language) if rule.fix else ""
        strict = "" if rule.on else in_brackets(word(_STRICT, language), language)
        cells = (
            paint(rule.name, "bold") + " " * (names - len(rule.name)),
            severity + " " * (8 - width(severity)),
            fix + " " * (6 - width(fix)),
            word(summaries[rule.name], language) + strict,
        )
        output.write_lines(("  ".join(cells),))
    return 0


def _summaries() -> dict[str, Text]:
    """What each rule finds, from its page, on one line."""
    from shipworthy.docsgen.rule_index import documented_rules  # noqa: PLC0415  (slow)
    from shipworthy.docsgen.rule_pages import page_of  # noqa: PLC0415

    return {
        item.listed.name: Text(en=" ".join(summary.en.split()), ja="".join(summary.ja.splitlines()))
        for item in documented_rules()
        for summary in (page_of(item).summary,)
    }
