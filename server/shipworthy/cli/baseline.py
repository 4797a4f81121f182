"""A file of known findings, so that an old repository starts with silence.

A finding is known by its rule, its file and the text of its line: lines may be added above it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from shipworthy.cli.stop import Stop
from shipworthy.cli.workspace import readable
from shipworthy.findings.finding import Finding
from shipworthy.findings.message import Text
from shipworthy.report.results import Results
from shipworthy.report.screen import escape_bytes
from shipworthy.text.lines import LineIndex

_BROKEN = Text(
    en="argument --baseline: `{path}` is not a baseline file (expected what --write-baseline"
    " writes)",
    ja="--baseline: `{path}` はベースラインではありません（--write-baseline の出力が必要です）",
)
_Key = tuple[str, str, str]


def read(path: str) -> Counter[_Key]:
    """How often each known finding occurs; raises Stop when the file is no baseline."""
    try:
        data: Any = json.loads(readable(path, "--baseline"))
        known: Counter[_Key] = Counter()
        for item in data["findings"]:
            known[str(item["file"]), str(item["rule"]), str(item["line"])] += int(item["count"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Stop(_BROKEN, path=path) from None
    return known


def without(results: Results, known: Counter[_Key]) -> tuple[Finding, ...]:
    """The findings that the baseline does not hold."""
    left = known.copy()
    fresh = []
    for finding, key in zip(results.findings, _keys(results), strict=True):
        if left[key] > 0:
            left[key] -= 1
        else:
            fresh.append(finding)
    return tuple(fresh)


def dump(results: Results) -> str:
    """The findings as the text of a baseline file, in a stable order."""
    items = [
        {"file": file, "rule": rule, "line": line, "count": count}
        for (file, rule, line), count in sorted(Counter(_keys(results)).items())
    ]
    return json.dumps({"version": 1, "findings": items}, indent=2, ensure_ascii=False) + "\n"


def _keys(results: Results) -> list[_Key]:
    indexes: dict[str, tuple[str, LineIndex]] = {}
    keys = []
    for finding in results.findings:
        place = results.place(finding.at)
        line = ""
        if not place.whole:
            if place.path not in indexes:
                text = results.text(place.path) or ""
                indexes[place.path] = (text, LineIndex(text))
            text, index = indexes[place.path]
            line = text[index.line_start(place.line - 1) : index.line_end(place.line - 1)].strip()
        keys.append((escape_bytes(place.file), finding.rule, escape_bytes(line)))
    return keys
