"""Errors of usage: one clear line that names the argument and says what was expected."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from shipworthy.findings.message import Language, Text
from shipworthy.report.screen import escaped
from shipworthy.report.words import SEVERITY, word

LANGUAGES = ("auto", "en", "ja")


class Stop(Exception):
    """The command cannot go on; exit code 2."""

    def __init__(self, text: Text, **fields: object) -> None:
        super().__init__(text.en)
        self.text = text
        self.fields = fields


def stopped(stop: Stop, language: Language) -> str:
    """The line for the user."""
    label = word(SEVERITY[max(SEVERITY)], language)
    return f"shipworthy: {label}: {escaped(word(stop.text, language, **stop.fields))}"


_USAGE = Text(en="{what}", ja="{japanese}")
_SURPLUS = Text(
    en="unexpected argument `{name}`; see `{program} --help`",
    ja="余分な引数 `{name}` です。`{program} --help` を参照してください",
)
_UNKNOWN_OPTION = Text(
    en="unknown option `{name}`{hint}; see `{program} --help`",
    ja="不明なオプション `{name}` です{hint}。`{program} --help` を参照してください",
)
_DID_YOU_MEAN = Text(en=" (did you mean `{near}`?)", ja="（`{near}` のことですか?）")


def _formatter(prog: str) -> argparse.HelpFormatter:
    # With a width of its own it does not import shutil and its compressors to find one.
    columns = os.environ.get("COLUMNS", "")
    return argparse.HelpFormatter(
        prog, width=int(columns) - 2 if columns.isdecimal() and len(columns) < 6 else 78
    )


class Parser(argparse.ArgumentParser):
    """argparse that raises `Stop` and suggests the nearest option."""

    def __init__(self, command: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=f"shipworthy {command}",
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=_formatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage and exiting."""
        from shipworthy.cli.japanese import usage_error  # noqa: PLC0415  (for mistakes only)

        raise Stop(_USAGE, what=message, japanese=usage_error(message))

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """The parsed arguments."""
        if {"-h", "--help"}.intersection(argv) and language_of(argv) == "ja":
            self._speak_japanese()
        options, rest = self.parse_known_intermixed_args(argv)
        for name in rest:
            if not name.startswith("-"):
                raise Stop(_SURPLUS, name=name, program=self.prog)
            known = [key for key in self._option_string_actions if key.startswith("--")]
            shown = name.partition("=")[0]
            language = language_of(argv)
            near = hint_for(shown, known, language)
            raise Stop(_UNKNOWN_OPTION, name=shown, hint=near, program=self.prog)
        return options

    def _speak_japanese(self) -> None:
        from shipworthy.cli.japanese import HELP  # noqa: PLC0415

        self.description, self.epilog = (
            HELP.get(text or "", text) for text in (self.description, self.epilog)
        )
        for group in self._action_groups:
            group.title = HELP.get(group.title or "", group.title)
        for action in self._actions:
            action.help = HELP.get(action.help or "", action.help)


def natural(text: str) -> int:
    """A number of an option: 0, 1, 2, ..."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"expected a number, not {text!r}")
    return int(text)


def hint_for(name: str, known: Iterable[str], language: Language) -> str:
    """` (did you mean ...?)` for the nearest known name, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415  (slow to import, for mistakes only)

    near = get_close_matches(name, list(known), 1)
    return word(_DID_YOU_MEAN, language, near=near[0]) if near else ""


def language_of(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> Language:
    """The language of `--lang`, else of `LC_ALL`, `LC_MESSAGES`, `LANG`: the first that is set."""
    asked = "auto"
    for number, argument in enumerate(argv):
        if argument.startswith("--lang="):
            asked = argument[len("--lang=") :]
        elif argument == "--lang" and number + 1 < len(argv):
            asked = argv[number + 1]
    return language_for(asked, environment)


def language_for(asked: str, environment: Mapping[str, str] | None = None) -> Language:
    """`auto`, `en` or `ja` as a language."""
    if asked in ("en", "ja"):
        return "ja" if asked == "ja" else "en"
    values = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = values.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def add_language(parser: argparse.ArgumentParser) -> None:
    """The option `--lang`."""
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="auto", help="language of what is printed"
    )


def comma_list(values: list[str] | None) -> tuple[str, ...]:
    """An option that may be repeated and hold several comma-separated names."""
    parts = [part.strip() for value in values or () for part in value.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))
