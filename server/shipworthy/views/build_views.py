"""The resolved build behind a service's `build`, `context`, `dockerfile` or `target`."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.engine.reasons import reason_message
from shipworthy.findings.message import Inner, Text, clause
from shipworthy.model.builds import BuildUnit, all_units
from shipworthy.model.context import ignore_path_of
from shipworthy.model.image.build import image
from shipworthy.model.unknown import Unknown
from shipworthy.views.page import Part, code, item, relative, text

BUILD = Text(en="**Build of {name}**", ja="**{name} のビルド**")
CONTEXT = Text(en="context: {path}", ja="コンテキスト: {path}")
DOCKERFILE = Text(en="Dockerfile: {path}", ja="Dockerfile: {path}")
DOCKERFILE_ABSENT = Text(
    en="Dockerfile: {path}, which does not exist", ja="Dockerfile: {path}（存在しません）"
)
INLINE = Text(en="Dockerfile: written here", ja="Dockerfile: ここに記述")
TARGET = Text(en="target: {name}", ja="ターゲット: {name}")
TARGET_ABSENT = Text(
    en="target: {name}; the Dockerfile has no such stage",
    ja="ターゲット: {name}（Dockerfile にこのステージはありません）",
)
LAST_STAGE = Text(en="target: the last stage, {name}", ja="ターゲット: 最後のステージ {name}")
IGNORE = Text(en="ignore file: {path}", ja="ignore ファイル: {path}")
NO_IGNORE = Text(
    en="ignore file: none, everything is sent", ja="ignore ファイル: なし（すべて送られます）"
)
ARGS = Text(en="arguments: {pairs}", ja="引数: {pairs}")
CONTEXTS = Text(en="named contexts: {pairs}", ja="名前付きコンテキスト: {pairs}")
PLATFORM = Text(en="platform: {name}", ja="プラットフォーム: {name}")
IMAGE = Text(en="the image is named {name}", ja="イメージ名: {name}")
STAGES = Text(en="stages that are built: {names}", ja="ビルドされるステージ: {names}")
UNKNOWN = Text(en="unknown. {reason}", ja="不明。{reason}")
ORIGIN = {
    "inferred": Text(
        en="No compose file builds this; the context is inferred.",
        ja="これをビルドする Compose ファイルはなく、コンテキストは推定です。",
    ),
    "pin": Text(
        en="The context is stated by a comment or the settings.",
        ja="コンテキストはコメントか設定で指定されています。",
    ),
    "invocation": Text(
        en="Built by a command of {path}.", ja="{path} のコマンドでビルドされます。"
    ),
}


def unit_of_service(db: Database, path: str, service: str) -> BuildUnit | None:
    """The build that a service of a compose file declares."""
    found = None
    for unit in all_units(db):
        if unit.origin == "compose" and unit.service == service:
            if path in (unit.origin_file, unit.at.path):
                return unit
            if unit.id.startswith(f"{path}#"):
                found = unit
    return found


def build_parts(db: Database, unit: BuildUnit) -> tuple[Part, ...]:
    """Everything that decides what is built."""
    return tuple(_parts(db, unit))


def unknown_words(unknown: Unknown) -> Inner:
    """That a value is not known, and why."""
    message = reason_message(unknown)
    return clause(UNKNOWN, reason=Inner(message.text, message.fields))


def _parts(db: Database, unit: BuildUnit) -> Iterator[Part]:
    yield text(BUILD, name=code(unit.service or relative(db, unit.origin_file)))
    context = unit.context
    shown = unknown_words(context) if isinstance(context, Unknown) else code(relative(db, context))
    yield item(CONTEXT, path=shown)
    yield _dockerfile(db, unit)
    yield from _target(db, unit)
    ignore = ignore_path_of(db, unit)
    if isinstance(ignore, str):
        yield item(IGNORE, path=code(relative(db, ignore)))
    elif ignore is None:
        yield item(NO_IGNORE)
    if unit.args:
        pairs = (f"{name}={_value(value)}" for name, value, _ in unit.args)
        yield item(ARGS, pairs=", ".join(code(pair) for pair in pairs))
    if unit.named_contexts:
        pairs = (f"{name}={_context(db, value)}" for name, value in unit.named_contexts)
        yield item(CONTEXTS, pairs=", ".join(code(pair) for pair in pairs))
    if unit.platform:
        yield item(PLATFORM, name=code(unit.platform))
    if unit.image:
        yield item(IMAGE, name=code(unit.image))
    origin = ORIGIN.get(unit.origin)
    if origin is not None:
        fields = {"path": code(relative(db, unit.at.path))} if "path" in origin.fields() else {}
        yield text(origin, **fields)


def _context(db: Database, value: str | Unknown) -> str:
    return relative(db, value) if isinstance(value, str) else "?"


def _value(value: str | Unknown | None) -> str:
    return value if isinstance(value, str) else "?"


def _dockerfile(db: Database, unit: BuildUnit) -> Part:
    if unit.inline is not None:
        return item(INLINE)
    if isinstance(unit.dockerfile, Unknown):
        return item(DOCKERFILE, path=unknown_words(unit.dockerfile))
    known = DOCKERFILE if db.text(unit.dockerfile) is not None else DOCKERFILE_ABSENT
    return item(known, path=code(relative(db, unit.dockerfile)))


def _target(db: Database, unit: BuildUnit) -> Iterator[Part]:
    if isinstance(unit.target, Unknown):
        yield item(TARGET, name=unknown_words(unit.target))
        return
    made = image(db, unit.id)
    final = made.final() if made is not None else None
    if unit.target:
        yield item(TARGET if final or made is None else TARGET_ABSENT, name=code(unit.target))
    elif final is not None:
        yield item(LAST_STAGE, name=code(final.shape.name or str(final.number)))
    if made is not None and len(made.shapes) > 1 and final is not None:
        names = [s.shape.name or str(s.number) for s in made.stages if s.reachable]
        yield item(STAGES, names=", ".join(code(name) for name in names))
