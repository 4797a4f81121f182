"""`shipworthy check`: judge the workspace, print the findings, repair what can be repaired."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from shipworthy.cli import options as check_options
from shipworthy.cli import output
from shipworthy.cli.options import Options
from shipworthy.cli.stop import Stop
from shipworthy.cli.workspace import (
    Targets,
    absolute,
    check_rule_names,
    folder_for,
    make_host,
    readable,
    rule_names,
    said_problem,
    stdin_text,
    targets,
    unread,
)
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.engine.visits import INTERNAL_ERROR
from shipworthy.findings.finding import Finding, Severity, Unresolved
from shipworthy.findings.message import Text
from shipworthy.report.results import Results
from shipworthy.report.words import FINDINGS, number_of, word
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from shipworthy.report.sarif import Described

OK, FOUND, FAILED = 0, 1, 2

_NO_BASELINE = Text(
    en="baseline `{path}` does not exist yet; --write-baseline writes it",
    ja="ベースライン `{path}` はまだありません。--write-baseline で書き出せます",
)
_WROTE_BASELINE = Text(
    en="wrote {findings} to the baseline `{path}`",
    ja="{findings}をベースライン `{path}` に書き出しました",
)
_CANNOT_WRITE = Text(
    en="argument {argument}: `{path}` cannot be written ({why})",
    ja="{argument}: `{path}` に書き込めません（{why}）",
)
_NOTHING_WRITTEN = Text(
    en="nothing was changed, because the settings have errors",
    ja="設定に誤りがあるため、何も変更していません",
)


class Job(NamedTuple):
    """One run of `check`."""

    options: Options
    host: Host
    targets: Targets
    stdin: str | None
    """The absolute path that stdin's text stands for."""


def run(argv: list[str]) -> int:
    """Run the command; the exit code."""
    options = check_options.read(argv)
    output.prepare()
    job = _job(options)
    if options.baseline and not options.write_baseline and not os.path.lexists(options.baseline):
        output.note(word(_NO_BASELINE, options.language, path=options.baseline))
    tick, wipe = output.progress(options.quiet)
    try:
        analysis = job.host.analyse(tick)
    finally:
        wipe()
    problems = _setting_problems(job, analysis)
    for line in problems:
        output.note(line)
    if options.changes_files or options.add_ignores:
        if problems:
            output.note(word(_NOTHING_WRITTEN, options.language))
        else:
            from shipworthy.cli import fixing  # noqa: PLC0415  (most runs change nothing)

            return fixing.run(job, analysis)
    if options.write_baseline:
        return _write_baseline(job, analysis)
    return max(show(job, analysis), FAILED if problems else OK)


def _job(options: Options) -> Job:
    language = options.language
    check_rule_names("--select", options.select, language)
    check_rule_names("--ignore", options.ignore, language)
    if options.config:
        readable(options.config, "--config")
    stdin = None
    if options.stdin_name is None:
        wanted = targets(options.paths or (".",))
    else:
        stdin = absolute(options.stdin_name)
        wanted = Targets((folder_for(stdin),), (stdin,))
    host = make_host(wanted.folders)
    if options.config:
        host.db.set_setting("config", absolute(options.config))
    host.configure(_settings(options))
    if stdin is not None:
        host.open(stdin, stdin_text())
    return Job(options, host, wanted, stdin)


def _settings(options: Options) -> dict[str, object]:
    given: dict[str, object] = {
        "select": options.select,
        "ignore": options.ignore,
        "exclude": options.exclude,
        "profile": options.profile,
    }
    return {name: value for name, value in given.items() if value}


def _setting_problems(job: Job, analysis: Analysis) -> list[str]:
    from shipworthy.engine.setting_problems import setting_problems  # noqa: PLC0415

    language = job.options.language
    return [
        said_problem(problem, analysis.places, language)
        for root in analysis.roots
        for problem in setting_problems(job.host.db, root, rule_names())
    ]


def results_of(job: Job, analysis: Analysis) -> Results:
    """What is to be shown of an analysis: filtered by paths and baseline."""
    options = job.options
    concerned = [finding for finding in analysis.findings if _concerns(job, finding)]
    elsewhere = sum(finding.severity >= Severity.WARNING for finding in analysis.findings) - sum(
        finding.severity >= Severity.WARNING for finding in concerned
    )
    unresolved = dict.fromkeys((*analysis.unresolved, *unread(job.host.db)))
    results = Results(
        analysis,
        analysis.text,
        options.language,
        tuple(concerned),
        tuple(item for item in unresolved if _wanted(job, item)),
        analysis.counts.files,
        analysis.counts.builds,
        elsewhere,
    )
    return _without_known(job, results)


def _without_known(job: Job, results: Results) -> Results:
    path = job.options.baseline
    if path is None or job.options.write_baseline:
        return results
    if not os.path.lexists(path):
        return results
    from shipworthy.cli import baseline  # noqa: PLC0415

    fresh = baseline.without(results, baseline.read(path))
    return results._replace(findings=fresh, known=len(results.findings) - len(fresh))


def _concerns(job: Job, finding: Finding) -> bool:
    """A finding concerns a path when its own place or a related one lies there."""
    return _below(job, finding.at.path) or any(
        _below(job, related.at.path) for related in finding.related
    )


def _wanted(job: Job, item: Unresolved) -> bool:
    return _below(job, item.at.path)


def _below(job: Job, path: str) -> bool:
    return any(
        path == shown or path.startswith(shown.rstrip("/") + "/") for shown in job.targets.shown
    )


def show(job: Job, analysis: Analysis) -> int:
    """Print the report; the exit code."""
    results = results_of(job, analysis)
    _print(job.options, results)
    return exit_code(job.options, results)


def exit_code(options: Options, results: Results) -> int:
    """2 when the tool itself failed somewhere, 1 when something is at the fail level, else 0."""
    if any(finding.rule == INTERNAL_ERROR for finding in results.findings):
        return FAILED
    if options.exit_zero:
        return OK
    found = any(finding.severity >= options.fail_level for finding in results.findings)
    return FOUND if found else OK


def _print(options: Options, results: Results) -> None:
    kind = options.output_format
    if kind == "json":
        from shipworthy.report import json_report  # noqa: PLC0415  (one format a run)

        output.write_lines((json_report.dump(json_report.report(results)),))
    elif kind == "sarif":
        from shipworthy.report import sarif  # noqa: PLC0415

        output.write_lines((sarif.dump(results, _described(results)),))
    elif kind == "github":
        from shipworthy.report import github  # noqa: PLC0415

        output.write_lines(github.lines(results, hints=options.shows_hints))
    elif kind == "markdown":
        from shipworthy.report import markdown  # noqa: PLC0415

        lines = markdown.lines(results, hints=options.shows_hints, unknown=options.show_unknown)
        output.write_lines(lines)
    else:
        _print_text(options, results)


def _described(results: Results) -> Callable[[str], Described]:
    from shipworthy.docsgen.rule_index import documented  # noqa: PLC0415
    from shipworthy.docsgen.rule_pages import ENGINE_PAGES, explain, page_of  # noqa: PLC0415
    from shipworthy.report.sarif import Described  # noqa: PLC0415
    from shipworthy.rules.index import RULES  # noqa: PLC0415

    listed = {rule.name: rule for rule in RULES}

    def describe(name: str) -> Described:
        if name in listed:
            rule = listed[name]
            summary = word(page_of(documented(rule.module)).summary, results.language)
            return Described(summary, explain(name, results.language), rule.severity)
        if name in ENGINE_PAGES:
            return Described(word(ENGINE_PAGES[name], results.language), "", None)
        return Described("", "", None)

    return describe


def _print_text(options: Options, results: Results) -> None:
    from shipworthy.report import text  # noqa: PLC0415

    style = text.Style(
        output.paint_for(sys.stdout),
        hints=options.shows_hints,
        verbose=options.verbose,
        unknown=options.show_unknown,
        quiet=options.quiet,
    )
    if options.statistics:
        output.write_lines(text.statistics(results))
        if not options.quiet:
            output.write_lines(text.summary(results, style))
        return
    output.write_lines(text.lines(results, style))


def _write_baseline(job: Job, analysis: Analysis) -> int:
    from shipworthy.cli import baseline  # noqa: PLC0415

    path = job.options.baseline or ""
    results = results_of(job, analysis)
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(baseline.dump(results))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Stop(_CANNOT_WRITE, argument="--baseline", path=path, why=why) from None
    language = job.options.language
    findings = number_of(len(results.findings), FINDINGS, language)
    output.note(word(_WROTE_BASELINE, language, findings=findings, path=path))
    return OK
