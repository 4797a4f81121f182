"""SARIF 2.1.0, for code scanning services and editors' viewers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from shipworthy import __version__
from shipworthy.findings.finding import CreateFile, Finding, Fix, Severity
from shipworthy.report.json_report import dump as dump_json
from shipworthy.report.json_report import edit_text
from shipworthy.report.results import Place, Results, has_edits
from shipworthy.report.screen import escape_bytes
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

_LEVEL = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.HINT: "note",
}
_ROOT = "ROOT"


class Described(NamedTuple):
    """What is said of a rule as such."""

    summary: str
    page: str
    """Markdown."""
    severity: Severity | None
    """None where findings alone say how bad it is."""


def dump(results: Results, describe: Callable[[str], Described]) -> str:
    """The log as JSON text; the same workspace gives the same text."""
    rules = sorted({finding.rule for finding in results.findings})
    index = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "shipworthy",
                "semanticVersion": __version__,
                "rules": [_rule(rule, describe(rule)) for rule in rules],
            }
        },
        "language": "ja" if results.language == "ja" else "en-US",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": _folder_uri(results.source.root)}},
        "results": [_result(results, finding, index) for finding in results.findings],
        "invocations": [_invocation(results)],
    }
    return dump_json(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        }
    )


def _rule(name: str, described: Described) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name}
    if described.summary:
        rule["shortDescription"] = {"text": described.summary}
    if described.page:
        rule["help"] = {"text": described.page, "markdown": described.page}
    if described.severity is not None:
        rule["defaultConfiguration"] = {"level": _LEVEL[described.severity]}
    return rule


def _result(results: Results, finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVEL[finding.severity],
        "message": _message(results.say(finding.message)),
        "locations": [_location(results, finding.at)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(results, at), "message": _message(results.say(note))}
            for number, (at, note) in enumerate(finding.related)
        ]
    fixes = [_fix(results, fix) for fix in finding.fixes if has_edits(fix)]
    if fixes:
        result["fixes"] = fixes
    result["properties"] = {"severity": finding.severity.word}
    return result


def _message(text: str) -> dict[str, str]:
    """Plain text in which nothing can be taken for one of SARIF's embedded links."""
    return {
        "text": escape_bytes(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    }


def _location(results: Results, at: Anchor) -> dict[str, Any]:
    place = results.place(at)
    # Code scanning services refuse a location without a line, also for what is true of the file.
    physical = {"artifactLocation": _artifact(place.file), "region": _region(place)}
    return {"physicalLocation": physical}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(file: str) -> dict[str, str]:
    if file.startswith("/"):
        return {"uri": "file://" + _quoted(file)}
    return {"uri": _quoted(file), "uriBaseId": _ROOT}


def _folder_uri(root: str) -> str:
    slash = "" if root.startswith("/") else "/"
    return f"file://{slash}{_quoted(root.rstrip('/'))}/"


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/:")


def _fix(results: Results, fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for change in fix.changes:
        if isinstance(change, CreateFile):
            file = results.source.relative(change.path)
            region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
            text = change.text
        else:
            place = results.place(change.at)
            file, region = place.file, _region(place)
            text = edit_text(results, change.at, change.text)
        replacement: dict[str, Any] = {"deletedRegion": region}
        if text:
            replacement["insertedContent"] = {"text": escape_bytes(text)}
        changes.setdefault(file, []).append(replacement)
    return {
        "description": _message(results.say(fix.title)),
        "artifactChanges": [
            {"artifactLocation": _artifact(file), "replacements": replacements}
            for file, replacements in changes.items()
        ],
        "properties": {"safety": fix.safety.word, "afterwards": list(fix.afterwards)},
    }


def _invocation(results: Results) -> dict[str, Any]:
    """That the run succeeded, and as notes what could not be judged."""
    invocation: dict[str, Any] = {"executionSuccessful": True}
    notes = [
        {
            "level": "note",
            "message": _message(results.say(reason)),
            "locations": [_location(results, at)],
        }
        for at, reason in results.unresolved
    ]
    if notes:
        invocation["toolExecutionNotifications"] = notes
    return invocation
