"""A COPY that brings what no ignore file keeps out, in the words of several rules."""

from __future__ import annotations

from shipworthy.findings.message import File, Inner, Text, clause
from shipworthy.model.image.steps import Copy

_FILE_DOES_NOT = Text(en="`{file}` does not exclude", ja="`{file}` で除外されていない")
_NO_FILE = Text(en="no ignore file excludes", ja="どの ignore ファイルでも除外されていない")
_FILE_LACKS = Text(en="`{file}` does not exclude it", ja="`{file}` がこれを除外していない")
_NO_FILE_LACKS = Text(
    en="no ignore file excludes it", ja="どの ignore ファイルもこれを除外していない"
)


def written(copy: Copy) -> str:
    """The instruction on one line."""
    return " ".join(copy.instruction.source.replace("\\\n", " ").split())


def that_nothing_excludes(copy: Copy) -> Inner:
    """What fits behind "the host's environment, which"."""
    return clause(_FILE_DOES_NOT, file=File(copy.ignore)) if copy.ignore else clause(_NO_FILE)


def since_nothing_excludes(copy: Copy) -> Inner:
    """What fits behind "because"."""
    return clause(_FILE_LACKS, file=File(copy.ignore)) if copy.ignore else clause(_NO_FILE_LACKS)
