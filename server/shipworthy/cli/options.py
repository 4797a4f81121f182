"""The options of `check`."""

from __future__ import annotations

from shipworthy.cli.stop import Parser, Stop, add_language, comma_list, language_for
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Language, Text
from shipworthy.text.records import NamedTuple

FORMATS = ("text", "json", "sarif", "github", "markdown")
PROFILES = ("minimal", "default", "strict")
LEVELS = {severity.word: severity for severity in sorted(Severity, reverse=True)}


class Options(NamedTuple):
    """What `check` was asked for."""

    paths: tuple[str, ...]
    fix: bool
    unsafe: bool
    diff: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    profile: str | None
    exclude: tuple[str, ...]
    config: str | None
    fail_level: Severity
    exit_zero: bool
    output_format: str
    statistics: bool
    show_unknown: bool
    baseline: str | None
    write_baseline: bool
    add_ignores: bool
    stdin_name: str | None
    language: Language
    quiet: bool
    verbose: bool

    @property
    def shows_hints(self) -> bool:
        """Whether hints are listed in text, not only counted."""
        return self.verbose or self.fail_level == Severity.HINT or bool(self.select)

    @property
    def changes_files(self) -> bool:
        """Whether fixes are planned."""
        return self.fix or self.unsafe or self.diff


_BASELINE_MISSING = Text(
    en="argument --write-baseline: expected --baseline FILE, the file to write",
    ja="--write-baseline には、書き出すファイルを示す --baseline FILE が必要です",
)
_STDIN_NAME = Text(
    en="argument -: expected --stdin-filename NAME, to know what kind of file it is",
    ja="標準入力 - には、ファイルの種類を示す --stdin-filename NAME が必要です",
)
_STDIN_ONLY = Text(
    en="argument --stdin-filename: expected `-` as the only path",
    ja="--stdin-filename のパスには `-` だけを指定してください",
)
_EITHER = Text(
    en="argument {first}: cannot be combined with {second}",
    ja="{first} は {second} と同時に指定できません",
)


def read(argv: list[str]) -> Options:
    """The options; raises Stop for what cannot be understood."""
    given = _parser().read(argv)
    options = Options(
        paths=tuple(given.paths),
        fix=given.fix,
        unsafe=given.unsafe_fixes,
        diff=given.diff,
        select=comma_list(given.select),
        ignore=comma_list(given.ignore),
        profile=given.profile,
        exclude=tuple(given.exclude or ()),
        config=given.config,
        fail_level=LEVELS[given.fail_level],
        exit_zero=given.exit_zero,
        output_format=given.output_format,
        statistics=given.statistics,
        show_unknown=given.show_unknown,
        baseline=given.baseline,
        write_baseline=given.write_baseline,
        add_ignores=given.add_ignores,
        stdin_name=given.stdin_filename,
        language=language_for(given.lang),
        quiet=given.quiet,
        verbose=given.verbose,
    )
    _agree(options)
    return options


def _agree(options: Options) -> None:
    if options.write_baseline and not options.baseline:
        raise Stop(_BASELINE_MISSING)
    if options.stdin_name is None and "-" in options.paths:
        raise Stop(_STDIN_NAME)
    if options.stdin_name is not None and options.paths not in ((), ("-",)):
        raise Stop(_STDIN_ONLY)
    for first, second, both in (
        ("--quiet", "--verbose", options.quiet and options.verbose),
        ("--add-ignores", "--fix", options.add_ignores and options.changes_files),
        ("--add-ignores", "--stdin-filename", options.add_ignores and options.stdin_name),
        ("--write-baseline", "--add-ignores", options.write_baseline and options.add_ignores),
    ):
        if both:
            raise Stop(_EITHER, first=first, second=second)


def _parser() -> Parser:
    parser = Parser("check", "Report what breaks a Docker build, its start or its repeatability.")
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="show what concerns these files and folders (.)")
    add("--fix", action="store_true", help="apply safe fixes")
    add("--unsafe-fixes", action="store_true", help="apply also fixes that change behaviour")
    add("--diff", action="store_true", help="print what the fixes would change, write nothing")
    add("--select", action="append", metavar="RULE,...", help="run only these rules")
    add("--ignore", action="append", metavar="RULE,...", help="leave these rules out")
    add("--profile", choices=PROFILES, help="which rules run (default)")
    add(
        "--fail-level",
        choices=tuple(LEVELS),
        default="warning",
        help="the lowest severity for exit code 1 (warning)",
    )
    add("--exit-zero", action="store_true", help="exit 0 also when there are findings")
    add("--output-format", choices=FORMATS, default="text", help="how to print (text)")
    add("--statistics", action="store_true", help="print counts by rule instead of findings")
    add("--show-unknown", action="store_true", help="list what was not judged and why")
    add("--baseline", metavar="FILE", help="report only what this file does not hold")
    add("--write-baseline", action="store_true", help="write today's findings to that file")
    add("--add-ignores", action="store_true", help="write a suppression for each finding")
    add("--exclude", action="append", metavar="PATTERN", help="do not search there (repeatable)")
    add("--config", metavar="FILE", help="read the settings from this file")
    add("--stdin-filename", metavar="NAME", help="judge the text on stdin as this file")
    add_language(parser)
    add("-q", "--quiet", action="store_true", help="print findings only")
    add("-v", "--verbose", action="store_true", help="print hints and more about each finding")
    return parser
