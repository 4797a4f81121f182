"""What a COPY or ADD brings, build by build: how much, what of note, where to, what is kept out."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.engine.reasons import reason_message
from shipworthy.findings.message import Inner, Place, Text, clause, human_size
from shipworthy.model.context import visibility
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import Hidden, PatternError
from shipworthy.model.image.environments import environments
from shipworthy.model.image.steps import Copy, Image, Source
from shipworthy.model.unknown import Unknown
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from shipworthy.views.context_look import Look, Thing, Withheld, look
from shipworthy.views.page import Part, amount, code, item, relative, text

BRINGS = Text(
    en="{source} brings {what} from `{context}` to {to}.",
    ja="{source} は `{context}` の {what} を {to} にコピーします。",
)
NOTHING = Text(
    en="{source}: nothing of `{context}` is there or sent.",
    ja="{source}: `{context}` に該当するものがないか、送られません。",
)
HIDDEN = Text(
    en="{source} is not sent: pattern {pattern} ({where}) excludes it.",
    ja="{source} は送られません。パターン {pattern}（{where}）が除外しています。",
)
NO_MATCH = Text(
    en="{source} matches nothing here; a pattern that matches nothing is not an error.",
    ja="{source} に一致するものはありません。一致しなくてもエラーにはなりません。",
)
ABSENT = Text(
    en="{source} does not exist in `{context}`: the build fails here.",
    ja="{source} は `{context}` に存在しません。ビルドはここで失敗します。",
)
LARGEST = Text(en="largest: {files}", ja="大きいもの: {files}")
ENVIRONMENT = Text(en="**virtual environment** {path}: {what}", ja="**仮想環境** {path}: {what}")
NODE_MODULES = Text(en="**node_modules** {path}: {what}", ja="**node_modules** {path}: {what}")
GIT = Text(en="**git history** {path}: {what}", ja="**git の履歴** {path}: {what}")
CACHE = Text(en="**tool cache** {path}: {what}", ja="**ツールのキャッシュ** {path}: {what}")
BYTECODE = Text(en="**bytecode** {path}: {what}", ja="**バイトコード** {path}: {what}")
SECRET = Text(en="**possible secret** {path}: {what}", ja="**秘密情報の可能性** {path}: {what}")
KEPT_OUT = Text(
    en="kept out: {path} by {pattern} ({where})", ja="除外: {path}（{pattern}、{where}）"
)
MORE_OUT = Text(en="and {count} more kept out", ja="ほか {count} 件を除外")
FROM_STAGE = Text(
    en="{source} comes from stage {stage} ({where}) to {to}.",
    ja="{source} はステージ {stage}（{where}）から {to} にコピーされます。",
)
MADE_THERE = Text(
    en="brings the environment `{path}` made by {where}",
    ja="{where} で作られた環境 `{path}` をコピーします",
)
FROM_IMAGE = Text(
    en="{source} comes from image {image} to {to}; its contents are not known here.",
    ja="{source} はイメージ {image} から {to} にコピーされます。中身はここでは分かりません。",
)
FROM_URL = Text(
    en="{source} is downloaded to {to}.", ja="{source} は {to} にダウンロードされます。"
)
FROM_TEXT = Text(
    en="the here-document {source} becomes a file in {to}.",
    ja="ヒアドキュメント {source} は {to} のファイルになります。",
)
UNKNOWN_SOURCE = Text(
    en="{source}: what it expands to is not decided by these files.",
    ja="{source}: 展開した値はこれらのファイルだけでは決まりません。",
)
UNKNOWN_CONTEXT = Text(
    en="The context is decided outside these files. {reason}",
    ja="コンテキストはこれらのファイルの外で決まります。{reason}",
)
SOMEWHERE = Text(en="a path that is not known", ja="不明なパス")
BROKEN = Text(
    en="Nothing is sent: the ignore file has a malformed pattern, so the build fails.",
    ja="ignore ファイルのパターンが不正なため、何も送られずビルドは失敗します。",
)
NOT_BUILT = Text(
    en="This stage is not part of the build's target.",
    ja="このステージはビルドの対象に含まれません。",
)
_NOTABLE = {
    "environment": ENVIRONMENT,
    "node_modules": NODE_MODULES,
    "git": GIT,
    "cache": CACHE,
    "bytecode": BYTECODE,
    "secret": SECRET,
}
_SHOWN_THINGS = 6


def copy_parts(db: Database, made: Image, copy: Copy, source: Source | None) -> tuple[Part, ...]:
    """What one build's COPY takes; with `source`, of that source alone."""
    parts: list[Part] = []
    for found in (source,) if source is not None else copy.sources:
        parts.extend(_source_parts(db, made, copy, found))
    if not copy.reachable:
        parts.append(text(NOT_BUILT))
    return tuple(parts)


def landing(db: Database, copy: Copy, source: Source) -> str | Inner:
    """Where a source lands: the path of a single file, the folder for anything else."""
    if copy.destination is None:
        return clause(SOMEWHERE)
    landed = None
    if source.path and not source.wildcard and copy.context is not None:
        status = db.stat(f"{copy.context}/{source.path}")
        if status is not None and status.kind != "dir":
            landed = copy._replace(sources=(source,)).lands(source.path)
    return code(landed or copy.destination)


def _source_parts(db: Database, made: Image, copy: Copy, source: Source) -> Iterator[Part]:
    shown, to = code(source.text), landing(db, copy, source)
    if source.kind == "heredoc":
        yield text(FROM_TEXT, source=shown, to=to)
    elif source.kind == "url":
        yield text(FROM_URL, source=shown, to=to)
    elif source.path is None:
        yield text(UNKNOWN_SOURCE, source=shown)
    elif copy.origin == "stage" and copy.from_stage is not None:
        yield from _from_stage(db, made, source, copy.from_stage, to)
    elif copy.origin == "image":
        yield text(FROM_IMAGE, source=shown, image=code(copy.from_text or ""), to=to)
    elif copy.context is None:
        yield unknown_context(copy)
    else:
        yield from _from_context(db, copy, source, source.path, copy.context, to)


def unknown_context(copy: Copy) -> Part:
    """That and why a build's context is not known."""
    unknown = copy.unit.context
    message = reason_message(unknown if isinstance(unknown, Unknown) else Unknown())
    return text(UNKNOWN_CONTEXT, reason=Inner(message.text, message.fields))


def _from_stage(
    db: Database, made: Image, source: Source, stage: int, to: str | Inner
) -> Iterator[Part]:
    shape = made.stage(stage).shape
    name = code(shape.name or str(stage))
    yield text(FROM_STAGE, source=code(source.text), stage=name, where=Place(shape.at), to=to)
    above = "/" + (source.path or "")
    for environment in environments(db, made.unit.id, stage):
        if f"{environment.path}/".startswith(above.rstrip("/") + "/"):
            yield item(MADE_THERE, path=environment.path, where=Place(environment.at))


def _from_context(
    db: Database, copy: Copy, source: Source, path: str, context: str, to: str | Inner
) -> Iterator[Part]:
    fields = {"source": code(source.text)}
    if not source.wildcard:
        seen = visibility(db, copy.unit, path) if context == copy.unit.context else None
        if isinstance(seen, PatternError):
            yield text(BROKEN)
            return
        if isinstance(seen, Hidden) and copy.ignore is not None:
            pattern, where = pattern_place(db, copy.ignore, seen.by)
            yield text(HIDDEN, pattern=pattern, where=where, **fields)
            status = db.stat(f"{context}/{path}")
            if status is None or status.kind != "dir":
                return
        elif db.stat(f"{context}/{path}" if path else context) is None:
            yield text(ABSENT, context=relative(db, context), **fields)
            return
    found = source_look(db, copy, source, path, context)
    if not found.files:
        if source.wildcard:
            yield text(NO_MATCH, **fields)
        else:
            yield text(NOTHING, context=relative(db, context), **fields)
    else:
        yield text(
            BRINGS,
            what=amount(found.files, found.size, found.complete),
            context=relative(db, context),
            to=to,
            **fields,
        )
    yield from look_parts(db, found, copy.ignore)


def source_look(db: Database, copy: Copy, source: Source, path: str, context: str) -> Look:
    """What one source takes of the context."""
    if not source.wildcard and not copy.exclude and not copy.parents:
        return look(db, context, copy.ignore, path)
    alone = copy._replace(sources=(source,))
    folder = path
    if source.wildcard:
        steps = path.split("/")
        literal = next((i for i, step in enumerate(steps) if set(step) & set("*?[\\")), len(steps))
        folder = "/".join(steps[:literal])
    return look(db, context, copy.ignore, folder, lambda found: alone.lands(found) is not None)


def look_parts(db: Database, found: Look, ignore: str | None) -> Iterator[Part]:
    """What is large, of note and kept out in a look."""
    if len(found.largest) > 1:
        files = ", ".join(f"{code(path)} {human_size(size)}" for path, size in found.largest[:3])
        yield item(LARGEST, files=files)
    for thing in sorted(found.notable, key=_weight)[:_SHOWN_THINGS]:
        notable = _NOTABLE.get(thing.kind)
        if notable is not None:
            what = amount(thing.files, thing.size, found.complete)
            yield item(notable, path=code(thing.path), what=what)
    for entry in found.withheld:
        yield from _withheld(db, entry, ignore)
    if found.withheld_more:
        yield item(MORE_OUT, count=found.withheld_more)


def _weight(thing: Thing) -> tuple[int, int]:
    order = ("secret", "environment", "git", "node_modules", "cache", "bytecode")
    return (order.index(thing.kind) if thing.kind in order else len(order), -thing.size)


def _withheld(db: Database, entry: Withheld, ignore: str | None) -> Iterator[Part]:
    if entry.by is None or ignore is None:
        return
    pattern, where = pattern_place(db, ignore, entry.by)
    path = entry.path + ("/" if entry.is_dir else "")
    yield item(KEPT_OUT, path=code(path), pattern=pattern, where=where)


def pattern_place(db: Database, ignore: str, ordinal: int) -> tuple[str, Place]:
    """A pattern of an ignore file as code, and its place."""
    tree = ignore_file(db, ignore)
    pattern = tree.patterns[ordinal] if tree and ordinal < len(tree.patterns) else None
    span = pattern.span if pattern is not None else Span(0, 0)
    return code(pattern.text if pattern else ""), Place(Anchor(ignore, ordinal, span))
