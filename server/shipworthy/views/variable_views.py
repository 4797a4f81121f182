"""The value of a variable at a place and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Line, Place, Text
from shipworthy.model.builds import BuildUnit, units_of_dockerfile
from shipworthy.model.image.build import image
from shipworthy.model.image.plan import tree_of
from shipworthy.model.image.states import (
    PREDEFINED_ARGS,
    UNKNOWN_PIECE,
    State,
    Value,
    global_args,
)
from shipworthy.model.unknown import Unknown
from shipworthy.views.page import Part, code, grouped, text

ENV = Text(en="{name} = {value}, set by ENV ({where})", ja="{name} = {value}（ENV、{where}）")
ARG = Text(
    en="{name} = {value}, the default of ARG ({where})",
    ja="{name} = {value}（ARG の既定値、{where}）",
)
PASSED = Text(
    en="{name} = {value}, passed by {where}", ja="{name} = {value}（{where} から渡されます）"
)
GLOBAL = Text(
    en="{name} = {value}, from the ARG before the first FROM ({where})",
    ja="{name} = {value}（最初の FROM より前の ARG、{where}）",
)
NO_VALUE = Text(
    en="{name} (ARG, {where}) has no default: its value is decided outside these files.",
    ja="{name}（ARG、{where}）には既定値がなく、値はこれらのファイルの外で決まります。",
)
UNKNOWN_VALUE = Text(
    en="{name} is set at {where}; its value is not decided by these files.",
    ja="{name} は {where} で設定されますが、値はこれらのファイルだけでは決まりません。",
)
BASE = Text(en="{name} = {value}, from the base image", ja="{name} = {value}（ベースイメージの値）")
UNSET = Text(en="{name} is not set here.", ja="{name} はここでは設定されていません。")
MAYBE = Text(
    en="{name} is not set in this file; the base image may set it.",
    ja="{name} はこのファイルでは設定されていません。"
    "ベースイメージが設定している可能性はあります。",
)
NOT_IN_STAGE = Text(
    en="{name} is an ARG of line {line}, before the first FROM: a stage sees it only after an"
    " `ARG` of its own.",
    ja="{name} は {line} 行目、最初の FROM より前の ARG です。ステージの中に `ARG` を書かないと"
    "見えません。",
)
PREDEFINED = Text(
    en="{name} is set by BuildKit for the platform that is built.",
    ja="{name} はビルドするプラットフォームに応じて BuildKit が設定します。",
)


def shown_value(value: str) -> str:
    """A value as code; the part that a base image sets is `…`."""
    return code(value.replace(UNKNOWN_PIECE, "…")) if value else '`""`'


def variable_parts(
    db: Database, path: str, ordinal: int, name: str, *, after: bool
) -> tuple[Part, ...]:
    """A variable's value at an instruction in each build; `after` the instruction, or before."""
    found = [
        (unit, tuple(_in_unit(db, unit, path, ordinal, name, after=after)))
        for unit in units_of_dockerfile(db, path)
    ]
    return grouped(db, found)


def value_at(
    db: Database, unit: BuildUnit, path: str, ordinal: int, name: str, *, after: bool
) -> tuple[Value | None, State | None, bool]:
    """A variable's value in one build, the state it was read from, and whether it is global."""
    made = image(db, unit.id)
    for stage in made.stages if made is not None else ():
        if stage.shape.first < ordinal < stage.shape.end:
            step = stage.steps[ordinal - stage.shape.first - 1]
            state = step.state
            if after:
                state = getattr(step, "after", state)
            return state.env.get(name) or state.args.get(name), state, False
    tree = tree_of(db, unit)
    if tree is None:
        return None, None, True
    values = global_args(tree.instructions, path, tree.escape, _given(unit))
    return values.get(name), None, True


def _given(unit: BuildUnit) -> dict[str, str | None]:
    return {
        name: value if isinstance(value, str) else None
        for name, value, _ in unit.args
        if not (value is None and unit.origin != "compose")
    }


def _in_unit(
    db: Database, unit: BuildUnit, path: str, ordinal: int, name: str, *, after: bool
) -> Iterator[Part]:
    value, state, is_global = value_at(db, unit, path, ordinal, name, after=after)
    tree = tree_of(db, unit)
    if value is None:
        if name in PREDEFINED_ARGS:
            yield text(PREDEFINED, name=code(name))
            return
        if tree is not None and state is not None:
            outer = global_args(tree.instructions, path, tree.escape, _given(unit)).get(name)
            if outer is not None and outer.at is not None:
                yield text(NOT_IN_STAGE, name=code(name), line=Line(outer.at))
        yield text(MAYBE if state is not None and state.open else UNSET, name=code(name))
        return
    yield _said(unit, name, value, state, is_global=is_global)


def _said(
    unit: BuildUnit, name: str, value: Value, state: State | None, *, is_global: bool
) -> Part:
    shown = code(name)
    env = state is not None and name in state.env
    if value.at is None:
        return text(BASE, name=shown, value=shown_value(value.text or "…"))
    passed = next(((given, at) for arg, given, at in unit.args if arg == name), None)
    if not env and passed is not None:
        given, at = passed
        where = Place(at if at is not None else unit.at)
        if isinstance(given, Unknown) or given is None:
            return text(UNKNOWN_VALUE, name=shown, where=where)
        return text(PASSED, name=shown, value=shown_value(given), where=where)
    where = Place(value.at)
    if value.text is None and not env and name in PREDEFINED_ARGS:
        return text(PREDEFINED, name=shown)
    if value.text is None:
        return text(UNKNOWN_VALUE if env else NO_VALUE, name=shown, where=where)
    kind = ENV if env else GLOBAL if is_global else ARG
    return text(kind, name=shown, value=shown_value(value.text), where=where)
