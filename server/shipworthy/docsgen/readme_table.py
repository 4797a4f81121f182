"""The table of rules inside the project's README, between two markers."""

from __future__ import annotations

from pathlib import Path

from shipworthy.docsgen.rule_index import documented_rules
from shipworthy.docsgen.rule_pages import page_of

README = Path(__file__).resolve().parents[3] / "README.md"
BEGIN = "<!-- rules: written by `python -m shipworthy.docsgen --write` -->"
END = "<!-- end of the rules -->"


def readme() -> dict[Path, str]:
    """The README with its table as it must be; nothing where the package stands without one."""
    if not README.is_file():
        return {}
    text = README.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        return {}
    return {README: f"{head}{BEGIN}\n{_table()}\n{END}{tail}"}


def _table() -> str:
    rows = ["| rule | severity | fix | finds |", "|---|---|---|---|"]
    for item in sorted(documented_rules(), key=lambda item: item.listed.name):
        listed = item.listed
        severity = listed.severity.word if listed.on else f"{listed.severity.word} (strict)"
        fix = listed.fix.word if listed.fix is not None else ""
        finds = " ".join(page_of(item).summary.en.split()).replace("|", "\\|")
        link = f"[{listed.name}](server/shipworthy/rules/README.md#{listed.name})"
        rows.append(f"| {link} | {severity} | {fix} | {finds} |")
    return "\n".join(rows)
