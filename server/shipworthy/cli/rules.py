"""`shipworthy rules`: the catalogue, one line a rule."""

from __future__ import annotations

import sys

from shipworthy.cli import output
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.report.words import SEVERITY, word


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("rules", "List the rules.")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    from shipworthy.rules.index import RULES  # noqa: PLC0415  (not needed for --help)

    rules = sorted(RULES, key=lambda rule: rule.name)
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        items = [
            {
                "name": rule.name,
                "severity": rule.severity.word,
                "profile": "default" if rule.on else "strict",
                "fix": rule.fix.word if rule.fix else None,
            }
            for rule in rules
        ]
        output.write_lines((dump({"version": 1, "rules": items}),))
        return 0
    language = language_for(given.lang)
    paint = output.paint_for(sys.stdout)
    width = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        marks = [word(SEVERITY[rule.severity], language)]
        if rule.fix:
            marks.append(f"fix: {rule.fix.word}")
        if not rule.on:
            marks.append("strict")
        output.write_lines((f"{paint(rule.name.ljust(width), 'bold')}  {', '.join(marks)}",))
    return 0
