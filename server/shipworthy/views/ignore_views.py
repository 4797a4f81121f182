"""What a pattern of an ignore file does in each build that reads the file."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Text
from shipworthy.model.broken_patterns import broken_patterns
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_rules, readers
from shipworthy.model.files import ignore_file
from shipworthy.model.ignoring import compile_patterns
from shipworthy.model.missed_patterns import Missed, missed
from shipworthy.syntax.dockerignore import Pattern
from shipworthy.views.context_look import Decided, decided_by
from shipworthy.views.page import (
    Part,
    amount,
    code,
    codes,
    grouped,
    item,
    relative,
    text,
)

EXCLUDES = Text(
    en="{pattern} keeps {what} out of `{context}`.",
    ja="{pattern} は `{context}` から {what} を除外します。",
)
INCLUDES = Text(
    en="{pattern} includes {what} of `{context}` again.",
    ja="{pattern} は `{context}` の {what} を再び含めます。",
)
EXAMPLES = Text(en="{paths}", ja="{paths}")
EXAMPLES_MORE = Text(en="{paths} and {count} more", ja="{paths} ほか {count} 件")
NOTHING = Text(
    en="{pattern} decides nothing that lies in `{context}` now.",
    ja="{pattern} で決まるものは、今の `{context}` にはありません。",
)
NOTHING_SEEN = Text(
    en="{pattern} decides nothing in the part of `{context}` that was read.",
    ja="{pattern} で決まるものは、`{context}` の読み取った範囲にはありません。",
)
OVERRULED = Text(
    en="What it matches is decided by a later pattern: {patterns}.",
    ja="一致するものは、後のパターン {patterns} で決まります。",
)
BROKEN = Text(
    en="With this pattern every build that reads the file fails.",
    ja="このパターンがあると、このファイルを読むビルドはすべて失敗します。",
)
NO_READER = Text(
    en="No build that is known here reads this file.",
    ja="このファイルを読むビルドは、ここでは見つかりません。",
)
UNKNOWN_CONTEXT = Text(
    en="The context is decided outside these files.",
    ja="コンテキストはこれらのファイルの外で決まります。",
)
MEANT = Text(en="Perhaps {patterns} was meant.", ja="{patterns} のつもりかもしれません。")
WHY = {
    "outside": Text(
        en="It names a place outside of the context, which is never sent.",
        ja="コンテキストの外を指しています。そこは決して送られません。",
    ),
    "home": Text(en="`~` is an ordinary name here.", ja="`~` はここでは普通の名前です。"),
    "variable": Text(
        en="Variables are not expanded in ignore files.",
        ja="ignore ファイルでは変数は展開されません。",
    ),
    "braces": Text(
        en="Braces are ordinary characters here.", ja="波括弧はここでは普通の文字です。"
    ),
    "quotes": Text(
        en="Quotes are ordinary characters here.", ja="引用符はここでは普通の文字です。"
    ),
    "backslash": Text(
        en="`\\` escapes the next character; it separates no folders.",
        ja="`\\` は次の文字をエスケープします。フォルダーの区切りではありません。",
    ),
    "elsewhere": Text(
        en="Patterns start at the root of the context; what it names lies deeper.",
        ja="パターンはコンテキストのルートから照合します。対象はもっと深い所にあります。",
    ),
    "typo": Text(
        en="Nothing has this name; something has nearly this name.",
        ja="この名前のものはなく、よく似た名前のものがあります。",
    ),
}
RULES = Text(
    en="Patterns start at the root of the context, `*` stays within a folder, `**` does not,"
    " the last one that matches decides.",
    ja="パターンはコンテキストのルートから照合します。`*` はフォルダーをまたがず、`**` は"
    "またぎます。最後に一致したものが有効です。",
)


def pattern_parts(db: Database, path: str, ordinal: int) -> tuple[Part, ...]:
    """What a pattern does, build by build."""
    tree = ignore_file(db, path)
    if tree is None or ordinal >= len(tree.patterns):
        return ()
    pattern = tree.patterns[ordinal]
    if any(broken.pattern == ordinal for broken in broken_patterns(db, path)):
        return (text(BROKEN),)
    units = readers(db, path)
    if not units:
        return (text(NO_READER), text(RULES))
    by_context: dict[str, tuple[Part, ...]] = {}
    found: list[tuple[BuildUnit, tuple[Part, ...]]] = []
    nothing = True
    for unit in units:
        if not isinstance(unit.context, str):
            found.append((unit, (text(UNKNOWN_CONTEXT),)))
            continue
        if unit.context not in by_context:
            decided = decided_by(db, unit.context, path)(ordinal)
            nothing = nothing and not decided.entries
            by_context[unit.context] = tuple(
                _decided(db, path, unit.context, ordinal, pattern, decided)
            )
        found.append((unit, by_context[unit.context]))
    parts = grouped(db, found, always=True)
    wrong = missed(db, path, pattern, units) if nothing else None
    return (*parts, *(_missed(wrong) if wrong is not None else ()))


def _decided(
    db: Database, path: str, context: str, ordinal: int, pattern: Pattern, decided: Decided
) -> Iterator[Part]:
    fields: dict[str, str] = {
        "pattern": code(pattern.text),
        "context": relative(db, context),
    }
    if not decided.entries:
        yield text(NOTHING if decided.complete else NOTHING_SEEN, **fields)
        later = _overruling(db, path, context, ordinal)
        if later:
            yield text(OVERRULED, patterns=codes(later))
        return
    what = amount(decided.files, decided.size, decided.complete)
    yield text(INCLUDES if pattern.negated else EXCLUDES, what=what, **fields)
    paths = codes(name + ("/" if is_dir else "") for name, is_dir in decided.entries)
    if decided.more:
        yield item(EXAMPLES_MORE, paths=paths, count=decided.more)
    else:
        yield item(EXAMPLES, paths=paths)


def _overruling(db: Database, path: str, context: str, ordinal: int) -> list[str]:
    """Later patterns that decide what lies at the top of the context and this one matches."""
    tree = ignore_file(db, path)
    patterns = tree.cleaned if tree is not None else ()
    alone = compile_patterns((patterns[ordinal].removeprefix("!"),)).root()
    all_rules = ignore_rules(db, path).root()
    found: dict[str, None] = {}
    for name, _ in db.names(context, context):
        if alone.hides(name):
            by = all_rules.enter(name).by
            if by is not None and by > ordinal and tree is not None:
                found[tree.patterns[by].text] = None
    return list(found)


def _missed(wrong: Missed) -> Iterator[Part]:
    why = WHY.get(wrong.kind)
    if why is not None:
        yield text(why)
    if wrong.better:
        yield text(MEANT, patterns=codes(wrong.better))
