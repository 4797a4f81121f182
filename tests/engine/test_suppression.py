"""Suppressing comments: what they hide, what is said of them, and where new ones go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shipworthy.db.database import Database
from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.fixing import fix_to_fixed_point, plan
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.findings.suppression import suppressions
from shipworthy.findings.suppression_edits import suppression_edit, suppression_edits
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.spans import Span
from support.fakes import Line, PatternNode, YamlFile, source

SAYS = Text(en="Bad.", ja="よくありません。")


@rule(severity=Severity.WARNING, same_as=("DL3007", "FromAsCasing"))
def latest_tag(line: Line, db: Database) -> Iterator[Report]:
    """Every `latest`, wherever it stands in the instruction."""
    at = line.source.find("latest")
    if at >= 0:
        yield Report(line.at.narrow(at, at + 6), say(SAYS))


@rule(severity=Severity.WARNING)
def bad_pattern(pattern: PatternNode, db: Database) -> Iterator[Report]:
    """Every pattern that says `bad`."""
    if "bad" in pattern.text:
        yield Report(pattern.at, say(SAYS))


@rule(severity=Severity.WARNING)
def bad_value(file: YamlFile, db: Database) -> Iterator[Report]:
    """Every `bad` in a YAML file, by absolute place."""
    text = db.text(file.path) or ""
    at = text.find("bad:here")
    if at >= 0:
        yield Report(Anchor(file.path, -1, Span(at, at + 3)), say(SAYS))


@rule(severity=Severity.WARNING)
def no_header(line: Line, db: Database) -> Iterator[Report]:
    """A file as a whole."""
    if line.number == 0 and "header" in line.source:
        yield Report(whole_file(line.path), say(SAYS))


RULES = (
    ("Line", latest_tag),
    ("Line", no_header),
    ("PatternNode", bad_pattern),
    ("YamlFile", bad_value),
)


def host_of(path: str, text: str) -> Host:
    return Host(["/ws"], MemoryFiles({f"/ws/{path}": text}), source=source(RULES))


def rules(path: str, text: str) -> list[str]:
    return [finding.rule for finding in host_of(path, text).analyse().findings]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "# shipworthy: ignore[latest-tag] -- on purpose\nFROM x:latest\n"),
        ("Dockerfile", "  #shipworthy:ignore[ latest-tag ]\r\n\r\nFROM x:latest\r\n"),
        ("Dockerfile", "FROM x:latest\n# shipworthy: ignore-file[latest-tag] -- all\n"),
        ("Dockerfile", "# shipworthy: ignore[no-header]\nFROM header\n"),
        ("Dockerfile", "# hadolint ignore=DL3006,DL3007\nFROM x:latest\n"),
        ("Dockerfile", "# hadolint global ignore=DL3007\nFROM a\nFROM x:latest\n"),
        ("Dockerfile", "# check=skip=JSONArgsRecommended,FromAsCasing;error=true\nFROM x:latest\n"),
        ("Dockerfile", "# check=skip=all\nFROM x:latest\n"),
        (".dockerignore", "# shipworthy: ignore[bad-pattern]\nbad\n"),
        ("a.yaml", "a: bad:here  # shipworthy: ignore[bad-value]\n"),
        ("a.yaml", "# shipworthy: ignore[bad-value]\n# other\n\na: bad:here\n"),
        ("a.yaml", "b:\n  # shipworthy: ignore[bad-value]\n  a: |\n    x\n    bad:here\n"),
    ],
)
def test_suppressed(path: str, text: str) -> None:
    assert rules(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "Dockerfile",
            "# shipworthy: ignore[latest-tag]\nFROM x\nFROM x:latest\n",
            ["unused-suppression", "latest-tag"],
        ),
        (
            "Dockerfile",
            "# shipworthy: ignore\nFROM x:latest\n",
            ["malformed-suppression", "latest-tag"],
        ),
        ("Dockerfile", "# shipworthy: ignore[]\nFROM x\n", ["malformed-suppression"]),
        ("Dockerfile", "# shipworthy: ignore[no-such-rule]\nFROM x\n", ["malformed-suppression"]),
        ("Dockerfile", "# shipworthy: context=.. target=a\nFROM x\n", []),
        ("Dockerfile", "# hadolint ignore=DL3007\nFROM x\n", []),
        ("Dockerfile", "# hadolint ignore=DL3006\nFROM x:latest\n", ["latest-tag"]),
        (
            "a.yaml",
            "a: 1  # shipworthy: ignore[bad-value]\nb: bad:here\n",
            ["unused-suppression", "bad-value"],
        ),
        ("a.yaml", 'a: "# shipworthy: ignore[bad-value] bad:here"\n', ["bad-value"]),
    ],
)
def test_not_suppressed(path: str, text: str, expected: list[str]) -> None:
    assert rules(path, text) == expected


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "Dockerfile",
            "FROM x\r\n# shipworthy: ignore[latest-tag]\r\nRUN a\r\n",
            "FROM x\r\nRUN a\r\n",
        ),
        (
            "Dockerfile",
            "# shipworthy: ignore[no-header, latest-tag, nope] -- why\nFROM x:latest\n",
            "# shipworthy: ignore[latest-tag] -- why\nFROM x:latest\n",
        ),
        ("a.yaml", "a: 1  # shipworthy: ignore[bad-value]\nb: 2\n", "a: 1\nb: 2\n"),
        (".dockerignore", "x\n# shipworthy: ignore bad", "x\n"),
    ],
)
def test_the_fix_removes_what_has_no_use(path: str, before: str, after: str) -> None:
    host = host_of(path, before)
    outcome = fix_to_fixed_point(host)
    assert {path: new for path, (_, new) in outcome.files.items()} == {f"/ws/{path}": after}
    assert host.db.text(f"/ws/{path}") == before


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "Dockerfile",
            "# syntax=docker/dockerfile:1\n# escape=`\nFROM x:latest\n",
            (
                "# syntax=docker/dockerfile:1\n# escape=`\n# shipworthy: ignore[latest-tag]"
                " -- because it is\nFROM x:latest\n"
            ),
        ),
        (
            "Dockerfile",
            "\ufeffFROM x:latest\r\n",
            "\ufeff# shipworthy: ignore[latest-tag] -- because it is\r\nFROM x:latest\r\n",
        ),
        (
            "Dockerfile",
            "FROM x\n  RUN a \\\n    latest\n",
            "FROM x\n  # shipworthy: ignore[latest-tag] -- because it is\n  RUN a \\\n    latest\n",
        ),
        (
            "Dockerfile",
            "# shipworthy: ignore[no-header] -- old\nFROM header:latest\n",
            "# shipworthy: ignore[no-header, latest-tag] -- old\nFROM header:latest\n",
        ),
        (
            "Dockerfile",
            "# escape=\\\nFROM header\n",
            "# escape=\\\n# shipworthy: ignore[no-header] -- because it is\nFROM header\n",
        ),
        (
            ".dockerignore",
            "x\n  bad\n",
            "x\n# shipworthy: ignore[bad-pattern] -- because it is\n  bad\n",
        ),
        (
            "a.yaml",
            "b:\n  - a: >\n      x\n      bad:here\n",
            (
                "b:\n  # shipworthy: ignore[bad-value] -- because it is\n"
                "  - a: >\n      x\n      bad:here\n"
            ),
        ),
    ],
)
def test_ignore_here(path: str, before: str, after: str) -> None:
    host = host_of(path, before)
    analysis = host.analyse()
    (finding,) = analysis.findings
    edit = suppression_edit(host.db, finding.at, (finding.rule,), "because\n it is")
    assert edit is not None
    texts = plan(analysis, Fix(say(SAYS), (edit,), Safety.SAFE))
    assert texts == {f"/ws/{path}": after}
    assert rules(path, after) == []


def test_ignore_here_where_no_comment_can_stand() -> None:
    host = host_of("a.json", "{}")
    assert suppression_edit(host.db, whole_file("/ws/a.json"), ("x",)) is None
    assert suppression_edit(host.db, whole_file("/ws/absent.yaml"), ("x",)) is None


def test_many_suppressions_of_one_place_are_one_comment() -> None:
    host = host_of("Dockerfile", "FROM header:latest\n")
    analysis = host.analyse()
    wanted = [(finding.at, finding.rule) for finding in analysis.findings]
    edits, impossible = suppression_edits(host.db, wanted)
    assert impossible == ()
    assert [edit.text for edit in edits] == ["# shipworthy: ignore[latest-tag, no-header]\n"]


def test_comments_of_toml_files() -> None:
    text = (
        'a = "# shipworthy: ignore[x]"\nb = 1  # shipworthy: ignore[y]\n'
        "# shipworthy: ignore[z]\nc=2\n"
    )
    host = host_of("pyproject.toml", text)
    found = suppressions(host.db, "/ws/pyproject.toml").valid
    assert [[name.text for name in item.names] for item in found] == [["y"], ["z"]]
    assert [item.target and item.target.of(text) for item in found] == [
        "b = 1  # shipworthy: ignore[y]",
        "c=2",
    ]
