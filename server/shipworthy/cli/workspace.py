"""From the command line's paths to a host: which folders are read, what cannot be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shipworthy.cli.stop import Stop, hint_for
from shipworthy.db.database import Database
from shipworthy.db.inputs import Absence, DiskFiles
from shipworthy.findings.finding import Unresolved
from shipworthy.findings.message import Language, Text, say
from shipworthy.report.words import word
from shipworthy.text.anchors import whole_file
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from shipworthy.engine.host import Host
    from shipworthy.model.settings import SettingProblem

NO_SUCH = Text(
    en="argument {argument}: `{path}` does not exist",
    ja="{argument}: `{path}` は存在しません",
)
UNREADABLE = Text(
    en="argument {argument}: `{path}` cannot be read",
    ja="{argument}: `{path}` を読み込めません",
)
NOT_A_FILE = Text(
    en="argument {argument}: expected a file, but `{path}` is a directory",
    ja="{argument}: ファイルが必要ですが、`{path}` はディレクトリです",
)
NO_RULE = Text(
    en="argument {argument}: there is no rule `{name}`{hint}; `shipworthy rules` lists them",
    ja="{argument}: `{name}` というルールはありません{hint}。一覧は `shipworthy rules` にあります",
)
TOO_LARGE = Text(
    en="argument {argument}: `{path}` is too large to be read",
    ja="{argument}: `{path}` は大きすぎて読み込めません",
)

_NO_DIRECTORY = Text(
    en="the working directory does not exist any more",
    ja="作業ディレクトリがもう存在しません",
)

_ABSENCE: dict[Absence, Text] = {
    "absent": NO_SUCH,
    "directory": NOT_A_FILE,
    "unreadable": UNREADABLE,
    "special": UNREADABLE,
    "too-large": TOO_LARGE,
}
_SKIPPED: dict[Absence, Text] = {
    "unreadable": Text(
        en="This file cannot be read, so what it says is not known.",
        ja="このファイルは読み込めないため、内容は分かりません。",
    ),
    "special": Text(
        en="This is not a regular file, so it was not opened.",
        ja="通常のファイルではないため、開いていません。",
    ),
    "too-large": Text(
        en="This file is too large, so what it says is not known.",
        ja="このファイルは大きすぎるため、内容は分かりません。",
    ),
    "directory": Text(
        en="A file was expected here, but this is a directory.",
        ja="ファイルがあるはずの場所ですが、ディレクトリです。",
    ),
}
_NOT_UTF8 = Text(
    en="Line {line} is not valid UTF-8; such bytes are kept and shown escaped.",
    ja="{line} 行目は正しい UTF-8 ではありません。そのバイトは残し、エスケープして示します。",
)
_SETTING = Text(
    en="{where}: setting `{key}`: expected {expected}",
    ja="{where}: 設定 `{key}`: 期待される値は {expected} です",
)
_SETTINGS_FILE = Text(
    en="{where}: expected {expected}", ja="{where}: 期待されるのは {expected} です"
)


_MARKERS = (".git", "shipworthy.toml")


class Targets(NamedTuple):
    """What the command line named: absolute paths with `/`."""

    folders: tuple[str, ...]
    """The folders to open; the model climbs from them to the roots."""
    shown: tuple[str, ...]
    """Findings that concern these paths are shown."""


def make_host(folders: tuple[str, ...]) -> Host:
    """A host for the folders, with the real model and all rules."""
    from shipworthy.engine.host import Host  # noqa: PLC0415

    return Host(folders)


def existing_folder(path: str) -> str:
    """The nearest folder above a path that exists."""
    folder = path.rpartition("/")[0]
    while folder and not os.path.isdir(folder):
        folder = folder.rpartition("/")[0]
    return folder or "/"


def folder_for(path: str) -> str:
    """The folder to open for a single path: its own, which the model climbs from.

    Where nothing above it marks a root, what builds the file lies in the working directory rather
    than beside it; the home directory is never searched for that.
    """
    folder = existing_folder(path)
    here = absolute(os.getcwd())
    if here in ("/", absolute(os.path.expanduser("~"))) or not path.startswith(here + "/"):
        return folder
    current = folder
    while current:
        if any(os.path.lexists(f"{current}/{name}") for name in _MARKERS):
            return folder
        current = current.rpartition("/")[0]
    return here


def absolute(path: str) -> str:
    """A path of the command line, absolute, normalised, with `/`."""
    try:
        found = os.path.abspath(path)
    except FileNotFoundError:
        raise Stop(_NO_DIRECTORY) from None
    return found.replace(os.sep, "/") if os.sep != "/" else found


def targets(paths: Iterable[str]) -> Targets:
    """The folders to open and what to show; raises Stop for a path that cannot be read."""
    folders: list[str] = []
    shown: list[str] = []
    for given in paths:
        path = absolute(given)
        if os.path.isdir(path):
            try:
                os.scandir(path).close()
            except OSError:
                raise Stop(UNREADABLE, argument="PATH", path=given) from None
            folders.append(path)
        else:
            readable(given, "PATH")
            folders.append(folder_for(path))
        shown.append(path)
    return Targets(tuple(dict.fromkeys(folders)), tuple(shown))


def readable(given: str, argument: str) -> str:
    """The text of a file that the command line names; raises Stop when it cannot be read."""
    found = DiskFiles().read(absolute(given))
    if found.text is None:
        raise Stop(_ABSENCE[found.absence or "unreadable"], argument=argument, path=given)
    return found.text


def check_rule_names(argument: str, names: Iterable[str], language: Language) -> None:
    """Raise Stop for a name that no rule has, with the nearest one that exists."""
    names = tuple(names)
    if not names:
        return
    known = rule_names()
    for name in names:
        if name not in known:
            hint = hint_for(name, known, language)
            raise Stop(NO_RULE, argument=argument, name=name, hint=hint)


def rule_names() -> frozenset[str]:
    """The names of all rules; what lists them is imported when it is asked for."""
    from shipworthy.engine import setting_problems  # noqa: PLC0415

    return setting_problems.rule_names()


def unread(db: Database) -> tuple[Unresolved, ...]:
    """Files that the search came upon and that could not be read, or not as UTF-8."""
    found = []
    for path in sorted(db.known_paths()):
        text, absence = db.file(path)
        if absence in _SKIPPED:
            found.append(Unresolved(whole_file(path), say(_SKIPPED[absence])))
        elif text is not None and not text.isascii():
            line = _undecodable_line(text)
            if line:
                found.append(Unresolved(whole_file(path), say(_NOT_UTF8, line=line)))
    return tuple(found)


def _undecodable_line(text: str) -> int:
    """The 1-based line of the first byte that is no UTF-8; 0 when there is none."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return text.count("\n", 0, error.start) + 1
    return 0


def said_problem(problem: SettingProblem, places: Any, language: Language) -> str:
    """One line about an unusable setting; `places` gives `relative` and `line`."""
    where = "command line"
    if problem.at is not None:
        where = places.relative(problem.at.path)
        if problem.at.node >= 0:
            where += f":{places.line(problem.at)}"
    from shipworthy.engine.setting_problems import expected_words  # noqa: PLC0415

    text = _SETTING if problem.key else _SETTINGS_FILE
    expected = expected_words(problem.expected, language)
    return word(text, language, where=where, key=problem.key, expected=expected)


def stdin_text() -> str:
    """What stands on stdin; bytes that are no UTF-8 become surrogate escapes."""
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        return sys.stdin.read()
    data: bytes = buffer.read()
    return data.decode("utf-8", "surrogateescape")
