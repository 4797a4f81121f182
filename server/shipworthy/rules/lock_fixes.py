"""Fixes around locks: words of a command, sources of a COPY, and the command that locks again."""

from __future__ import annotations

import shlex

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.model.files import text_at
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.model.workspace import root_of
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

RUN_COMMAND = Text(en="Run `{command}`", ja="`{command}` を実行する")
RUN_COMMAND_IN = Text(
    en="Run `{command}` in `{folder}/`", ja="`{folder}/` で `{command}` を実行する"
)
REPLACE = Text(en="Replace `{old}` with `{new}`", ja="`{old}` を `{new}` に置き換える")
APPEND = Text(en="Add `{new}`", ja="`{new}` を追加する")
COPY_TOO = Text(
    en="Copy `{name}` together with `{source}`", ja="`{source}` と一緒に `{name}` をコピーする"
)


def relock_fix(db: Database, folder: str, command: str = "uv lock") -> Fix:
    """The advice to run a locking command in a folder of this disk."""
    relative = folder.removeprefix(root_of(db, folder)).lstrip("/")
    if not relative:
        return Fix(say(RUN_COMMAND, command=command), (), Safety.MANUAL, (command,))
    title = say(RUN_COMMAND_IN, command=command, folder=relative)
    return Fix(title, (), Safety.MANUAL, (f"cd {shlex.quote(relative)} && {command}",))


def word_at(command: Executed, text: str) -> Anchor | None:
    """The place of a word of a command."""
    return next((item.at for item in command.arguments if item.text == text), None)


def replace_word(
    db: Database, command: Executed, old: str, new: str, safety: Safety = Safety.UNSAFE
) -> tuple[Fix, ...]:
    """The fix that replaces a word; none when it is not written out in the command."""
    at = word_at(command, old)
    if at is None or text_at(db, at) != old:
        return ()
    return (Fix(say(REPLACE, old=old, new=new), (Edit(at, new),), safety),)


def append_after(
    db: Database, command: Executed, word: str, new: str, safety: Safety = Safety.UNSAFE
) -> tuple[Fix, ...]:
    """The fix that adds words behind one of a command; none when that one is not written out."""
    at = word_at(command, word)
    if at is None or text_at(db, at) != word:
        return ()
    end = Anchor(at.path, at.node, Span(at.span.end, at.span.end))
    return (Fix(say(APPEND, new=new), (Edit(end, f" {new}"),), safety),)


def copy_too_fix(
    db: Database, image: Image, run: Run, manifest: str, host: str, name: str
) -> tuple[Fix, ...]:
    """The fix that copies a file beside a manifest with it.

    `host` is the manifest on this disk, `manifest` its file name, `name` the neighbour's. None
    when no COPY before the RUN names the manifest.
    """
    for stage in reversed(image.chain(run.stage)):
        for copy in reversed(stage.copies()):
            if stage.number == run.stage and copy.ordinal >= run.ordinal:
                continue
            at = _source_of(copy, manifest, host)
            if at is not None and text_at(db, at).endswith(manifest):
                source = text_at(db, at)
                new = source.removesuffix(manifest) + name
                end = Anchor(at.path, at.node, Span(at.span.end, at.span.end))
                title = say(COPY_TOO, name=name, source=manifest)
                return (Fix(title, (Edit(end, f" {new}"),), Safety.UNSAFE),)
    return ()


def _source_of(copy: Copy, manifest: str, host: str) -> Anchor | None:
    if copy.instruction.json or not copy.into:
        return None
    for source in copy.sources:
        if source.path is not None and f"{copy.context}/{source.path}" == host:
            return source.at if source.text.endswith(manifest) else None
    return None
