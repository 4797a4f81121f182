"""Real incidents as tiny projects: each primary finding is named, and nothing else is serious.

`cases.json` holds the projects and what a perfect tool says of them; `expected_rules.json` says
which of our rules names the cause at each primary place (written after reading the messages).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Finding, Severity
from shipworthy.text.anchors import Anchor

FOLDER = Path(__file__).parent
CASES: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
RULES: dict[str, dict[str, str]] = json.loads(
    (FOLDER / "expected_rules.json").read_text(encoding="utf-8")
)


class Lines(NamedTuple):
    """1-based first and last line of a place."""

    file: str
    first: int
    last: int

    def hold(self, file: str, line: int) -> bool:
        """Whether the line lies in the place."""
        return self.file == file and self.first <= line <= self.last


def lines_of(analysis: Analysis, at: Anchor) -> Lines:
    path, span = analysis.locate(at)
    last = max(span.start, span.end - 1)
    return Lines(
        analysis.relative(path),
        analysis.line_column(path, span.start).line + 1,
        analysis.line_column(path, last).line + 1,
    )


def places(analysis: Analysis, finding: Finding) -> list[Lines]:
    """The places of a finding: its own and the related ones."""
    anchors = (finding.at, *(related.at for related in finding.related))
    return [lines_of(analysis, at) for at in anchors]


@pytest.fixture
def analysis(request: pytest.FixtureRequest, tmp_path: Path) -> Analysis:
    for name, text in CASES[request.param]["files"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (tmp_path / ".git").mkdir(exist_ok=True)
    return Host((str(tmp_path),)).analyse()


@pytest.mark.parametrize(
    ("name", "analysis"), [(name, name) for name in CASES], indirect=["analysis"]
)
def test_incident(name: str, analysis: Analysis) -> None:
    expected = CASES[name]["expect"]["findings"]
    for wanted in expected:
        if wanted["role"] != "primary":
            continue
        rule = RULES[name][f"{wanted['file']}:{wanted['line']}"]
        hits = [
            finding
            for finding in analysis.findings
            if finding.rule == rule
            and any(
                place.hold(wanted["file"], wanted["line"]) for place in places(analysis, finding)
            )
        ]
        assert hits, f"{wanted['file']}:{wanted['line']}: {wanted['about']}"
    known = [(wanted["file"], wanted["line"]) for wanted in expected]
    surplus = [
        (finding.rule, analysis.render(finding.message))
        for finding in analysis.findings
        if finding.severity >= Severity.WARNING
        and not any(lines_of(analysis, finding.at).hold(*place) for place in known)
    ]
    assert surplus == []


def test_every_case_has_its_rules() -> None:
    primary = {
        name: {
            f"{wanted['file']}:{wanted['line']}"
            for wanted in case["expect"]["findings"]
            if wanted["role"] == "primary"
        }
        for name, case in CASES.items()
    }
    assert {name: set(rules) for name, rules in RULES.items()} == {
        name: wanted for name, wanted in primary.items() if wanted
    }
