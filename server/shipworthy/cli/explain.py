"""`shipworthy explain RULE`: the rule's page, or its example as files."""

from __future__ import annotations

from shipworthy.cli import output
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.cli.workspace import check_rule_names


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    parser = Parser("explain", "Print the documentation of a rule.")
    parser.add_argument("rule", metavar="RULE", help="the rule's name, as in the findings")
    parser.add_argument(
        "--demo", metavar="DIR", help="write the rule's example there, to see it fail"
    )
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    language = language_for(given.lang)
    check_rule_names("RULE", (given.rule,), language)
    if given.demo is not None:
        from shipworthy.cli.demo import write_demo  # noqa: PLC0415

        output.write_lines(write_demo(given.rule, given.demo, language))
        return 0
    from shipworthy.docsgen.rule_pages import explain  # noqa: PLC0415  (not needed for errors)

    output.write_lines((explain(given.rule, language).rstrip("\n"),))
    return 0
