"""Parser directives (`# syntax=`, `# escape=`, `# check=`): what they mean, what can be written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Text
from shipworthy.model.files import parsed_dockerfile, text_of
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.page import Page, text

DIRECTIVES: dict[str, Text] = {
    "syntax": Text(
        en="`# syntax=IMAGE` names the frontend that reads this file. `docker/dockerfile:1` is"
        " pulled and brings every instruction of the newest version 1, whatever version of"
        " Docker builds.",
        ja="`# syntax=IMAGE` はこのファイルを読むフロントエンドです。`docker/dockerfile:1` は取得"
        "され、ビルドする Docker のバージョンにかかわらずバージョン 1 の最新の命令が使えます。",
    ),
    "escape": Text(
        en="`# escape=CHARACTER` is the character that continues a line and takes the meaning from"
        " the next one: `\\`, or a backtick where Windows paths are written.",
        ja="`# escape=CHARACTER` は行を続け、次の文字の意味を打ち消す文字です。既定は `\\` で、"
        "Windows のパスを書くときはバッククォートにします。",
    ),
    "check": Text(
        en="`# check=skip=RULE,...;error=true` chooses among Docker's own build checks: `skip`"
        " names those that are left out (`all` for all), `error=true` makes the others fail the"
        " build.",
        ja="`# check=skip=RULE,...;error=true` は Docker のビルドチェックの設定です。`skip` は"
        "省くもの（`all` はすべて）、`error=true` は残りの指摘でビルドを失敗させます。",
    ),
}
CHECKS = (
    "all", "ConsistentInstructionCasing", "CopyIgnoredFile", "DuplicateStageName",
    "ExposeInvalidFormat", "ExposeProtoCasing", "FromAsCasing", "FromPlatformFlagConstDisallowed",
    "InvalidBaseImagePlatform", "InvalidDefaultArgInFrom", "InvalidDefinitionDescription",
    "JSONArgsRecommended", "LegacyKeyValueFormat", "MaintainerDeprecated",
    "MultipleInstructionsDisallowed", "NoEmptyContinuation", "RedundantTargetPlatform",
    "ReservedStageName", "SecretsUsedInArgOrEnv", "StageNameCasing", "UndefinedArgInFrom",
    "UndefinedVar", "WorkdirRelativePath",
)  # fmt: skip
_VALUES = {
    "syntax": ("docker/dockerfile:1", "docker/dockerfile:1-labs"),
    "escape": ("\\", "`"),
    "check": ("skip=", "error=true"),
}
_LINE = regex(r"#[ \t]*(?:([A-Za-z]*)|([A-Za-z]+)[ \t]*=[ \t]*(\S*))\Z")


def directive_page(db: Database, path: str, offset: int) -> Page | None:
    """What the directive at an absolute offset means."""
    parsed = parsed_dockerfile(db, path)
    for directive in parsed.directives if parsed is not None else ():
        if directive.span.start <= offset <= directive.span.end:
            return Page(directive.span, (text(DIRECTIVES[directive.name]),))
    return None


def directive_offer(db: Database, path: str, line: str, start: int) -> Offer | None:
    """What could be written on a comment line, of which `line` is typed so far, from `start` on."""
    parsed = parsed_dockerfile(db, path)
    found = _LINE.match(line)
    if parsed is None or found is None or not _may_stand(db, path, start):
        return None
    written = {item.name for item in parsed.directives if item.span.start < start}
    offset = start + len(line)
    if found[1] is not None:
        names = (name for name in DIRECTIVES if name not in written)
        candidates = (
            Candidate(name, "keyword", f"{name}=", doc=("directive", name)) for name in names
        )
        return offer(Span(offset - len(found[1]), offset), candidates, found[1])
    typed = found[3]
    if found[2].lower() == "check":
        return _check_offer(typed, offset)
    values = _VALUES.get(found[2].lower(), ())
    return offer(
        Span(offset - len(typed), offset), (Candidate(item, "value") for item in values), typed
    )


def _may_stand(db: Database, path: str, start: int) -> bool:
    """Whether only directives stand above."""
    parsed = parsed_dockerfile(db, path)
    if parsed is None or any(begin < start for begin in parsed.starts):
        return False
    return not any(comment.span.start < start for comment in parsed.comments) and not any(
        blank < start for blank in _blank_lines(db, path, start)
    )


def _blank_lines(db: Database, path: str, end: int) -> Iterator[int]:
    from_top = (text_of(db, path) or "")[:end]
    yield from (found.start() for found in re.finditer(r"(?m)^[ \t\r]*\n", from_top))


def _check_offer(typed: str, offset: int) -> Offer | None:
    settings = typed.split(";")
    name, equals, value = settings[-1].partition("=")
    if not equals:
        done = {item.partition("=")[0] for item in settings[:-1]}
        left = (item for item in _VALUES["check"] if item.partition("=")[0] not in done)
        return offer(
            Span(offset - len(name), offset), (Candidate(item, "value") for item in left), name
        )
    if name != "skip":
        return offer(Span(offset - len(value), offset), (Candidate("true", "value"),), value)
    *done_rules, rule = value.split(",")
    rules = (Candidate(item, "value") for item in CHECKS if item not in done_rules)
    return offer(Span(offset - len(rule), offset), rules, rule)
