"""`check --fix`, `--diff` and `--add-ignores`: what changes files, and what it tells about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from shipworthy.cli import output
from shipworthy.cli.check import FAILED, FOUND, OK, exit_code, results_of, show
from shipworthy.cli.diffs import unified
from shipworthy.cli.fix_words import (
    ADD_IGNORES,
    CANNOT_IGNORE,
    FIXED,
    GAINED,
    IGNORED,
    NOT_FIXED,
    NOT_WRITTEN,
    NOTHING_TO_FIX,
    REFUSED,
    WOULD_CHANGE,
    why_not_written,
)
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.fixing import FixOutcome, Withheld, fix_to_fixed_point, plan
from shipworthy.engine.judging import META
from shipworthy.engine.writing import WriteRefused, write_atomically
from shipworthy.findings.finding import CreateFile, Edit, Finding, Fix, Safety
from shipworthy.findings.message import human_size, say
from shipworthy.findings.suppression_edits import suppression_edits
from shipworthy.report.screen import escaped
from shipworthy.report.text import build_name
from shipworthy.report.words import A_FILE, FINDINGS, RUN_NEXT, in_brackets, number_of, word

if TYPE_CHECKING:
    from shipworthy.cli.check import Job
    from shipworthy.cli.gains import Gain

_DIFF_STYLES = {"---": "bold", "+++": "bold", "@@": "cyan", "+": "green", "-": "red"}
_Texts = Mapping[str, tuple[str | None, str]]


def run(job: Job, analysis: Analysis) -> int:
    """Do what was asked for; the exit code."""
    if job.options.add_ignores:
        return _add_ignores(job, analysis)
    limit = Safety.UNSAFE if job.options.unsafe else Safety.SAFE
    outcome = fix_to_fixed_point(job.host, limit, _wanted(job, analysis))
    if job.options.diff:
        return _show_diff(job, analysis, outcome)
    if job.stdin is not None:
        return _filter_stdin(job, job.stdin, outcome)
    from shipworthy.cli.gains import gains  # noqa: PLC0415  (needs the whole model)

    saved = gains(job.host, {path: new for path, (_, new) in outcome.files.items()})
    lines = list(_told(job, analysis, outcome, saved))
    written = _write(job, analysis, outcome.files)
    # Other formats keep stdout for the report alone.
    with redirect_stdout(sys.stdout if job.options.output_format == "text" else sys.stderr):
        if written:
            output.write_lines(lines)
    remaining = show(job, job.host.analyse())
    return remaining if written else FAILED


def _wanted(job: Job, analysis: Analysis) -> Callable[[Finding], bool]:
    """Only findings that are shown are fixed; a filter of stdin touches nothing but its text."""
    shown = {(finding.rule, finding.at.path) for finding in results_of(job, analysis).findings}

    def wanted(finding: Finding) -> bool:
        if (finding.rule, finding.at.path) not in shown:
            return False
        return job.stdin is None or _touches_only(finding, job.stdin)

    return wanted


def _touches_only(finding: Finding, path: str) -> bool:
    return bool(finding.fixes) and all(
        not isinstance(change, CreateFile) and change.at.path == path
        for change in finding.fixes[0].changes
    )


def _write(job: Job, analysis: Analysis, files: _Texts) -> bool:
    """Write file by file; False when one was refused, which is said."""
    language = job.options.language
    complete = True
    for path, (old, new) in files.items():
        try:
            write_atomically(path, old, new, analysis.roots)
        except WriteRefused as refused:
            complete = False
            why = why_not_written(refused, language)
            output.note(word(NOT_WRITTEN, language, path=analysis.relative(path), why=why))
        job.host.touch(path)
    return complete


def _told(
    job: Job, analysis: Analysis, outcome: FixOutcome, saved: tuple[Gain, ...]
) -> Iterator[str]:
    language = job.options.language
    paint = output.paint_for(sys.stdout)
    results = results_of(job, analysis)
    for item in outcome.applied:
        title = escaped(analysis.render(item.fix.title, language))
        where = f"{escaped(analysis.relative(item.path))}:{item.line}"
        label = f"{word(FIXED, language)}[{item.finding.rule}]"
        yield f"{paint(label, 'bold', 'green')} {where}: {title}"
    for held in _unexpected(outcome):
        yield _held(job, analysis, held)
    if not outcome.applied:
        yield word(NOTHING_TO_FIX, language)
    for gain in saved:
        names = ", ".join(dict.fromkeys(build_name(results.build(name)) for name in gain.builds))
        size = human_size(gain.bytes)
        yield word(
            GAINED,
            language,
            files=number_of(gain.files, A_FILE, language),
            size=size,
            builds=names,
        )
    for command in outcome.afterwards:
        yield f"{paint(word(RUN_NEXT, language), 'bold')}: {escaped(command)}"
    yield ""


def _unexpected(outcome: FixOutcome) -> Iterator[Withheld]:
    """Fixes that were tried and found wanting; those above the asked-for safety are no news."""
    return (held for held in outcome.withheld if held.refusal.why not in ("manual", "unsafe"))


def _held(job: Job, analysis: Analysis, held: Withheld) -> str:
    language = job.options.language
    title = escaped(analysis.render(held.fix.title, language))
    why = word(REFUSED[held.refusal.why], language, detail=escaped(_shown(analysis, held)))
    where = f"{escaped(analysis.relative(held.path))}:{held.line}"
    label = f"{word(NOT_FIXED, language)}[{held.finding.rule}]"
    return f"{label} {where}: {title}{in_brackets(why, language)}"


def _shown(analysis: Analysis, held: Withheld) -> str:
    detail = held.refusal.detail
    return analysis.relative(detail) if detail.startswith("/") else detail


def _show_diff(job: Job, analysis: Analysis, outcome: FixOutcome) -> int:
    language = job.options.language
    for path, (old, new) in outcome.files.items():
        diff = unified(analysis.relative(path), old, new)
        output.write_exact(diff, sys.stdout, styles=_DIFF_STYLES)
    if not job.options.quiet:
        for held in _unexpected(outcome):
            output.note(_held(job, analysis, held))
        files = number_of(len(outcome.files), A_FILE, language)
        option = "--unsafe-fixes" if job.options.unsafe else "--fix"
        output.note(word(WOULD_CHANGE, language, files=files, option=option))
    return exit_code(job.options, results_of(job, analysis))


def _filter_stdin(job: Job, path: str, outcome: FixOutcome) -> int:
    """The repaired text on stdout, the report of what remains on stderr."""
    changed = outcome.files.get(path)
    text = changed[1] if changed else job.host.db.text(path) or ""
    output.write_exact(text, sys.stdout, escape=False)
    job.host.open(path, text)
    with redirect_stdout(sys.stderr):
        return show(job, job.host.analyse())


def _add_ignores(job: Job, analysis: Analysis) -> int:
    language = job.options.language
    wanted = [
        finding
        for finding in results_of(job, analysis).findings
        if finding.severity >= job.options.fail_level and finding.rule not in META
    ]
    edits, impossible = suppression_edits(
        job.host.db, [(finding.at, finding.rule) for finding in wanted]
    )
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.at.path, []).append(edit)
    texts: dict[str, tuple[str | None, str]] = {}
    for path, found in by_path.items():
        planned = plan(analysis, Fix(say(ADD_IGNORES), tuple(found), Safety.SAFE))
        if isinstance(planned, dict):
            texts[path] = analysis.text(path), planned[path]
    for at, rule in impossible:
        where = analysis.relative(at.path)
        output.note(word(CANNOT_IGNORE, language, rule=rule, path=where))
    written = _write(job, analysis, texts)
    done = len(wanted) - len(impossible)
    output.note(
        word(
            IGNORED,
            language,
            findings=number_of(done, FINDINGS, language),
            files=number_of(len(texts), A_FILE, language),
        )
    )
    if not written:
        return FAILED
    return FOUND if impossible and not job.options.exit_zero else OK
