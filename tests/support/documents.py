"""Rule documents as tests: what a document's workspaces report, compared with what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from shipworthy.docsgen.markdown import Section, sections
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.source import Source
from shipworthy.findings.finding import Finding, Severity
from support.promises import keep_promises, messages_are_complete
from support.workspaces import Workspace, workspace

_EXPECTED = re.compile(
    r"(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?:"
    r" (?P<severity>error|warning|info|hint)\[(?P<rule>[a-z0-9-]+)\](?: (?P<message>.+))?$"
)


class Case(NamedTuple):
    """One workspace with its expectation; `rule` None compares all rules at warning and above."""

    name: str
    rule: str | None
    workspace: Workspace
    expected: tuple[str, ...]
    exact: bool = False
    """Every part of a line must be said, the message too."""


def cases_of(text: str, rule: str) -> list[Case]:
    """The tests of `tests/rules/<rule>.md`: every heading with a `diagnostics` block.

    A heading with files but without `diagnostics` gives its files to the headings below it.
    """
    cases: list[Case] = []
    shared: list[tuple[int, Workspace]] = []
    for section in sections(text):
        while shared and shared[-1][0] >= section.level:
            shared.pop()
        base = shared[-1][1] if shared else None
        tree = workspace(section.fences, base)
        found = [fence for fence in section.fences if fence.language == "diagnostics"]
        if not found:
            if tree.files or tree.links:
                shared.append((section.level, tree))
            continue
        for fence in found:
            everything = "all" in fence.words
            lines = tuple(line for line in fence.text.split("\n") if line.strip())
            cases.append(Case(section.title, None if everything else rule, tree, lines))
    return cases


def cases_of_page(page: str, rule: str) -> list[Case]:
    """The tests inside a rule's own page: the example, and what to use instead, which is silent.

    The files to use instead are laid over those of the example.
    """
    parts = {section.title: section for section in sections(page)}
    example = parts["Example"]
    tree = workspace(example.fences)
    cases = [Case("Example", rule, tree, _expected(example), exact=True)]
    instead = parts["Use instead"]
    cases.append(Case("Use instead", rule, workspace(instead.fences, tree), ()))
    return cases


def _expected(section: Section) -> tuple[str, ...]:
    found = [fence for fence in section.fences if fence.language == "diagnostics"]
    assert len(found) == 1, f"`{section.title}` needs one `diagnostics` block"
    return tuple(line for line in found[0].text.split("\n") if line.strip())


def check(case: Case, source: Source | None = None) -> None:
    """Assert that a case reports what it says, and that its findings keep all promises."""
    host = case.workspace.host(source)
    analysis = host.analyse()
    messages_are_complete(analysis)
    compare(case, analysis)
    keep_promises(case.workspace, host, case.rule, source)


def compare(case: Case, analysis: Analysis) -> None:
    """Assert that the findings are those of the case, in its order."""
    if case.rule is None:
        wanted = [f for f in analysis.findings if f.severity >= Severity.WARNING]
    else:
        wanted = [f for f in analysis.findings if f.rule == case.rule]
    crashed = [line for line in lines(analysis, analysis.findings) if "[internal-error]" in line]
    assert not crashed, "\n".join(crashed)
    actual = lines(analysis, wanted)
    shortened = [
        _like(line, case.expected[i]) if i < len(case.expected) and not case.exact else line
        for i, line in enumerate(actual)
    ]
    if shortened != list(case.expected):
        shown = "\n  ".join(actual) or "(nothing)"
        said = "\n  ".join(case.expected) or "(nothing)"
        raise AssertionError(f"{case.name}\nexpected:\n  {said}\nreported:\n  {shown}")


def lines(analysis: Analysis, findings: Iterable[Finding]) -> list[str]:
    """Findings as `path:line:column: severity[rule] message`, 1-based."""
    result = []
    for finding in findings:
        path, span = analysis.locate(finding.at)
        place = analysis.line_column(path, span.start)
        message = analysis.render(finding.message).replace("\n", " ")
        result.append(
            f"{analysis.relative(path)}:{place.line + 1}:{place.column + 1}:"
            f" {finding.severity.word}[{finding.rule}] {message}"
        )
    return result


def _like(actual: str, expected: str) -> str:
    """The actual line, with as much detail as the expected one has."""
    said, full = _EXPECTED.match(expected), _EXPECTED.match(actual)
    assert said is not None, f"not `path:line: severity[rule] message`: {expected}"
    assert full is not None
    column = f":{full['column']}" if said["column"] else ""
    message = f" {full['message']}" if said["message"] else ""
    place = f"{full['path']}:{full['line']}{column}"
    return f"{place}: {full['severity']}[{full['rule']}]{message}"
