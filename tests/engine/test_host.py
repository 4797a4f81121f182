"""The engine on a model of a few lines: what runs again, what merges, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shipworthy.db.database import Cancelled, Database, query
from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.settings import Settings
from shipworthy.model.unknown import UNKNOWN, Undecided, Unknown, require
from shipworthy.rules.rule import Report, Rule, rule
from shipworthy.text.anchors import whole_file
from support.fakes import Line, PatternNode, source

SAYS = Text(en="`{what}` is bad.", ja="`{what}` はよくありません。")


@rule(severity=Severity.WARNING, same_as=("DL3007", "FromAsCasing"))
def latest_tag(line: Line, db: Database) -> Iterator[Report]:
    """A FROM with `latest`."""
    at = line.source.find(":latest")
    if at >= 0:
        web = line.units[0].name[1] == "web"
        yield Report(
            line.at.narrow(at, at + 7),
            say(SAYS, what=line.units[0].name[1]),
            severity=Severity.ERROR if web and "escalate" in line.source else None,
        )


@rule(severity=Severity.INFO, supersedes=())
def from_anything(line: Line, db: Database) -> Iterator[Report]:
    """Any FROM."""
    if line.source.startswith("FROM"):
        yield Report(line.at, say(SAYS, what="FROM"))


@rule(severity=Severity.ERROR, supersedes=("from-anything",))
def from_bad(line: Line, db: Database) -> Iterator[Report]:
    """FROM bad."""
    if "FROM bad" in line.source:
        yield Report(line.at.narrow(5, 8), say(SAYS, what="bad"))


@rule(severity=Severity.WARNING)
def undecidable(line: Line, db: Database) -> Iterator[Report]:
    """Reports RUN, then meets UNKNOWN."""
    if line.source.startswith("RUN"):
        yield Report(line.at, say(SAYS, what="RUN"))
        require(Unknown("unset-variable", "TAG", line.at))
        yield Report(line.at.narrow(0, 1), say(SAYS, what="never"))


@rule(severity=Severity.WARNING)
def crashes(line: Line, db: Database) -> Iterator[Report]:
    """Fails on CMD."""
    if line.source.startswith("CMD"):
        raise ZeroDivisionError("oh\nno")
    yield from ()


@rule(severity=Severity.HINT, on=False)
def shy(pattern: PatternNode, db: Database) -> Iterator[Report]:
    """Every pattern."""
    yield Report(pattern.at, say(SAYS, what=pattern.text))


LINE_RULES = (latest_tag, from_anything, from_bad, undecidable, crashes)
RULES: tuple[tuple[str, Rule], ...] = (
    *(("Line", one) for one in LINE_RULES),
    ("PatternNode", shy),
)


def host_of(files: dict[str, str], settings: Settings | None = None) -> Host:
    tree = {f"/ws/{path}": text for path, text in files.items()}
    return Host(["/ws"], MemoryFiles(tree), source=source(RULES, settings))


def shown(analysis: Analysis) -> list[str]:
    lines = []
    for finding in analysis.findings:
        path, span = analysis.locate(finding.at)
        place = analysis.line_column(path, span.start)
        lines.append(
            f"{analysis.relative(path)}:{place.line + 1}:{place.column + 1}:"
            f" {finding.severity.word}[{finding.rule}] {analysis.render(finding.message)}"
        )
    return lines


def test_findings_of_several_builds_become_one() -> None:
    analysis = host_of({"Dockerfile": "FROM x:latest\n"}).analyse()
    (general, latest) = analysis.findings
    assert general.rule == "from-anything"
    assert latest.rule == "latest-tag"
    assert [build.service for build in latest.builds] == ["api", "web"]
    assert analysis.render(latest.message) == "`api` is bad."


def test_the_worst_severity_of_all_builds_counts() -> None:
    analysis = host_of({"Dockerfile": "FROM escalate:latest\n"}).analyse()
    latest = analysis.findings[-1]
    assert latest.severity is Severity.ERROR
    assert [build.service for build in latest.builds] == ["api", "web"]
    assert analysis.counts.error == 1


def test_a_superseded_finding_becomes_a_note() -> None:
    analysis = host_of({"Dockerfile": "FROM bad\n"}).analyse()
    (only,) = analysis.findings
    assert only.rule == "from-bad"
    assert [analysis.render(note.note) for note in only.related] == ["`FROM` is bad."]
    assert {finding.rule for finding in analysis.everything} == {"from-bad", "from-anything"}


def test_unknown_ends_a_visit_quietly_and_is_reported_as_unresolved() -> None:
    analysis = host_of({"Dockerfile": "FROM a\nRUN x\n"}).analyse()
    assert [finding.rule for finding in analysis.findings] == ["from-anything", "undecidable"]
    (unresolved,) = analysis.unresolved
    assert "variable" in analysis.render(unresolved.reason)
    assert analysis.locate(unresolved.at).span.start == 7


def test_a_crashing_rule_is_named_and_hides_nothing_else() -> None:
    analysis = host_of({"Dockerfile": "FROM a:latest\nCMD x\n"}).analyse()
    crash = analysis.findings[-1]
    assert crash.rule == "internal-error"
    assert "`crashes`" in analysis.render(crash.message)
    assert "ZeroDivisionError: oh" in analysis.render(crash.message)
    assert [finding.rule for finding in analysis.findings[:-1]] == ["from-anything", "latest-tag"]


def test_findings_are_in_total_order() -> None:
    files = {"b/Dockerfile": "FROM a:latest\nFROM b:latest\n", "a.Dockerfile": "FROM z\n"}
    analysis = host_of(files).analyse()
    keys = [(*analysis.locate(finding.at), finding.rule) for finding in analysis.findings]
    assert keys == sorted(keys)
    assert len(keys) == 5


def test_only_the_scopes_of_the_edited_file_run_again() -> None:
    host = host_of({"Dockerfile": "FROM a:latest\n", "b/Dockerfile": "FROM b\n"})
    host.analyse()
    assert host.db.runs["findings_in"] == 6
    host.db.runs.clear()
    host.open("/ws/Dockerfile", "FROM a:latest\nRUN y\n")
    host.analyse()
    assert host.db.runs["findings_in"] == 2


def test_a_comment_on_top_runs_no_rule_and_moves_the_findings() -> None:
    host = host_of({"Dockerfile": "FROM a:latest\n"})
    before = shown(host.analyse())
    host.db.runs.clear()
    host.open("/ws/Dockerfile", "# first\n# second\nFROM a:latest\n")
    after = shown(host.analyse())
    assert host.db.runs["findings_in"] == 0
    assert host.db.runs["merged"] == 0
    assert [line.replace(":1:", ":3:", 1) for line in before] == after


def test_any_edits_give_what_a_fresh_start_gives() -> None:
    texts = ["FROM a:latest\n", "", "RUN x\nFROM bad\n", "CMD a\n", "# c\nFROM a:latest\n"]
    host = host_of({"Dockerfile": "FROM a\n"})
    for text in texts:
        host.open("/ws/Dockerfile", text)
        fresh = host_of({"Dockerfile": text}).analyse()
        now = host.analyse()
        assert now.findings == fresh.findings
        assert now.unresolved == fresh.unresolved
        assert now.counts == fresh.counts


def test_an_analysis_can_be_cancelled_and_started_again() -> None:
    host = host_of({"Dockerfile": "FROM a:latest\n"})
    with pytest.raises(Cancelled):
        host.analyse(lambda: True)
    assert len(host.analyse().findings) == 2


@query
def fragile(db: Database, path: str) -> str:
    """A query that meets UNKNOWN while the file says so."""
    text = db.text(path) or ""
    if "unknown" in text:
        raise Undecided(UNKNOWN)
    return text.strip()


@rule(severity=Severity.WARNING)
def reads_another_file(line: Line, db: Database) -> Iterator[Report]:
    """Depends on a query that may raise."""
    yield Report(line.at, say(SAYS, what=fragile(db, "/ws/other.txt")))


@pytest.mark.parametrize("first", ["unknown", "fine"])
def test_a_query_that_raises_keeps_nothing_stale(first: str) -> None:
    files = MemoryFiles({"/ws/Dockerfile": "FROM a\n", "/ws/other.txt": first})
    host = Host(["/ws"], files, source=source([("Line", reads_another_file)]))
    for text in (first, "fine", "unknown", "better", "unknown", "unknown 2", "best"):
        host.open("/ws/other.txt", text)
        analysis = host.analyse()
        expected = [] if "unknown" in text else [f"`{text}` is bad."]
        assert [analysis.render(finding.message) for finding in analysis.findings] == expected


def test_the_profiles() -> None:
    files = {"Dockerfile": "FROM a:latest\n", ".dockerignore": "x\n"}

    def rules(**changes: Any) -> list[str]:
        analysis = host_of(files, Settings()._replace(**changes)).analyse()
        return [finding.rule for finding in analysis.findings]

    assert rules() == ["from-anything", "latest-tag"]
    assert rules(profile="minimal") == ["latest-tag"]
    assert rules(profile="strict") == ["shy", "from-anything", "latest-tag"]
    assert rules(select=("shy",)) == ["shy"]
    assert rules(ignore=("latest-tag",)) == ["from-anything"]
    assert rules(severity=(("latest-tag", "off"),)) == ["from-anything"]
    assert rules(per_file_ignores=(("Docker*", ("latest-tag",)),)) == ["from-anything"]
    assert rules(per_file_ignores=(("sub/**", ("latest-tag",)),)) == ["from-anything", "latest-tag"]


def test_a_severity_of_the_settings_counts() -> None:
    settings = Settings(severity=(("from-anything", "error"),))
    analysis = host_of({"Dockerfile": "FROM a\n"}, settings).analyse()
    assert analysis.findings[0].severity is Severity.ERROR


def test_related_places_are_listed_once() -> None:
    @rule(severity=Severity.WARNING)
    def related(line: Line, db: Database) -> Iterator[Report]:
        here = whole_file("/ws/compose.yaml")
        yield Report(line.at, say(SAYS, what="x"), (Related(here, say(SAYS, what="here")),))

    files = MemoryFiles({"/ws/Dockerfile": "FROM a\n"})
    analysis = Host(["/ws"], files, source=source([("Line", related)])).analyse()
    assert len(analysis.findings[0].related) == 1
