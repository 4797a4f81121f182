"""The JSON report, version 1: English, 1-based lines and columns, columns in code points."""

from __future__ import annotations

import json
from typing import Any

from shipworthy.findings.finding import BuildName, Change, CreateFile, Finding, Fix, Severity
from shipworthy.findings.message import (
    Field,
    File,
    Inner,
    Line,
    Message,
    Names,
    Size,
)
from shipworthy.findings.message import Place as PlaceField
from shipworthy.report.results import Place, Results
from shipworthy.report.screen import escape_bytes
from shipworthy.text.anchors import Anchor
from shipworthy.text.edits import eol_of

VERSION = 1


def report(results: Results) -> dict[str, Any]:
    """The report as a JSON value; the same workspace gives the same value."""
    results = results._replace(language="en")
    counts = results.counts()
    return {
        "version": VERSION,
        "root": escape_bytes(results.source.root),
        "findings": [_finding(results, finding) for finding in results.findings],
        "unresolved": [
            {**_at(results, at), "reason": _say(results, reason)}
            for at, reason in results.unresolved
        ],
        "summary": {
            "files": results.files,
            "builds": results.builds,
            **{severity.word: counts[severity] for severity in sorted(Severity, reverse=True)},
        },
    }


def dump(value: object) -> str:
    """A JSON value as text, indented, in ASCII (so that no output encoding can break it)."""
    return json.dumps(value, indent=2)


def range_of(place: Place) -> dict[str, dict[str, int]]:
    """A place's range."""
    return {
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }


def _finding(results: Results, finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "message": _say(results, finding.message),
        "fields": _fields(results, finding.message.fields),
        "url": None,
        **_at(results, finding.at),
        "related": [
            {**_at(results, at), "message": _say(results, note)} for at, note in finding.related
        ],
        "builds": [build_value(results.build(build)) for build in finding.builds],
        "fixes": [_fix(results, fix) for fix in finding.fixes],
    }


def _at(results: Results, anchor: Anchor) -> dict[str, Any]:
    place = results.place(anchor)
    return {"file": escape_bytes(place.file), "range": range_of(place)}


def _say(results: Results, message: Message | Inner) -> str:
    return escape_bytes(results.source.render(message, "en"))


def build_value(build: BuildName) -> dict[str, str]:
    """A build; `build` has its paths as they are shown."""
    return {name: escape_bytes(value) for name, value in build._asdict().items()}


def _fix(results: Results, fix: Fix) -> dict[str, Any]:
    return {
        "title": _say(results, fix.title),
        "safety": fix.safety.word,
        "afterwards": [escape_bytes(command) for command in fix.afterwards],
        "edits": [_edit(results, change) for change in fix.changes],
    }


def _edit(results: Results, change: Change) -> dict[str, Any]:
    if isinstance(change, CreateFile):
        path = results.source.relative(change.path)
        return {"create": escape_bytes(path), "text": escape_bytes(change.text)}
    return {
        **_at(results, change.at),
        "text": escape_bytes(edit_text(results, change.at, change.text)),
    }


def edit_text(results: Results, at: Anchor, text: str) -> str:
    """The text of an edit with the line ends of its file, ready to be applied."""
    if "\n" not in text:
        return text
    eol = eol_of(results.text(at.path) or "")
    return text if eol == "\n" else text.replace("\r\n", "\n").replace("\n", eol)


def _fields(results: Results, fields: tuple[tuple[str, Field], ...]) -> dict[str, Any]:
    return {name: _value(results, value) for name, value in fields}


def _value(results: Results, value: Field) -> Any:
    if isinstance(value, str):
        return escape_bytes(value)
    if isinstance(value, Line):
        return results.place(value.at).line
    if isinstance(value, PlaceField):
        place = results.place(value.at)
        return f"{escape_bytes(place.file)}:{place.line}"
    if isinstance(value, File):
        return escape_bytes(results.source.relative(value.path))
    if isinstance(value, Names):
        return [escape_bytes(name) for name in value.names]
    if isinstance(value, Size):
        return value.bytes
    if isinstance(value, Inner):
        return _say(results, value)
    return value
