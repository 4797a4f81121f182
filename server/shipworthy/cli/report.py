"""`shipworthy report`: per service what holds and what fails, layer by layer, with evidence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from shipworthy.cli import output
from shipworthy.cli.builds import Workspace, below, open_workspace
from shipworthy.cli.stop import Parser, add_language, language_for
from shipworthy.cli.workspace import targets
from shipworthy.engine.analysis import Analysis
from shipworthy.findings.message import Language, Text
from shipworthy.model.builds import BuildUnit
from shipworthy.report.markdown import prose
from shipworthy.report.screen import Paint, escape_bytes, escaped, width
from shipworthy.report.text import build_name
from shipworthy.report.words import SEVERITY, word
from shipworthy.views.layers import LAYERS, Layer, LayerName, ServiceReport, State, reports

_NAMES: dict[LayerName, Text] = {
    "build": Text(en="build", ja="ビルド"),
    "run": Text(en="run", ja="実行"),
    "reproduction": Text(en="reproduction of the environment", ja="環境の再現"),
    "development": Text(en="development", ja="開発"),
}
_SHORT: dict[LayerName, Text] = {
    **_NAMES,
    "reproduction": Text(en="reproduction", ja="環境の再現"),
}
_STATES: dict[State, Text] = {
    "pass": Text(en="pass", ja="合格"),
    "fail": Text(en="FAIL", ja="不合格"),
    "note": Text(en="pass, with notes", ja="合格（補足あり）"),
    "unknown": Text(en="not judged", ja="未判定"),
    "absent": Text(en="none", ja="なし"),
}
_COLOURS: dict[State, tuple[str, ...]] = {
    "pass": ("green",),
    "fail": ("bold", "red"),
    "note": ("yellow",),
    "unknown": ("yellow",),
    "absent": (),
}
_LAYER = Text(en="Layer", ja="層")
_STATE = Text(en="State", ja="判定")
_EVIDENCE = Text(en="Evidence", ja="根拠")
_TITLE = Text(en="shipworthy: report", ja="shipworthy: レポート")
_NO_BUILD = Text(en="no build found here", ja="ここにビルドは見つかりませんでした")


def run(argv: list[str]) -> int:
    """Run the command; 0 whatever the report says."""
    parser = Parser("report", "Show per service what holds and what fails, with evidence.")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder (.)")
    parser.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    add_language(parser)
    given = parser.read(argv)
    output.prepare()
    language = language_for(given.lang)
    targets((given.path,))
    workspace = open_workspace(given.path, folder=True)
    analysis = workspace.host.analyse()
    found = tuple(
        item for item in reports(workspace.db, analysis) if _concerns(workspace, item.unit)
    )
    workspace.wipe()
    if given.output_format == "json":
        from shipworthy.report.json_report import dump  # noqa: PLC0415

        value = [_value(workspace, analysis, item) for item in found]
        output.write_lines((dump({"version": 1, "services": value}),))
        return 0
    if not found:
        output.note(word(_NO_BUILD, language))
    if given.output_format == "markdown":
        output.write_lines(_markdown(workspace, analysis, found, language))
    else:
        paint = output.paint_for(sys.stdout)
        for item in found:
            output.write_lines(_text(workspace, analysis, item, language, paint))
        if len(found) > 1:
            output.write_lines(_overview(workspace, found, language, paint))
    return 0


def _concerns(workspace: Workspace, unit: BuildUnit) -> bool:
    """Whether a build is declared in the folder that was named, or uses something in it."""
    paths = (unit.origin_file, unit.dockerfile, unit.context)
    return any(isinstance(path, str) and below(path, workspace.path) for path in paths)


def _evidence(analysis: Analysis, layer: Layer, language: Language) -> Iterator[str]:
    """The findings, then the facts, each as one line fit for the screen."""
    for finding in layer.findings:
        path, span = analysis.locate(finding.at)
        place = f"{analysis.relative(path)}:{analysis.line_column(path, span.start).line + 1}"
        severity = word(SEVERITY[finding.severity], language)
        message = analysis.render(finding.message, language)
        yield escaped(f"{place}: {severity}[{finding.rule}] {message}")
    for fact in layer.facts:
        yield escaped(analysis.render(fact, language))


def _text(
    workspace: Workspace,
    analysis: Analysis,
    item: ServiceReport,
    language: Language,
    paint: Paint,
) -> Iterator[str]:
    yield paint(build_name(workspace.name(item.unit)), "bold")
    for layer in item.layers:
        state = paint(word(_STATES[layer.state], language), *_COLOURS[layer.state])
        yield f"  {word(_NAMES[layer.name], language)}: {state}"
        for line in _evidence(analysis, layer, language):
            yield f"    {line}"
    yield ""


def _overview(
    workspace: Workspace, found: tuple[ServiceReport, ...], language: Language, paint: Paint
) -> Iterator[str]:
    """The states alone, a line for each service."""
    heads = ("", *(word(_SHORT[name], language) for name in LAYERS))
    rows = [
        (
            build_name(workspace.name(item.unit)),
            *(word(_STATES[layer.state], language) for layer in item.layers),
        )
        for item in found
    ]
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    yield paint(_padded(heads, widths, [()] * len(heads), Paint(False)), "bold")
    for row, item in zip(rows, found, strict=True):
        styles = [(), *(_COLOURS[layer.state] for layer in item.layers)]
        yield _padded(row, widths, styles, paint)


def _padded(
    cells: tuple[str, ...], widths: list[int], styles: list[tuple[str, ...]], paint: Paint
) -> str:
    padded = (
        paint(cell, *style) + " " * (columns - width(cell))
        for cell, columns, style in zip(cells, widths, styles, strict=True)
    )
    return "  ".join(padded).rstrip()


def _markdown(
    workspace: Workspace,
    analysis: Analysis,
    found: tuple[ServiceReport, ...],
    language: Language,
) -> Iterator[str]:
    yield f"## {word(_TITLE, language)}"
    for item in found:
        yield ""
        yield f"### {build_name(workspace.name(item.unit))}"
        yield ""
        heads = (word(text, language) for text in (_LAYER, _STATE, _EVIDENCE))
        yield f"| {' | '.join(heads)} |"
        yield "|---|---|---|"
        for layer in item.layers:
            evidence = "<br>".join(
                prose(line).replace("|", "\\|") for line in _evidence(analysis, layer, language)
            )
            name, state = word(_NAMES[layer.name], language), word(_STATES[layer.state], language)
            mark = f"**{state}**" if layer.state == "fail" else state
            yield f"| {name} | {mark} | {evidence} |"


def _value(workspace: Workspace, analysis: Analysis, item: ServiceReport) -> dict[str, Any]:
    from shipworthy.report.json_report import build_value  # noqa: PLC0415

    def finding_value(layer: Layer) -> list[dict[str, Any]]:
        return [
            {
                "rule": finding.rule,
                "severity": finding.severity.word,
                "file": escape_bytes(workspace.relative(finding.at.path)),
                "line": workspace.line(finding.at),
                "message": escape_bytes(analysis.render(finding.message, "en")),
            }
            for finding in layer.findings
        ]

    return {
        "build": build_value(workspace.name(item.unit)),
        "layers": {
            layer.name: {
                "state": layer.state,
                "findings": finding_value(layer),
                "facts": [escape_bytes(analysis.render(fact, "en")) for fact in layer.facts],
            }
            for layer in item.layers
        },
    }
