"""The forms of an instruction of a Dockerfile, and the part of them that the cursor stands in."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.message import Text
from shipworthy.model.files import kind_of
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.text.records import NamedTuple
from shipworthy.views.docker_places import spot_at
from shipworthy.views.inline_places import inline_place
from shipworthy.views.instruction_docs import flag_doc, instruction_doc

_FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ADD": (("[--FLAG...]", "SOURCE...", "DESTINATION"),),
    "ARG": (("NAME[=DEFAULT]...",),),
    "CMD": (('["PROGRAM", "ARGUMENT"...]',), ("COMMAND",)),
    "COPY": (("[--FLAG...]", "SOURCE...", "DESTINATION"),),
    "ENTRYPOINT": (('["PROGRAM", "ARGUMENT"...]',), ("COMMAND",)),
    "ENV": (("NAME=VALUE...",),),
    "EXPOSE": (("PORT[/PROTOCOL]...",),),
    "FROM": (("[--FLAG...]", "IMAGE", "[AS NAME]"),),
    "HEALTHCHECK": (("[--FLAG...]", "CMD", "COMMAND"), ("NONE",)),
    "LABEL": (("KEY=VALUE...",),),
    "MAINTAINER": (("NAME",),),
    "ONBUILD": (("INSTRUCTION",),),
    "RUN": (("[--FLAG...]", "COMMAND"), ("[--FLAG...]", '["PROGRAM", "ARGUMENT"...]')),
    "SHELL": (('["PROGRAM", "ARGUMENT"...]',),),
    "STOPSIGNAL": (("SIGNAL",),),
    "USER": (("NAME[:GROUP]",),),
    "VOLUME": (("PATH...",), ('["PATH"...]',)),
    "WORKDIR": (("PATH",),),
}
_FLAG = "[--FLAG...]"


class Signature(NamedTuple):
    """One form: the whole line, and its parts as they stand in it."""

    label: str
    parts: tuple[str, ...]


class Signatures(NamedTuple):
    """The forms of an instruction, which of them is written, and which part the cursor is in.

    `doc` is about the flag at the cursor, else about the instruction.
    """

    forms: tuple[Signature, ...]
    form: int
    part: int
    doc: Text | None


def signatures(db: Database, path: str, offset: int) -> Signatures | None:
    """The forms of the instruction at an absolute offset, once its keyword is written."""
    asked = inline_place(db, path, offset) or (path, offset)
    spot = spot_at(db, *asked) if kind_of(asked[0]) == "dockerfile" else None
    if spot is None or spot.offset <= spot.instruction.keyword_span.end:
        return None
    instruction = spot.instruction
    forms = _FORMS.get(instruction.keyword)
    if forms is None or _in_body(instruction, spot.offset):
        return None
    shown = tuple(Signature(" ".join((instruction.keyword, *parts)), parts) for parts in forms)
    form = next((n for n, parts in enumerate(forms) if _is_json(parts) == instruction.json), 0)
    doc = instruction_doc(instruction.keyword)
    if spot.flag is not None:
        doc = flag_doc(instruction.keyword, spot.flag.name) or doc
    return Signatures(shown, form, _part(instruction, spot.offset, forms[form]), doc)


def _is_json(parts: tuple[str, ...]) -> bool:
    return parts[-1].startswith('["')


def _in_body(instruction: Instruction, offset: int) -> bool:
    """Whether the place is in the text of a here-document."""
    return any(offset >= document.span.start for document in instruction.heredocs)


def _part(instruction: Instruction, offset: int, parts: tuple[str, ...]) -> int:
    """The number of the part at an offset."""
    words = instruction.args
    flags = int(parts[0] == _FLAG)
    if flags and (not words or offset < words[0].span.start):
        in_flag = any(f.span.start <= offset <= f.span.end for f in instruction.flags)
        after = max((f.span.end for f in instruction.flags), default=-1)
        return 0 if in_flag or offset < after else min(1, len(parts) - 1)
    number = sum(word.span.end < offset for word in words)
    last = len(parts) - 1
    if instruction.keyword in ("COPY", "ADD"):
        return last if number and number >= len(words) - 1 else flags
    return min(flags + number, last)
